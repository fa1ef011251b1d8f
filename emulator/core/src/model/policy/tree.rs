//! The JSON of a policy as a tree, with the place at which each value ends, which refusals tell. It is at most as large as a policy may be.

use crate::model::json::{Position, Read, Reader, Text, Token};

/// Values that lie deeper than this are passed over: no policy has them.
const DEPTH_MAX: usize = 8;

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    /// The reader as it stood behind the value: places are reckoned only when they are told.
    end: Reader<'a>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Kind<'a> {
    /// A text, or a number or boolean as it is written.
    Scalar(Text, Spelling),
    List(Vec<Node<'a>>),
    Object(Vec<(Text, Node<'a>)>),
    /// Null, or what lies too deep.
    Nothing,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Quoted,
    Bare,
}

impl<'a> Node<'a> {
    /// Where the value ends.
    pub(super) fn end(&self) -> Position {
        self.end.place()
    }

    /// Reads the next value.
    pub(super) fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let kind = match reader.peek()? {
            _ if reader.depth() > DEPTH_MAX => {
                reader.skip()?;
                Kind::Nothing
            }
            Token::Object => {
                let mut members = Vec::new();
                reader.object(|reader, name| {
                    members.push((name.into(), Self::read(reader)?));
                    Ok(())
                })?;
                Kind::Object(members)
            }
            Token::Array => {
                let mut elements = Vec::new();
                reader.array(|reader| {
                    elements.push(Self::read(reader)?);
                    Ok(())
                })?;
                Kind::List(elements)
            }
            Token::String => Kind::Scalar(reader.string()?.into(), Spelling::Quoted),
            Token::Number => Kind::Scalar(reader.number()?.into(), Spelling::Bare),
            word @ (Token::True | Token::False) => {
                reader.word(word)?;
                let text = if word == Token::True { "true" } else { "false" };
                Kind::Scalar(Text::new_static(text), Spelling::Bare)
            }
            Token::Null => {
                reader.word(Token::Null)?;
                Kind::Nothing
            }
        };
        Ok(Self {
            kind,
            end: reader.clone(),
        })
    }
}
