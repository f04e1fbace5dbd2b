//! A value without `Debug` is written by its parts, in the form of a derived `Debug`.
//!
//! rustc decides how each part is shown, where the type of the part is known, by autoref specialization: of `Debug`,
//! `Display`, [`ByParts`] and `Deref` the first is found that the type has, and else the type's name is shown. What has
//! a `Deref` alone, as the guard of a lock has, is shown as what it leads to. In generic code
//! it is not known which of these a type parameter has; so that code is handed, for each of its type parameters, a
//! function that shows a value of that type.
//!
//! `library` has the standard library's types. For types of the crate, a line has an impl of [`ByParts`] beside the
//! type (`hook-runtime/src/eval/beside`).

mod given;
mod leads;
pub mod learned;
mod library;
mod shower;

pub use given::{Given, GivenOther, GivenSame};
pub use leads::Dereferenced;
pub use learned::{Learns, TypeProbe, learned, linked, until_known};
pub use learned::{learn, learn_fields};
pub(crate) use learned::{learned_parts, learned_value};
pub(crate) use shower::{PartsShown, known_at};
pub use shower::{Shower, remember};

use std::fmt::{self, Debug, Display, Formatter};
use std::ops::Deref;

/// Is a function that shows a value of a type parameter.
pub type Show<'s, V> = &'s dyn Fn(&V, &mut Formatter<'_>) -> fmt::Result;

/// Is implemented by the types that are shown by their parts.
pub trait ByParts {
    /// This is the first of the types for which the impl is handed functions, or [`Nothing`] if there is none.
    type A: ?Sized;
    /// This is the second of them.
    type B: ?Sized;
    /// This is the third of them.
    type C: ?Sized;
    /// This is the fourth of them.
    type D: ?Sized;

    /// Shows the value.
    ///
    /// # Errors
    ///
    /// This fails if the value cannot be written.
    fn parts(
        &self,
        f: &mut Formatter<'_>,
        a: Show<'_, Self::A>,
        b: Show<'_, Self::B>,
        c: Show<'_, Self::C>,
        d: Show<'_, Self::D>,
    ) -> fmt::Result;
}

/// Stands where there is no type parameter.
#[derive(Debug)]
pub struct Nothing;

/// Has a function as its `Debug`.
pub struct By<F>(pub F);

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Debug for By<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Returns a `Debug` for a value from the function that shows its type.
pub fn by<'s, V: ?Sized>(value: &'s V, show: Show<'s, V>) -> By<impl Fn(&mut Formatter<'_>) -> fmt::Result + 's> {
    By(move |f: &mut Formatter<'_>| show(value, f))
}

/// Carries a value for which rustc decides how it is shown, and the number of type parameters for which there are
/// functions.
pub struct Part<'v, V: ?Sized>(pub &'v V, pub usize);

/// Carries a value, that number, and the way `W` in which the value is shown.
pub struct Way<'v, V: ?Sized, W>(&'v V, usize, std::marker::PhantomData<W>);
/// The value is shown by its `Debug`.
pub struct Debugged;
/// The value is shown by its `Display`.
pub struct Displayed;
/// The value is shown by its parts.
pub struct InParts;
/// The name of the value's type is shown.
pub struct Named;

macro_rules! ways {
    ($($trait:ident [$($reference:tt)*] $way:ident $(: $bound:path)?),*) => { $(
        /// rustc finds the method of this trait if the value can be shown in this way, and in no way before it.
        pub trait $trait<'v, V: ?Sized> {
            /// Returns the value with the way in which it is shown.
            fn __hookable_way(&self) -> Way<'v, V, $way>;
        }

        impl<'v, V: ?Sized $(+ $bound)?> $trait<'v, V> for $($reference)* Part<'v, V> {
            fn __hookable_way(&self) -> Way<'v, V, $way> {
                Way(self.0, self.1, std::marker::PhantomData)
            }
        }
    )* };
}
ways!(
    WayDebug [&&&&] Debugged: Debug,
    WayDisplay [&&&] Displayed: Display,
    WayParts [&&] InParts: ByParts,
    WayDeref [&] Dereferenced: Deref,
    WayName [] Named
);

macro_rules! whole {
    ($($way:ident, $($bound:path)?, $value:ident $f:ident => $show:expr;)*) => { $(
        impl<V: ?Sized $(+ $bound)?> ByParts for Way<'_, V, $way> {
            type A = Nothing;
            type B = Nothing;
            type C = Nothing;
            type D = Nothing;

            fn parts(
                &self,
                $f: &mut Formatter<'_>,
                _: Show<'_, Nothing>,
                _: Show<'_, Nothing>,
                _: Show<'_, Nothing>,
                _: Show<'_, Nothing>,
            ) -> fmt::Result {
                let $value = self.0;
                $show
            }
        }
    )* };
}
whole! {
    Debugged, Debug, value f => Debug::fmt(value, f);
    Displayed, Display, value f => Display::fmt(value, f);
    Named, , value f => learned::show(value, f);
}

impl<V: ByParts + ?Sized> ByParts for Way<'_, V, InParts> {
    type A = V::A;
    type B = V::B;
    type C = V::C;
    type D = V::D;

    fn parts(
        &self,
        f: &mut Formatter<'_>,
        a: Show<'_, V::A>,
        b: Show<'_, V::B>,
        c: Show<'_, V::C>,
        d: Show<'_, V::D>,
    ) -> fmt::Result {
        self.0.parts(f, a, b, c, d)
    }
}

