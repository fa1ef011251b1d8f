//! What a type of the wire looks like, for whoever compares it with the service's model or lists what there is.

/// The look of a type. What is inside is told on demand, since types may contain themselves.
#[derive(Clone, Debug)]
pub enum Outline {
    /// A scalar, or a type with a reader of its own: the Java class that the service has for it.
    Plain(String),
    /// A list, and its elements.
    List(fn() -> Outline),
    /// A map from text, and its values.
    Map(fn() -> Outline),
    /// A structure, and its members in the order of their description.
    Structure(&'static [MemberOutline]),
}

/// A member of a structure: its name on the wire, and what its value looks like.
pub type MemberOutline = (&'static str, fn() -> Outline);
