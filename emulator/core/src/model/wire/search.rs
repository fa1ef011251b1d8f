//! SearchVectors, which the service reads with a deserializer of its own.
//!
//! That one knows what it wants: it refuses by place, and tells a missing member while it reads. Values become what they become elsewhere
//! ([`attributes`](super::attributes)). Texts: observed-tables.md §18, observed-validation.md §21.

mod values;

use super::attributes::{AttributeArg, Attributes};
use super::vectors::VectorCapacity;
use crate::model::json::{
    Entries, Outline, Place, Read, Reader, Text, Token, Wire, Writer, java_structure, refuse_structure, shape, strict,
};
use crate::model::value::{Item, Name, Value};

/// A request of SearchVectors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchVectorsRequest {
    /// The table's name or ARN.
    pub table_name: Option<Text>,
    /// The index to search.
    pub index_name: Option<Text>,
    /// `NONE`, `TOTAL` or `INDEXES`.
    pub return_consumed_capacity: Option<Text>,
    /// Names for `#` placeholders.
    pub expression_attribute_names: Option<Entries<Text>>,
    /// Values for `:` placeholders.
    pub expression_attribute_values: Option<Attributes>,
    /// Paths to return.
    pub projection_expression: Option<Text>,
    /// The elements of the vector to compare with.
    pub search_vector: Option<Vec<AttributeArg>>,
    /// Values that attributes of the search schema must have.
    pub search_condition_expression: Option<Text>,
    /// The most items to return: 1 to 100.
    pub top_k: Option<i32>,
}

impl SearchVectorsRequest {
    fn read_member(&mut self, reader: &mut Reader<'_>, member: &str) -> Read<()> {
        match member {
            "TableName" => self.table_name = Some(strict::string(reader)?),
            "IndexName" => self.index_name = Some(strict::string(reader)?),
            "ReturnConsumedCapacity" => self.return_consumed_capacity = strict::optional(reader, strict::string)?,
            "ExpressionAttributeNames" => {
                self.expression_attribute_names = strict::optional(reader, |reader| {
                    let mut entries = Vec::new();
                    strict::map(reader, |reader, key| {
                        entries.push((Text::from(key), strict::string(reader)?));
                        Ok(())
                    })?;
                    Ok(Entries(entries))
                })?;
            }
            "ExpressionAttributeValues" => {
                self.expression_attribute_values = strict::optional(reader, values::attributes)?;
            }
            "ProjectionExpression" => self.projection_expression = strict::optional(reader, strict::string)?,
            "SearchVector" => {
                let mut elements = Vec::new();
                strict::sequence(reader, |reader| {
                    elements.push(values::argument(reader)?);
                    Ok(())
                })?;
                self.search_vector = Some(elements);
            }
            "SearchConditionExpression" => {
                self.search_condition_expression = strict::optional(reader, strict::string)?;
            }
            "TopK" => self.top_k = Some(strict::int(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    }

    /// The first member that must be there and is not.
    fn missing(&self) -> Option<&'static str> {
        [
            ("IndexName", self.index_name.is_some()),
            ("SearchVector", self.search_vector.is_some()),
            ("TableName", self.table_name.is_some()),
            ("TopK", self.top_k.is_some()),
        ]
        .into_iter()
        .find(|(_, is_there)| !is_there)
        .map(|(member, _)| member)
    }
}

impl Wire for SearchVectorsRequest {
    fn java_type() -> String {
        java_structure("SearchVectorsInput")
    }

    fn outline() -> Outline {
        Outline::Structure(&[
            ("TableName", Text::outline),
            ("IndexName", Text::outline),
            ("ReturnConsumedCapacity", Text::outline),
            ("ExpressionAttributeNames", Entries::<Text>::outline),
            ("ExpressionAttributeValues", Attributes::outline),
            ("ProjectionExpression", Text::outline),
            ("SearchVector", Vec::<AttributeArg>::outline),
            ("SearchConditionExpression", Text::outline),
            ("TopK", i32::outline),
        ])
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let found = reader.peek()?;
        if found != Token::Object {
            return Err(refuse_structure("SearchVectorsInput", found, place));
        }
        let mut request = Self::default();
        reader.object(|reader, member| request.read_member(reader, member))?;
        match request.missing() {
            Some(member) => Err(strict::missing(reader, member)),
            None => Ok(request),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            let mut write = |name: &str, value: &dyn WireMember| value.write_member(name, members);
            write("TableName", &self.table_name);
            write("IndexName", &self.index_name);
            write("ReturnConsumedCapacity", &self.return_consumed_capacity);
            write("ExpressionAttributeNames", &self.expression_attribute_names);
            write("ExpressionAttributeValues", &self.expression_attribute_values);
            write("ProjectionExpression", &self.projection_expression);
            write("SearchVector", &self.search_vector);
            write("SearchConditionExpression", &self.search_condition_expression);
            write("TopK", &self.top_k);
        });
    }
}

/// A member that is left out when it is absent.
trait WireMember {
    fn write_member(&self, name: &str, members: &mut crate::model::json::Members<'_, '_>);
}

impl<T: Wire> WireMember for T {
    fn write_member(&self, name: &str, members: &mut crate::model::json::Members<'_, '_>) {
        if !self.is_absent() {
            self.write(members.name(name));
        }
    }
}

shape! {
    /// An answer of SearchVectors.
    pub struct SearchVectorsReply("SearchVectorsOutput") {
        /// What was found, the most alike first.
        search_results: Vec<SearchResult> = "SearchResults",
        /// What the search cost.
        consumed_capacity: Option<VectorCapacity> = "ConsumedCapacity",
    }
}

/// An item that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchResult {
    /// What is returned of the item.
    pub item: Item,
    /// How alike it is, as the index's distance function has it.
    pub score: f64,
    /// The attribute that holds the vector: the index knows its elements as 32-bit floats.
    pub vector_attribute: Option<Name>,
}

impl Wire for SearchResult {
    fn java_type() -> String {
        java_structure("SearchResult")
    }

    fn outline() -> Outline {
        Outline::Structure(&[("Item", Item::outline), ("Score", f64::outline)])
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let found = reader.peek()?;
        if found != Token::Object {
            return Err(refuse_structure("SearchResult", found, place));
        }
        let mut result = Self::default();
        reader.object(|reader, member| {
            match member {
                "Item" => result.item = Item::read(reader, Place::Member)?,
                "Score" => result.score = f64::read(reader, Place::Member)?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(result)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            members.name("Item").object(|attributes| {
                for (name, value) in self.item.iter() {
                    let writer = attributes.name(name);
                    match value {
                        Value::L(elements) if self.vector_attribute.as_ref() == Some(name) => {
                            write_floats(elements, writer);
                        }
                        value => value.write(writer),
                    }
                }
            });
            members.name("Score").double(self.score);
        });
    }
}

/// Writes the elements of a vector, or some of them, as the index has them.
fn write_floats(elements: &[Value], writer: &mut Writer<'_>) {
    writer.object(|members| {
        members.name("L").array(elements, |writer, element| match element {
            Value::N(number) => writer.object(|members| members.name("N").string(&float_text(number.to_f32()))),
            other => other.write(writer),
        });
    });
}

/// The shortest decimal that reads as this float, always with a point.
fn float_text(float: f32) -> String {
    let text = float.to_string();
    if text.contains('.') { text } else { text + ".0" }
}
