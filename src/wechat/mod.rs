//! Open data by WeChat's rule: session keys + iv + encrypted data → plaintext that has passed every check.
//!
//! The rule is Tencent's ("加密数据解密算法"): AES-CBC with PKCS#7 padding; the plaintext is JSON whose watermark
//! names the mini program that the data was made for. Platforms that adopted it differ in what a
//! [`Layout`](rules::Layout) says.
//!
//! # Security
//!
//! CBC without a MAC is malleable, and an attacker who learns why a ciphertext was rejected can decrypt it by
//! trial. So everything that depends on the plaintext is decided here, at once, and every rejection of
//! data of one length takes the same time ([`crate::common::deadline`]).

pub mod forms;
pub mod frame;
pub mod json;
pub mod rules;
pub mod text;

use std::ops::Range;

use encoding_rs::mem::convert_utf8_to_utf16_without_replacement;

use self::forms::Record;
use self::frame::RANDOM_LENGTH;
use self::rules::{AppId, Layout, Place, Rules};
use crate::common::aes_cbc::{self, BLOCK};
use crate::common::deadline::Deadline;

/// The greatest length of encrypted data in bytes. Real data has under 4 KiB; the limit bounds how long a
/// rejection takes.
pub const MAX_DATA_LENGTH: usize = 32 * 1024;

/// Why data was rejected, numbered as in `lib/errors.js`. With several keys, the error of the key that passed the
/// most checks is returned. If the first key has the wrong length, that error is returned instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Error {
    /// A session key does not have the length that the layout requires.
    SessionKeyLength,
    /// The iv is not 16 bytes long.
    IvLength,
    /// The data is empty, not whole blocks, or longer than [`MAX_DATA_LENGTH`].
    DataLength,
    /// The padding is not PKCS#7, or the content is not UTF-8, not JSON, or not in a frame: the wrong key, the
    /// wrong iv or changed data.
    Undecryptable,
    /// The watermark, or the app key in the frame, is missing or names another app.
    Watermark,
    /// The open id is missing or names another user.
    OpenId,
    /// The watermark is older than allowed, has no timestamp or one in the future.
    Expired,
}

/// A plaintext that has passed every check.
#[derive(Debug, Clone)]
pub struct OpenData {
    /// Where it is in the decrypted data.
    pub content: Range<usize>,
    /// How many code units of the UTF-16 it fills, where it is not all ASCII.
    pub utf16_length: Option<usize>,
}

/// What a call writes besides the plaintext. Allocated once: allocating takes longer than filling.
pub struct Output<'r> {
    /// Where the values are, if the plaintext has a documented form; else -1 and zeros.
    pub record: &'r mut Record,
    /// The plaintext in UTF-16, where it is not all ASCII.
    pub utf16: &'r mut Vec<u16>,
}

/// Decrypts `data` in place under the first of the `session_keys` that gives a plaintext which obeys the
/// `rules`.
///
/// # Errors
///
/// [`Error`], after the same time for all plaintexts of this length. `data` and the UTF-16 then hold
/// garbage or the plaintext of other data: the caller must clear them.
pub fn decrypt(
    session_keys: &mut dyn ExactSizeIterator<Item = &[u8]>,
    iv: &[u8],
    data: &mut [u8],
    rules: &Rules,
    output: &mut Output,
) -> Result<OpenData, Error> {
    // A copy of the ciphertext, for the keys after the first.
    let ciphertext = if session_keys.len() > 1 && data.len() <= MAX_DATA_LENGTH {
        data.to_vec()
    } else {
        Vec::new()
    };
    let mut deadline = Deadline::default();
    let mut error = None;
    let accepted = aes_cbc::on_clean_stack(|| {
        for (index, session_key) in session_keys.enumerate() {
            if index > 0 && !ciphertext.is_empty() {
                data.copy_from_slice(&ciphertext);
            }
            let checked = decrypt_blocks(rules.expected.layout, session_key, iv, data)
                .and_then(|()| deadline.run(data.len(), || check(data, rules, output)));
            match checked {
                Ok(open_data) => return Some(open_data),
                Err(_) if error == Some(Error::SessionKeyLength) => {}
                Err(next) => error = error.max(Some(next)),
            }
        }
        None
    });
    if let Some(open_data) = accepted {
        return Ok(open_data);
    }
    clear(output.record);
    deadline.wait();
    Err(error.unwrap_or(Error::SessionKeyLength))
}

