//! The path in a mangled name.

mod legacy;
mod v0;

/// The mark of a closure, or of the body of an async function, in a path.
pub const CLOSURE: &str = "{{closure}}";

/// Returns the path that a mangled name of rustc's stands for, as far as it can be read: `demo::Account::total`. It has
/// no hash, and no type arguments where the name has none.
pub fn symbol_path(name: &str) -> Option<String> {
    legacy::path(name).or_else(|| v0::path(name))
}

/// Returns the path of the function that a closure is written in. Where only types in the path are those of closures,
/// it is what stands before the first of them.
pub fn parent_of_closure(path: &str) -> Option<&str> {
    let at = own_closure(path).or_else(|| path.find(CLOSURE))?;
    path[..at].strip_suffix("::")
}

/// Returns whether a path is that of a closure or of something within one, and not only one with such types in it.
pub fn is_within_closure(path: &str) -> bool {
    own_closure(path).is_some()
}

/// Returns where the mark of a closure stands that is not in the types of a path.
fn own_closure(path: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = 0;
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' if before != b'-' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 && path[at..].starts_with(CLOSURE) => return Some(at),
            _ => {}
        }
        before = byte;
    }
    None
}

/// Returns what of a mangled name stands before the crate that made an instance: names of one instance that several
/// crates made begin with the same. A name of the old scheme has a hash there, which that crate takes part in, and does
/// not tell closures of one function from each other.
pub(crate) fn without_maker(name: &str) -> Option<&str> {
    legacy::without_hash(name).or_else(|| v0::without_maker(name))
}

/// Returns the name of the crate that has the impl of a method, where the mangled name tells it.
pub fn crate_of_impl(name: &str) -> Option<String> {
    v0::crate_of_impl(name)
}

/// Returns how the mangled names of a trait's method begin that have one self type, whatever the arguments of the trait
/// are, where the scheme has both. So a closure that is called with arguments of several types is known.
pub(crate) fn before_trait_arguments(name: &str) -> Option<&str> {
    v0::before_trait_arguments(name)
}

