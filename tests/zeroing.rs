//! The key schedule that the core builds for each call is zeroed when dropped: seen in the memory that it
//! has left. A change of the library's features would show here.

use std::mem::MaybeUninit;

use aes::cipher::KeyInit;
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes256Dec};

/// The bytes of `value` before and after it is dropped.
fn dropped<T>(value: T) -> (Vec<u8>, Vec<u8>) {
    let mut place = MaybeUninit::new(value);
    let bytes = |place: &MaybeUninit<T>| -> Vec<u8> {
        (0..size_of::<T>())
            // SAFETY: within `place`; key schedules are arrays of integers, without padding.
            .map(|at| unsafe { place.as_ptr().cast::<u8>().add(at).read_volatile() })
            .collect()
    };
    let before = bytes(&place);
    // SAFETY: `place` holds a value and is not used as one again.
    unsafe { place.assume_init_drop() };
    (before, bytes(&place))
}

fn leaves_nothing<C: KeyInit>(key: &[u8]) {
    let (before, after) = dropped(C::new_from_slice(key).unwrap());
    assert!(before.iter().any(|byte| *byte != 0));
    assert!(after.iter().all(|byte| *byte == 0), "{after:x?}");
}

#[test]
fn a_key_schedule_leaves_nothing_behind() {
    leaves_nothing::<Aes128Dec>(&[0xa5; 16]);
    leaves_nothing::<Aes128Enc>(&[0xa5; 16]);
    leaves_nothing::<Aes192Dec>(&[0xa5; 24]);
    leaves_nothing::<Aes256Dec>(&[0xa5; 32]);
}
