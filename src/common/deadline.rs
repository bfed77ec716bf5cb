//! Makes all rejections of plaintext of one length take the same time, whatever it holds.
//!
//! A parser that stops at the first error tells by its time where that was, and so do a cache or a
//! branch. Equal work is hard to get and hard to keep. So the checks may take the time they take, and a
//! rejection waits until the time has passed that the slowest content of its length could have taken.

use std::time::{Duration, Instant};

/// What checking a plaintext may take. The slowest content measured takes 3 ns a byte on a server of
/// 2023 (`bench/timing.js` prints it); the margin is the protection.
const FIXED: Duration = Duration::from_micros(1);
const PER_BYTE: Duration = Duration::from_nanos(10);

/// The time that the checks of one call took, and the time they were allowed.
#[derive(Debug, Default)]
pub struct Deadline {
    taken: Duration,
    allowed: Duration,
}

impl Deadline {
    /// Runs the checks of a plaintext of `length` bytes. An accepted one costs one look at the clock.
    ///
    /// # Errors
    ///
    /// What `checks` returns; the caller must then call [`Deadline::wait`] before it tells anyone.
    pub fn run<T, E>(
        &mut self,
        length: usize,
        checks: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let start = Instant::now();
        checks().inspect_err(|_| {
            self.taken += start.elapsed();
            self.allowed += FIXED + PER_BYTE * length as u32;
        })
    }

    /// Waits until the time allowed for all checks has passed.
    pub fn wait(self) {
        let rest = self.allowed.saturating_sub(self.taken);
        let start = Instant::now();
        while !cfg!(feature = "test-no-deadline") && start.elapsed() < rest {
            std::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_takes_what_was_allowed_for_its_length() {
        for (lengths, allowed) in [
            (&[0][..], 1),
            (&[400], 5),
            (&[400, 400], 10),
            (&[32_768], 328),
        ] {
            let start = Instant::now();
            let mut deadline = Deadline::default();
            for length in lengths {
                assert_eq!(deadline.run(*length, || Err::<(), _>(1)), Err(1));
            }
            deadline.wait();
            assert!(start.elapsed() >= Duration::from_micros(allowed));
        }
    }

    #[test]
    fn an_acceptance_after_a_rejection_owes_nothing() {
        let mut deadline = Deadline::default();
        assert_eq!(deadline.run(400, || Err::<(), _>(1)), Err(1));
        assert_eq!(deadline.run(400, || Ok::<_, u8>(2)), Ok(2));
    }
}
