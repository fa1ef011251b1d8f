//! Errors as another endpoint sends them, read back.

use super::{ApiError, ErrorKind, Spelling};
use crate::model::json::{Place, Read, Reader, Text, Token, read_nullable};
use crate::model::throttling::ThrottlingReason;

/// The members of an error's body.
#[derive(Default)]
struct Body {
    name: Text,
    message: Option<Text>,
    /// The member that held the message: the service spells it in two ways.
    message_member: String,
}

impl ApiError {
    /// Reads the body of an error; `None` when it is none, or of a class that is not known.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut body = Body::default();
        let mut parts = Self::bare(ErrorKind::Validation);
        let mut reader = Reader::new(text);
        let read = reader.object(|reader, member| read_member(reader, member, &mut body, &mut parts));
        read.ok()?;
        let name = body.name.rsplit('#').next().unwrap_or_default();
        let mut named = ErrorKind::ALL.iter().filter(|kind| kind.name() == name);
        let spelled = |kind: &&ErrorKind| kind.message_member() == body.message_member;
        let kind = named.clone().find(spelled).or_else(|| named.next())?;
        let is_of_statement = parts.item.is_some() && body.message_member == "Message";
        Some(Self {
            kind: *kind,
            message: body.message,
            spelling: if is_of_statement && kind.message_member() == "message" {
                Spelling::OfStatement
            } else {
                Spelling::OfKind
            },
            ..parts
        })
    }
}

fn read_member(reader: &mut Reader<'_>, member: &str, body: &mut Body, parts: &mut ApiError) -> Read<()> {
    let token = reader.peek()?;
    match (member, token) {
        ("__type", Token::String) => body.name = read_nullable(reader, Place::Member)?,
        ("message" | "Message", Token::String) => {
            body.message = Some(read_nullable(reader, Place::Member)?);
            member.clone_into(&mut body.message_member);
        }
        ("Item", Token::Object) => parts.item = Some(read_nullable(reader, Place::Member)?),
        ("CancellationReasons", Token::Array) => parts.reasons = read_nullable(reader, Place::Member)?,
        ("ThrottlingReasons" | "throttlingReasons", Token::Array) => reader.array(|reader| {
            parts.throttling.extend(read_throttling(reader)?);
            Ok(())
        })?,
        _ => reader.skip()?,
    }
    Ok(())
}

/// A reason; none if its word is not known.
fn read_throttling(reader: &mut Reader<'_>) -> Read<Option<ThrottlingReason>> {
    let (mut word, mut arn) = (Text::default(), Text::default());
    if reader.peek()? != Token::Object {
        return reader.skip().map(|()| None);
    }
    reader.object(|reader, member| match (member, reader.peek()?) {
        ("reason", Token::String) => {
            word = read_nullable(reader, Place::Member)?;
            Ok(())
        }
        ("resource", Token::String) => {
            arn = read_nullable(reader, Place::Member)?;
            Ok(())
        }
        _ => reader.skip(),
    })?;
    Ok(ThrottlingReason::from_word(&word, arn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::{Writer, from_text};
    use crate::model::wire::CancellationReason;
    use crate::model::{CancellationCode, Item};

    fn check(error: ApiError) {
        let mut body = Vec::new();
        error.write(&mut Writer::new(&mut body));
        let text = String::from_utf8(body).unwrap();
        assert_eq!(ApiError::read(&text), Some(error), "{text}");
    }

    #[test]
    fn every_error_reads_back_as_itself() {
        for &kind in ErrorKind::ALL {
            check(ApiError::new(kind, "words: \"these\""));
        }
        check(ApiError::bare(ErrorKind::Validation));
    }

    #[test]
    fn what_errors_carry_reads_back() {
        let item: Item = from_text(r#"{"pk":{"S":"a"},"n":{"NS":["1","20"]}}"#).unwrap();
        let failed =
            CancellationReason::new(CancellationCode::ConditionalCheckFailed, "no").with_item(Some(item.clone()));
        check(ApiError::cancelled(vec![CancellationReason::none(), failed]));
        let failed = ApiError::new(ErrorKind::ConditionalCheckFailed, "no").with_item(Some(item));
        check(failed.clone());
        check(failed.of_statement());
        let reason = ThrottlingReason::from_word("TableReadAccountLimitExceeded", "arn".into()).unwrap();
        for kind in [ErrorKind::Throttling, ErrorKind::ProvisionedThroughputExceeded] {
            check(ApiError::new(kind, "slow").with_throttling(vec![reason.clone()]));
        }
    }

    #[test]
    fn what_is_no_known_error_is_none() {
        for text in ["", "[]", "{}", r#"{"__type":"x#Unheard"}"#, r#"{"message":"only"}"#] {
            assert_eq!(ApiError::read(text), None, "{text}");
        }
    }
}
