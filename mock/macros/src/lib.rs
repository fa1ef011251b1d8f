//! The attribute `#[stator_mock::test]`. Its documentation is stator-mock's, which re-exports it.

mod arguments;
mod expansion;

use proc_macro::TokenStream;

use arguments::Arguments;

/// Makes a test of a function that takes a database of its own; stator-mock tells how.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = syn::parse::<Arguments>(arguments).and_then(|arguments| {
        let function = syn::parse(item)?;
        expansion::expand(&arguments, function)
    });
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
