//! The arguments of a hook: `hook!("message {x}", read_only, target = "..", when = .., every = ..)`.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Expr, LitStr, Token};

use crate::syntax::grouped;
use crate::syntax::misuse::Misuse;

/// What stands in the parentheses of a `hook!`.
#[derive(Clone, Default)]
pub(crate) struct HookArgs {
    /// The banner's message and its format arguments.
    pub(crate) message: Option<TokenStream>,
    pub(crate) read_only: bool,
    pub(crate) target: Option<LitStr>,
    pub(crate) when: Option<Expr>,
    pub(crate) every: Option<Expr>,
    /// The hook sleeps until the user goes through the function statement by statement.
    pub(crate) step: bool,
    /// The names of bindings that the hook does not capture: a future that runs would have to keep them longer.
    pub(crate) without: Vec<String>,
    /// The names of bindings of which the hook captures a copy, for the same reason.
    pub(crate) copied: Vec<String>,
}

impl Parse for HookArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut args = HookArgs::default();
        while !input.is_empty() {
            if args.message.is_none() && input.peek(LitStr) {
                args.message = Some(input.parse::<LitStr>()?.into_token_stream());
            } else if !args.option(input)? {
                let at = input.span();
                let Some(message) = &mut args.message else {
                    return Err(Misuse::NoArgument(hint(input)).at(at));
                };
                let value = if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                    let name: Ident = input.parse()?;
                    input.parse::<Token![=]>()?;
                    let value = expr(input)?;
                    quote!(#name = #value)
                } else {
                    expr(input)?.into_token_stream()
                };
                message.extend(quote!(, #value));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }
}

impl HookArgs {
    /// Returns every name in what is evaluated, also the names in format strings.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let (when, every) = (self.when.to_token_stream(), self.every.to_token_stream());
        let mut names = BTreeSet::new();
        for tokens in [when, every, self.message.to_token_stream()] {
            names_in(tokens, &mut names);
        }
        names
    }

    fn option(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        let fork = input.fork();
        let Ok(name) = fork.parse::<Ident>() else {
            return Ok(false);
        };
        let valued = fork.peek(Token![=]) && !fork.peek(Token![==]);
        let taken = match name.to_string().as_str() {
            "read_only" if !valued => std::mem::replace(&mut self.read_only, true),
            "step" if !valued => std::mem::replace(&mut self.step, true),
            "target" if valued => self.target.is_some(),
            "when" if valued => self.when.is_some(),
            "every" if valued => self.every.is_some(),
            "without" if valued => !self.without.is_empty(),
            "copied" if valued => !self.copied.is_empty(),
            _ => return Ok(false),
        };
        if taken {
            return Err(Misuse::GivenTwice(name.to_string()).at(name.span()));
        }
        input.parse::<Ident>()?;
        if valued {
            input.parse::<Token![=]>()?;
        }
        match name.to_string().as_str() {
            "target" => self.target = Some(input.parse()?),
            "when" => self.when = Some(expr(input)?),
            "every" => self.every = Some(expr(input)?),
            "without" => self.without = names_of(&input.parse()?),
            "copied" => self.copied = names_of(&input.parse()?),
            _ => {}
        }
        Ok(true)
    }
}

fn expr(input: ParseStream<'_>) -> syn::Result<Expr> {
    let mut expr = input.parse()?;
    grouped::keep_expr(&mut expr);
    Ok(expr)
}

/// Returns the names of a list.
fn names_of(list: &LitStr) -> Vec<String> {
    list.value().split_whitespace().map(str::to_owned).collect()
}

/// Returns what is added to the error where an argument is neither a message nor an option, by what it looks like.
fn hint(input: ParseStream<'_>) -> &'static str {
    if input.peek(Token![if]) {
        return CONDITION;
    }
    match input.parse::<Expr>() {
        Ok(Expr::Binary(_) | Expr::Unary(_)) => CONDITION,
        Ok(Expr::Path(path)) if path.path.is_ident("when") => CONDITION,
        Ok(Expr::Path(path)) if OPTIONS.iter().any(|option| path.path.is_ident(option)) => "",
        Ok(Expr::Path(_) | Expr::Field(_) | Expr::Reference(_)) => "; a hook shows all locals without naming them",
        _ => "",
    }
}

/// The names of options, and how they may be mistaken.
const OPTIONS: [&str; 4] = ["target", "every", "readonly", "read_only"];

const CONDITION: &str = "; a condition is written `when = EXPR`";

fn names_in(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => names_in(group.stream(), names),
            TokenTree::Ident(ident) => drop(names.insert(ident.to_string())),
            TokenTree::Literal(text) => {
                let text = syn::parse2::<LitStr>(TokenTree::Literal(text).into());
                names.extend(text.iter().flat_map(|text| inline(&text.value())));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Returns the names in a format string, as in `"{a} and {b:?}"`.
pub(crate) fn inline(text: &str) -> Vec<String> {
    let text = text.replace("{{", "");
    let pieces = text.split('{').skip(1);
    let name = |piece: &str| piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    pieces.map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message with its arguments, and which options there are.
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        let told = match syn::parse_str::<HookArgs>(arguments) {
            Err(error) => error.to_string(),
            Ok(args) => {
                let options = [
                    (args.read_only, "read_only"),
                    (args.target.is_some(), "target"),
                    (args.when.is_some(), "when"),
                    (args.every.is_some(), "every"),
                    (args.without == ["a", "b"], "without a b"),
                    (args.copied == ["c"], "copied c"),
                ];
                let options = options.iter().filter(|(is_given, _)| *is_given).map(|(_, name)| *name);
                let message = args
                    .message
                    .map_or_else(|| "-".to_owned(), |message| message.to_string());
                std::iter::once(&*message)
                    .chain(options)
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
        };
        assert_eq!(told, expected, "{arguments}");
    }

    #[test]
    fn in_any_order() {
        check("", "-");
        check("\"m\"", "\"m\"");
        check("when = c, \"edge\"", "\"edge\" | when");
        check(
            "read_only, every = 2, \"a {} {n}\", f(1), n = 2, when = a == \"b\",",
            "\"a {} {n}\" , f (1) , n = 2 | read_only | when | every",
        );
        check("without = \"a b\", when = c", "- | when | without a b");
        check("copied = \"c\", without = \"a b\"", "- | without a b | copied c");
        check("target = \"t\", \"m {}\", \"x\"", "\"m {}\" , \"x\" | target");
    }

    #[test]
    fn what_is_no_argument() {
        let expected = |hint: &str| {
            format!(
                "expected a message in quotes, or one of `read_only`, `target = \"..\"`, `when = EXPR`, `every = N`{hint}"
            )
        };
        let (condition, names) = (
            expected(CONDITION),
            expected("; a hook shows all locals without naming them"),
        );
        check("1", &expected(""));
        check("readonly", &expected(""));
        check("every 5", &expected(""));
        check("when n", &condition);
        check("n, \"m\"", &names);
        check("&self.n", &names);
        check("when == c", &condition);
        check("if n > 5", &condition);
        check("!done, \"m\"", &condition);
        check("\"m\" read_only", "expected `,`");
        check("when = a, \"m\", when = b", "`when` is given twice");
    }
}