/// Returns the paths of the functions that the closures in a mangled name are written in, where the name tells all of
/// them: that of a generic function has those in its type arguments.
pub(crate) fn functions_around_closures(name: &str) -> Option<Vec<String>> {
    let around = |closure: String| {
        let path = closure + "::" + CLOSURE;
        parent_of_closure(&path).map(str::to_owned)
    };
    v0::around_closures(name)?.into_iter().map(around).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(symbol_path(name).as_deref(), Some(expected), "{name}");
    }

    #[test]
    fn legacy_names() {
        check("_ZN4demo5total17h0123456789abcdefE", "demo::total");
        check(
            "_ZN4demo1f28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
            "demo::f::{{closure}}",
        );
        check(
            "_ZN48_$LT$demo..Foo$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE",
            "<demo::Foo as core::fmt::Display>::fmt",
        );
        check(
            "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
            "core::ptr::drop_in_place<alloc::string::String>",
        );
        for name in ["main", "_ZN", "_ZN9demoE", "_ZN4demo", "_ZN99999999999999999999aE"] {
            assert_eq!(symbol_path(name), None, "{name}");
        }
    }

    #[test]
    fn v0_names() {
        check("_RNvCs4fqI2P2rA04_4demo5total", "demo::total");
        check("_RNvMs0_NtCs1_4demo1mNtB5_7Account3get", "demo::m::Account::get");
        check("_RNCNvC4demo1f0", "demo::f::{{closure}}");
        check("_RNCNCNvC4demo1f0s_0", "demo::f::{{closure}}::{{closure}}");
        check(
            "_RNvXs_C4demoNtB4_3FooNtNtC4core3fmt7Display3fmt",
            "<demo::Foo as core::fmt::Display>::fmt",
        );
        check("_RNvYNtC4demo1ANtB4_1T3getB4_", "<demo::A as demo::T>::get");
        check("_RINvC4demo5twicelEB2_", "demo::twice");
        check("_RNvMC4demoINtB2_1AhE3get", "demo::A<u8>::get");
        check(
            "_RINvNtC4core3ptr13drop_in_placeNtNtC5alloc6string6StringEC4demo",
            "core::ptr::drop_in_place",
        );
        check("_RNvC4demo15___HOOKABLE_SITE", "demo::__HOOKABLE_SITE");
        check("_RNvMC4demoRSTlhE1f", "<&[(i32, u8)]>::f");
        check(
            "_RNvXC4demoDNtNtC4core3any3AnyEL_NtB2_1T1f",
            "<dyn core::any::Any as demo::T>::f",
        );
        check(
            "_RNvXC4demoFUKClEuNtB2_1T1f",
            "<unsafe extern \"C\" fn(i32) as demo::T>::f",
        );
        check("_RNvXC4demoAhj20_NtB2_1T1f", "<[u8; 0x20] as demo::T>::f");
        check("_RNSNvC4demo1f6vtable", "demo::f::{{vtable.shim}}");
        check("_RINvCs6xxl1lAjzDf_1au14grenwahn_rya3uKj5_aEB2_", "a::größenwahn");
        // A reference to itself, and names that end early.
        for name in [
            "_R",
            "_RNvB_",
            "_RNvB2_1a",
            "_RNvC4dem",
            "_RNvMC4demo",
            "_RNvCs4",
            "_RINvC4demo5twicel",
        ] {
            assert_eq!(symbol_path(name), None, "{name}");
        }
    }

    #[test]
    fn functions_around_the_closures_in_a_name() {
        let check = |name: &str, expected: &[&str]| {
            let expected = expected.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(functions_around_closures(name), Some(expected), "{name}");
        };
        check("_RINvC4demo5twicelEB2_", &[]);
        check("_RINvC4demo5applyNCNvC4demo3ask0EB2_", &["demo::ask"]);
        check("_RINvC4demo5applyNCNCNvC4demo3ask00EB2_", &["demo::ask", "demo::ask"]);
        // One within a generic function that was made with another, and one that stands in the name before.
        check(
            "_RINvC4demo1gNCINvB2_5applyNCNvB2_3ask0E0EB2_",
            &["demo::ask", "demo::apply"],
        );
        check("_RINvC4demo1gNCNvB2_3ask0TBa_lEEB2_", &["demo::ask", "demo::ask"]);
        check("_RNvXC4demoINtB2_1WNCNvB2_3ask0ENtB2_1T3get", &["demo::ask"]);
        assert_eq!(functions_around_closures("_ZN4demo5apply17h0123456789abcdefE"), None);
    }

    #[test]
    fn crates_of_impls() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(crate_of_impl(name).as_deref(), expected, "{name}");
        check("_RNvXs_C4demoNtB4_3FooNtNtC4core3fmt7Display3fmt", Some("demo"));
        check(
            "_RNvXs0_NtC5alloc6stringNtC4demo3FooNtB5_8ToString9to_string",
            Some("alloc"),
        );
        check("_RINvMs0_NtCs1_4demo1mNtB5_7Account3getlE", Some("demo"));
        check("_RNCNvMC4demoNtB2_3Foo3get0", Some("demo"));
        for name in [
            "_RNvC4demo5total",
            "_RNvYNtC4demo1ANtB4_1T3getB4_",
            "_RNvX",
            "_ZN4demo5total17h0123456789abcdefE",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn names_of_one_instance_begin_with_the_same() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(without_maker(name), expected, "{name}");
        check(
            "_ZN4demo1f28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
            Some("_ZN4demo1f28_$u7b$$u7b$closure$u7d$$u7d$"),
        );
        check("_ZN4demo1fE", None);
        check("_ZN4demo1f17h0123456789abcdeE", None);
        check("_RNCNvCs1_4demo1f0B5_", Some("_RNCNvCs1_4demo1f0"));
        check("_RNCNvCs1_4demo1f0Cs2_3app", Some("_RNCNvCs1_4demo1f0"));
        check(
            "_RINvC4demo5applyNCNvC4demo3ask0EC3app",
            Some("_RINvC4demo5applyNCNvC4demo3ask0E"),
        );
        check("_RNvCs1_4demo1f", Some("_RNvCs1_4demo1f"));
        check("main", None);
    }

    #[test]
    fn the_function_around_a_closure() {
        assert_eq!(parent_of_closure("demo::f::{{closure}}::{{closure}}"), Some("demo::f"));
        assert_eq!(parent_of_closure("demo::f"), None);
        let method = "<demo::W<fn() -> demo::f::{{closure}}> as demo::T>::m";
        let closure = format!("{method}::{{{{closure}}}}");
        assert_eq!(parent_of_closure(&closure), Some(method));
        assert!(is_within_closure(&closure) && !is_within_closure(method));
    }
}
