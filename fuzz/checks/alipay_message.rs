//! Alipay's messages, posted by anyone: nothing is returned but the one plaintext that was ever signed, and the
//! parser reads what serde_json reads.

use std::sync::LazyLock;

use serde_json::Value;
use wxbizdatacrypt_native::alipay::message::{self, Envelope, Message, Response};
use wxbizdatacrypt_native::alipay::{AesKey, Decryptor, SignType, public_key};

static KEYS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../__test__/alipay-keys.json")).unwrap()
});

static DECRYPTOR: LazyLock<Decryptor> = LazyLock::new(|| Decryptor {
    public_keys: vec![public_key::parse(KEYS["leaf"].as_str().unwrap(), SignType::Rsa2).unwrap()],
    aes_keys: vec![AesKey::parse(KEYS["aesKey"].as_str().unwrap()).unwrap()],
    sign_type: SignType::Rsa2,
});

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    if let Ok(plaintext) = DECRYPTOR.decrypt(text) {
        assert_eq!(*plaintext, KEYS["plaintext"].as_str().unwrap());
    }
    if let Ok(Envelope::Message(message)) = message::parse(text)
        && let Ok(value) = serde_json::from_str(trim(text))
    {
        check_message(&message, &value);
    }
}

fn check_message(message: &Message, value: &Value) {
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| value.get(name));
    let text = |names| field(names).and_then(Value::as_str);
    match &message.response {
        Response::Encrypted { token, ciphertext } => {
            assert_eq!(text(["response", "encryptedData"]), Some(&**ciphertext));
            assert_eq!(serde_json::from_str::<String>(token).unwrap(), *ciphertext);
        }
        Response::Plain(raw) => {
            let plain = field(["response", "encryptedData"]).unwrap_or(value);
            assert_eq!(serde_json::from_str::<Value>(raw).unwrap(), *plain);
        }
    }
    let sign = text(["sign", "sign"])
        .map(trim)
        .filter(|sign| !sign.is_empty());
    assert_eq!(message.sign.as_deref(), sign);
    assert_eq!(
        message.sign_type.as_deref(),
        text(["sign_type", "signType"])
    );
    assert_eq!(
        message.encrypt_type.as_deref(),
        text(["encrypt_type", "encryptType"])
    );
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
}
