//! Thread-locals, those of the program and those that it does not have.
//!
//! A thread-local of the program is found like any other variable, by its offset in the program's module. One that the
//! program lacks (of a std function never used so far, or declared by the line) needs room in every thread, those that
//! already run too, at *one* distance from the thread pointer: rustc has executables reach thread-locals by that
//! distance, with nothing in between that could be diverted. A module that is loaded later has no such distance. So
//! each thread carries a small static TLS block, a zeroed thread-local of this crate, and new variables get offsets in
//! it. That makes all four models of access plain arithmetic.
//!
//! What is left are variables that do not start as zero. Their initial values are copied when a thread first asks for
//! an address by `__tls_get_addr`, in place of which loaded code calls a function of ours, or by a descriptor; the
//! block says how many values the thread has copied. By the other two models nobody asks, so that such a variable is
//! refused.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod get_addr;
mod static_block;
#[cfg(test)]
mod thread_variable;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::collections::HashMap;
use std::sync::Mutex;

#[cfg(target_arch = "aarch64")]
use self::aarch64 as processor;
pub(super) use self::static_block::{ALIGN, InitialValue, SIZE, add_initial_value};
#[cfg(target_arch = "x86_64")]
use self::x86_64 as processor;
use super::image::{Image, TlsModule};

/// This says how the process reaches thread-locals.
#[derive(Debug)]
pub(super) struct ThreadLocals {
    /// The static TLS block is in this module, at this offset.
    block: Option<(TlsModule, u64)>,
    program: Option<TlsModule>,
    /// It is kept whether all threads have a module at one distance from the thread pointer.
    is_static: Mutex<HashMap<TlsModule, bool>>,
}

/// A thread-local is at the same offset of its module in every thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TlsAddress {
    /// The module belongs to an image that is not unloaded any more.
    pub(super) module: TlsModule,
    pub(super) offset: u64,
    /// Its initial value is copied when a thread first asks for its address.
    pub(super) is_lazy: bool,
}

impl ThreadLocals {
    /// Returns those of this process. `images` are all that is loaded, the program first.
    pub(super) fn of(images: &[&Image]) -> ThreadLocals {
        let here = get_addr::get_addr_address();
        let image = images.iter().find(|image| image.holds(here));
        let module = image.and_then(|image| image.tls_module());
        let offset_in = |module| static_block::address_of_block().wrapping_sub(get_addr::start(module));
        let block = module.map(|module| (module, offset_in(module)));
        #[cfg(test)]
        if let Some((_, offset)) = block {
            thread_variable::set_start_of_block(offset);
        }
        ThreadLocals {
            block,
            program: images.first().and_then(|image| image.tls_module()),
            is_static: Mutex::default(),
        }
    }

    /// Returns the address of what is at `offset` in the static TLS block.
    pub(super) fn in_block(&self, offset: u64, is_lazy: bool) -> Option<TlsAddress> {
        let (module, start) = self.block?;
        Some(TlsAddress {
            module,
            offset: start.wrapping_add(offset),
            is_lazy,
        })
    }

    /// Returns the distance from the thread pointer, if it is the same in all threads. It is for the program and the
    /// libraries that the program starts with, whose thread-locals are together; those of others are wherever there was
    /// room.
    pub(super) fn thread_pointer_offset(&self, address: TlsAddress) -> Option<u64> {
        let TlsAddress { module, offset, .. } = address;
        let distance = move || get_addr::start(module).wrapping_sub(processor::thread_pointer());
        let in_another = || std::thread::Builder::new().spawn(distance).ok()?.join().ok();
        let mut known = self.is_static.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let is_static =
            self.program == Some(module) || *known.entry(module).or_insert_with(|| in_another() == Some(distance()));
        is_static.then(|| distance().wrapping_add(offset))
    }
}

/// Returns the address of a function that loaded code has in place of the system's.
pub(super) fn replacement(name: &str) -> Option<u64> {
    match name {
        "__tls_get_addr" => Some(get_addr::get_addr_address()),
        #[cfg(test)]
        thread_variable::GET_ADDRESS => Some(thread_variable::function_address()),
        _ => None,
    }
}

/// Returns the function of a TLS descriptor. It takes the descriptor in the register of the result, gives the distance
/// from the thread pointer, and leaves all other registers as they are.
pub(super) fn descriptor_function(is_lazy: bool) -> Option<u64> {
    let function = match is_lazy {
        true => processor::LAZY_DESCRIPTOR?,
        false => processor::DESCRIPTOR,
    };
    Some(function as usize as u64)
}
