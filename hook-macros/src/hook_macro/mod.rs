//! The macro `hook!`, as rustc comes to it: with the code that the attribute put into it, or as it was written.
//!
//! A hook as it was written was foreseen by the attribute, or comes out of a macro. A hook that no attribute saw is a
//! mistake where it stands in a plain function. Elsewhere it opens and knows nothing, for it must not break the build.

mod around;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use proc_macro::TokenTree;
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::emit::{self, foreseen};
use crate::probe;
use crate::probe::protocol::{arrivals, messages};
use crate::syntax::hook::HookArgs;
use crate::syntax::location::{self, SourceLocation};
use crate::syntax::misuse::Misuse;
use crate::syntax::root;
use around::{Around, around};

const DISPLACED: &str =
    "another attribute took `#[hookable]` from this function: put it above that to see the bindings";
const OUT_OF_A_MACRO: &str = "this `hook!` comes out of a macro: the bindings around it are not known";
const UNFORESEEN: &str = "rustc was not asked which macros are hooks: the bindings around this one are not known";

/// A file with a call of the macro that is a frame. The names in a file mean what they mean in the user's function,
/// whatever macro the hook came out of.
const FRAME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/hook_macro/frame.in");

/// The items that the attribute saw.
static SEEN: Mutex<Vec<SeenItem>> = Mutex::new(Vec::new());

struct SeenItem {
    file: String,
    start: (usize, usize),
    end: (usize, usize),
}

/// Notes that the attribute saw an item.
pub(crate) fn see(item: &TokenStream) {
    let mut trees = item.clone().into_iter();
    let Some(first) = trees.next() else { return };
    let last = trees.last().unwrap_or_else(|| first.clone());
    let (start, end) = (location::start(first.span()), location::end(last.span()));
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.push(SeenItem {
        file: location::file(first.span()),
        start: (start.line, start.column),
        end: (end.line, end.column),
    });
}

fn was_seen(span: Span) -> bool {
    let (file, start) = (location::file(span), location::start(span));
    let at = (start.line, start.column);
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter()
        .any(|seen| seen.file == file && seen.start <= at && at < seen.end)
}

pub(crate) fn hook(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match written(tokens) {
        Ok(code) => code,
        Err(tokens) => as_written(Span::call_site(), tokens.into()).into(),
    }
}

/// Returns the code in `@hookable { .. }`, or the tokens if they are something else. In a probe, the instruction to
/// note that rustc came to the hook stands before the code.
fn written(tokens: proc_macro::TokenStream) -> Result<proc_macro::TokenStream, proc_macro::TokenStream> {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next(), trees.next(), trees.next()) {
        (Some(TokenTree::Punct(at)), Some(TokenTree::Ident(name)), Some(TokenTree::Group(code)), more)
            if at.as_char() == '@' && name.to_string() == "hookable" =>
        {
            match more {
                Some(TokenTree::Group(probe)) => {
                    arrivals::note(code.stream().into());
                    Ok(TokenTree::Group(probe).into())
                }
                _ => Ok(TokenTree::Group(code).into()),
            }
        }
        _ => Err(tokens),
    }
}

fn as_written(span: Span, tokens: TokenStream) -> TokenStream {
    let args = match syn::parse2::<HookArgs>(tokens.clone()) {
        Ok(args) => args,
        Err(error) => return error.to_compile_error(),
    };
    if let Some(code) = foreseen(span, &args) {
        return code;
    }
    let (calls, at) = (probe::calls(), SourceLocation::of(span));
    if calls.is_framed(&at) && Path::new(FRAME).exists() {
        let private = root::private();
        return quote!(#private::include!(#FRAME));
    }
    if probe::is_probe() {
        if calls.unforeseen.contains(&at) {
            return quote!({});
        }
        return syn::Error::new(span, messages::unseen(&at)).to_compile_error();
    }
    match (was_seen(span), around_of(span)) {
        (false, Around::Neither) => Misuse::WithoutAttribute.at(span).to_compile_error(),
        // To name what the arguments of the hook name might move it.
        _ if !probe::opens() => quote!({}),
        (_, Around::Macro) => match calls.frameless(&at) {
            Some(call) => written_bare(span, tokens, &frameless(call)),
            None => written_bare(span, tokens, OUT_OF_A_MACRO),
        },
        (true, _) => written_bare(span, tokens, UNFORESEEN),
        (_, _) => written_bare(span, tokens, DISPLACED),
    }
}

fn frameless(call: &SourceLocation) -> String {
    let SourceLocation { file, line, .. } = call;
    format!(
        "this `hook!` comes out of a macro, and a call of that, at {file}:{line}, is in no function that `#[hookable]` sees as written: \
         the bindings around it are not known"
    )
}

fn written_bare(span: Span, tokens: TokenStream, note: &str) -> TokenStream {
    let code = written(emit::bare(span, tokens, note).into()).map(TokenStream::from);
    let code = code.expect("the attribute writes it so");
    quote!({ #[cfg(debug_assertions)] let () = #code; })
}

fn around_of(span: Span) -> Around {
    let file = location::local_file(span);
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    let start = location::start(span);
    // A file that cannot be read is one of another crate, in which only macros can have hooks that come out of them
    // here.
    text.map_or(Around::Macro, |text| around(&text, start.line, start.column))
}
