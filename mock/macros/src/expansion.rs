//! The test that the attribute makes of a function: the function within it, called with a database.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result};

use crate::arguments::{Arguments, Flavor, Source};

/// The test.
pub(crate) fn expand(arguments: &Arguments, mut function: ItemFn) -> Result<TokenStream> {
    check(&function, arguments)?;
    let attributes = std::mem::take(&mut function.attrs);
    let visibility = function.vis.clone();
    let (name, output) = (&function.sig.ident, &function.sig.output);
    let database = database(&arguments.source);
    let call = if function.sig.inputs.is_empty() {
        quote!(#name())
    } else {
        quote!(#name(#database))
    };
    let run = match (function.sig.asyncness.is_some(), arguments.flavor) {
        (false, _) => call,
        (true, Flavor::CurrentThread) => quote!(::stator_mock::runtime::run_on_one_thread(#call)),
        (true, Flavor::MultiThread) => quote!(::stator_mock::runtime::run_on_two_threads(#call)),
    };
    let inner = ItemFn {
        vis: syn::Visibility::Inherited,
        ..function.clone()
    };
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            #inner
            #run
        }
    })
}

fn check(function: &ItemFn, arguments: &Arguments) -> Result<()> {
    let signature = &function.sig;
    if signature.inputs.len() > 1 {
        return Err(Error::new_spanned(
            &signature.inputs,
            "a test takes one database; fork it for more",
        ));
    }
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &signature.generics,
            "a test has no generic parameters",
        ));
    }
    if signature.inputs.is_empty() && !matches!(arguments.source, Source::Empty) {
        return Err(Error::new_spanned(
            &signature.ident,
            "the database of this test is not taken: add (db: Database)",
        ));
    }
    if signature.asyncness.is_none() && arguments.flavor == Flavor::MultiThread {
        return Err(Error::new_spanned(
            &signature.ident,
            "a test that is not async has no runtime, and no flavor of it",
        ));
    }
    Ok(())
}

fn database(source: &Source) -> TokenStream {
    match source {
        Source::Empty => quote!(::stator_mock::Database::new()),
        Source::Fixtures(path) => quote! {
            ::stator_mock::Database::from_fixtures(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #path))
        },
        Source::Base(base) => quote!((#base).fork()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(arguments: &str, function: &str) -> String {
        let arguments = syn::parse_str::<Arguments>(arguments);
        let expanded = arguments.and_then(|arguments| expand(&arguments, syn::parse_str(function)?));
        expanded.map_or_else(|error| error.to_string(), |tokens| tokens.to_string())
    }

    #[test]
    fn a_mistake_says_what_to_do() {
        for (arguments, function, says) in [
            (
                "fixture = \"a\"",
                "fn a(db: Database) {}",
                "there are fixtures = \"…\", base = … and flavor = \"…\"",
            ),
            (
                "fixtures = \"a\", base = B",
                "fn a(db: Database) {}",
                "a database comes from one file or one base; load more in the test",
            ),
            (
                "flavor = \"slow\"",
                "async fn a() {}",
                "a flavor is \"current_thread\" or \"multi_thread\"",
            ),
            (
                "flavor = \"multi_thread\"",
                "fn a() {}",
                "a test that is not async has no runtime, and no flavor of it",
            ),
            (
                "base = B",
                "fn a() {}",
                "the database of this test is not taken: add (db: Database)",
            ),
            (
                "",
                "fn a(one: Database, other: Database) {}",
                "a test takes one database; fork it for more",
            ),
            ("", "fn a<T>(db: T) {}", "a test has no generic parameters"),
        ] {
            assert_eq!(expanded(arguments, function), says, "{arguments} {function}");
        }
    }

    #[test]
    fn what_stands_at_the_function_stays_there() {
        let expanded = expanded("", "#[should_panic] async fn a(db: Database) -> Result<(), E> { b }");
        let wanted = "# [:: core :: prelude :: v1 :: test] # [should_panic] fn a () -> Result < () , E > \
                      { async fn a (db : Database) -> Result < () , E > { b } \
                      :: stator_mock :: runtime :: run_on_one_thread (a (:: stator_mock :: Database :: new ())) }";
        assert_eq!(expanded, wanted);
    }
}
