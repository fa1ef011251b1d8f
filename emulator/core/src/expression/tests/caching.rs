//! How often texts are parsed.

use super::super::{CacheStats, Condition, ExpressionCache, ExpressionKind, KeyCondition, Projection, SIZE_BYTES_MAX};

const CONDITION: ExpressionKind = ExpressionKind::Condition;

fn check(cache: &ExpressionCache, hits: u64, misses: u64, entries: u64) {
    let expected = CacheStats { hits, misses, entries };
    assert_eq!(cache.stats(), expected);
}

#[test]
fn a_text_is_parsed_once_for_all_languages_that_share_a_grammar() {
    let cache = ExpressionCache::default();
    for _ in 0..3 {
        cache.parse::<Condition>(CONDITION, Some("a = :v")).unwrap();
        cache
            .parse::<Condition>(ExpressionKind::Filter, Some("a = :v"))
            .unwrap();
        cache
            .parse::<KeyCondition>(ExpressionKind::KeyCondition, Some("a = :v"))
            .unwrap();
        cache.parse::<Condition>(CONDITION, None).unwrap();
    }
    check(&cache, 8, 1, 1);
    cache
        .parse::<Projection>(ExpressionKind::Projection, Some("a"))
        .unwrap();
    check(&cache, 8, 2, 2);
}

#[test]
fn refusals_are_kept_and_name_the_parameter_anew() {
    let cache = ExpressionCache::default();
    let error = |kind| cache.parse::<Condition>(kind, Some("a =")).unwrap_err().to_string();
    assert!(error(CONDITION).starts_with("Invalid ConditionExpression: "));
    assert!(error(ExpressionKind::Filter).starts_with("Invalid FilterExpression: "));
    check(&cache, 1, 1, 1);
}

#[test]
fn texts_beyond_the_limit_are_never_kept() {
    let cache = ExpressionCache::default();
    let text = "a".repeat(SIZE_BYTES_MAX + 1);
    for _ in 0..2 {
        cache.parse::<Condition>(CONDITION, Some(&text)).unwrap_err();
    }
    check(&cache, 0, 2, 0);
}

#[test]
fn texts_of_the_greatest_length_are_kept() {
    let cache = ExpressionCache::default();
    let text = format!("a = :{}", "v".repeat(SIZE_BYTES_MAX - 5));
    for _ in 0..2 {
        cache.parse::<Condition>(CONDITION, Some(&text)).unwrap();
    }
    check(&cache, 1, 1, 1);
}

#[test]
fn the_cache_is_bounded() {
    let cache = ExpressionCache::with_capacity(64 << 10);
    for n in 0..10_000 {
        cache
            .parse::<Condition>(CONDITION, Some(&format!("attribute{n} = :value{n}")))
            .unwrap();
    }
    let CacheStats { misses, entries, .. } = cache.stats();
    assert_eq!(misses, 10_000);
    assert!(entries > 100 && entries < 1_000, "{entries}");
}
