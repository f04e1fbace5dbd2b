//! The numbers of hooks. A hook whose code was replaced has another site than before, and the same number: so what the
//! user asked of a hook is kept by its number.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Site;

/// Maps the addresses of sites to the numbers of their hooks.
static NUMBERS: Mutex<Option<HashMap<usize, usize>>> = Mutex::new(None);

/// Gives a site the number of its hook.
pub fn set(site: &'static Site, number: usize) {
    let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    numbers.get_or_insert_default().insert(site.address(), number);
}

/// Returns what the user's wishes for a hook are kept by: its number, or the address of its site if it has none. There
/// are never so many hooks that a number is an address.
pub fn key(site: &'static Site) -> usize {
    let numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    let number = numbers.as_ref().and_then(|numbers| numbers.get(&site.address()));
    number.copied().unwrap_or_else(|| site.address())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::site;

    #[test]
    fn sites_of_one_hook_have_one_key() {
        let [one, other] = [(); 2].map(|()| -> &'static Site { Box::leak(Box::new(site(Vec::new()))) });
        assert_ne!(key(one), key(other));
        set(one, 7);
        set(other, 7);
        assert_eq!([key(one), key(other)], [7, 7]);
    }
}
