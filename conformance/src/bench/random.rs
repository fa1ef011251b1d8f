//! The one source of chance in the bench: splitmix64, seeded, so that every peer is asked for the same keys in the same order.

/// A splitmix64 generator.
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// Starts the sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Starts one of many unrelated sequences of the same `seed`, as for the connections of one round.
    pub fn stream(seed: u64, stream: u64) -> Self {
        Self(mix(seed ^ mix(stream)))
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`, which must not be zero. The bias is below `bound / 2^64`.
    pub fn below(&mut self, bound: u64) -> u64 {
        debug_assert!(bound > 0);
        ((u128::from(self.draw()) * u128::from(bound)) >> 64) as u64
    }
}

/// The finaliser of splitmix64: a bijection whose outputs look unrelated for neighbouring inputs.
pub fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| random.draw()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn keys_are_spread_evenly_over_all_items() {
        let mut random = SplitMix64::stream(7, 3);
        let mut hits = [0_u32; 100];
        for _ in 0..100_000 {
            hits[random.below(100) as usize] += 1;
        }
        // The standard deviation of a cell is 31, so 800 to 1200 is more than six of them.
        assert!(hits.iter().all(|hits| (800..1200).contains(hits)), "{hits:?}");
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        assert_ne!(SplitMix64::stream(7, 0).draw(), SplitMix64::stream(7, 1).draw());
        assert_eq!(SplitMix64::stream(7, 1).draw(), SplitMix64::stream(7, 1).draw());
    }
}
