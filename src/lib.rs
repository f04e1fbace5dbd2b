//! hookable
#[doc(hidden)]
#[macro_export]
macro_rules! __hook_off { () => {} }

pub use hook_macros::hookable;

/// hook
#[macro_export]
macro_rules! hook {
    (@hookable $($code:tt)*) => { $($code)* };
    ($($args:tt)*) => {
        ::core::compile_error!("`hook!` needs `#[hookable]` on the function it stands in")
    };
}

/// private
#[doc(hidden)]
#[cfg(feature = "console")]
pub mod __private {
    pub use hook_runtime::__resolve as resolve;
    pub use hook_runtime::capture::*;
    pub use std::option::Option;
    pub use std::primitive::bool;
    pub use std::sync::atomic::AtomicU64;
    pub use std::{compile_error, format_args, include, module_path};
}
