//! Orders that the service's answers inherit from Java's hash tables (observed-validation.md §9b, observed-expressions.md §16).
//!
//! Pure functions from contents to the order of iteration; nothing here is used to store anything.

use super::number::Number;

/// Java's `String.hashCode` over UTF-16 units.
fn string_hash(text: &str) -> i32 {
    text.encode_utf16()
        .fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// Java's `BigDecimal.hashCode` of the number without trailing zeros.
fn number_hash(number: &Number) -> i32 {
    if number.is_zero() {
        return 0;
    }
    let magnitude = number.coefficient();
    let scale = -i32::from(number.exponent());
    let folded = if magnitude < 1 << 63 {
        ((magnitude >> 32) as i32)
            .wrapping_mul(31)
            .wrapping_add(magnitude as u32 as i32)
    } else {
        (0..4)
            .rev()
            .map(|word| (magnitude >> (32 * word)) as u32 as i32)
            .skip_while(|&word| word == 0)
            .fold(0i32, |hash, word| hash.wrapping_mul(31).wrapping_add(word))
    };
    let signed = if number.is_negative() {
        folded.wrapping_neg()
    } else {
        folded
    };
    signed.wrapping_mul(31).wrapping_add(scale)
}

fn bucket(hash: i32, capacity: usize) -> usize {
    let hash = hash as u32;
    (hash ^ (hash >> 16)) as usize & (capacity - 1)
}

/// The order in which a `HashSet<BigDecimal>` that was filled in ascending order iterates.
pub(crate) fn hash_set_order<'a>(ascending: impl Iterator<Item = &'a Number>) -> Vec<&'a Number> {
    const CHAIN_MAX: usize = 8;
    const CAPACITY_BEFORE_TREES: usize = 64;
    let mut buckets: Vec<Vec<&Number>> = vec![Vec::new(); 16];
    let grow = |buckets: &mut Vec<Vec<&'a Number>>| {
        let capacity = buckets.len() * 2;
        let members = std::mem::replace(buckets, vec![Vec::new(); capacity]);
        for number in members.into_iter().flatten() {
            buckets[bucket(number_hash(number), capacity)].push(number);
        }
    };
    for (before, number) in ascending.enumerate() {
        let at = bucket(number_hash(number), buckets.len());
        buckets[at].push(number);
        if buckets[at].len() > CHAIN_MAX && buckets.len() < CAPACITY_BEFORE_TREES {
            grow(&mut buckets);
        }
        if (before + 1) * 4 > buckets.len() * 3 {
            grow(&mut buckets);
        }
    }
    buckets.into_iter().flatten().collect()
}

/// The order in which a `HashMap` made for `keys.len()` entries iterates; `keys` in the order in which they were sent.
pub(crate) fn hash_map_order<T>(entries: Vec<T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    let mut capacity = entries.len().max(1).next_power_of_two();
    while entries.len() * 4 > capacity * 3 {
        capacity *= 2;
    }
    in_buckets(entries, key, capacity)
}

/// The order in which a `HashSet` of default capacity iterates; `keys` in the order in which they were added.
pub(crate) fn default_set_order<T>(entries: Vec<T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    let mut capacity = 16;
    while entries.len() * 4 > capacity * 3 {
        capacity *= 2;
    }
    in_buckets(entries, key, capacity)
}

fn in_buckets<T>(mut entries: Vec<T>, key: impl Fn(&T) -> &str, capacity: usize) -> Vec<T> {
    entries.sort_by_key(|entry| bucket(string_hash(key(entry)), capacity));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(numbers: &[&str]) -> String {
        let mut numbers: Vec<Number> = numbers.iter().map(|text| Number::parse(text).unwrap()).collect();
        numbers.sort();
        hash_set_order(numbers.iter())
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn number_sets_iterate_as_captured_from_the_service() {
        assert_eq!(order(&["1", "2", "3"]), "3 2 1");
        assert_eq!(order(&["3", "20", "100"]), "3 20 100");
        assert_eq!(
            order(&[
                "100", "-1", "10", "0.5", "9", "5", "-10", "-0.5", "0", "1000", "25", "2.5"
            ]),
            "0 9 25 2.5 -0.5 5 0.5 1000 100 -1 10 -10"
        );
    }
}
