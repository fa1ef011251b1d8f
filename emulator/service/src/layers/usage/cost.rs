//! What a reply reports as its costs, and the report that was asked for.

use stator_core::model::json::Text;
use stator_core::model::wire::{ConsumedCapacity, VectorCapacity};
use stator_core::model::{Reply, Request};

/// The member by which a request asks, if its operation has one.
macro_rules! member {
    ($request:expr, |$inner:ident| $member:expr) => {
        match $request {
            Request::BatchExecuteStatement($inner) => Some($member),
            Request::BatchGetItem($inner) => Some($member),
            Request::BatchWriteItem($inner) => Some($member),
            Request::DeleteItem($inner) => Some($member),
            Request::ExecuteStatement($inner) => Some($member),
            Request::ExecuteTransaction($inner) => Some($member),
            Request::GetItem($inner) => Some($member),
            Request::PutItem($inner) => Some($member),
            Request::Query($inner) => Some($member),
            Request::Scan($inner) => Some($member),
            Request::SearchVectors($inner) => Some($member),
            Request::TransactGetItems($inner) => Some($member),
            Request::TransactWriteItems($inner) => Some($member),
            Request::UpdateItem($inner) => Some($member),
            _ => None,
        }
    };
}

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
        let member = member!(request, |request| request.return_consumed_capacity.as_ref());
        match member.flatten().map(Text::as_str) {
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
    /// What a reply reports; what it does not call reads or writes is what the request does.
    pub(super) fn of(reply: &mut Reply, side: Side) -> Self {
        let mut cost = Self::default();
        for report in Reports::of(reply).into_slice() {
            let all = report.capacity_units.unwrap_or_default();
            match (report.read_capacity_units, report.write_capacity_units) {
                (None, None) if side == Side::Write => cost.write += all,
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

/// Whether a request reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

impl Side {
    /// What a request does. The statements of one request all read or all write.
    pub(super) fn of(request: &Request) -> Self {
        let statement = match request {
            Request::BatchWriteItem(_)
            | Request::DeleteItem(_)
            | Request::PutItem(_)
            | Request::TransactWriteItems(_)
            | Request::UpdateItem(_) => return Self::Write,
            Request::ExecuteStatement(request) => request.statement.as_ref(),
            Request::BatchExecuteStatement(request) => {
                let first = request.statements.iter().flatten().next();
                first.and_then(|first| first.statement.as_ref())
            }
            _ => None,
        };
        let first_word = statement.and_then(|text| text.split_whitespace().next());
        match first_word {
            Some(word) if !word.eq_ignore_ascii_case("SELECT") => Self::Write,
            _ => Self::Read,
        }
    }
}

/// Lets a request ask for all there is to report, where it can and does not ask for what nobody knows.
pub(crate) fn ask_for_report(request: &mut Request) {
    let member = member!(request, |request| &mut request.return_consumed_capacity);
    let is_word = |word: &Text| matches!(word.as_str(), "NONE" | "TOTAL" | "INDEXES");
    if let Some(member) = member.filter(|member| member.as_ref().is_none_or(is_word)) {
        *member = Some("INDEXES".into());
    }
}

impl<'r> Reports<'r> {
    fn of(reply: &'r mut Reply) -> Self {
        match reply {
            Reply::BatchExecuteStatement(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::ExecuteTransaction(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::BatchGetItem(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::BatchWriteItem(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::TransactGetItems(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::TransactWriteItems(reply) => Self::Each(&mut reply.consumed_capacity),
            Reply::SearchVectors(reply) => Self::Bytes(&mut reply.consumed_capacity),
            Reply::ExecuteStatement(reply) => Self::One(&mut reply.consumed_capacity),
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

#[cfg(test)]
mod tests {
    use stator_core::model::Operation;

    use super::*;

    #[test]
    fn every_request_that_can_ask_for_a_report_is_known() {
        let mut known = 0;
        for &operation in Operation::ALL {
            let asks = |member: &str| {
                let request = Request::read(operation, &format!("{{\"{member}\":\"TOTAL\"}}"));
                request.map(|(request, _)| request)
            };
            // A request that has the member differs from one that does not know what it was sent.
            let (Ok(with), Ok(without)) = (asks("ReturnConsumedCapacity"), asks("Nonsense")) else {
                continue;
            };
            let wanted = if with == without { Asked::Nothing } else { Asked::Total };
            assert_eq!(Asked::by(&with), wanted, "{operation}");
            known += usize::from(wanted == Asked::Total);
        }
        assert!(known >= 13, "{known}");
    }
}
