//! Whether a jump can be written over the first bytes of a function.
//!
//! Frames of the old code go on in it, so nothing of it may lead into those bytes but a call of the function: no loop
//! that begins there, and no return from a call that stands there.

use super::jump::LEN;

/// Returns whether a jump of [`LEN`] bytes can stand at the beginning of `code`, a whole function that is at `address`.
/// `contents` gives the bytes of code and constants at an address.
#[cfg(target_arch = "x86_64")]
pub(super) fn can_begin_with_jump(
    code: &[u8],
    address: u64,
    contents: &mut dyn FnMut(u64, u64) -> Option<Vec<u8>>,
) -> bool {
    use super::instruction::{Flow, instruction};

    let within = |at: i64| 0 < at && at < LEN as i64;
    let (mut at, mut tables, mut goes_elsewhere) = (0, Vec::new(), false);
    while at < code.len() {
        let Some(instruction) = instruction(&code[at..]) else {
            return false;
        };
        at += instruction.len;
        let leads_into = match instruction.flow {
            Flow::Next => false,
            Flow::Call => within(at as i64),
            Flow::Jump(distance) => within(at as i64 + i64::from(distance)),
            Flow::JumpElsewhere => {
                goes_elsewhere = true;
                false
            }
            Flow::Address(distance) => {
                tables.push(address.wrapping_add(at as u64).wrapping_add_signed(distance.into()));
                false
            }
        };
        if leads_into {
            return false;
        }
    }
    if goes_elsewhere
        && tables
            .iter()
            .any(|&table| !is_table_without(table, address, code.len(), contents))
    {
        return false;
    }
    code.len() >= LEN || {
        let end = address.wrapping_add(code.len() as u64);
        let until_aligned = end.wrapping_neg() % ALIGNMENT;
        let needed = (LEN - code.len()) as u64;
        let gap = contents(end, needed);
        gap.is_some_and(|gap| is_filler(&gap))
            || needed <= until_aligned && contents(end, until_aligned).is_some_and(|gap| are_long_nops(&gap))
    }
}

/// Returns whether no entry of a table of jumps leads into the bytes. A table has for each case the distance from its
/// own start, and ends where an entry would lead out of the function.
#[cfg(target_arch = "x86_64")]
fn is_table_without(
    table: u64,
    function: u64,
    size: usize,
    contents: &mut dyn FnMut(u64, u64) -> Option<Vec<u8>>,
) -> bool {
    let mut at = table;
    while let Some(entry) = contents(at, 4) {
        let Some(distance) = entry.first_chunk().map(|word| i32::from_le_bytes(*word)) else {
            break;
        };
        let target = table.wrapping_add_signed(distance.into()).wrapping_sub(function);
        if target >= size as u64 {
            break;
        }
        if 0 < target && target < LEN as u64 {
            return false;
        }
        at += 4;
    }
    true
}

/// Where a function that is not packed begins.
#[cfg(target_arch = "x86_64")]
const ALIGNMENT: u64 = 16;

/// Returns whether LLVM's linker or an assembler filled the room before the next function with this.
#[cfg(target_arch = "x86_64")]
fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0xcc) || bytes.iter().all(|&byte| byte == 0x90)
}

/// Returns whether GNU's linker filled the room before the next function with this: as few instructions that do nothing
/// as end where that begins.
#[cfg(target_arch = "x86_64")]
fn are_long_nops(mut bytes: &[u8]) -> bool {
    use super::instruction::instruction;

    while let Some(instruction) = instruction(bytes) {
        let (nop, rest) = bytes.split_at(instruction.len);
        let opcode = nop.iter().position(|byte| !matches!(byte, 0x66 | 0x2e));
        if !opcode.is_some_and(|at| matches!(nop[at..], [0x90] | [0x0f, 0x1f, ..])) {
            return false;
        }
        bytes = rest;
    }
    bytes.is_empty()
}

/// Returns whether a jump of [`LEN`] bytes can stand at the beginning of `code`: it takes the place of one instruction.
#[cfg(target_arch = "aarch64")]
pub(super) fn can_begin_with_jump(code: &[u8], _: u64, _: &mut dyn FnMut(u64, u64) -> Option<Vec<u8>>) -> bool {
    code.len() >= LEN
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &[u8], behind: &[u8], expected: bool) {
        let memory = [code, behind].concat();
        let mut contents = |at: u64, len: u64| {
            let start = usize::try_from(at.checked_sub(0x1000)?).ok()?;
            Some(memory.get(start..start + len as usize)?.to_vec())
        };
        assert_eq!(
            can_begin_with_jump(code, 0x1000, &mut contents),
            expected,
            "{code:02x?}"
        );
    }

    #[test]
    fn functions_that_can_be_entered_by_a_jump() {
        check(&[0x48, 0x83, 0xec, 0x18, 0xe8, 0, 0, 0, 0, 0xc3], &[], true);
        // It ends early, and what follows is filler, or another function.
        check(&[0xc3], &[0xcc; 8], true);
        check(&[0xc3], &[0xcc, 0x50, 0xc3, 0, 0], false);
        check(&[0xc3], &[], false);
    }

    /// What GNU's linker writes between two functions.
    #[test]
    fn room_filled_with_long_instructions() {
        let ten = [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0];
        let five = [0x0f, 0x1f, 0x44, 0, 0];
        check(&[0xc3], &[&ten[..], &five].concat(), true);
        check(&[0x31, 0xc0, 0xc3], &[&ten[..], &five[..3]].concat(), false);
        check(&[0x31, 0xc0, 0xc3], &[&ten[..], &[0x0f, 0x1f, 0]].concat(), true);
        check(&[0xb0, 7, 0xc3, 0xcc], &[&ten[..], &[0x66, 0x90]].concat(), true);
        // Another function is packed behind it, or begins like that and goes on.
        check(&[0xc3], &[&[0x90][..], &[0x50], &five, &five].concat(), false);
        check(&[0xc3], &[&ten[..], &[0x50, 0x0f, 0x1f, 0, 0xc3]].concat(), false);
        check(&[0xc3], &ten, false);
    }

    #[test]
    fn what_leads_into_the_first_bytes() {
        // A loop begins behind the first instruction; behind the fifth byte it may.
        check(&[0x50, 0xe8, 0, 0, 0, 0, 0xeb, 0xf9], &[], false);
        check(&[0x0f, 0x1f, 0x44, 0, 0, 0xe8, 0, 0, 0, 0, 0xeb, 0xf9], &[], true);
        // A call returns to the third byte, or behind the sixth.
        check(&[0x50, 0xff, 0xd7, 0x58, 0xc3, 0x90], &[], false);
        check(&[0x50, 0xe8, 0, 0, 0, 0, 0x58, 0xc3], &[], true);
        // It cannot be read.
        check(&[0x48, 0x83, 0xec, 0x18, 0x06, 0, 0, 0], &[], false);
    }

    #[test]
    fn tables_of_jumps() {
        // `push rax; lea rax, [rip + 4]; jmp rax`, and the table: to the second byte, or to the ninth.
        let code = [0x50, 0x48, 0x8d, 0x05, 2, 0, 0, 0, 0xff, 0xe0];
        let table = |to: i32| (to - code.len() as i32).to_le_bytes();
        check(&code, &[table(8), table(1), table(99)].concat(), false);
        check(&code, &[table(8), table(9), table(99), table(1)].concat(), true);
    }
}
