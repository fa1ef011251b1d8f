//! Items and parts of items as tests write them down.

use stator_core::model::{AttributeMap, Item, Name, Number, Value};
use stator_service::layers::rules::Pattern;

/// Attributes that an item must have, whatever else it has: `partial! { status: "NEW", total: 12, address: { city: "Oslo" } }`.
///
/// Values are typed as DynamoDB's: texts, numbers, booleans, `null`, lists in brackets, nested maps in braces (which may have more
/// attributes), and any expression in parentheses: `(any())`, `(absent())`, or what converts into a [`Pattern`](crate::Pattern). A
/// name that is no word of Rust is quoted.
///
/// ```
/// use stator_mock::{absent, any, partial};
///
/// let new = partial! { status: "NEW", "total amount": 12, address: { city: "Oslo" }, created: (any()), paid: (absent()) };
/// assert_eq!(
///     new.to_string(),
///     "{ status: 'NEW', total amount: 12, address: { city: 'Oslo', … }, created: any value, paid: absent, … }"
/// );
/// ```
#[macro_export]
macro_rules! partial {
    ($($body:tt)*) => { $crate::__attributes!($crate::Partial::default(), __pattern, $($body)*) };
}

/// An item: `item! { pk: "USER#1", active: true, tags: ["a", "b"] }`, in the form of [`partial!`](crate::partial).
///
/// ```
/// let user = stator_mock::item! { pk: "USER#1", active: true, logins: 3, tags: ["a", null] };
/// assert_eq!(user.len(), 4);
/// ```
#[macro_export]
macro_rules! item {
    ($($body:tt)*) => { $crate::Draft::finish($crate::__attributes!($crate::Draft::default(), __value, $($body)*)) };
}

/// Attributes one after the other.
#[doc(hidden)]
#[macro_export]
macro_rules! __attributes {
    ($map:expr, $kind:ident, ) => { $map };
    ($map:expr, $kind:ident, $name:ident : $value:tt $(, $($rest:tt)*)?) => {
        $crate::__attributes!($map.with(stringify!($name), $crate::$kind!($value)), $kind, $($($rest)*)?)
    };
    ($map:expr, $kind:ident, $name:literal : $value:tt $(, $($rest:tt)*)?) => {
        $crate::__attributes!($map.with($name, $crate::$kind!($value)), $kind, $($($rest)*)?)
    };
    ($map:expr, $kind:ident, $name:ident : - $value:literal $(, $($rest:tt)*)?) => {
        $crate::__attributes!($map.with(stringify!($name), $crate::$kind!((-$value))), $kind, $($($rest)*)?)
    };
    ($map:expr, $kind:ident, $name:literal : - $value:literal $(, $($rest:tt)*)?) => {
        $crate::__attributes!($map.with($name, $crate::$kind!((-$value))), $kind, $($($rest)*)?)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __pattern {
    ({ $($body:tt)* }) => { $crate::Pattern::from($crate::partial! { $($body)* }) };
    ([ $($element:tt),* $(,)? ]) => { $crate::Pattern::from($crate::__value!([ $($element),* ])) };
    (null) => { $crate::Pattern::from($crate::__value!(null)) };
    (($value:expr)) => { $crate::Pattern::from($value) };
    ($value:expr) => { $crate::Pattern::from($value) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __value {
    ({ $($body:tt)* }) => { $crate::IntoValue::into_value($crate::item! { $($body)* }) };
    ([ $($element:tt),* $(,)? ]) => { $crate::IntoValue::into_value(vec![ $($crate::__value!($element)),* ]) };
    (null) => { $crate::null() };
    (($value:expr)) => { $crate::IntoValue::into_value($value) };
    ($value:expr) => { $crate::IntoValue::into_value($value) };
}

/// Any value, as long as there is one.
#[must_use]
pub fn any() -> Pattern {
    Pattern::Any
}

/// No value at all.
#[must_use]
pub fn absent() -> Pattern {
    Pattern::Absent
}

/// A value that a function accepts.
#[must_use]
pub fn such_that(accepts: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Pattern {
    Pattern::Where(std::sync::Arc::new(accepts))
}

/// The null value.
#[must_use]
pub fn null() -> Value {
    Value::Null
}

/// An item that is being written down.
#[derive(Clone, Debug, Default)]
pub struct Draft(Vec<(Name, Value)>);

impl Draft {
    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.push((name.into(), value));
        self
    }

    /// The item.
    #[must_use]
    pub fn finish(self) -> Item {
        AttributeMap::from(self.0)
    }
}

/// What stands for a value in [`item!`](crate::item).
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::string(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::string(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl IntoValue for Item {
    fn into_value(self) -> Value {
        Value::M(self)
    }
}

impl IntoValue for Vec<Value> {
    fn into_value(self) -> Value {
        Value::L(self.into())
    }
}

macro_rules! numbers {
    ($( $number:ty ),*) => {$(
        impl IntoValue for $number {
            fn into_value(self) -> Value {
                let number = Number::parse(&self.to_string());
                Value::N(number.unwrap_or_else(|fault| panic!("{self} is no number of DynamoDB: {fault}")))
            }
        }
    )*};
}

numbers!(i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, isize, usize, f32, f64);

/// So many milliseconds.
#[must_use]
pub fn ms(milliseconds: u64) -> std::time::Duration {
    std::time::Duration::from_millis(milliseconds)
}
