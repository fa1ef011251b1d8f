//! Pages of Query and Scan as requests: the same page with all that it is made of, and one that ends earlier.

use smol_str::SmolStr;
use stator_core::model::Request;
use stator_core::model::json::{Entries, Text};

/// The placeholder for the partition key in the filter of a page that is read again.
const KEY_NAME: &str = "#stator_key";

/// Lets a page end after so many evaluated items, if it does not end earlier. A limit that is refused stays as it is.
pub(crate) fn limit(request: &mut Request, count: usize) {
    let most = i32::try_from(count).unwrap_or(i32::MAX);
    let limit = match request {
        Request::Query(request) => &mut request.limit,
        Request::Scan(request) => &mut request.limit,
        _ => unreachable!("Query and Scan alone have pages that end"),
    };
    if limit.is_none_or(|limit| limit > most) {
        *limit = Some(most);
    }
}

/// The same page with every item that it is made of, whole. Its filter holds always: the placeholders of the request must all be used somewhere.
pub(crate) fn whole(request: &Request, key: &SmolStr) -> Option<Request> {
    macro_rules! again {
        ($request:expr, $filter:ident) => {{
            let mut again = $request.clone();
            let filter = always(
                again.filter_expression.as_ref(),
                again.expression_attribute_names.as_ref(),
            );
            let is_legacy = again.filter_expression.is_none() && again.expression_attribute_names.is_none();
            if !is_legacy {
                let mut names = again.expression_attribute_names.take().unwrap_or_default();
                names.0.push((KEY_NAME.into(), key.clone()));
                again.expression_attribute_names = Some(names);
                again.filter_expression = Some(filter);
            }
            again.projection_expression = None;
            again.attributes_to_get = None;
            again.$filter = None;
            again.conditional_operator = None;
            again.select = None;
            again.return_consumed_capacity = None;
            again
        }};
    }
    match request {
        Request::Query(request) => Some(Request::Query(again!(request, query_filter))),
        Request::Scan(request) => Some(Request::Scan(again!(request, scan_filter))),
        _ => None,
    }
}

fn always(filter: Option<&Text>, names: Option<&Entries<Text>>) -> Text {
    let names = names.into_iter().flat_map(Entries::iter);
    let named = names.map(|(placeholder, _)| format!("attribute_exists({placeholder})"));
    let own = filter.map(|filter| format!("({filter})"));
    let key = format!("attribute_exists({KEY_NAME})");
    let all: Vec<String> = std::iter::once(key).chain(named).chain(own).collect();
    all.join(" OR ").into()
}
