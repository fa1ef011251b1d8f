//! The Regions that the service has, as far as an ARN must name one.

use super::names::partition_of;

/// The Regions by name, a partition at a time.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// The Regions of the partition that a Region belongs to.
pub fn regions_beside(region: &str) -> impl Iterator<Item = &'static str> {
    let partition = partition_of(region);
    REGIONS
        .iter()
        .copied()
        .filter(move |other| partition_of(other) == partition)
}

/// Whether the service has a Region.
pub(crate) fn is_region(name: &str) -> bool {
    REGIONS.contains(&name)
}
