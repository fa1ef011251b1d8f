//! What stands in the attribute's parentheses.

use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, LitStr, Result, Token};

/// Where the database comes from, and what it runs in.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) source: Source,
    pub(crate) flavor: Flavor,
}

/// Where the database comes from.
#[derive(Default)]
pub(crate) enum Source {
    /// It is empty.
    #[default]
    Empty,
    /// From a file.
    Fixtures(LitStr),
    /// From a base.
    Base(Box<Expr>),
}

/// How many threads run an asynchronous test.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// One.
    #[default]
    CurrentThread,
    /// Two.
    MultiThread,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut arguments = Self::default();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            arguments.set(&name, input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

impl Arguments {
    fn set(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        if name == "flavor" {
            self.flavor = flavor(&input.parse()?)?;
            return Ok(());
        }
        let source = if name == "fixtures" {
            Source::Fixtures(input.parse()?)
        } else if name == "base" {
            Source::Base(Box::new(input.parse()?))
        } else {
            return Err(Error::new(
                name.span(),
                "there are fixtures = \"…\", base = … and flavor = \"…\"",
            ));
        };
        if !matches!(self.source, Source::Empty) {
            return Err(Error::new(
                name.span(),
                "a database comes from one file or one base; load more in the test",
            ));
        }
        self.source = source;
        Ok(())
    }
}

fn flavor(word: &LitStr) -> Result<Flavor> {
    match word.value().as_str() {
        "current_thread" => Ok(Flavor::CurrentThread),
        "multi_thread" => Ok(Flavor::MultiThread),
        _ => Err(Error::new(
            word.span(),
            "a flavor is \"current_thread\" or \"multi_thread\"",
        )),
    }
}
