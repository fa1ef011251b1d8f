//! An endpoint elsewhere, as commands name it: where it is, as whom to call, and with which credentials.
//!
//! Nothing is loaded into, or deleted from, an endpoint that is not known to be an emulator, unless the user says so: one on this machine,
//! or one that answers as Stator does.

use std::path::PathBuf;

use clap::Args;
use stator_fixtures::{EndpointTarget, Sender};
use stator_service::http::{Access, BlockingRemote, Remote, Signer};

/// Which endpoint, and as whom.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The endpoint.
    #[arg(
        long,
        env = "STATOR_ENDPOINT",
        default_value = "http://127.0.0.1:8000",
        value_name = "URL"
    )]
    pub(crate) endpoint: String,
    #[command(flatten)]
    pub(crate) owner: Owner,
}

/// Whose tables, and how sure one must be.
#[derive(Args, Debug)]
pub(crate) struct Owner {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// Go on although the endpoint is neither on this machine nor a Stator.
    #[arg(long)]
    pub(crate) allow_real: bool,
}

/// As whom to call.
#[derive(Args)]
pub(crate) struct Identity {
    /// The access key whose tables these are; emulators keep them apart.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", default_value = "test", value_name = "KEY")]
    access_key: String,
    /// The Region whose tables these are.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1", value_name = "REGION")]
    region: String,
    /// The secret of the access key: with it requests are signed, without it in form alone, which emulators accept.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true, value_name = "SECRET")]
    secret_key: Option<String>,
    /// The token of temporary credentials.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    session_token: Option<String>,
    /// Certificates, in PEM, that are believed behind https beside Mozilla's: those of a company's proxy.
    #[arg(long, env = "AWS_CA_BUNDLE", value_name = "FILE")]
    ca_bundle: Option<PathBuf>,
}

impl std::fmt::Debug for Identity {
    /// Names the access key and keeps the secrets.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} in {}", self.access_key, self.region)
    }
}

impl Identity {
    /// The sender of requests.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            access_key: self.access_key.clone(),
            region: self.region.clone(),
        }
    }

    /// How endpoints are reached; requests are signed if there is a secret to sign with.
    pub(crate) fn access(&self) -> Access {
        let signer = self.secret_key.as_ref().map(|secret| Signer {
            access_key: self.access_key.clone(),
            secret: secret.clone(),
            session_token: self.session_token.clone(),
            region: self.region.clone(),
        });
        Access {
            signer,
            ca_bundle: self.ca_bundle.clone(),
        }
    }
}

impl Owner {
    /// The endpoint with this URL, wherever it is.
    pub(crate) fn at(&self, url: &str) -> Result<BlockingRemote, String> {
        BlockingRemote::new(url, self.identity.access()).map_err(|error| error.to_string())
    }

    /// The endpoint with this URL, if it is an emulator or need not be one.
    pub(crate) fn at_emulator(&self, url: &str) -> Result<BlockingRemote, String> {
        let remote = self.at(url)?;
        if self.allow_real || Remote::is_on_this_machine(url) || remote.is_stator() {
            return Ok(remote);
        }
        Err(format!(
            "{url} is neither on this machine nor a Stator, and this command writes. If it is an emulator, or you really mean it, add --allow-real"
        ))
    }

    /// The owner's database at an endpoint.
    pub(crate) fn target<'r>(&self, remote: &'r BlockingRemote) -> EndpointTarget<'r, BlockingRemote> {
        EndpointTarget::new(remote, self.identity.sender())
    }
}
