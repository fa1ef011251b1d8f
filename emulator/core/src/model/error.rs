//! The errors of the API: class, words, status and body.
//!
//! Each module of the core has an enum of its own whose `Display` is the service's wording; it is converted into an [`ApiError`] once. The
//! class of an error is a type here and is never found by looking at a message. How a body is spelled follows wire.md §6.

mod read;

use std::fmt;

use super::clipped::Clipped;
use super::json::{Members, NumberSetOrder, Text, Wire, Writer};
use super::throttling::ThrottlingReason;
use super::value::Item;
use super::wire::CancellationReason;

macro_rules! error_kinds {
    ($( $(#[$meta:meta])* $kind:ident = $name:literal in $namespace:ident, $status:literal, $message:literal; )*) => {
        /// The class of an error, as clients see it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $( $(#[$meta])* $kind, )*
        }

        impl ErrorKind {
            /// Every class.
            pub const ALL: &'static [Self] = &[ $( Self::$kind, )* ];

            /// The name that clients match on, e.g. `ResourceNotFoundException`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$kind => $name, )* }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $( Self::$kind => $status, )* }
            }

            fn namespace(self) -> &'static str {
                match self { $( Self::$kind => $namespace, )* }
            }

            /// The member of the body that holds the message.
            fn message_member(self) -> &'static str {
                match self { $( Self::$kind => $message, )* }
            }
        }
    };
}

const SERVICE: &str = "com.amazon.coral.service";
const VALIDATE: &str = "com.amazon.coral.validate";
const AVAILABILITY: &str = "com.amazon.coral.availability";
const DYNAMODB: &str = "com.amazonaws.dynamodb.v20120810";

