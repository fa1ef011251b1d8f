//! DynamoDB Local's command line, so that its image can be replaced by ours and nothing else need change.
//!
//! A command line is taken for DynamoDB Local's if it has an argument of one dash and a word, which ours never has. It is turned into ours;
//! what has no meaning here is dropped with a [`Note`], which is logged. Everything up to `-jar` and its file belongs to Java.

use std::ffi::OsString;

/// What `--help` says of this.
pub(crate) const HELP: &str = "\
The command line of DynamoDB Local, and what it means here:
  -port NUMBER              --port
  -sharedDb                 --shared-db
  -cors LIST                --cors
  -delayTransientStatuses   --table-pace service
  -inMemory                 is always so
  -dbPath DIR               has no effect, with a warning: nothing is written
  -optimizeDbBeforeStartup  has no effect
  -disableTelemetry         is always so
  -help, -version           --help, --version
Whatever stands before -jar DynamoDBLocal.jar is for Java and is ignored.";

/// What is dropped from a command line, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// It asks for what is the case anyway.
    Needless(&'static str),
    /// It asks for something that will not happen.
    Warning(&'static str),
}

impl Note {
    /// Logs the note.
    pub(crate) fn log(&self) {
        match self {
            Self::Needless(text) => tracing::info!("{text}"),
            Self::Warning(text) => tracing::warn!("{text}"),
        }
    }
}

/// A command line of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Translation {
    /// The program and its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// What was dropped.
    pub(crate) notes: Vec<Note>,
}

/// Turns a command line of DynamoDB Local into ours, and leaves ours alone.
pub(crate) fn translate(given: Vec<OsString>) -> Result<Translation, String> {
    if !given.iter().skip(1).any(is_of_java) {
        return Ok(Translation {
            arguments: given,
            notes: Vec::new(),
        });
    }
    let mut words = given.into_iter();
    let program = words.next();
    let mut words: Vec<OsString> = words.collect();
    if let Some(jar) = words.iter().position(|word| word == "-jar") {
        words.drain(..(jar + 2).min(words.len()));
    }
    words.retain(|word| !is_of_jvm(word));
    let mut translation = Translation {
        arguments: program.into_iter().collect(),
        notes: Vec::new(),
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        translation.take(&word.to_string_lossy(), &mut words)?;
    }
    Ok(translation)
}

impl Translation {
    fn take(&mut self, word: &str, rest: &mut impl Iterator<Item = OsString>) -> Result<(), String> {
        let mut value = |flag: &str| rest.next().ok_or_else(|| format!("{flag} needs a value after it"));
        match word {
            "-port" => self.push("--port", Some(value(word)?)),
            "-cors" => self.push("--cors", Some(value(word)?)),
            "-sharedDb" => self.push("--shared-db", None),
            "-delayTransientStatuses" => self.push("--table-pace", Some("service".into())),
            "-version" => self.push("--version", None),
            "-inMemory" => {}
            "-disableTelemetry" => self
                .notes
                .push(Note::Needless("-disableTelemetry: there is no telemetry")),
            "-optimizeDbBeforeStartup" => self.notes.push(Note::Needless(
                "-optimizeDbBeforeStartup has no effect: there is no database file",
            )),
            "-dbPath" => {
                value(word)?;
                self.notes.push(Note::Warning(
                    "-dbPath is ignored: all data is in memory and will be gone when the server stops",
                ));
            }
            "-help" => self.push("--help", None),
            unknown => {
                return Err(format!(
                    "{unknown} is no argument of DynamoDB Local; stator --help lists what is understood"
                ));
            }
        }
        Ok(())
    }

    fn push(&mut self, flag: &str, value: Option<OsString>) {
        self.arguments.push(flag.into());
        self.arguments.extend(value);
    }
}

/// Whether an argument is of one dash and a word. `-h` and `-V` are ours.
fn is_of_java(argument: &OsString) -> bool {
    let argument = argument.to_string_lossy();
    let mut characters = argument.chars();
    characters.next() == Some('-') && characters.next().is_some_and(char::is_alphabetic) && argument.len() > 2
}

/// Whether an argument is for the Java virtual machine, or starts it.
fn is_of_jvm(argument: &OsString) -> bool {
    let argument = argument.to_string_lossy();
    argument == "java" || ["-D", "-X"].iter().any(|prefix| argument.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, wanted: &str, notes: usize) {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let translation = translate(words(given)).unwrap();
        assert_eq!(translation.arguments, words(wanted), "{given}");
        assert_eq!(translation.notes.len(), notes, "{given}");
    }

    #[test]
    fn command_lines_of_dynamodb_local_become_ours() {
        check("stator -port 9000 -inMemory", "stator --port 9000", 0);
        check("stator -jar DynamoDBLocal.jar", "stator", 0);
        check("stator -help", "stator --help", 0);
        check("stator -version", "stator --version", 0);
        check(
            "stator java -Djava.library.path=./DynamoDBLocal_lib -Xmx1g -jar DynamoDBLocal.jar -sharedDb -dbPath ./data",
            "stator --shared-db",
            1,
        );
        check(
            "stator -Djava.library.path=. -delayTransientStatuses -cors a,b -disableTelemetry -optimizeDbBeforeStartup",
            "stator --table-pace service --cors a,b",
            2,
        );
    }

    #[test]
    fn our_own_command_lines_are_left_alone() {
        check("stator", "stator", 0);
        check("stator --port 9000 -h", "stator --port 9000 -h", 0);
        check(
            "stator healthcheck --url http://x",
            "stator healthcheck --url http://x",
            0,
        );
        check("stator --credentials a=-b", "stator --credentials a=-b", 0);
    }

    #[test]
    fn what_nobody_knows_is_refused_with_a_hint() {
        for given in ["-shareDb", "-port 8000 extra", "-port"] {
            let words = ["stator"]
                .into_iter()
                .chain(given.split(' '))
                .map(OsString::from)
                .collect();
            let refusal = translate(words).unwrap_err();
            assert!(
                refusal.contains("--help") || refusal.contains("needs a value"),
                "{refusal}"
            );
        }
    }
}
