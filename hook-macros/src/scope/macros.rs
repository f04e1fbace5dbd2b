//! The walk into the arguments of a macro. They are read as what they most likely are, since the macro is not expanded
//! yet.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::visit::Visit;
use syn::{Block, Expr, Macro, Pat, Token};

use super::walk::{Walk, extent};
use super::{BranchKind, MentionKind};
use crate::syntax::hook::{self, HookArgs};

/// A name in the tokens of a macro.
pub(super) struct Name {
    pub(super) ident: proc_macro2::Ident,
    /// The name stands where a macro may be given a name to bind: it is no part of a path, of a call or of a field.
    pub(super) alone: bool,
}

/// Macros of logging libraries. They bind nothing, and are given names of fields.
const LOGGING: [&str; 9] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "log",
    "event",
    "span",
    "instrument",
];

/// Returns the names, each once, in the tokens of a macro of which nothing is known.
pub(super) fn given(mac: &Macro) -> Vec<Name> {
    let mut names = Vec::new();
    let last = mac.path.segments.last().map(|last| last.ident.to_string());
    let logs = last.is_some_and(|last| LOGGING.contains(&last.as_str()) || last.ends_with("_span"));
    if matches!(known(mac), Known::No) && !logs {
        given_in(mac.tokens.clone(), &mut names);
    }
    names
}

fn given_in(tokens: TokenStream, names: &mut Vec<Name>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |at: Option<usize>| match at.and_then(|at| trees.get(at)) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    };
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) if hook::marker(&group.stream()).is_none() => given_in(group.stream(), names),
            TokenTree::Ident(ident) => {
                let (before, after) = (punct(at.checked_sub(1)), punct(Some(at + 1)));
                let path = before == Some(':') || after == Some(':') && punct(Some(at + 2)) == Some(':');
                let called = after == Some('!') || matches!(trees.get(at + 1), Some(TokenTree::Group(_)));
                let alone = !path && !called && before != Some('.') && after != Some('.') && is_name(ident);
                match names.iter_mut().find(|name| name.ident == *ident) {
                    Some(name) => name.alone |= alone,
                    None => names.push(Name {
                        ident: ident.clone(),
                        alone,
                    }),
                }
            }
            _ => {}
        }
    }
}

/// Returns whether a word is a name, and no keyword.
fn is_name(ident: &proc_macro2::Ident) -> bool {
    syn::parse2::<syn::Ident>(TokenTree::Ident(ident.clone()).into()).is_ok()
}

/// What is known of a macro by its name alone.
enum Known {
    /// Its arguments are evaluated once each, as written.
    Plain,
    /// As `Plain`, and it formats what follows a text.
    Format {
        /// The position from which on every argument is only borrowed.
        borrowed: usize,
        /// The position of the text, if there is one.
        text: usize,
    },
    /// It is `matches!`.
    Matches,
    /// Nothing is known of it.
    No,
}

fn known(mac: &Macro) -> Known {
    let Some(last) = mac.path.segments.last() else {
        return Known::No;
    };
    match last.ident.to_string().as_str() {
        "print" | "println" | "eprint" | "eprintln" | "format" | "format_args" | "panic" | "todo" | "unimplemented"
        | "unreachable" => Known::Format { borrowed: 0, text: 0 },
        "write" | "writeln" | "assert" | "debug_assert" => Known::Format { borrowed: 1, text: 1 },
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Known::Format { borrowed: 0, text: 2 },
        "vec" | "dbg" => Known::Plain,
        "matches" => Known::Matches,
        _ => Known::No,
    }
}