/// Gives a value with the way in which it is shown.
#[doc(hidden)]
#[macro_export]
macro_rules! __way {
    ($value:expr) => {
        $crate::__way!($value, 0)
    };
    ($value:expr, $given:expr) => {{
        #[allow(unused_imports)]
        use $crate::private::{WayDebug as _, WayDeref as _, WayDisplay as _, WayName as _, WayParts as _};
        (&&&&&$crate::private::Part($value, $given)).__hookable_way()
    }};
}

/// Shows a value in its way, with the functions that show its type parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    ($value:expr, $f:expr) => {
        $crate::__part!(@ 0, $value, $f, $crate::__part!(), $crate::__part!(), $crate::__part!(), $crate::__part!())
    };
    ($value:expr, $f:expr, $a:expr) => {
        $crate::__part!(@ 1, $value, $f, $a, $crate::__part!(), $crate::__part!(), $crate::__part!())
    };
    ($value:expr, $f:expr, $a:expr, $b:expr) => {
        $crate::__part!(@ 2, $value, $f, $a, $b, $crate::__part!(), $crate::__part!())
    };
    ($value:expr, $f:expr, $a:expr, $b:expr, $c:expr) => {
        $crate::__part!(@ 3, $value, $f, $a, $b, $c, $crate::__part!())
    };
    ($value:expr, $f:expr, $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::__part!(@ 4, $value, $f, $a, $b, $c, $d)
    };
    (@ $given:literal, $value:expr, $f:expr, $a:expr, $b:expr, $c:expr, $d:expr) => {{
        let __hookable_way = $crate::__way!($value, $given);
        $crate::private::ByParts::parts(&__hookable_way, $f, &$a, &$b, &$c, &$d)
    }};
    // A type of which nothing is known has no functions for its own parameters.
    () => {
        |__hookable_value, __hookable_f| {
            #[allow(unused_imports)]
            use $crate::private::{WayDebug as _, WayDisplay as _, WayName as _};
            let __hookable_way = (&&&&&$crate::private::Part(__hookable_value, 0)).__hookable_way();
            $crate::private::leaf(&__hookable_way, __hookable_f)
        }
    };
}

/// Shows a value that has no parts.
///
/// # Errors
///
/// This fails if the value cannot be written.
pub fn leaf(
    way: &impl ByParts<A = Nothing, B = Nothing, C = Nothing, D = Nothing>,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    fn nothing<'s>() -> Show<'s, Nothing> {
        &|_, _| Ok(())
    }
    way.parts(f, nothing(), nothing(), nothing(), nothing())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::{BTreeMap, HashSet};
    use std::rc::Rc;
    use std::sync::{Arc, Mutex, RwLock};

    use super::*;

    struct Opaque;
    struct Pair<T>(T, u8);

    impl<T> ByParts for Pair<T> {
        type A = T;
        type B = Nothing;
        type C = Nothing;
        type D = Nothing;

        fn parts(
            &self,
            f: &mut Formatter<'_>,
            a: Show<'_, T>,
            _: Show<'_, Nothing>,
            _: Show<'_, Nothing>,
            _: Show<'_, Nothing>,
        ) -> fmt::Result {
            let mut tuple = f.debug_tuple("Pair");
            tuple.field(&By(|f: &mut Formatter<'_>| a(&self.0, f)));
            tuple.field(&By(|f: &mut Formatter<'_>| crate::__part!(&self.1, f)));
            tuple.finish()
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
    fn parts_of_parts() {
        check!(Opaque, |v, f| crate::__part!(v, f), "<Opaque>");
        check!(vec![1], |v, f| crate::__part!(v, f), "[1]");
        check!(
            vec![Some(Opaque), None],
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f)),
            "[Some(<Opaque>), None]"
        );
        check!(
            Pair(Some(Opaque), 2),
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f)),
            "Pair(Some(<Opaque>), 2)"
        );
        check!(
            BTreeMap::from([("a", Pair(1, 2))]),
            |v, f| crate::__part!(v, f, crate::__part!(), |v, f| crate::__part!(v, f)),
            "{\"a\": Pair(1, 2)}"
        );
        check!(
            (Opaque, 'c', [Pair("x", 3)]),
            |v, f| crate::__part!(v, f, crate::__part!(), crate::__part!(), |v, f| crate::__part!(
                v,
                f,
                |v, f| { crate::__part!(v, f) }
            )),
            "(<Opaque>, 'c', [Pair(\"x\", 3)])"
        );
    }

    #[test]
    fn cells_and_locks() {
        check!(
            Rc::new(RefCell::new(Opaque)),
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f)),
            "RefCell { value: <Opaque> }"
        );
        let shared = Rc::new(RefCell::new(Opaque));
        let other = Rc::clone(&shared);
        let borrowed = other.borrow_mut();
        check!(
            shared,
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f)),
            "RefCell { value: <borrowed> }"
        );
        drop(borrowed);
        let lock = Arc::new(Mutex::new(Opaque));
        let held = lock.lock().unwrap();
        check!(
            lock.clone(),
            |v, f| crate::__part!(v, f, |v, f| crate::__part!(v, f)),
            "Mutex { data: <locked>, poisoned: false, .. }"
        );
        drop(held);
        check!(
            &*lock,
            |v, f| crate::__part!(*v, f),
            "Mutex { data: <Opaque>, poisoned: false, .. }"
        );
        check!(
            RwLock::new(Opaque),
            |v, f| crate::__part!(v, f),
            "RwLock { data: <Opaque>, poisoned: false, .. }"
        );
        check!(
            Cell::new(Some(1)),
            |v, f| crate::__part!(v, f),
            "Cell { value: Some(1) }"
        );
        check!(HashSet::from([1]), |v, f| crate::__part!(v, f), "{1}");
    }
}
