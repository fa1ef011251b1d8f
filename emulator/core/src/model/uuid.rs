//! Identifiers of 128 bits in their usual spelling.

/// Spells bits as a UUID, in lower case.
#[must_use]
pub fn spelled(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A UUID of version 4: of random bits, but for those that say so.
#[must_use]
pub fn of_chance(bits: u128) -> String {
    let bits = bits & !(0xF << 76) | 4 << 76;
    spelled(bits & !(0x3 << 62) | 2 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_say_their_version_and_variant() {
        assert_eq!(spelled(1), "00000000-0000-0000-0000-000000000001");
        assert_eq!(of_chance(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(of_chance(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
