#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::alipay_keys::check(input));
