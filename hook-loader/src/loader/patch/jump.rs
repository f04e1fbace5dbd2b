//! The jump at the entry of a function that was replaced.

use crate::loader::process::Patch;

/// Returns code that jumps from one address to another, if it reaches that far.
#[cfg(target_arch = "x86_64")]
pub(super) fn jump(from: u64, to: u64) -> Option<[u8; LEN]> {
    // `jmp` with the distance from its end.
    let distance = to.wrapping_sub(from.wrapping_add(LEN as u64)).cast_signed();
    let mut code = [0xe9; LEN];
    code[1..].copy_from_slice(&i32::try_from(distance).ok()?.to_le_bytes());
    Some(code)
}

/// The jump has so many bytes.
pub(super) const LEN: usize = Patch::LEN;

/// Returns code that jumps from one address to another, if it reaches that far.
#[cfg(target_arch = "aarch64")]
pub(super) fn jump(from: u64, to: u64) -> Option<[u8; LEN]> {
    // `b` with the distance in instructions.
    let distance = to.wrapping_sub(from).cast_signed();
    let reach = -(1 << 27)..1 << 27;
    let word = 0x1400_0000 | (distance >> 2) as u32 & 0x03ff_ffff;
    (distance & 3 == 0 && reach.contains(&distance)).then(|| word.to_le_bytes())
}
