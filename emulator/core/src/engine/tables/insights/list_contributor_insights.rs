//! ListContributorInsights: the tables and global indexes whose busiest keys are counted, each table before its indexes.
//!
//! Order: the table's name, the constraints, the token, the table. A page looks at so many tables and indexes, whether or not there is anything to tell of
//! them: so a page of many tables can be empty and not be the last.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::summarize;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::find_learned;
use crate::engine::violations::Violations;
use crate::engine::wording::ForeignToken;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ContributorInsightsSummary, ListContributorInsightsReply, ListContributorInsightsRequest};
use crate::store::{Database, IndexKind, Phase, TableDefinition};

/// The most tables and indexes of a page, which is also how many a page looks at by default.
const PAGE_MAX: i32 = 100;

/// What parts the table from the index in a token; no name has it.
const SEPARATOR: char = '/';

impl Execute for ListContributorInsightsRequest {
    type Reply = ListContributorInsightsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListContributorInsightsReply, ApiError> {
        let name = self.table_name.as_ref();
        let target = name.map(|name| TableTarget::of_operation(Some(name), context.caller()));
        let target = target.transpose()?;
        let mut violations = Violations::default();
        violations
            .echoed("maxResults", self.max_results.as_ref())
            .at_least(1)
            .at_most(PAGE_MAX.into());
        violations.refuse()?;
        let after = self.next_token.as_ref().map(Place::of_token).transpose()?;
        let limit = usize::try_from(self.max_results.unwrap_or(PAGE_MAX)).unwrap_or_default();
        context.read(|database| match &target {
            Some(target) => {
                let definition = find_learned(database, target, context)?;
                Ok(page(after.as_ref(), limit, std::iter::once(definition)))
            }
            None => Ok(page(after.as_ref(), limit, tables_since(database, after.as_ref()))),
        })
    }
}

/// A table, or an index of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    table: Text,
    index: Option<Text>,
}

impl Place {
    fn token(&self) -> Text {
        let index = self.index.as_deref().unwrap_or_default();
        URL_SAFE_NO_PAD
            .encode(format!("{}{SEPARATOR}{index}", self.table))
            .into()
    }

    fn of_token(token: &Text) -> Result<Self, ForeignToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token.as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let (table, index) = text
            .as_deref()
            .and_then(|text| text.split_once(SEPARATOR))
            .ok_or_else(|| ForeignToken(token.clone()))?;
        Ok(Self {
            table: table.into(),
            index: (!index.is_empty()).then(|| index.into()),
        })
    }
}

/// The tables from that of a place on.
fn tables_since<'d>(database: &'d Database, place: Option<&Place>) -> impl Iterator<Item = &'d TableDefinition> {
    let name = place.map_or("", |place| place.table.as_str());
    let first = database.table(name).into_iter();
    first
        .chain(database.tables_after(name))
        .map(|table| table.definition().as_ref())
}

/// A table and its global indexes by their names.
fn places(definition: &TableDefinition) -> Vec<Place> {
    let of = |index: Option<&Text>| Place {
        table: definition.name.clone(),
        index: index.cloned(),
    };
    let indexes = definition
        .indexes_of(IndexKind::Global)
        .map(|index| of(Some(&index.name)));
    let mut places: Vec<Place> = std::iter::once(of(None)).chain(indexes).collect();
    places.sort();
    places
}

fn page<'d>(
    after: Option<&Place>,
    limit: usize,
    definitions: impl Iterator<Item = &'d TableDefinition>,
) -> ListContributorInsightsReply {
    let places =
        definitions.flat_map(|definition| places(definition).into_iter().map(move |place| (definition, place)));
    let mut left = places
        .filter(|(_, place)| after.is_none_or(|after| place > after))
        .peekable();
    let mut reply = ListContributorInsightsReply::default();
    let mut last = None;
    for (definition, place) in left.by_ref().take(limit) {
        reply.contributor_insights_summaries.extend(shown(definition, &place));
        last = Some(place);
    }
    reply.next_token = last.filter(|_| left.peek().is_some()).map(|last| last.token());
    reply
}

/// The insights at a place, unless they are off.
fn shown(definition: &TableDefinition, place: &Place) -> Option<ContributorInsightsSummary> {
    let index = place.index.as_ref();
    let insights = definition.companions.insights(index)?;
    (insights.phase != Phase::Off).then(|| summarize(&place.table, index, Some(insights)))
}
