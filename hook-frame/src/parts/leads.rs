//! A value whose type has nothing but a `Deref` is shown as what it leads to: the guards of locks, of the standard
//! library and of other crates, and their pointers.

use std::any::type_name;
use std::fmt::{self, Formatter};
use std::ops::Deref;

use super::learned::WayKind;
use super::{ByParts, Show, Way};
use crate::render;

/// The value is shown as what it leads to.
pub struct Dereferenced;

impl WayKind for Dereferenced {}

impl<V: Deref + ?Sized> ByParts for Way<'_, V, Dereferenced> {
    type A = V::Target;
    type B = V::Target;
    type C = V::Target;
    type D = V::Target;

    fn parts(
        &self,
        f: &mut Formatter<'_>,
        a: Show<'_, V::Target>,
        b: Show<'_, V::Target>,
        c: Show<'_, V::Target>,
        d: Show<'_, V::Target>,
    ) -> fmt::Result {
        let name = type_name::<V>();
        if is_lazy(name) {
            return write!(f, "<{}>", render::short(name));
        }
        // What such a type leads to is nearly always its last parameter: `MutexGuard<'_, R, T>`.
        let show = match self.1 {
            0 | 1 => a,
            2 => b,
            3 => c,
            _ => d,
        };
        show(self.0, f)
    }
}

/// Returns whether a type has its value computed when somebody asks for it. A look at it is not to do that.
fn is_lazy(name: &str) -> bool {
    let path = name.split('<').next().unwrap_or_default();
    path.rsplit("::").next().unwrap_or_default().starts_with("Lazy")
}

#[cfg(test)]
mod tests {
    use std::cell::{LazyCell, RefCell};
    use std::fmt::Formatter;
    use std::sync::{Mutex, RwLock};

    use super::super::{By, learn, learned};

    struct Opaque;

    /// A guard of another crate: the type of the lock comes first.
    struct Guard<'g, R, T>(&'g T, R);

    impl<R, T> std::ops::Deref for Guard<'_, R, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.0
        }
    }

    macro_rules! check {
        ($value:expr, |$v:ident, $f:ident| $show:expr, $expect:expr) => {{
            let value = $value;
            let $v = &value;
            let shown = By(|$f: &mut Formatter<'_>| $show);
            assert_eq!(format!("{shown:?}"), $expect);
        }};
    }

    #[test]
    fn guards_are_shown_as_what_they_lead_to() {
        let one = |v: &Vec<Opaque>, f: &mut Formatter<'_>| crate::__part!(v, f, |v, f| crate::__part!(v, f));
        let cell = RefCell::new(vec![Opaque]);
        check!(cell.borrow(), |v, f| crate::__part!(v, f, one), "[<Opaque>]");
        check!(cell.borrow_mut(), |v, f| crate::__part!(v, f, one), "[<Opaque>]");
        let lock = Mutex::new(vec![Opaque]);
        check!(lock.lock().unwrap(), |v, f| crate::__part!(v, f, one), "[<Opaque>]");
        let lock = RwLock::new(Opaque);
        check!(lock.read().unwrap(), |v, f| crate::__part!(v, f), "<Opaque>");
        let values = vec![Opaque];
        check!(
            Guard(&values, Opaque),
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f), |v, f| crate::__part!(
                v,
                f,
                |v, f| crate::__part!(v, f)
            )),
            "[<Opaque>]"
        );
        check!(Guard(&1, 2), |v, f| crate::__part!(v, f), "1");
    }

    #[test]
    fn a_function_that_a_line_brings_shows_what_the_value_leads_to() {
        fn shown(guard: &Guard<'_, u16, u8>, f: &mut Formatter<'_>) -> std::fmt::Result {
            crate::__part!(guard, f, crate::__part!(), crate::__part!())
        }
        assert!(!learn(shown, |guard| crate::__way!(guard)));
        check!(Guard(&1_u8, 2_u16), |v, f| learned::show(v, f), "1");
    }

    #[test]
    fn a_look_computes_nothing() {
        let lazy: LazyCell<Opaque> = LazyCell::new(|| panic!("it is computed"));
        check!(lazy, |v, f| crate::__part!(v, f), "<LazyCell<Opaque>>");
    }
}
