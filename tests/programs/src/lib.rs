//! What the programs share.

/// A `main` that calls the function named by the first argument, or all of them.
#[macro_export]
macro_rules! run {
    ($($name:ident),* $(,)?) => {
        fn main() {
            let only = std::env::args().nth(1);
            let named = [$(stringify!($name)),*];
            assert!(only.as_deref().is_none_or(|only| named.contains(&only)), "no such function: {only:?}");
            $(
                if only.as_deref().is_none_or(|only| only == stringify!($name)) {
                    $name();
                }
            )*
        }
    };
}