/// Checks what can be rejected by its length, then decrypts.
fn decrypt_blocks(
    layout: &Layout,
    session_key: &[u8],
    iv: &[u8],
    data: &mut [u8],
) -> Result<(), Error> {
    if session_key.len() != layout.key_length {
        return Err(Error::SessionKeyLength);
    }
    if iv.len() != BLOCK {
        return Err(Error::IvLength);
    }
    if data.len() > MAX_DATA_LENGTH || !layout.is_data_length(data.len()) {
        return Err(Error::DataLength);
    }
    aes_cbc::decrypt_on_stack(session_key, iv, data).map_err(|_| Error::DataLength)
}

fn check(decrypted: &[u8], rules: &Rules, output: &mut Output) -> Result<OpenData, Error> {
    let layout = rules.expected.layout;
    let Place {
        content: range,
        unpadded,
    } = layout.find_content(decrypted).ok_or(Error::Undecryptable)?;
    let content = &decrypted[range.clone()];
    let is_ascii = content.is_ascii();
    let form = forms::read(content, is_ascii, &rules.expected, output.record);
    let utf16_length = if is_ascii {
        None
    } else {
        Some(decode_utf8(content, output.utf16).ok_or(Error::Undecryptable)?)
    };
    let mut claims = match form {
        Some(claims) => claims,
        None => {
            clear(output.record);
            json::read_claims(content, &rules.expected).ok_or(Error::Undecryptable)?
        }
    };
    if layout.app_id == AppId::Frame {
        if !claims.is_object {
            return Err(Error::Undecryptable);
        }
        // The frame takes the place of the watermark.
        claims.has_watermark = true;
        claims.app_id = frame::is_app_key(&decrypted[range.end..unpadded], rules.expected.app_id);
    }
    rules::verify(&claims, rules)?;
    Ok(OpenData {
        content: range,
        utf16_length,
    })
}

/// Clears what was read of a form before it turned out to be none, or not to be accepted.
fn clear(record: &mut Record) {
    record.fill(0);
    record[0] = -1;
}

/// Writes valid UTF-8 as UTF-16 and returns its length.
fn decode_utf8(plaintext: &[u8], utf16: &mut Vec<u16>) -> Option<usize> {
    if utf16.len() < plaintext.len() {
        utf16.resize(plaintext.len(), 0);
    }
    convert_utf8_to_utf16_without_replacement(plaintext, utf16)
}

/// Checks JSON that the platform's server has sent in the clear by the same rules. It must be valid UTF-8.
///
/// # Errors
///
/// [`Error::Undecryptable`] where it is not JSON, and the variants after it.
pub fn check_plaintext(plaintext: &[u8], rules: &Rules) -> Result<(), Error> {
    let claims = json::read_claims(plaintext, &rules.expected).ok_or(Error::Undecryptable)?;
    rules::verify(&claims, rules)
}

