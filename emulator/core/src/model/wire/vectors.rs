//! Members of CreateTable, UpdateTable and the description of a table about vector indexes.

use super::tables::ProjectionShape;
use crate::model::json::{
    Outline, Place, Read, Reader, Text, Token, Wire, Writer, java_structure, refuse_structure, shape,
};

shape! {
    /// A vector index that is to be made.
    pub struct VectorIndexArg("VectorIndex") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The attribute that holds the vector.
        vector_attribute: Option<VectorAttribute> = "VectorAttribute",
        /// Attributes that a search can name.
        search_schema: Option<Vec<SearchSchemaElement>> = "SearchSchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// How long a vector is.
        dimensions: Option<i64> = "Dimensions",
        /// `COSINE`, `DOT_PRODUCT` or `EUCLIDEAN`.
        distance_function: Option<Text> = "DistanceFunction",
    }

    /// The attribute that holds a vector.
    pub struct VectorAttribute("VectorAttributeDefinition") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
    }

    /// An attribute that a search can name.
    pub struct SearchSchemaElement("SearchSchemaElement") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
        /// `HASH` or `INLINE_FILTER`.
        search_schema_element_type: Option<Text> = "SearchSchemaElementType",
    }

    /// Creation or deletion of a vector index.
    pub struct VectorIndexUpdate("VectorIndexUpdate") {
        /// Creates one.
        create: Option<CreateVectorIndexAction> = "Create",
        /// Deletes one.
        delete: Option<DeleteVectorIndexAction> = "Delete",
    }

    /// The deletion of a vector index.
    pub struct DeleteVectorIndexAction("DeleteVectorIndexAction") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
    }

    /// A vector index as it is described.
    pub struct VectorIndexDescription("VectorIndexDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Attributes that a search can name.
        search_schema: Option<Vec<SearchSchemaElement>> = "SearchSchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// The attribute that holds the vector.
        vector_attribute: Option<VectorAttribute> = "VectorAttribute",
        /// How long a vector is.
        dimensions: Option<i64> = "Dimensions",
        /// How the likeness of two vectors is measured.
        distance_function: Option<Text> = "DistanceFunction",
        /// Where the index is in its life.
        index_status: Option<Text> = "IndexStatus",
        /// Whether items are being indexed; present while the index is created on a live table.
        backfilling: Option<bool> = "Backfilling",
        /// The size of all entries.
        index_size_bytes: Option<i64> = "IndexSizeBytes",
        /// How many entries there are.
        item_count: Option<i64> = "ItemCount",
        /// The index's ARN.
        index_arn: Option<Text> = "IndexArn",
    }

    /// Bytes at a vector index.
    pub struct VectorCapacity("VectorCapacity") {
        /// Bytes that a search was charged for.
        vector_search_request_bytes: Option<f64> = "VectorSearchRequestBytes",
        /// Bytes that a write was charged for.
        vector_write_request_bytes: Option<f64> = "VectorWriteRequestBytes",
    }
}

/// The creation of a vector index: the same members under another name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateVectorIndexAction(pub VectorIndexArg);

impl Wire for CreateVectorIndexAction {
    fn java_type() -> String {
        java_structure("CreateVectorIndexAction")
    }

    fn outline() -> Outline {
        VectorIndexArg::outline()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        match reader.peek()? {
            Token::Object => VectorIndexArg::read(reader, place).map(Self),
            found => Err(refuse_structure("CreateVectorIndexAction", found, place)),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.0.write(writer);
    }
}
