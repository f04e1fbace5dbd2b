//! The structs in a pattern, and the methods that give what the pattern names of them.

use proc_macro2::{Delimiter, TokenTree};

use super::super::literal::split;
use super::super::{end, is_group, is_punct, is_word, start, word};
use super::WHOLE;

/// A struct in a pattern, for which a name stands.
#[derive(Default)]
pub(super) struct Structure {
    pub(super) name: String,
    /// Patterns that prove the types of structs.
    pub(super) proofs: String,
    /// The patterns for the fields.
    pub(super) leaves: String,
    /// The references to the fields.
    pub(super) given: String,
    /// Whether a pattern for a field may not fit.
    pub(super) is_refutable: bool,
}

pub(super) struct Structures<'s> {
    pub(super) text: &'s str,
    pub(super) reach: &'s dyn Fn(&str, &str) -> Option<String>,
}

impl Structures<'_> {
    /// Returns the text of a pattern with a name in the place of each struct of which all named fields are reached.
    /// What is found within a struct stands behind that. Returns `None` where a field is bound in a way that would be
    /// another for a reference.
    pub(super) fn rewrite(&self, pattern: &[TokenTree], found: &mut Vec<Structure>) -> Option<String> {
        let mut at = start(pattern.first()?);
        let mut text = String::new();
        for (position, tree) in pattern.iter().enumerate() {
            let TokenTree::Group(group) = tree else { continue };
            let begin = path(&pattern[..position]);
            let mut within = Vec::new();
            if let Some(structure) = self.structure(&pattern[begin..=position], &mut within)? {
                text.push_str(self.text.get(at..start(&pattern[begin]))?);
                text.push_str(&structure.name);
                at = end(tree);
                found.push(structure);
                found.extend(within);
                continue;
            }
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if let (Some(first), Some(last)) = (inner.first(), inner.last()) {
                text.push_str(self.text.get(at..start(first))?);
                text.push_str(&self.rewrite(&inner, found)?);
                at = end(last);
            }
        }
        text.push_str(self.text.get(at..end(pattern.last()?))?);
        Some(text)
    }

    /// Takes a struct apart, if the pattern is one of which all named fields are reached.
    fn structure(&self, pattern: &[TokenTree], within: &mut Vec<Structure>) -> Option<Option<Structure>> {
        let name = format!("{WHOLE}{}", start(pattern.first()?));
        let mut structure = Structure {
            name: name.clone(),
            ..Structure::default()
        };
        let is_one = self.fields(pattern, &name, &mut structure, within)?;
        Some(is_one.then_some(structure))
    }

    /// Adds the fields of a struct, to which an expression is a reference. Returns `Some(false)` where this is no
    /// struct of which all named fields are reached.
    fn fields(
        &self,
        pattern: &[TokenTree],
        of: &str,
        structure: &mut Structure,
        within: &mut Vec<Structure>,
    ) -> Option<bool> {
        let (TokenTree::Group(group), path) = pattern.split_last()? else {
            return Some(false);
        };
        let owner = word(path.last()).trim_start_matches("r#").to_owned();
        let is_tuple = match group.delimiter() {
            _ if owner.is_empty() => return Some(false),
            Delimiter::Parenthesis => true,
            Delimiter::Brace => false,
            _ => return Some(false),
        };
        let path = self.text.get(start(path.first()?)..end(path.last()?))?;
        structure.proofs.push_str(&format!(" let &{path} {{ .. }} = {of};"));
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut is_rest = false;
        for (number, field) in split(&inner).into_iter().enumerate() {
            // What comes behind the dots is counted from the end.
            if is_rest {
                return Some(false);
            }
            if field.len() == 2 && field.iter().all(|tree| is_punct(Some(tree), '.')) {
                is_rest = true;
                continue;
            }
            let (name, pattern) = match field {
                _ if is_tuple => (number.to_string(), field),
                [name @ TokenTree::Ident(_)] => (word(Some(name)), field),
                [name, colon, pattern @ ..] if is_punct(Some(colon), ':') => (name.to_string(), pattern),
                _ => return Some(false),
            };
            let Some(method) = (self.reach)(&owner, name.trim_start_matches("r#")) else {
                return Some(false);
            };
            self.field(pattern, &format!("{of}.{method}()"), structure, within)?;
        }
        Some(true)
    }

    /// Adds what stands for a field, taken apart too if that is a struct of the crate.
    fn field(
        &self,
        pattern: &[TokenTree],
        of: &str,
        structure: &mut Structure,
        within: &mut Vec<Structure>,
    ) -> Option<()> {
        let before = [&structure.proofs, &structure.leaves, &structure.given].map(|text| text.len());
        let (was_refutable, others) = (structure.is_refutable, within.len());
        if is_group(pattern.last(), Delimiter::Brace) || is_group(pattern.last(), Delimiter::Parenthesis) {
            if path(&pattern[..pattern.len() - 1]) == 0 && self.fields(pattern, of, structure, within)? {
                return Some(());
            }
            structure.proofs.truncate(before[0]);
            structure.leaves.truncate(before[1]);
            structure.given.truncate(before[2]);
            structure.is_refutable = was_refutable;
            within.truncate(others);
        }
        // What says how it binds would say it of the reference.
        let first = pattern.first();
        if is_word(first, "ref") || is_word(first, "mut") || is_punct(first, '&') {
            return None;
        }
        let leaf = self.rewrite(pattern, within)?;
        // A string is itself a reference, so it is not compared behind one.
        let is_string = leaf.starts_with('"');
        structure.is_refutable |= !binds_anything(pattern);
        structure.leaves.push_str(if is_string { "&" } else { "" });
        structure.leaves.push_str(&format!("{leaf}, "));
        structure.given.push_str(&format!("{of}, "));
        Some(())
    }
}

/// Returns whether a pattern surely fits any value. A name in capitals may be that of a constant.
fn binds_anything(pattern: &[TokenTree]) -> bool {
    match pattern {
        [TokenTree::Ident(name)] => {
            let name = name.to_string();
            name != "true" && name != "false" && !name.starts_with(char::is_uppercase)
        }
        _ => false,
    }
}

/// Returns the position at which a path begins that ends these tokens.
fn path(tokens: &[TokenTree]) -> usize {
    let is_part = |tree: &TokenTree| matches!(tree, TokenTree::Ident(_)) || is_punct(Some(tree), ':');
    let mut begin = tokens.len();
    while begin > 0 && is_part(&tokens[begin - 1]) {
        let is_name = |at: usize| matches!(tokens.get(at), Some(TokenTree::Ident(_)));
        // Between two names stand colons, and a single colon stands behind the name of a field.
        let is_field = is_punct(tokens.get(begin - 1), ':')
            && !is_punct(begin.checked_sub(2).and_then(|at| tokens.get(at)), ':')
            && !is_punct(tokens.get(begin), ':');
        if is_field || is_name(begin - 1) && is_name(begin) {
            break;
        }
        begin -= 1;
    }
    begin
}