error_kinds! {
    /// The caller may not do this.
    AccessDenied = "AccessDeniedException" in SERVICE, 400, "Message";
    /// A backup is being used.
    BackupInUse = "BackupInUseException" in DYNAMODB, 400, "message";
    /// There is no such backup.
    BackupNotFound = "BackupNotFoundException" in DYNAMODB, 400, "message";
    /// A condition was false.
    ConditionalCheckFailed = "ConditionalCheckFailedException" in DYNAMODB, 400, "message";
    /// The table cannot be backed up yet.
    ContinuousBackupsUnavailable = "ContinuousBackupsUnavailableException" in DYNAMODB, 400, "message";
    /// There is an item with the key of one to insert.
    DuplicateItem = "DuplicateItemException" in DYNAMODB, 400, "message";
    /// A shard iterator is too old.
    ExpiredIterator = "ExpiredIteratorException" in DYNAMODB, 400, "message";
    /// An export with this token was asked for in another way.
    ExportConflict = "ExportConflictException" in DYNAMODB, 400, "message";
    /// There is no such export.
    ExportNotFound = "ExportNotFoundException" in DYNAMODB, 400, "message";
    /// There is no such global table.
    GlobalTableNotFound = "GlobalTableNotFoundException" in DYNAMODB, 400, "message";
    /// A token was used for another request.
    IdempotentParameterMismatch = "IdempotentParameterMismatchException" in DYNAMODB, 400, "Message";
    /// An import with this token was asked for in another way.
    ImportConflict = "ImportConflictException" in DYNAMODB, 400, "message";
    /// There is no such import.
    ImportNotFound = "ImportNotFoundException" in DYNAMODB, 400, "message";
    /// Parts of the signature are missing or unreadable.
    IncompleteSignature = "IncompleteSignatureException" in SERVICE, 400, "message";
    /// The service failed in a way that it answers on purpose.
    InternalFailure = "InternalFailure" in SERVICE, 500, "message";
    /// The service failed.
    InternalServerError = "InternalServerError" in DYNAMODB, 500, "message";
    /// A table cannot be exported as it was at this time.
    InvalidExportTime = "InvalidExportTimeException" in DYNAMODB, 400, "message";
    /// A table cannot be restored to this time.
    InvalidRestoreTime = "InvalidRestoreTimeException" in DYNAMODB, 400, "message";
    /// The signature is wrong.
    InvalidSignature = "InvalidSignatureException" in SERVICE, 400, "message";
    /// An item collection reached its limit.
    ItemCollectionSizeLimitExceeded = "ItemCollectionSizeLimitExceededException" in DYNAMODB, 400, "message";
    /// A limit of the account or table was reached.
    LimitExceeded = "LimitExceededException" in DYNAMODB, 400, "message";
    /// The request carries no signature.
    MissingAuthenticationToken = "MissingAuthenticationTokenException" in SERVICE, 400, "message";
    /// The recovery of the table is off.
    PointInTimeRecoveryUnavailable = "PointInTimeRecoveryUnavailableException" in DYNAMODB, 400, "message";
    /// There is no such policy, or none of this revision.
    PolicyNotFound = "PolicyNotFoundException" in DYNAMODB, 400, "message";
    /// Provisioned throughput is used up.
    ProvisionedThroughputExceeded = "ProvisionedThroughputExceededException" in DYNAMODB, 400, "message";
    /// The item is being changed in another Region.
    ReplicatedWriteConflict = "ReplicatedWriteConflictException" in DYNAMODB, 409, "message";
    /// The account's quota is used up.
    RequestLimitExceeded = "RequestLimitExceeded" in DYNAMODB, 400, "message";
    /// The resource is in a state that forbids this.
    ResourceInUse = "ResourceInUseException" in DYNAMODB, 400, "message";
    /// There is no such resource.
    ResourceNotFound = "ResourceNotFoundException" in DYNAMODB, 400, "message";
    /// The body of a search cannot be read; its message is spelled like that of other errors.
    SearchSerialization = "SerializationException" in SERVICE, 400, "message";
    /// The body cannot be read.
    Serialization = "SerializationException" in SERVICE, 400, "Message";
    /// The name of a table to restore is taken.
    TableAlreadyExists = "TableAlreadyExistsException" in DYNAMODB, 400, "message";
    /// A table to restore is in use.
    TableInUse = "TableInUseException" in DYNAMODB, 400, "message";
    /// There is no such table, in the words of backups.
    TableNotFound = "TableNotFoundException" in DYNAMODB, 400, "message";
    /// Too many requests.
    Throttling = "ThrottlingException" in AVAILABILITY, 400, "message";
    /// A transaction did not happen.
    TransactionCanceled = "TransactionCanceledException" in DYNAMODB, 400, "Message";
    /// The item is part of a running transaction.
    TransactionConflict = "TransactionConflictException" in DYNAMODB, 400, "message";
    /// A request with this token is running.
    TransactionInProgress = "TransactionInProgressException" in DYNAMODB, 400, "Message";
    /// What is asked for has been let go of.
    TrimmedDataAccess = "TrimmedDataAccessException" in DYNAMODB, 400, "message";
    /// There is no such operation.
    UnknownOperation = "UnknownOperationException" in SERVICE, 400, "message";
    /// The access key is unknown.
    UnrecognizedClient = "UnrecognizedClientException" in SERVICE, 400, "message";
    /// The request is not valid.
    Validation = "ValidationException" in VALIDATE, 400, "message";
}

/// An error as it goes to the client.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    kind: ErrorKind,
    message: Option<Text>,
    item: Option<Item>,
    reasons: Vec<CancellationReason>,
    throttling: Vec<ThrottlingReason>,
    spelling: Spelling,
    /// Few and whole, so that they fit beside the words: errors are passed around by value.
    write_units: f32,
}

/// How a body with the item of a failed condition is spelled (observed-tables.md §1, observed-expressions.md §16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Spelling {
    /// As the kind says, number sets ascending.
    #[default]
    OfKind,
    /// As ExecuteStatement does: with a capital, number sets in the order of Java's hash tables.
    OfStatement,
}

/// The prefix of errors that the service's validation framework reports.
#[must_use]
pub fn enveloped(message: impl fmt::Display) -> String {
    format!("1 validation error detected: {message}")
}

