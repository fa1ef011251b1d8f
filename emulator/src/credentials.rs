//! Access keys and secrets as the command line and files give them.

use std::path::Path;
use std::str::FromStr;

use stator_service::http::Credentials;

/// An access key and its secret.
#[derive(Clone)]
pub(crate) struct KeyPair {
    access_key: String,
    secret: String,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}=…", self.access_key)
    }
}

impl FromStr for KeyPair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((access_key, secret)) if !access_key.is_empty() && !secret.is_empty() => Ok(Self {
                access_key: access_key.trim().to_owned(),
                secret: secret.trim().to_owned(),
            }),
            _ => Err("give an access key and its secret as key=secret".to_owned()),
        }
    }
}

/// All credentials that are configured; none if there are none at all.
pub(crate) fn gather(given: Vec<KeyPair>, file: Option<&Path>) -> Result<Option<Credentials>, String> {
    let mut pairs = given;
    if let Some(path) = file {
        pairs.extend(read(path)?);
    }
    let pairs = pairs.into_iter().map(|pair| (pair.access_key, pair.secret));
    Ok((pairs.len() > 0).then(|| pairs.collect()))
}

fn read(path: &Path) -> Result<Vec<KeyPair>, String> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read the credentials in {shown}: {error}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    let pairs: Vec<KeyPair> = lines
        .map(|(index, line)| {
            line.parse()
                .map_err(|hint| format!("{shown}, line {}: {hint}", index + 1))
        })
        .collect::<Result<_, String>>()?;
    if pairs.is_empty() {
        return Err(format!(
            "there are no credentials in {shown}; write one access-key=secret a line"
        ));
    }
    Ok(pairs)
}