pub(super) fn walk(walk: &mut Walk, mac: &Macro) {
    let tokens = mac.tokens.clone();
    let done = match known(mac) {
        Known::Format { borrowed, text } => {
            let args = expressions(&tokens).filter(|args| may_format(args, text));
            args.map(|args| by_name(walk, args.get(text).is_none(), |walk| format(walk, &args, borrowed)))
                .or_else(|| unknown(walk, &tokens))
        }
        Known::Plain => expressions(&tokens).map(|args| by_name(walk, true, |walk| all(walk, &args))),
        Known::Matches => {
            let parsed = arguments_of_matches.parse2(tokens.clone()).ok();
            parsed.map(|(expr, pattern, guard)| {
                by_name(walk, true, |walk| walk.arm(&pattern, Some(&expr), guard.as_slice()));
            })
        }
        Known::No => {
            let mut done = None;
            walk.awaiting(false, |walk| done = unknown(walk, &tokens));
            done
        }
    };
    if done.is_none() {
        walk.awaiting(false, |walk| walk.in_macro(false, |walk| remaining(walk, tokens)));
    }
}

/// Walks the arguments of a macro that is known by its name; `unsure` says that nothing else tells it from another one.
fn by_name(walk: &mut Walk, unsure: bool, inside: impl FnOnce(&mut Walk)) {
    let outer = walk.unsure;
    walk.unsure |= unsure;
    walk.in_macro(true, inside);
    walk.unsure = outer;
}

/// Returns whether a formatting macro of std takes these arguments: at a position it wants a text, where another macro
/// of its name may have a value, which that may move.
fn may_format(args: &[Expr], text: usize) -> bool {
    let is_text = |arg: &Expr| match arg {
        Expr::Lit(lit) => matches!(lit.lit, syn::Lit::Str(_)),
        Expr::Macro(_) | Expr::Group(_) => true,
        _ => false,
    };
    args.len() >= text && args.get(text).is_none_or(is_text)
}

fn all(walk: &mut Walk, args: &[Expr]) {
    args.iter().for_each(|arg| walk.visit_expr(arg));
}

/// Walks the arguments of a formatting macro. What its text names by itself comes last, as it does for rustc.
fn format(walk: &mut Walk, args: &[Expr], from: usize) {
    let mut inline = Vec::new();
    for (position, arg) in args.iter().enumerate() {
        let value = if let Expr::Assign(named) = arg {
            &*named.right
        } else {
            arg
        };
        match value {
            Expr::Path(path) if position >= from => {
                if let Some(ident) = path.path.get_ident() {
                    walk.mention(&ident.to_string(), MentionKind::Formatted);
                }
            }
            Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => inline.extend(hook::inline(&text.value())),
            _ => walk.visit_expr(value),
        }
    }
    inline
        .iter()
        .for_each(|name| walk.mention(name, MentionKind::Formatted));
}

/// Walks what a hook is told to evaluate.
pub(super) fn arguments(walk: &mut Walk, args: &HookArgs) {
    args.when.iter().chain(&args.every).for_each(|arg| walk.visit_expr(arg));
    let message = args.message.as_ref().and_then(expressions);
    message.iter().for_each(|message| format(walk, message, 0));
}

/// Walks tokens as expressions, as statements, or as the arms of a `match` or of `select!`; `None` where the tokens are
/// none of these.
fn unknown(walk: &mut Walk, tokens: &TokenStream) -> Option<()> {
    if let Some(args) = expressions(tokens) {
        // A `let` among them binds within the macro.
        walk.in_macro(false, |walk| walk.in_scope(|walk| all(walk, &args)));
    } else if let Ok(stmts) = Block::parse_within.parse2(tokens.clone()) {
        let block = Block {
            brace_token: Default::default(),
            stmts,
        };
        walk.in_macro(false, |walk| walk.visit_block(&block));
    } else {
        let found = select.parse2(tokens.clone()).ok()?;
        walk.in_macro(false, |walk| {
            for arm in &found {
                all(walk, &arm.before);
                walk.in_branch(BranchKind::Handler, |walk| walk.arm(&arm.pattern, None, &arm.rest));
            }
        });
    }
    Some(())
}

fn expressions(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let list = |input: ParseStream<'_>| -> syn::Result<Vec<Expr>> {
        let mut args = Vec::new();
        while !input.is_empty() {
            args.push(input.parse()?);
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                input.parse::<Token![;]>()?;
            }
        }
        Ok(args)
    };
    list.parse2(tokens.clone()).ok()
}

