//! An addon for the benchmark: RSA verification alone, which is the least that `decryptData` can take.
//! Built like the real addon, and not part of the package.

use napi::Result;
use napi::bindgen_prelude::{Env, Function, Uint8Array};
use napi_derive::napi;
use wxbizdatacrypt_native::alipay::{SignType, public_key};

/// Returns a function that verifies `signature` over `message` once and returns whether it does verify.
#[napi(catch_unwind)]
pub fn create_verification(
    env: &Env,
    public_key: String,
    message: String,
    signature: Uint8Array,
) -> Result<Function<'_, (), bool>> {
    let key = public_key::parse(&public_key, SignType::Rsa2)
        .map_err(|error| napi::Error::from_reason(error.reason()))?;
    let signature = signature.to_vec();
    env.create_function_from_closure("verify", move |_| {
        Ok(key.verify(message.as_bytes(), &signature))
    })
}
