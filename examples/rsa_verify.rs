//! An addon for the benchmark: the bare RSA verification that `decryptData` cannot be faster than.
//! Built as the real addon is and no part of the package.

use napi::Result;
use napi::bindgen_prelude::{Env, Function, Uint8Array};
use napi_derive::napi;
use wxbizdatacrypt_native::alipay::{PublicKey, SignType};

/// Returns a function that verifies `signature` over `message` once and says whether it does verify.
#[napi(catch_unwind)]
pub fn create_verification(
    env: &Env,
    public_key: String,
    message: String,
    signature: Uint8Array,
) -> Result<Function<'_, (), bool>> {
    let public_key = PublicKey::parse(&public_key, SignType::Rsa2)
        .map_err(|refusal| napi::Error::from_reason(refusal.to_string()))?;
    let signature = signature.to_vec();
    env.create_function_from_closure("verify", move |_| {
        Ok(public_key.verify(SignType::Rsa2, message.as_bytes(), &signature))
    })
}
