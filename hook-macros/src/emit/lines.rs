//! Lines of code that are written in place, or into a file that the code includes, for rustc to judge each by itself.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use super::EmitStyle;
use crate::forbidden;
use crate::probe::protocol::Tag;
use crate::syntax::root;

/// A line of a probe: its code, and what it is about.
pub(super) type TaggedLine = (TokenStream, Tag);

pub(super) fn code(lines: &[TaggedLine]) -> TokenStream {
    lines.iter().map(|(code, _)| code.clone()).collect()
}

pub(super) fn text(lines: &[TaggedLine]) -> String {
    lines.iter().map(|(code, tag)| tag.line(&code.to_string())).collect()
}

/// Returns lines in place, or includes them from a file of their own. `imports` stands before them.
pub(super) fn written(style: EmitStyle<'_>, imports: &TokenStream, lines: &[TaggedLine], name: &str) -> TokenStream {
    match style {
        EmitStyle::Final { .. } | EmitStyle::Mention => {
            let code = code(lines);
            quote!(#imports #code)
        }
        EmitStyle::Probe { folder, .. } => {
            let include = include(folder, name, &format!("{{ {imports}\n{}}}\n", text(lines)));
            quote!(#include;)
        }
    }
}

/// Returns code that only the type checker reads. Where there is none, older versions of rustc would say of what comes
/// behind that it is unreachable.
pub(super) fn unreached(code: &TokenStream) -> TokenStream {
    if code.is_empty() {
        return TokenStream::new();
    }
    let private = root::private();
    let forbidden = forbidden::any(&["unreachable_code"]).then(|| quote!(@forbidden));
    quote!(#private::unreached! { #forbidden #code })
}

pub(super) fn include(folder: &Path, name: &str, text: &str) -> TokenStream {
    let (private, path) = (root::private(), folder.join(format!("{name}.rs")));
    match std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)) {
        Ok(()) => {
            let path = path.to_string_lossy();
            quote!(#private::include!(#path))
        }
        Err(error) => {
            let message = format!("failed to write {}: {error}", path.display());
            quote!(#private::compile_error!(#message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_tied_nothing_is_unreached() {
        assert!(unreached(&TokenStream::new()).is_empty());
        let code = unreached(&quote!(tie();)).to_string();
        assert!(code.ends_with("unreached ! { tie () ; }"), "{code}");
    }
}
