//! The one door through which time, chance and ids come in.
//!
//! The clock is real or virtual; entropy is seeded, so that two engines with one seed and one virtual clock behave alike. Nothing else in the
//! core may ask for the time or for a random number.

use std::time::{SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

use crate::model::json::Timestamp;

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock, shifted by so many milliseconds.
    Real {
        /// Added to the machine's time.
        offset_ms: i64,
    },
    /// Stands still until it is moved.
    Frozen(Timestamp),
}

/// Clock, entropy and ids of an engine.
#[derive(Debug)]
pub struct World {
    clock: Mutex<Clock>,
    entropy: Mutex<ChaCha12Rng>,
}

impl World {
    /// A world with this clock whose chance follows from `seed`.
    #[must_use]
    pub fn new(clock: Clock, seed: u64) -> Self {
        Self {
            clock: Mutex::new(clock),
            entropy: Mutex::new(ChaCha12Rng::seed_from_u64(seed)),
        }
    }

    /// A world with the machine's time and a seed from the machine.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn real() -> Self {
        Self::new(Clock::Real { offset_ms: 0 }, machine_seed())
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match *self.clock.lock() {
            Clock::Real { offset_ms } => machine_time().plus_millis(offset_ms),
            Clock::Frozen(at) => at,
        }
    }

    /// Whether the clock shows the machine's time, unshifted: then it can be compared with the clocks of clients.
    #[must_use]
    pub fn keeps_machine_time(&self) -> bool {
        matches!(*self.clock.lock(), Clock::Real { offset_ms: 0 })
    }

    /// Lets the clock stand still at a time.
    pub fn freeze(&self, at: Timestamp) {
        *self.clock.lock() = Clock::Frozen(at);
    }

    /// Moves the clock ahead.
    pub fn advance(&self, milliseconds: i64) {
        match &mut *self.clock.lock() {
            Clock::Real { offset_ms } => *offset_ms += milliseconds,
            Clock::Frozen(at) => *at = at.plus_millis(milliseconds),
        }
    }

    /// A lower-case UUID of version 4.
    #[must_use]
    pub fn uuid(&self) -> String {
        let mut bytes = [0u8; 16];
        self.entropy.lock().fill_bytes(&mut bytes);
        bytes[6] = bytes[6] & 0x0F | 0x40;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// A request id as the service makes them: 52 characters of A–Z and 0–9.
    pub fn write_request_id(&self, out: &mut [u8; 52]) {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
        let mut random = [0u8; 52];
        self.entropy.lock().fill_bytes(&mut random);
        for (symbol, byte) in out.iter_mut().zip(random) {
            *symbol = ALPHABET[usize::from(byte & 31)];
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn machine_seed() -> u64 {
    rand::rng().next_u64()
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn machine_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
