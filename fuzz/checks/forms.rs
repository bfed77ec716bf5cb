//! The reader of documented forms against `serde_json`: what it accepts as a form is JSON, says the same, and
//! has the values where the record says that they are.

use serde_json::Value;
use wxbizdatacrypt_native::wechat::forms::{Form, MAX_NUMBERS, Record, read};

use super::json::{self, APP_ID, INTEGER, OPEN_ID};

pub fn check(input: &[u8]) {
    for (layout, app_id, open_id) in [
        ("plain", APP_ID, None),
        ("plain", APP_ID, Some(OPEN_ID)),
        ("integer", INTEGER, Some(OPEN_ID)),
    ] {
        json::with_expected(layout, app_id, open_id, |expected| {
            let mut record = [0; MAX_NUMBERS];
            let claims = read(input, input.is_ascii(), expected, &mut record);
            let mut other_record = [0; MAX_NUMBERS];
            let other_claims = read(input, false, expected, &mut other_record);
            assert_eq!((claims, record), (other_claims, other_record));

            if let (Some(claims), Ok(text)) = (claims, str::from_utf8(input)) {
                assert_eq!(Some(claims), json::claims(text, expected));
                check_record(&record, text);
            }
        });
    }
}

/// Panics where `record` is not what `text`, which has a documented form, says.
pub fn check_record(record: &Record, text: &str) {
    let value: Value = serde_json::from_str(text).expect("a form is JSON");
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut numbers = record[1..].iter().copied();
    for expected in values(record[0], &value) {
        let mut number = || numbers.next().expect("a number for each value");
        if let Value::String(expected) = expected {
            let range = number() as usize..number() as usize;
            assert_eq!(String::from_utf16(&units[range]).unwrap(), expected);
        } else {
            assert_eq!(Value::from(number()), expected);
        }
    }
}

fn values(form: i32, value: &Value) -> Vec<Value> {
    const USER_INFO: &str = "openId nickName gender language city province country avatarUrl";
    let members = |names: &str| names.split(' ').map(|name| value[name].clone()).collect();
    let mut values: Vec<Value> = match form {
        form if form == Form::PhoneNumber as i32 => {
            members("phoneNumber purePhoneNumber countryCode")
        }
        form if form == Form::UserInfo as i32 => members(USER_INFO),
        form if form == Form::UserInfoWithUnionId as i32 => {
            members(&[USER_INFO, " unionId"].concat())
        }
        form if form == Form::Ids as i32 => members("openId unionId"),
        form if form == Form::Steps as i32 => {
            let days = value["stepInfoList"].as_array().unwrap();
            let numbers = days
                .iter()
                .flat_map(|day| [&day["timestamp"], &day["step"]]);
            std::iter::once(days.len().into())
                .chain(numbers.cloned())
                .collect()
        }
        form => panic!("{form} is no form"),
    };
    values.push(value["watermark"]["timestamp"].clone());
    values
}
