//! Vector indexes that come or go on a living table.

use std::sync::Arc;

use super::Editor;
use super::indexes::IndexChangeError;
use crate::engine::tables::indexes;
use crate::engine::tables::pace::Work;
use crate::engine::tables::schema::Definitions;
use crate::engine::tables::update_table::wish::{IndexWish, Wish};
use crate::engine::tables::vectors::{self, VectorIndexError};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::VectorIndexArg;
use crate::store::{BillingMode, IndexDefinition, IndexKind, IndexStatus, Step, VectorSpec};

impl Editor<'_> {
    /// Checks that a table with vector indexes stays, and one that gets them is, paid for by request.
    pub(super) fn check_vector_mode(&self, wish: &Wish<'_>) -> Result<(), VectorIndexError> {
        if self.mode == BillingMode::Provisioned && self.current.vectors().next().is_some() {
            return Err(VectorIndexError::StillNeeded);
        }
        let is_wanted = |(_, wish): &(Text, IndexWish<'_>)| matches!(wish, IndexWish::CreateVector(_));
        if wish.indexes.iter().any(is_wanted) {
            return vectors::check_mode(self.mode);
        }
        Ok(())
    }

    /// The vector index with this name.
    pub(super) fn find_vector_index(&self, name: &Text) -> Result<&IndexDefinition, IndexChangeError> {
        let index = self.current.index(name).filter(|index| index.kind == IndexKind::Vector);
        index.ok_or_else(|| IndexChangeError::UnknownIndex {
            index: name.clone(),
            table: self.current.name.clone(),
        })
    }

    pub(super) fn create_vector_index(&mut self, index: &VectorIndexArg, wish: &Wish<'_>) -> Result<(), ApiError> {
        let created = self.define_vector_index(index, wish)?;
        let name = created.name.clone();
        Arc::make_mut(&mut self.edited.definition.indexes).push(created);
        self.schedule_in_turn([
            (Work::AllocateIndex, Step::BackfillIndex(name.clone())),
            (Work::BackfillVectors, Step::PrepareIndex(name.clone())),
            (Work::PrepareSearch, Step::ActivateIndex(name)),
        ]);
        Ok(())
    }

    /// Reads a new index. The attributes of its search schema are declared in the request, even if the table knows them.
    fn define_vector_index(&self, index: &VectorIndexArg, wish: &Wish<'_>) -> Result<IndexDefinition, ApiError> {
        let declared = Definitions::new(wish.definitions.unwrap_or_default())?;
        let known = self.current.attribute_types();
        let definitions = declared.overruled_by(known.clone().into_iter());
        let spec = vectors::spec(index, &definitions)?;
        let name = index.index_name.clone().unwrap_or_default();
        self.check_is_new(&name)?;
        vectors::check_count(self.current.indexes_of(IndexKind::Vector).count() + 1)?;
        let specs: Vec<&VectorSpec> = self.current.vectors().chain([&spec]).collect();
        vectors::check_conflicts(specs.iter().copied(), |attribute| {
            let is_declared = *attribute == spec.attribute && definitions.find(attribute).is_some();
            is_declared || known.contains_key(attribute) || spec.covers(attribute)
        })?;
        let projection = indexes::projection(index.projection.as_ref())?;
        self.check_included_total(indexes::included_count(&projection, Some(&spec)))?;
        let mut created = IndexDefinition::of_vectors(name, spec, projection);
        created.status = IndexStatus::Allocating;
        Ok(created)
    }
}
