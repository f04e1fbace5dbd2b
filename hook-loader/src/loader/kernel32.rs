//! The functions of the system that the loader calls on Windows. Each is called in one place, which says why it may be.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_void};

/// A module is known by the address that it is loaded at.
pub(super) type Module = *mut c_void;

/// What `VirtualQuery` tells of the pages from an address on that are alike.
#[repr(C)]
pub(super) struct MemoryInformation {
    pub(super) start: *mut c_void,
    pub(super) allocation: *mut c_void,
    pub(super) allocation_protection: u32,
    pub(super) partition: u16,
    pub(super) size: usize,
    pub(super) state: u32,
    pub(super) protection: u32,
    pub(super) kind: u32,
}

/// The registers of a thread, of which one is of interest here.
#[repr(C, align(16))]
pub(super) struct ThreadContext {
    _homes: [u64; 6],
    pub(super) flags: u32,
    _control: u32,
    _others: [u64; 24],
    pub(super) next_instruction: u64,
    _vectors: [u64; 122],
}

const _: () =
    assert!(size_of::<ThreadContext>() == 1232 && std::mem::offset_of!(ThreadContext, next_instruction) == 0xf8);

pub(super) const MEM_COMMIT: u32 = 0x1000;
pub(super) const MEM_RESERVE: u32 = 0x2000;
pub(super) const MEM_FREE: u32 = 0x1_0000;
pub(super) const PAGE_NOACCESS: u32 = 0x01;
pub(super) const PAGE_READONLY: u32 = 0x02;
pub(super) const PAGE_READWRITE: u32 = 0x04;
pub(super) const PAGE_EXECUTE_READ: u32 = 0x20;
/// The four rights that include the one to execute.
pub(super) const PAGE_EXECUTE_ANY: u32 = 0xf0;
/// An address stands for the module that it is in, and that module is never unloaded any more.
pub(super) const MODULE_AT_ADDRESS_AND_PINNED: u32 = 0x4 | 0x1;

#[link(name = "kernel32")]
unsafe extern "system" {
    pub(super) fn GetCurrentProcess() -> *mut c_void;
    pub(super) fn VirtualAlloc(address: *mut c_void, size: usize, kind: u32, protection: u32) -> *mut c_void;
    pub(super) fn VirtualProtect(address: *mut c_void, size: usize, protection: u32, before: *mut u32) -> i32;
    pub(super) fn VirtualQuery(address: *const c_void, information: *mut MemoryInformation, size: usize) -> usize;
    pub(super) fn FlushInstructionCache(process: *mut c_void, address: *const c_void, size: usize) -> i32;
    pub(super) fn ReadProcessMemory(
        process: *mut c_void,
        address: *const c_void,
        buffer: *mut c_void,
        size: usize,
        read: *mut usize,
    ) -> i32;
    pub(super) fn WriteProcessMemory(
        process: *mut c_void,
        address: *mut c_void,
        buffer: *const c_void,
        size: usize,
        written: *mut usize,
    ) -> i32;
    pub(super) fn RtlAddFunctionTable(table: *const c_void, entries: u32, base: u64) -> u8;
    pub(super) fn K32EnumProcessModules(process: *mut c_void, modules: *mut Module, size: u32, needed: *mut u32)
    -> i32;
    pub(super) fn GetModuleFileNameW(module: Module, name: *mut u16, size: u32) -> u32;
    pub(super) fn GetModuleHandleExW(flags: u32, address: *const u16, module: *mut Module) -> i32;
    pub(super) fn GetModuleHandleW(name: *const u16) -> Module;
    pub(super) fn GetProcAddress(module: Module, name: *const c_char) -> *const c_void;
    pub(super) fn GetCurrentThreadId() -> u32;
    pub(super) fn GetThreadId(thread: *mut c_void) -> u32;
    pub(super) fn SuspendThread(thread: *mut c_void) -> u32;
    pub(super) fn ResumeThread(thread: *mut c_void) -> u32;
    pub(super) fn GetThreadContext(thread: *mut c_void, context: *mut ThreadContext) -> i32;
    pub(super) fn GetExitCodeThread(thread: *mut c_void, code: *mut u32) -> i32;
    pub(super) fn CloseHandle(handle: *mut c_void) -> i32;
}

#[link(name = "ntdll")]
unsafe extern "system" {
    pub(super) fn NtGetNextThread(
        process: *mut c_void,
        previous: *mut c_void,
        access: u32,
        attributes: u32,
        flags: u32,
        next: *mut *mut c_void,
    ) -> i32;
}