impl ApiError {
    /// An error with a message.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        Self {
            message: Some(Text::from(Clipped::message(message).to_string())),
            ..Self::bare(kind)
        }
    }

    /// An error without any message.
    #[must_use]
    pub fn bare(kind: ErrorKind) -> Self {
        Self {
            kind,
            message: None,
            item: None,
            reasons: Vec::new(),
            throttling: Vec::new(),
            spelling: Spelling::default(),
            write_units: 0.0,
        }
    }

    /// A `ValidationException`.
    #[must_use]
    pub fn validation(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Validation, message)
    }

    /// The same error with the item that a failed condition met.
    #[must_use]
    pub fn with_item(self, item: Option<Item>) -> Self {
        Self { item, ..self }
    }

    /// The same error with a reason for every action of a cancelled transaction.
    #[must_use]
    pub(super) fn with_reasons(self, reasons: Vec<CancellationReason>) -> Self {
        Self { reasons, ..self }
    }

    /// The same error with the reasons for which the request was throttled.
    #[must_use]
    pub fn with_throttling(self, throttling: Vec<ThrottlingReason>) -> Self {
        Self { throttling, ..self }
    }

    /// The same error of a request that costs write units all the same. The client is not told.
    #[must_use]
    pub fn charged(self, write_units: f64) -> Self {
        let write_units = write_units as f32;
        Self { write_units, ..self }
    }

    /// The same error as ExecuteStatement spells it when there is an item.
    #[must_use]
    pub fn of_statement(self) -> Self {
        let spelling = Spelling::OfStatement;
        Self { spelling, ..self }
    }

    /// The same error behind the prefix of the validation framework.
    #[must_use]
    pub fn enveloped(self) -> Self {
        let message = self.message.map(|message| enveloped(message).into());
        Self { message, ..self }
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message; empty if the service sends none.
    #[must_use]
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// The item that a failed condition met, if the request asked for it.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.item.as_ref()
    }

    /// Why a transaction was cancelled: an entry for every action. Empty for every other error.
    #[must_use]
    pub fn reasons(&self) -> &[CancellationReason] {
        &self.reasons
    }

    /// The reasons for which the request was throttled. Empty for every other error.
    #[must_use]
    pub fn throttling(&self) -> &[ThrottlingReason] {
        &self.throttling
    }

    /// The write units that the request costs although it is refused: a failed condition is paid for.
    #[must_use]
    pub fn write_units(&self) -> f64 {
        self.write_units.into()
    }

    /// Writes the body of the HTTP response.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            members
                .name("__type")
                .string(&format!("{}#{}", self.kind.namespace(), self.kind.name()));
            self.write_extras(members);
            if let Some(message) = &self.message {
                members.name(self.message_member()).string(message);
            }
        });
    }

    fn message_member(&self) -> &'static str {
        match self.spelling {
            Spelling::OfStatement if self.item.is_some() => "Message",
            _ => self.kind.message_member(),
        }
    }

    fn write_extras(&self, members: &mut Members<'_, '_>) {
        if let Some(item) = &self.item {
            let writer = members.name("Item");
            match self.spelling {
                Spelling::OfKind => item.write(writer),
                Spelling::OfStatement => writer.ordering(NumberSetOrder::JavaHash, |writer| item.write(writer)),
            }
        }
        if !self.reasons.is_empty() {
            let writer = members.name("CancellationReasons");
            writer.ordering(NumberSetOrder::JavaHash, |writer| {
                writer.array(&self.reasons, |writer, reason| reason.write(writer));
            });
        }
        if !self.throttling.is_empty() {
            // The one that coral answers has a model of its own, which begins the member in lower case (recent.md).
            let member = match self.kind {
                ErrorKind::Throttling => "throttlingReasons",
                _ => "ThrottlingReasons",
            };
            let writer = members.name(member);
            writer.array(&self.throttling, |writer, reason| reason.write(writer));
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.name())?;
        self.message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl std::error::Error for ApiError {}
