//! The one clock of the core: monotonic, with no relation to the time of day.

use std::time::Duration;

/// Returns the time since the first call of this function.
#[cfg(not(target_family = "wasm"))]
pub fn now() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

#[cfg(target_family = "wasm")]
pub use host::{now, set};

/// WebAssembly has no clock: the boundary sets the host's.
#[cfg(target_family = "wasm")]
mod host {
    use std::sync::OnceLock;

    use super::Duration;

    static CLOCK: OnceLock<fn() -> Duration> = OnceLock::new();

    /// Sets the clock. Only the first call has an effect.
    pub fn set(clock: fn() -> Duration) {
        let _ = CLOCK.set(clock);
    }

    /// Returns the time of the host's clock, or 0 if none is set.
    pub fn now() -> Duration {
        CLOCK.get().map_or(Duration::ZERO, |clock| clock())
    }
}
