//! The jump at the entry of a function that was replaced.

use crate::loader::process::Patch;

/// The jump has so many bytes.
pub(super) const LEN: usize = Patch::LEN;

/// Returns code that jumps from one address to another, if it reaches that far.
#[cfg(target_arch = "x86_64")]
pub(super) fn jump(from: u64, to: u64) -> Option<[u8; LEN]> {
    x86_64(from, to)
}

/// Returns code that jumps from one address to another, if it reaches that far.
#[cfg(target_arch = "aarch64")]
pub(super) fn jump(from: u64, to: u64) -> Option<[u8; LEN]> {
    aarch64(from, to)
}

/// `jmp` with the distance from its end.
#[cfg(any(target_arch = "x86_64", test))]
fn x86_64(from: u64, to: u64) -> Option<[u8; 5]> {
    let distance = to.wrapping_sub(from.wrapping_add(5)).cast_signed();
    let mut code = [0xe9; 5];
    code[1..].copy_from_slice(&i32::try_from(distance).ok()?.to_le_bytes());
    Some(code)
}

/// `b` with the distance in instructions.
#[cfg(any(target_arch = "aarch64", test))]
fn aarch64(from: u64, to: u64) -> Option<[u8; 4]> {
    let distance = to.wrapping_sub(from).cast_signed();
    let reach = -(1 << 27)..1 << 27;
    let word = 0x1400_0000 | (distance >> 2) as u32 & 0x03ff_ffff;
    (distance & 3 == 0 && reach.contains(&distance)).then(|| word.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address that a program may have.
    const AT: u64 = 0x5555_5555_0000;

    #[test]
    fn a_jump_on_x86_64() {
        let check = |distance: i64, expected: Option<[u8; 5]>| {
            assert_eq!(x86_64(AT, AT.wrapping_add_signed(distance)), expected, "{distance}");
        };
        check(5, Some([0xe9, 0, 0, 0, 0]));
        check(0, Some([0xe9, 0xfb, 0xff, 0xff, 0xff]));
        check(0x1234_5678 + 5, Some([0xe9, 0x78, 0x56, 0x34, 0x12]));
        check((1 << 31) + 4, Some([0xe9, 0xff, 0xff, 0xff, 0x7f]));
        check((1 << 31) + 5, None);
        check(-(1 << 31) + 5, Some([0xe9, 0, 0, 0, 0x80]));
        check(-(1 << 31) + 4, None);
    }

    #[test]
    fn a_jump_on_aarch64() {
        let check = |distance: i64, expected: Option<u32>| {
            let code = aarch64(AT, AT.wrapping_add_signed(distance));
            assert_eq!(code.map(u32::from_le_bytes), expected, "{distance}");
        };
        check(4, Some(0x1400_0001));
        check(0, Some(0x1400_0000));
        check(-4, Some(0x17ff_ffff));
        check(0x1000, Some(0x1400_0400));
        check((1 << 27) - 4, Some(0x15ff_ffff));
        check(1 << 27, None);
        check(-(1 << 27), Some(0x1600_0000));
        check(-(1 << 27) - 4, None);
        check(2, None);
    }
}
