//! The domain's values and the wire's shapes: everything else is built from these.

pub(crate) mod calendar;
mod cancellation;
pub(crate) mod clipped;
pub mod error;
pub mod fault;
pub mod formats;
pub(crate) mod java;
pub mod json;
pub mod number;
pub mod operation;
pub mod packed;
mod pieces;
pub mod policy;
pub mod throttling;
pub(crate) mod usual;
pub mod uuid;
pub mod value;
pub mod wire;

pub use cancellation::CancellationCode;
pub use error::{ApiError, ErrorKind};
pub use fault::Layer;
pub use number::Number;
pub use operation::{Api, Operation, Reply, Request};
pub use packed::{PackedItem, PackedValue, Scalar, Scalars};
pub use pieces::Pieces;
pub use throttling::ThrottlingReason;
pub use value::{AttributeMap, Binary, Item, Name, Set, Value, ValueType};
