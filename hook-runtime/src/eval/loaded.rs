//! What std has no names for in a backtrace.

use hook_loader::{CLOSURE, Host, is_within_closure, parent_of_closure};

/// The code of a file that has no symbol for it has this in the place of a name.
pub(crate) const NAMELESS: &str = "<nameless>";

/// Names the code at an address. Code that was loaded, and is of no function, has no name.
pub(crate) fn name_of(address: usize) -> Option<String> {
    loaded_function(address).or_else(|| {
        let is_in_file = Host::of_this_process().is_ok_and(|host| host.is_in_file(address));
        is_in_file.then(|| NAMELESS.to_owned())
    })
}

/// Returns the path of a function whose code a reload, a planted hook or a line has brought, by an address in it. Of a
/// closure it is the path of the function, and the mark of one closure, however many there are.
pub(crate) fn loaded_function(address: usize) -> Option<String> {
    let path = Host::of_this_process().ok()?.loaded_function(address)?;
    let parent = is_within_closure(&path).then(|| parent_of_closure(&path)).flatten();
    Some(parent.map_or_else(|| by_trait(&path), |parent| format!("{}::{CLOSURE}", by_trait(parent))))
}

/// Names a method of a trait by the trait alone, as one of the two schemes of names does where the trait has its body.
fn by_trait(path: &str) -> String {
    let parts = path.strip_prefix('<').and_then(|path| path.split_once(" as "));
    let method = parts.and_then(|(_, of_trait)| of_trait.rsplit_once(">::"));
    method.map_or_else(|| path.to_owned(), |(of, method)| format!("{of}::{method}"))
}

#[cfg(test)]
mod tests {
    use super::by_trait;

    #[test]
    fn methods_of_traits() {
        assert_eq!(by_trait("<a::Square as a::Area>::twice"), "a::Area::twice");
        assert_eq!(by_trait("<a::S as a::From<b::T>>::from"), "a::From<b::T>::from");
        assert_eq!(by_trait("a::Square::twice"), "a::Square::twice");
        assert_eq!(by_trait("<a::Square>::twice"), "<a::Square>::twice");
    }
}
