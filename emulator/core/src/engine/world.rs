//! The one door through which time, chance and ids come in.
//!
//! The clock is real or virtual; entropy is seeded, so that two engines with one seed and one virtual clock behave alike. Nothing else in the
//! core may ask for the time or for a random number.

use std::time::{SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

use crate::model::json::Timestamp;
use crate::model::uuid;

/// Where the time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock, shifted by so many milliseconds.
    Real {
        /// Added to the machine's time.
        offset_ms: i64,
    },
    /// Stands still until it is moved.
    Frozen(Timestamp),
}

impl Clock {
    /// The machine's clock.
    pub const MACHINE: Self = Self::Real { offset_ms: 0 };

    /// The time now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::Real { offset_ms } => machine_time().plus_millis(offset_ms),
            Self::Frozen(at) => at,
        }
    }

    /// The same clock, so many milliseconds ahead.
    #[must_use]
    pub fn advanced(self, milliseconds: i64) -> Self {
        match self {
            Self::Real { offset_ms } => Self::Real {
                offset_ms: offset_ms.saturating_add(milliseconds),
            },
            Self::Frozen(at) => Self::Frozen(at.plus_millis(milliseconds)),
        }
    }

    /// The clock that stands still at the time that this one shows now.
    #[must_use]
    pub fn frozen(self) -> Self {
        Self::Frozen(self.now())
    }

    /// The clock that shows the same time now and goes on as the machine's does.
    #[must_use]
    pub fn running(self) -> Self {
        Self::Real {
            offset_ms: self.now().as_millis().saturating_sub(machine_time().as_millis()),
        }
    }
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
    pub fn real() -> Self {
        Self::new(Clock::MACHINE, machine_seed())
    }

    /// Another world, which goes on from where this one is now.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            clock: Mutex::new(self.clock()),
            entropy: Mutex::new(ChaCha12Rng::deserialize_state(&self.entropy.lock().serialize_state())),
        }
    }

    /// The clock as it is.
    #[must_use]
    pub fn clock(&self) -> Clock {
        *self.clock.lock()
    }

    /// Goes by another clock.
    pub fn set_clock(&self, clock: Clock) {
        *self.clock.lock() = clock;
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// Whether the clock shows the machine's time, unshifted: then it can be compared with the clocks of clients.
    #[must_use]
    pub fn keeps_machine_time(&self) -> bool {
        self.clock() == Clock::MACHINE
    }

    /// Lets the clock stand still at a time.
    pub fn freeze(&self, at: Timestamp) {
        self.set_clock(Clock::Frozen(at));
    }

    /// Moves the clock ahead.
    pub fn advance(&self, milliseconds: i64) {
        let mut clock = self.clock.lock();
        *clock = clock.advanced(milliseconds);
    }

    /// Moves the clock ahead to a time, unless it has come that far already.
    pub fn advance_to(&self, at: Timestamp) {
        let mut clock = self.clock.lock();
        let behind_ms = at.as_millis().saturating_sub(clock.now().as_millis());
        *clock = clock.advanced(behind_ms.max(0));
    }

    /// A lower-case UUID of version 4.
    #[must_use]
    pub fn uuid(&self) -> String {
        let mut bytes = [0u8; 16];
        self.entropy.lock().fill_bytes(&mut bytes);
        uuid::of_chance(u128::from_be_bytes(bytes))
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