/// Encrypts `content` as the platform does. `random` and `app_key` are for the frame, if the layout has one.
///
/// # Errors
///
/// [`aes_cbc::Error::KeyLength`] where the layout has keys of another length, and
/// [`aes_cbc::Error::IvLength`].
pub fn encrypt(
    layout: &Layout,
    session_key: &[u8],
    iv: &[u8],
    content: &[u8],
    random: &[u8; RANDOM_LENGTH],
    app_key: &[u8],
) -> Result<Vec<u8>, aes_cbc::Error> {
    if session_key.len() != layout.key_length {
        return Err(aes_cbc::Error::KeyLength);
    }
    if layout.app_id != AppId::Frame {
        return aes_cbc::encrypt(session_key, iv, content);
    }
    let blocks = frame::create(content, random, app_key);
    let mut data = aes_cbc::encrypt(session_key, iv, &blocks)?;
    // Without the block that padding to 16 bytes adds.
    data.truncate(blocks.len());
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::base64;
    use forms::MAX_NUMBERS;
    use rules::tests::WECHAT;
    use rules::{Expected, MaxAge};

    // The official demo (demo.js of Tencent's aes-sample.zip).
    const SESSION_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
    const IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";
    const ENCRYPTED_DATA: &str = "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS\
        9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/f\
        V6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTI\
        F9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorG\
        j5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7Xjf\
        hQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01E\
        pqOyuxINew==";
    const PLAINTEXT: &str = concat!(
        r#"{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"#,
        r#""language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","#,
        r#""avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4"#,
        r#"WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","#,
        r#""unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","#,
        r#""watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}"#,
    );
    const APP_ID: &str = "wx4f4bc4dec97d474b";
    const OPEN_ID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
    const KEY: [u8; 16] = [1; 16];
    const OTHER_KEY: [u8; 16] = [3; 16];
    const VECTOR: [u8; 16] = [2; 16];

    fn utf16(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// The plaintext, the number of the form and the text in UTF-16.
    type Decrypted = (Vec<u8>, Option<i32>, Option<String>);

    struct Call<'c> {
        app_id: &'c str,
        open_id: Option<&'c str>,
        age: Option<MaxAge>,
    }

    const CALL: Call = Call {
        app_id: APP_ID,
        open_id: None,
        age: None,
    };

    impl Call<'_> {
        fn with_rules<T>(&self, run: impl FnOnce(&Rules) -> T) -> T {
            let app_id = utf16(self.app_id);
            let open_id = self.open_id.map(utf16);
            let expected = Expected {
                layout: &WECHAT,
                app_id: &app_id,
                open_id: open_id.as_deref(),
            };
            run(&Rules {
                expected,
                age: self.age,
                may_be_unmarked: false,
            })
        }

        fn decrypt(
            &self,
            keys: &[impl AsRef<[u8]>],
            iv: &[u8],
            data: &[u8],
        ) -> Result<Decrypted, Error> {
            let mut data = data.to_vec();
            let mut record = [-7; MAX_NUMBERS];
            let mut utf16 = Vec::new();
            let output = &mut Output {
                record: &mut record,
                utf16: &mut utf16,
            };
            let keys = &mut keys.iter().map(AsRef::as_ref);
            let open_data = self.with_rules(|rules| decrypt(keys, iv, &mut data, rules, output))?;
            data.truncate(open_data.content.end);
            let form = (record[0] >= 0).then_some(record[0]);
            let length = open_data.utf16_length;
            let text = length.map(|length| String::from_utf16(&utf16[..length]).unwrap());
            Ok((data, form, text))
        }

        /// Decrypts `plaintext`, encrypted, and checks it in the clear too.
        fn decrypt_plaintext(&self, plaintext: &[u8]) -> Result<Decrypted, Error> {
            let outcome = self.decrypt(&[KEY], &VECTOR, &encrypt(plaintext));
            let is_utf8 = str::from_utf8(plaintext).is_ok();
            if is_utf8 {
                let checked = self.with_rules(|rules| check_plaintext(plaintext, rules));
                assert_eq!(checked.err(), outcome.as_ref().err().copied());
            }
            outcome
        }
    }

    fn encrypt(plaintext: &[u8]) -> Vec<u8> {
        super::encrypt(&WECHAT, &KEY, &VECTOR, plaintext, &[0; 16], b"").unwrap()
    }

    fn decoded(text: &str) -> Vec<u8> {
        let mut buffer = vec![0; base64::decoded_capacity(text.len())];
        base64::decode(text.as_bytes(), &mut buffer)
            .unwrap()
            .to_vec()
    }

    #[test]
    fn decrypts_the_official_demo() {
        let (key, iv, data) = (decoded(SESSION_KEY), decoded(IV), decoded(ENCRYPTED_DATA));
        let (plaintext, form, text) = CALL.decrypt(&[key], &iv, &data).unwrap();
        assert_eq!(String::from_utf8(plaintext).unwrap(), PLAINTEXT);
        assert_eq!(form, Some(forms::Form::UserInfoWithUnionId as i32));
        assert_eq!(text, None);
    }

    #[test]
    fn returns_text_that_is_not_ascii_in_utf16_too() {
        let plaintext = PLAINTEXT.replace("Band", "张三😀é");
        let (bytes, form, text) = CALL.decrypt_plaintext(plaintext.as_bytes()).unwrap();
        assert_eq!(bytes, plaintext.as_bytes());
        assert_eq!(form, Some(forms::Form::UserInfoWithUnionId as i32));
        assert_eq!(text.unwrap(), plaintext);

        let plaintext = plaintext.replace(',', " , ");
        let (bytes, form, text) = CALL.decrypt_plaintext(plaintext.as_bytes()).unwrap();
        assert_eq!((bytes, form), (plaintext.clone().into_bytes(), None));
        assert_eq!(text.unwrap(), plaintext);
    }

    #[test]
    fn rejects_by_length_in_the_order_key_iv_data() {
        // 24 and 32 too: AES has such keys, WeChat has not.
        for length in (0..=40).filter(|&length| length != 16) {
            let wrong = vec![1; length];
            let outcome = CALL.decrypt(&[&wrong], &[], &[]);
            assert_eq!(outcome, Err(Error::SessionKeyLength));
            let outcome = CALL.decrypt(&[KEY], &wrong, &[]);
            assert_eq!(outcome, Err(Error::IvLength));
        }
        for length in (0..=40).filter(|&length| length == 0 || length % 16 != 0) {
            let outcome = CALL.decrypt(&[KEY], &VECTOR, &vec![0; length]);
            assert_eq!(outcome, Err(Error::DataLength), "{length}");
        }
        let no_keys: &[[u8; 16]] = &[];
        let outcome = CALL.decrypt(no_keys, &VECTOR, &[0; 16]);
        assert_eq!(outcome, Err(Error::SessionKeyLength));
    }

    #[test]
    fn accepts_data_of_up_to_32_kib() {
        let padded = |length: usize| {
            let empty = format!(r#"{{"a":"","watermark":{{"appid":"{APP_ID}"}}}}"#);
            let filler = "x".repeat(length - 1 - empty.len());
            encrypt(empty.replace("\"\"", &format!("\"{filler}\"")).as_bytes())
        };
        let longest = padded(MAX_DATA_LENGTH);
        assert_eq!(longest.len(), 32 * 1024);
        let (plaintext, form, _) = CALL.decrypt(&[KEY], &VECTOR, &longest).unwrap();
        assert_eq!((plaintext.len(), form), (32 * 1024 - 1, None));
        assert!(CALL.decrypt(&[OTHER_KEY, KEY], &VECTOR, &longest).is_ok());

        let longer = padded(MAX_DATA_LENGTH + 16);
        for keys in [&[KEY][..], &[OTHER_KEY, KEY]] {
            assert_eq!(CALL.decrypt(keys, &VECTOR, &longer), Err(Error::DataLength));
        }
    }

    #[test]
    fn rejects_what_does_not_decrypt_to_json() {
        let mut bad_padding = encrypt(b"0123456789abcdef");
        bad_padding.truncate(16);
        let outcome = CALL.decrypt(&[KEY], &VECTOR, &bad_padding);
        assert_eq!(outcome, Err(Error::Undecryptable));
        let own = PLAINTEXT.as_bytes();
        for plaintext in [
            &b""[..],
            b"not JSON",
            &[own, b" x"].concat(),
            &own[1..],
            &own[..own.len() - 1],
            b"\"",
        ] {
            let outcome = CALL.decrypt_plaintext(plaintext);
            assert_eq!(outcome, Err(Error::Undecryptable));
        }
        for invalid in [
            &b"\x80"[..],
            b"\xff",
            b"\xc3",
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
        ] {
            for place in ["Band", "zh_CN", "Guangzhou"] {
                let (before, behind) = PLAINTEXT.split_once(place).unwrap();
                let plaintext = [before.as_bytes(), invalid, behind.as_bytes()].concat();
                let outcome = CALL.decrypt_plaintext(&plaintext);
                assert_eq!(outcome, Err(Error::Undecryptable));
            }
        }
    }

    #[test]
    fn checks_watermark_then_open_id_then_age() {
        let spaced = PLAINTEXT.replace(',', ", ");
        let age = Some(MaxAge {
            now: 1_477_314_488.0,
            seconds: 300.0,
        });
        for plaintext in [PLAINTEXT, &spaced] {
            for (app_id, open_id, error) in [
                ("wx0000000000000000", "o", Error::Watermark),
                ("", "o", Error::Watermark),
                (APP_ID, "o", Error::OpenId),
                (APP_ID, "", Error::OpenId),
                (APP_ID, OPEN_ID, Error::Expired),
            ] {
                let open_id = Some(open_id);
                let call = Call {
                    app_id,
                    open_id,
                    age,
                };
                let outcome = call.decrypt_plaintext(plaintext.as_bytes());
                assert_eq!(outcome, Err(error));
            }
            let open_id = Some(OPEN_ID);
            let call = Call { open_id, ..CALL };
            assert!(call.decrypt_plaintext(plaintext.as_bytes()).is_ok());
        }
        let without = PLAINTEXT.replace("watermark", "Watermark");
        let outcome = CALL.decrypt_plaintext(without.as_bytes());
        assert_eq!(outcome, Err(Error::Watermark));
        let open_id = Some(OPEN_ID);
        let without = PLAINTEXT.replace("openId", "openid");
        let outcome = Call { open_id, ..CALL }.decrypt_plaintext(without.as_bytes());
        assert_eq!(outcome, Err(Error::OpenId));
    }

    #[test]
    fn accepts_an_age_from_a_minute_ahead_to_the_greatest() {
        let spaced = PLAINTEXT.replace(',', ", ");
        let with = |now, seconds| Call {
            age: Some(MaxAge { now, seconds }),
            ..CALL
        };
        let made = 1_477_314_187.0;
        for (age, seconds, is_accepted) in [
            (0.0, 0.0, true),
            (0.001, 0.0, false),
            (300.0, 300.0, true),
            (300.001, 300.0, false),
            (-60.0, 300.0, true),
            (-60.001, 300.0, false),
            (-60.0, 0.0, true),
            (1e12, f64::INFINITY, true),
            (-61.0, f64::INFINITY, false),
            (f64::NAN, f64::INFINITY, false),
            (0.0, f64::NAN, false),
        ] {
            for plaintext in [PLAINTEXT, &spaced] {
                let outcome = with(made + age, seconds).decrypt_plaintext(plaintext.as_bytes());
                let expected = if is_accepted {
                    None
                } else {
                    Some(Error::Expired)
                };
                assert_eq!(outcome.err(), expected, "{age} {seconds}");
            }
        }
        for timestamp in [
            "\"1477314187\"",
            "null",
            "true",
            "[1477314187]",
            "1e999",
            "-1e99",
        ] {
            let plaintext = PLAINTEXT.replace("1477314187", timestamp);
            let outcome = with(made, 300.0).decrypt_plaintext(plaintext.as_bytes());
            assert_eq!(outcome, Err(Error::Expired), "{timestamp}");
            assert!(CALL.decrypt_plaintext(plaintext.as_bytes()).is_ok());
        }
        let without = PLAINTEXT.replace("\"timestamp\":1477314187,", "");
        let outcome = with(made, 300.0).decrypt_plaintext(without.as_bytes());
        assert_eq!(outcome, Err(Error::Expired));
    }

    #[test]
    fn an_optional_watermark_must_fit_where_there_is_one() {
        let rules = Rules {
            expected: Expected {
                layout: &WECHAT,
                app_id: &[0x77, 0x78],
                open_id: None,
            },
            age: None,
            may_be_unmarked: true,
        };
        for accepted in ["{}", r#"{"a":[]}"#, r#"{"watermark":{"appid":"wx"}}"#] {
            assert_eq!(check_plaintext(accepted.as_bytes(), &rules), Ok(()));
        }
        for rejected in [
            "[]",
            "null",
            "7",
            r#"[{"watermark":{"appid":"wx"}}]"#,
            r#"{"watermark":null}"#,
            r#"{"watermark":{}}"#,
            r#"{"watermark":{"appid":"wy"}}"#,
        ] {
            let outcome = check_plaintext(rejected.as_bytes(), &rules);
            assert_eq!(outcome, Err(Error::Watermark), "{rejected}");
        }
    }

    #[test]
    fn takes_the_first_of_several_keys_that_fits() {
        let data = encrypt(PLAINTEXT.as_bytes());
        let (key, other, short) = (&KEY[..], &OTHER_KEY[..], &KEY[..15]);
        for keys in [
            &[key][..],
            &[key, other],
            &[other, key],
            &[other, other, key],
            &[short, key],
            &[other, short, key, key],
        ] {
            let (plaintext, form, text) = CALL.decrypt(keys, &VECTOR, &data).unwrap();
            assert_eq!(plaintext, PLAINTEXT.as_bytes());
            assert_eq!((form, text), (Some(1), None));
        }
    }

    #[test]
    fn of_several_keys_the_error_that_came_furthest_counts() {
        let data = encrypt(PLAINTEXT.as_bytes());
        let (key, other, short) = (&KEY[..], &OTHER_KEY[..], &KEY[..15]);
        let call = Call {
            app_id: "wx0000000000000000",
            ..CALL
        };
        for (keys, error) in [
            (&[other, other][..], Error::Undecryptable),
            (&[other, short], Error::Undecryptable),
            (&[key, other], Error::Watermark),
            (&[other, key], Error::Watermark),
            (&[other, short, key], Error::Watermark),
            (&[short, short], Error::SessionKeyLength),
            (&[short, other], Error::SessionKeyLength),
            (&[short, key], Error::SessionKeyLength),
        ] {
            assert_eq!(call.decrypt(keys, &VECTOR, &data), Err(error));
        }
        for (iv, data, error) in [
            (&VECTOR[1..], &data[..], Error::IvLength),
            (&VECTOR, &data[1..], Error::DataLength),
            (&VECTOR, &[], Error::DataLength),
        ] {
            assert_eq!(call.decrypt(&[key, other], iv, data), Err(error));
        }
    }

    #[test]
    fn numbers_the_errors_as_javascript_does() {
        let errors = [
            Error::SessionKeyLength,
            Error::IvLength,
            Error::DataLength,
            Error::Undecryptable,
            Error::Watermark,
            Error::OpenId,
            Error::Expired,
        ];
        assert_eq!(errors.map(|error| error as u32), [0, 1, 2, 3, 4, 5, 6]);
        assert!(errors.is_sorted());
    }
}
