//! Names of instances of one function, as rustc makes them.
//!
//! What is instantiated in another crate than it is written in has that crate in its name: in a legacy name, it is
//! hashed along with the type arguments; a v0 name ends with it. Where a closure is called by way of a trait, a v0 name
//! also has the types of the arguments, which a line may give to other types.

use crate::symbol_path::before_trait_arguments;

/// Returns a part that the names of all instances which `name` may stand for begin with.
pub(crate) fn beginning(name: &str) -> &str {
    let of_closure = || before_trait_arguments(name);
    legacy(name).or_else(of_closure).or_else(|| v0(name)).unwrap_or(name)
}

/// Returns whether a name that has the same beginning as `name` may be that of another instance.
pub(crate) fn is_instance(other: &str, name: &str) -> bool {
    match legacy(name) {
        Some(path) => legacy(other) == Some(path),
        None => v0(name).is_some() && v0(other).is_some(),
    }
}

/// Returns a legacy name without its hash.
fn legacy(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("_ZN")?.strip_suffix('E')?;
    let (path, hash) = rest.split_at_checked(rest.len().checked_sub("17h0123456789abcdef".len())?)?;
    let is_hash = hash.starts_with("17h") && hash[3..].bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| &name[.."_ZN".len() + path.len()])
}

/// Returns a v0 name without the crate that made the instance. Where that is said by a number, it may have more than
/// one reading, and the shortest name is returned.
fn v0(name: &str) -> Option<&str> {
    let path = name.strip_prefix("_R")?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let at = match path.strip_suffix('_') {
        // `B`, a number of base 62, `_`: the place where the crate stands in the name already.
        Some(rest) => (0..rest.len())
            .rev()
            .take(LONGEST_NUMBER)
            .take_while(|at| rest.is_char_boundary(*at) && is_number(&rest[*at..]))
            .filter(|at| rest[*at..].starts_with('B'))
            .last()?,
        // `C`, perhaps `s`, a number and `_`, then the length of the crate's name and the name.
        None => path.match_indices('C').map(|(at, _)| at).find(|at| {
            let krate = &path[at + 1..];
            let krate = match krate.strip_prefix('s').and_then(|rest| rest.split_once('_')) {
                Some((number, krate)) if is_number(number) => krate,
                _ => krate,
            };
            let digits = krate.bytes().take_while(u8::is_ascii_digit).count();
            let ident = krate[digits..].strip_prefix('_').unwrap_or(&krate[digits..]);
            krate[..digits].parse() == Ok(ident.len())
        })?,
    };
    Some(&name[.."_R".len() + at])
}

/// A number of base 62 that stands for a place in a name has at most so many digits, with the `B` before it.
const LONGEST_NUMBER: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: &str, other: &str, is: bool) {
        assert_eq!(beginning(name), expect, "{name}");
        assert_eq!(
            other.starts_with(beginning(name)) && is_instance(other, name),
            is,
            "{name} {other}"
        );
    }

    #[test]
    fn legacy_names() {
        let closure = "_ZN3one1f28_$u7b$$u7b$closure$u7d$$u7d$";
        let hashed = |hash: &str| format!("{closure}17h{hash}E");
        let name = hashed("0123456789abcdef");
        check(&name, closure, &hashed("00000000000000aa"), true);
        let within = "28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE";
        check(&name, closure, &format!("{closure}{within}"), false);
        check("_ZN3one1fE", "_ZN3one1fE", "_ZN3one1fE", false);
        check("main", "main", "main", false);
    }

    #[test]
    fn v0_names() {
        let made = |krate: &str| format!("_RNCNCNvCsjrHSEGnQ3l9_3one3run00{krate}");
        let beginning = made("");
        for (krate, other) in [("Bc_", "Cs12ab_3bin"), ("Cs12ab_3bin", "B6_"), ("C3bin", "Cs1_3_1st")] {
            check(&made(krate), &beginning, &made(other), true);
        }
        // A number may have a `B` in it.
        check(&made("BBB_"), &beginning, &made("Cs12ab_3bin"), true);
        check("_RNvCs12ab_3one1f", "_RNvCs12ab_3one1f", "_RNvCs12ab_3one1f", false);
    }

    #[test]
    fn v0_names_of_a_closure_that_is_called_with_other_types() {
        let of_closure = |instance: &str| format!("_RNvYNC{instance}0INtNtNtCs8Nw_4core3ops8function6FnOnce");
        let made = |instance: &str, of: &str| {
            let places = format!("TQINtNtCs6tQ_10hook_frame4slot6PlacesTTO{of}uEuEEE");
            format!("{}{places}E9call_onceB6_", of_closure(instance))
        };
        let (text, number) = ("INvCs3z_3one1fReE", "INvCs3z_3one1flE");
        check(&made(text, "l"), &of_closure(text), &made(text, "j"), true);
        check(&made(text, "l"), &of_closure(text), &made(number, "l"), false);
        check("_RNvé_", "_RNvé_", "_RNvé_", false);
    }
}
