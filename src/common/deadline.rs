//! Makes all rejections of plaintext of one length take the same time, regardless of its content.
//!
//! A parser that stops at the first error reveals its position by the time it takes, and so do caches and branches.
//! Equal work is hard to achieve and hard to keep. So the checks take as long as they take, and a rejection waits
//! until a budget has passed that depends on the length alone.
//!
//! The protection is the margin between the budget and the slowest content: a check that exceeds the budget, because
//! the content is slower than any that was measured or because the process was interrupted, can be told by its time.
//! On an idle processor the slowest content measured takes a quarter of the budget, 4.7 ns a byte
//! (`bench/timing.js --checks`).

use std::time::Duration;

use super::clock;

/// The budget for the checks of one plaintext. Twice as much in WebAssembly, where an engine's first compiler
/// produces code that takes 14 ns a byte.
const FIXED: Duration = Duration::from_micros(if cfg!(target_family = "wasm") { 2 } else { 1 });
const PER_BYTE: Duration = Duration::from_nanos(if cfg!(target_family = "wasm") { 40 } else { 20 });

/// When the checks of one call began, and how long they may take, with what is done between them.
#[derive(Debug, Default)]
pub struct Deadline {
    start: Option<Duration>,
    allowed: Duration,
    decryption: Option<Duration>,
}

impl Deadline {
    /// Runs the checks of a plaintext of `length` bytes. Only before the first plaintext does this read the clock.
    ///
    /// After an error the caller must call [`Deadline::wait`] before it returns.
    pub fn run<T, E>(
        &mut self,
        length: usize,
        checks: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.start.get_or_insert_with(clock::now);
        checks().inspect_err(|_| self.allowed += FIXED + PER_BYTE * length as u32)
    }

    /// Runs a decryption, whose time depends on the length alone. The first one after checks is measured, and as much
    /// time is allowed for it and for each that follows.
    pub fn run_decryption<T, E>(&mut self, decrypt: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.start.is_none() {
            return decrypt();
        }
        let start = self.decryption.is_none().then(clock::now);
        let result = decrypt()?;
        let elapsed = start.map(|start| clock::now().saturating_sub(start));
        self.decryption = self.decryption.or(elapsed);
        self.allowed += self.decryption.unwrap_or_default();
        Ok(result)
    }

    /// Waits until the time allowed has passed.
    pub fn wait(self) {
        let Some(start) = self.start else { return };
        if cfg!(not(feature = "test-no-deadline")) {
            let taken = clock::now().saturating_sub(start);
            wait(self.allowed.saturating_sub(taken), clock::now);
        }
    }
}

/// Waits until `clock` has advanced by `time`. Gives up on a clock that stands still, as some hosts of WebAssembly
/// have: a clock that advances takes more than 4 ns to read.
fn wait(time: Duration, clock: impl Fn() -> Duration) {
    let start = clock();
    let mut reads = time.as_nanos() / 4;
    while reads > 0 && clock().saturating_sub(start) < time {
        reads -= 1;
        std::hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_takes_what_was_allowed_for_its_length() {
        for (lengths, allowed) in [
            (&[0][..], 1),
            (&[400], 9),
            (&[400, 400], 18),
            (&[32_768], 656),
        ] {
            let start = clock::now();
            let mut deadline = Deadline::default();
            for length in lengths {
                assert_eq!(deadline.run(*length, || Err::<(), _>(1)), Err(1));
            }
            deadline.wait();
            assert!(clock::now() - start >= Duration::from_micros(allowed));
        }
    }
}
