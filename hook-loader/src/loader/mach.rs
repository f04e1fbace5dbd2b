//! The functions of the kernel that the loader calls on macOS. Each is called in one place, which says why it may be.
#![allow(unsafe_code)]

/// The name of a task or of a thread. Who was given one gives it back.
pub(super) type Port = u32;

/// What the kernel says of a region, of which only the size of all is needed here.
#[repr(C, packed(4))]
#[derive(Default)]
pub(super) struct RegionInformation {
    rights: [i32; 2],
    inheritance: u32,
    is_shared: u32,
    is_reserved: u32,
    offset: u64,
    behaviour: i32,
    wired: u16,
}

/// The registers of a thread, of which one is of interest here.
#[cfg(target_arch = "aarch64")]
#[repr(C)]
#[derive(Default)]
pub(super) struct ThreadState {
    _general: [u64; 29],
    _frame_link_and_stack: [u64; 3],
    pub(super) next_instruction: u64,
    _flags: [u32; 2],
}

/// The registers of a thread, of which one is of interest here.
#[cfg(target_arch = "x86_64")]
#[repr(C)]
#[derive(Default)]
pub(super) struct ThreadState {
    _general: [u64; 16],
    pub(super) next_instruction: u64,
    _flags_and_segments: [u64; 4],
}

pub(super) const REGION_INFORMATION: i32 = 9;
pub(super) const THREAD_STATE: i32 = if cfg!(target_arch = "aarch64") { 6 } else { 4 };
/// A mapping takes the place of what is at its address.
pub(super) const OVERWRITE: i32 = 0x4000;
/// After a fork, both processes have the pages until one of them writes.
pub(super) const INHERIT_COPY: u32 = 1;

unsafe extern "C" {
    #[link_name = "mach_task_self_"]
    pub(super) static THIS_TASK: Port;

    pub(super) fn mach_vm_region(
        task: Port,
        address: *mut u64,
        size: *mut u64,
        flavor: i32,
        information: *mut RegionInformation,
        words: *mut u32,
        object: *mut Port,
    ) -> i32;
    pub(super) fn mach_vm_read_overwrite(task: Port, address: u64, size: u64, buffer: u64, read: *mut u64) -> i32;
    pub(super) fn mach_vm_deallocate(task: Port, address: u64, size: u64) -> i32;
    pub(super) fn mach_vm_remap(
        task: Port,
        address: *mut u64,
        size: u64,
        mask: u64,
        flags: i32,
        of_task: Port,
        of: u64,
        is_copy: u32,
        rights: *mut i32,
        possible_rights: *mut i32,
        inheritance: u32,
    ) -> i32;
    pub(super) fn mach_port_deallocate(task: Port, port: Port) -> i32;
    pub(super) fn mach_thread_self() -> Port;
    pub(super) fn task_threads(task: Port, threads: *mut *mut Port, count: *mut u32) -> i32;
    pub(super) fn thread_suspend(thread: Port) -> i32;
    pub(super) fn thread_resume(thread: Port) -> i32;
    pub(super) fn thread_get_state(thread: Port, flavor: i32, state: *mut ThreadState, words: *mut u32) -> i32;
}
