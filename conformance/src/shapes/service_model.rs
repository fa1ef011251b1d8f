//! The service's model as botocore carries it: operations, shapes, constraints.
//!
//! It reads what the comparison needs and ignores the rest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;

/// Operations by name, shapes by name.
#[derive(Debug, Deserialize)]
pub struct ServiceModel {
    /// What can be called.
    pub operations: BTreeMap<String, OperationModel>,
    shapes: BTreeMap<String, Shape>,
}

/// An operation's request and reply.
#[derive(Debug, Deserialize)]
pub struct OperationModel {
    /// The request; a few operations take nothing.
    pub input: Option<Reference>,
    /// The reply; a few operations say nothing.
    pub output: Option<Reference>,
}

/// The name of a shape.
#[derive(Clone, Debug, Deserialize)]
pub struct Reference {
    /// Under which the shape stands.
    pub shape: String,
}

/// A shape: its type, what is inside, and what constrains it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    /// `structure`, `list`, `map`, `string`, `integer`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a structure; the order is not the model's.
    #[serde(default)]
    pub members: BTreeMap<String, Reference>,
    /// Members that may not be absent.
    #[serde(default)]
    pub required: Vec<String>,
    /// Of a list.
    pub member: Option<Reference>,
    /// Of a map.
    pub value: Option<Reference>,
    /// Of an enumeration.
    #[serde(default, rename = "enum")]
    pub words: Vec<String>,
    /// Least length or value.
    pub min: Option<i64>,
    /// Greatest length or value.
    pub max: Option<i64>,
    /// What a string must match.
    pub pattern: Option<String>,
}

impl ServiceModel {
    /// Reads the compressed model of a service out of a folder of Python packages.
    ///
    /// # Errors
    /// When the file is not there or not of the form.
    pub fn read(packages: &Path, service: &str) -> io::Result<Self> {
        let file = packages.join(format!("botocore/data/{service}/2012-08-10/service-2.json.gz"));
        let model = serde_json::from_reader(GzDecoder::new(File::open(file)?))?;
        Ok(model)
    }

    /// A shape of the model.
    ///
    /// # Panics
    /// When the model refers to a shape that it does not have.
    #[must_use]
    pub fn shape(&self, reference: &Reference) -> &Shape {
        self.shapes
            .get(&reference.shape)
            .unwrap_or_else(|| panic!("the model has no shape {}", reference.shape))
    }

    /// Both models as one: the service and its streams share an endpoint, and their shapes of one name are alike.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.operations.extend(other.operations);
        for (name, shape) in other.shapes {
            self.shapes.entry(name).or_insert(shape);
        }
        self
    }
}
