//! Whether another program, such as qemu, executes the code of this one.
//!
//! An emulator has the process to itself and to the code that it executes: the system lists its own threads among those
//! of the program, and code that was executed once is kept translated.

use std::fs::File;
use std::io::Read as _;
use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
const MACHINE: u16 = object::elf::EM_X86_64.0;
#[cfg(target_arch = "aarch64")]
const MACHINE: u16 = object::elf::EM_AARCH64.0;

/// Whether the system executes a file for another processor in this process. An emulator answers what it is asked about
/// `/proc/self/exe`, and leaves what the thread has of the same name to the system.
pub(crate) fn is_emulated() -> bool {
    static IS_EMULATED: OnceLock<bool> = OnceLock::new();
    *IS_EMULATED.get_or_init(|| {
        let mut header = [0; 20];
        let file = File::open("/proc/thread-self/exe");
        let is_read = file.is_ok_and(|mut file| file.read_exact(&mut header).is_ok());
        is_read && header.starts_with(b"\x7fELF") && u16::from_le_bytes([header[18], header[19]]) != MACHINE
    })
}

/// Whether a thread that blocks these signals, of which signal 1 is bit 0, is one that an emulator made for itself.
/// Those of qemu block all signals that can be blocked, but those of a mistake of their own: `SIGILL`, `SIGFPE` and
/// `SIGSEGV` (`qemu_thread_create`). A thread of the program that blocks all signals blocks the first two, too.
pub(crate) fn is_of_emulator(blocked: u64) -> bool {
    let bits = |signals: &[i32]| signals.iter().fold(0, |bits, signal| bits | 1_u64 << (signal - 1));
    let (own, never) = (
        bits(&[libc::SIGILL, libc::SIGFPE, libc::SIGSEGV]),
        bits(&[libc::SIGKILL, libc::SIGSTOP]),
    );
    // Versions of qemu and of the C library differ in these: the last two are the C library's own.
    let either = bits(&[libc::SIGBUS, 32, 33]);
    blocked & !either == !(own | never | either)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_by_the_signals_that_they_block() {
        // As the system tells of qemu 7.2, with and without `SIGBUS`.
        assert!(is_of_emulator(0xffff_fffe_7ffb_fa77));
        assert!(is_of_emulator(0xffff_fffe_7ffb_fa37));
        // A thread that blocks what it can, in the program and in qemu; one that blocks nothing; and one that blocks
        // one signal less.
        assert!(!is_of_emulator(0xffff_ffff_fffb_feff));
        assert!(!is_of_emulator(0xffff_fffe_7ffb_fabf));
        assert!(!is_of_emulator(0));
        assert!(!is_of_emulator(0xffff_fffe_7ffb_fa76));
    }
}
