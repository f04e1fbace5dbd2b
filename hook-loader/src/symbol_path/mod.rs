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

/// Returns the path of the function that a closure is written in.
pub fn parent_of_closure(path: &str) -> Option<&str> {
    path.split_once(CLOSURE)?.0.strip_suffix("::")
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
    fn the_function_around_a_closure() {
        assert_eq!(parent_of_closure("demo::f::{{closure}}::{{closure}}"), Some("demo::f"));
        assert_eq!(parent_of_closure("demo::f"), None);
    }
}
