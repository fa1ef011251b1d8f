//! The values of enumerations, as the service prints them (observed-validation.md §9a, observed-tables.md §2).

/// The values that an enumeration accepts, in the order in which the service prints them, which is not the model's order.
pub(crate) type EnumSet = [&'static str];

pub(crate) const ATTRIBUTE_ACTION: &EnumSet = &["ADD", "DELETE", "PUT"];
pub(crate) const ATTRIBUTE_TYPE: &EnumSet = &["B", "N", "S"];
pub(crate) const BACKUP_TYPE_FILTER: &EnumSet = &["USER", "SYSTEM", "AWS_BACKUP", "ALL"];
pub(crate) const BILLING_MODE: &EnumSet = &["PROVISIONED", "PAY_PER_REQUEST"];
pub(crate) const DISTANCE_FUNCTION: &EnumSet = &["COSINE", "DOT_PRODUCT", "EUCLIDEAN"];
pub(crate) const COMPARISON_OPERATOR: &EnumSet = &[
    "IN",
    "NULL",
    "BETWEEN",
    "LT",
    "NOT_CONTAINS",
    "EQ",
    "GT",
    "NOT_NULL",
    "NE",
    "LE",
    "BEGINS_WITH",
    "GE",
    "CONTAINS",
];
pub(crate) const BULK_INPUT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION"];
pub(crate) const OUTPUT_TYPE: &EnumSet = &["ERROR", "CONDITION_CHECK_FAILURE"];
pub(crate) const PERFORMANCE_TIER: &EnumSet = &["STANDARD", "ACCELERATED"];
pub(crate) const CONDITIONAL_OPERATOR: &EnumSet = &["OR", "AND"];
pub(crate) const EXPORT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION"];
pub(crate) const EXPORT_TYPE: &EnumSet = &["FULL_EXPORT", "INCREMENTAL_EXPORT"];
pub(crate) const EXPORT_VIEW_TYPE: &EnumSet = &["NEW_IMAGE", "NEW_AND_OLD_IMAGES"];
pub(crate) const INPUT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION", "CSV"];
pub(crate) const CONTRIBUTOR_INSIGHTS_ACTION: &EnumSet = &["ENABLE", "DISABLE"];
pub(crate) const CONTRIBUTOR_INSIGHTS_MODE: &EnumSet = &["THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"];
pub(crate) const KEY_TYPE: &EnumSet = &["HASH", "RANGE"];
pub(crate) const PRECISION: &EnumSet = &["MILLISECOND", "MICROSECOND"];
pub(crate) const PROJECTION_TYPE: &EnumSet = &["ALL", "INCLUDE", "KEYS_ONLY"];
pub(crate) const RETURN_CONSUMED_CAPACITY: &EnumSet = &["INDEXES", "TOTAL", "NONE"];
pub(crate) const RETURN_ITEM_COLLECTION_METRICS: &EnumSet = &["SIZE", "NONE"];
pub(crate) const RETURN_VALUES: &EnumSet = &["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];
pub(crate) const RETURN_VALUES_ON_CHECK_FAILURE: &EnumSet = &["ALL_OLD", "NONE"];
pub(crate) const SETTINGS_REPLICATION_MODE: &EnumSet = &["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"];
pub(crate) const S3_SSE_ALGORITHM: &EnumSet = &["AES256", "KMS"];
pub(crate) const SEARCH_SCHEMA_ELEMENT_TYPE: &EnumSet = &["HASH", "INLINE_FILTER"];
pub(crate) const SELECT: &EnumSet = &[
    "SPECIFIC_ATTRIBUTES",
    "COUNT",
    "ALL_ATTRIBUTES",
    "ALL_PROJECTED_ATTRIBUTES",
];
pub(crate) const SHARD_FILTER_TYPE: &EnumSet = &["CHILD_SHARDS"];
pub(crate) const SHARD_ITERATOR_TYPE: &EnumSet = &[
    "AFTER_SEQUENCE_NUMBER",
    "LATEST",
    "AT_TIMESTAMP",
    "AT_SEQUENCE_NUMBER",
    "TRIM_HORIZON",
];
pub(crate) const SSE_TYPE: &EnumSet = &["AES256", "KMS"];
pub(crate) const STREAM_VIEW_TYPE: &EnumSet = &["OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE"];
pub(crate) const TABLE_CLASS: &EnumSet = &["STANDARD", "STANDARD_INFREQUENT_ACCESS"];
