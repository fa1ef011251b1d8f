//! What a reply reports as its costs, and the report that was asked for.

use stator_core::model::json::Text;
use stator_core::model::wire::{ConsumedCapacity, VectorCapacity};
use stator_core::model::{Reply, Request};

/// The report that a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// None.
    Nothing,
    /// The sum.
    Total,
    /// The sum and its parts.
    Indexes,
}

/// Units of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    /// Read units.
    pub(super) read: f64,
    /// Write units.
    pub(super) write: f64,
}

/// The reports of a reply: of its one table, or one for each.
enum Reports<'r> {
    One(&'r mut Option<ConsumedCapacity>),
    Each(&'r mut Option<Vec<ConsumedCapacity>>),
    /// Of a search, which counts bytes in place of units.
    Bytes(&'r mut Option<VectorCapacity>),
    None,
}

impl Asked {
    /// What a request asked for.
    pub(super) fn by(request: &Request) -> Self {
        match member(request).map(Text::as_str) {
            Some("TOTAL") => Self::Total,
            Some("INDEXES") => Self::Indexes,
            _ => Self::Nothing,
        }
    }

    /// Takes out of a reply what was not asked for.
    pub(super) fn cut(self, reply: &mut Reply) {
        let reports = Reports::of(reply);
        match self {
            Self::Indexes => {}
            Self::Nothing => reports.clear(),
            Self::Total => {
                for report in reports.into_slice() {
                    report.table = None;
                    report.local_secondary_indexes = None;
                    report.global_secondary_indexes = None;
                }
            }
        }
    }
}

impl Cost {
    /// What a reply reports.
    pub(super) fn of(reply: &mut Reply) -> Self {
        let is_write = matches!(
            reply,
            Reply::BatchWriteItem(_) | Reply::DeleteItem(_) | Reply::PutItem(_) | Reply::UpdateItem(_)
        );
        let mut cost = Self::default();
        for report in Reports::of(reply).into_slice() {
            let all = report.capacity_units.unwrap_or_default();
            match (report.read_capacity_units, report.write_capacity_units) {
                (None, None) if is_write => cost.write += all,
                (None, None) => cost.read += all,
                // Transactions say which units are which.
                (read, write) => {
                    cost.read += read.unwrap_or_default();
                    cost.write += write.unwrap_or_default();
                }
            }
        }
        cost
    }
}

/// The member by which a request asks, if its operation has one.
fn member(request: &Request) -> Option<&Text> {
    match request {
        Request::BatchGetItem(request) => request.return_consumed_capacity.as_ref(),
        Request::BatchWriteItem(request) => request.return_consumed_capacity.as_ref(),
        Request::DeleteItem(request) => request.return_consumed_capacity.as_ref(),
        Request::GetItem(request) => request.return_consumed_capacity.as_ref(),
        Request::PutItem(request) => request.return_consumed_capacity.as_ref(),
        Request::Query(request) => request.return_consumed_capacity.as_ref(),
        Request::Scan(request) => request.return_consumed_capacity.as_ref(),
        Request::SearchVectors(request) => request.return_consumed_capacity.as_ref(),
        Request::TransactGetItems(request) => request.return_consumed_capacity.as_ref(),
        Request::TransactWriteItems(request) => request.return_consumed_capacity.as_ref(),
        Request::UpdateItem(request) => request.return_consumed_capacity.as_ref(),
        _ => None,
    }
}

impl<'r> Reports<'r> {
    fn of(reply: &'r mut Reply) -> Self {
        match reply {
            Reply::BatchGetItem(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::BatchWriteItem(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::TransactGetItems(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::TransactWriteItems(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::SearchVectors(reply) => Self::Bytes(&mut reply.consumed_capacity),
            Reply::GetItem(reply) => Self::One(&mut reply.consumed_capacity),
            Reply::Query(reply) | Reply::Scan(reply) => Self::One(&mut reply.consumed_capacity),
            Reply::DeleteItem(reply) | Reply::PutItem(reply) | Reply::UpdateItem(reply) => {
                Self::One(&mut reply.consumed_capacity)
            }
            _ => Self::None,
        }
    }

    fn into_slice(self) -> &'r mut [ConsumedCapacity] {
        match self {
            Self::One(report) => report.as_mut().map(std::slice::from_mut).unwrap_or_default(),
            Self::Each(reports) => reports.as_deref_mut().unwrap_or_default(),
            Self::Bytes(_) | Self::None => &mut [],
        }
    }

    fn clear(self) {
        match self {
            Self::One(report) => *report = None,
            Self::Each(reports) => *reports = None,
            Self::Bytes(report) => *report = None,
            Self::None => {}
        }
    }
}
