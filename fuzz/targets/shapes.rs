//! The shape scanner over several texts, NUL between them. Each is read by the shapes of those before
//! it; what comes of that must be what serde_json makes of the same text. As in `lib/shapes.js`, a text
//! is learned only once it has been parsed, and an object is its template filled from the record.

#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wxbizdatacrypt_native::shapes::{NUMBERS, Shapes, Text};

fuzz_target!(|input: &[u8]| {
    let mut shapes = Shapes::default();
    let mut templates: HashMap<usize, Value> = HashMap::new();
    let mut numbers = [0; NUMBERS];
    for plaintext in input.split(|byte| *byte == 0) {
        check(plaintext, &mut shapes, &templates, &mut numbers);
        if let Ok(value) = serde_json::from_slice(plaintext)
            && let Some(number) = shapes.learn(plaintext, &mut numbers)
        {
            templates.insert(number, value);
            let scanned = check(plaintext, &mut shapes, &templates, &mut numbers);
            assert!(scanned, "a shape must fit the text it was learned from");
        }
    }
});

/// Whether a shape fits `plaintext`. Panics where the record is not what the text says.
fn check(
    plaintext: &[u8],
    shapes: &mut Shapes,
    templates: &HashMap<usize, Value>,
    numbers: &mut [i32; NUMBERS],
) -> bool {
    let text = match shapes.scan(plaintext, numbers) {
        Some(Text::Ascii(units)) => units.iter().copied().map(u16::from).collect(),
        Some(Text::Utf16(units)) => units.to_vec(),
        None => return false,
    };
    let template = &templates[&(numbers[0] as usize)];
    let mut record = Record {
        numbers: numbers[1..].iter(),
        text,
        at: 0,
    };
    let built = record.fill(template);
    let parsed: Value = serde_json::from_slice(plaintext).expect("what fits a shape is JSON");
    assert_eq!(built, parsed);
    // `Value` compares objects as maps; their printed forms show the order of the keys.
    assert_eq!(built.to_string(), parsed.to_string());
    true
}

struct Record<'r> {
    numbers: std::slice::Iter<'r, i32>,
    text: Vec<u16>,
    at: usize,
}

impl Record<'_> {
    fn fill(&mut self, template: &Value) -> Value {
        match template {
            Value::String(_) => {
                let from = self.at;
                self.at = self.number() as usize;
                String::from_utf16(&self.text[from..self.at])
                    .unwrap()
                    .into()
            }
            Value::Number(_) => self.number().into(),
            Value::Object(entries) => entries
                .iter()
                .map(|(key, value)| (key.clone(), self.fill(value)))
                .collect(),
            Value::Array(elements) => (0..self.number())
                .map(|_| self.element(&elements[0]))
                .collect(),
            Value::Null | Value::Bool(_) => template.clone(),
        }
    }

    /// An element of an array holds no objects or arrays of its own.
    fn element(&mut self, template: &Value) -> Value {
        for value in template.as_object().expect("arrays hold objects").values() {
            assert!(!value.is_object() && !value.is_array());
        }
        self.fill(template)
    }

    fn number(&mut self) -> i32 {
        *self.numbers.next().unwrap()
    }
}
