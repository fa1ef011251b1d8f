//! Tags, time to live, limits and endpoints: the small operations around a table.

use super::tables::Tag;
use crate::model::json::{Place, Read, Reader, Text, Wire, Writer, shape};

shape! {
    /// A request of TagResource.
    pub struct TagResourceRequest("TagResourceInput") {
        /// The table's ARN.
        resource_arn: Option<Text> = "ResourceArn",
        /// The tags to set.
        tags: Option<Vec<Tag>> = "Tags",
    }

    /// A request of UntagResource.
    pub struct UntagResourceRequest("UntagResourceInput") {
        /// The table's ARN.
        resource_arn: Option<Text> = "ResourceArn",
        /// The keys of the tags to remove.
        tag_keys: Option<Vec<Text>> = "TagKeys",
    }

    /// A request of ListTagsOfResource.
    pub struct ListTagsOfResourceRequest("ListTagsOfResourceInput") {
        /// The table's ARN.
        resource_arn: Option<Text> = "ResourceArn",
        /// Where a page begins; all tags fit on the first.
        next_token: Option<Text> = "NextToken",
    }

    /// An answer of ListTagsOfResource.
    pub struct ListTagsOfResourceReply("ListTagsOfResourceOutput") {
        /// The tags.
        tags: Vec<Tag> = "Tags",
        /// Where the next page begins.
        next_token: Option<Text> = "NextToken",
    }

    /// A request of UpdateTimeToLive.
    pub struct UpdateTimeToLiveRequest("UpdateTimeToLiveInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The attribute that holds the time, on or off.
        time_to_live_specification: Option<TimeToLiveSpecification> = "TimeToLiveSpecification",
    }

    /// An answer of UpdateTimeToLive.
    pub struct UpdateTimeToLiveReply("UpdateTimeToLiveOutput") {
        /// What was asked for.
        time_to_live_specification: Option<TimeToLiveSpecification> = "TimeToLiveSpecification",
    }

    /// The attribute that holds the time at which an item expires, on or off.
    pub struct TimeToLiveSpecification("TimeToLiveSpecification") {
        /// On or off.
        enabled: Option<bool> = "Enabled",
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
    }

    /// A request of DescribeTimeToLive.
    pub struct DescribeTimeToLiveRequest("DescribeTimeToLiveInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// An answer of DescribeTimeToLive.
    pub struct DescribeTimeToLiveReply("DescribeTimeToLiveOutput") {
        /// How items expire.
        time_to_live_description: Option<TimeToLiveDescription> = "TimeToLiveDescription",
    }

    /// How the items of a table expire.
    pub struct TimeToLiveDescription("TimeToLiveDescription") {
        /// `ENABLED` or `DISABLED`.
        time_to_live_status: Option<Text> = "TimeToLiveStatus",
        /// The attribute that holds the time.
        attribute_name: Option<Text> = "AttributeName",
    }

    /// A request of DescribeLimits.
    pub struct DescribeLimitsRequest("DescribeLimitsInput") {}

    /// An answer of DescribeLimits.
    pub struct DescribeLimitsReply("DescribeLimitsOutput") {
        /// The most reads per second of all tables.
        account_max_read_capacity_units: Option<i64> = "AccountMaxReadCapacityUnits",
        /// The most writes per second of all tables.
        account_max_write_capacity_units: Option<i64> = "AccountMaxWriteCapacityUnits",
        /// The most reads per second of one table.
        table_max_read_capacity_units: Option<i64> = "TableMaxReadCapacityUnits",
        /// The most writes per second of one table.
        table_max_write_capacity_units: Option<i64> = "TableMaxWriteCapacityUnits",
    }

    /// A request of DescribeEndpoints.
    pub struct DescribeEndpointsRequest("DescribeEndpointsRequest") {}

    /// An answer of DescribeEndpoints.
    pub struct DescribeEndpointsReply("DescribeEndpointsResponse") {
        /// The endpoints.
        endpoints: Vec<Endpoint> = "Endpoints",
    }

    /// An endpoint.
    pub struct Endpoint("Endpoint") {
        /// Host name.
        address: Option<Text> = "Address",
        /// How long a client may keep it.
        cache_period_in_minutes: Option<i64> = "CachePeriodInMinutes",
    }
}

/// An answer without a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmptyReply;

impl Wire for EmptyReply {
    fn java_type() -> String {
        "void".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        reader.end().or_else(|_| reader.skip()).map(|()| Self)
    }

    fn write(&self, _: &mut Writer<'_>) {}
}