/// Reads the expression, the pattern and the guard of a `matches!`.
pub(crate) fn arguments_of_matches(input: ParseStream<'_>) -> syn::Result<(Expr, Pat, Option<Expr>)> {
    let expr = input.parse()?;
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    input.parse::<Option<Token![,]>>()?;
    Ok((expr, pattern, guard))
}

/// An arm of a macro that is like a `match`, as `pattern = future, if condition => body`, or as
/// `recv(channel) -> pattern => body`.
struct Arm {
    pattern: Pat,
    /// What is evaluated before the pattern binds: the future, or the channel and what it is sent.
    before: Vec<Expr>,
    rest: Vec<Expr>,
}

fn select(input: ParseStream<'_>) -> syn::Result<Vec<Arm>> {
    let mut found = Vec::new();
    if input.peek(syn::Ident) && input.peek2(Token![;]) {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            input.parse::<Token![=>]>()?;
            found.push(Arm {
                pattern: Pat::Verbatim(TokenStream::new()),
                before: Vec::new(),
                rest: vec![input.parse()?],
            });
        } else if let Some((before, pattern)) = operation(input)? {
            input.parse::<Token![=>]>()?;
            let rest = vec![Expr::parse_with_earlier_boundary_rule(input)?];
            found.push(Arm { pattern, before, rest });
        } else {
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let (mut before, mut rest) = (Vec::new(), Vec::new());
            if input.parse::<Option<Token![=]>>()?.is_some() {
                before.push(input.parse()?);
                input.parse::<Option<Token![,]>>()?;
            }
            if input.parse::<Option<Token![if]>>()?.is_some() {
                rest.push(input.parse()?);
            }
            input.parse::<Token![=>]>()?;
            rest.push(Expr::parse_with_earlier_boundary_rule(input)?);
            found.push(Arm { pattern, before, rest });
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(found)
}

/// Reads what an arm of a `select!` does that begins with no pattern: `recv(channel) -> pattern`,
/// `send(channel, value) -> pattern`, `default(timeout)`, `default` or `complete`. Returns `None` before another arm.
fn operation(input: ParseStream<'_>) -> syn::Result<Option<(Vec<Expr>, Pat)>> {
    let ahead = input.fork();
    let Ok(name) = ahead.parse::<syn::Ident>() else {
        return Ok(None);
    };
    let given = match ahead.peek(syn::token::Paren) {
        true => ahead.parse::<Group>()?.stream(),
        false => TokenStream::new(),
    };
    let binds = ahead.peek(Token![->]) && !given.is_empty();
    if !binds && !(ahead.peek(Token![=>]) && (name == "default" || name == "complete")) {
        return Ok(None);
    }
    input.advance_to(&ahead);
    let pattern = match input.parse::<Option<Token![->]>>()? {
        Some(_) => Pat::parse_multi_with_leading_vert(input)?,
        None => Pat::Verbatim(TokenStream::new()),
    };
    Ok(Some((expressions(&given).unwrap_or_default(), pattern)))
}

impl Walk {
    fn arm(&mut self, pattern: &Pat, before: Option<&Expr>, inside: &[Expr]) {
        if let Some(before) = before {
            self.visit_expr(before);
        }
        self.in_scope(|walk| {
            walk.refutable(pattern, extent(pattern));
            walk.visit_pat(pattern);
            inside.iter().for_each(|expr| walk.visit_expr(expr));
        });
    }
}

/// Walks tokens that are nothing known. The hooks in them open with the bindings around them, and every name may be
/// meant.
pub(super) fn remaining(walk: &mut Walk, tokens: TokenStream) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => match hook::marker(&group.stream()) {
                Some(number) => walk.site(number),
                None => remaining(walk, group.stream()),
            },
            TokenTree::Ident(ident) => walk.mention(&ident.to_string(), MentionKind::Unclear),
            _ => {}
        }
    }
}
