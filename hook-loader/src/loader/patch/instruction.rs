//! How long the instructions of x86-64 are, and where they lead.

/// An instruction, as far as a jump that is written over the beginning of a function depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) len: usize,
    pub(super) flow: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Call,
    /// It may go on at this distance from its end.
    Jump(i32),
    /// It goes on where a register or memory says.
    JumpElsewhere,
    /// It takes an address at this distance from its end.
    Address(i32),
}

/// Reads the instruction that code begins with; `None` if it is not known.
pub(super) fn instruction(code: &[u8]) -> Option<Instruction> {
    let mut reader = Reader { code, at: 0 };
    let (mut is_short, mut is_wide) = (false, false);
    let mut opcode = reader.byte()?;
    while matches!(
        opcode,
        0x66 | 0x67 | 0xf2 | 0xf3 | 0x2e | 0x36 | 0x3e | 0x26 | 0x64 | 0x65 | 0xf0
    ) {
        is_short |= opcode == 0x66;
        opcode = reader.byte()?;
    }
    if opcode & 0xf0 == 0x40 {
        is_wide = opcode & 8 != 0;
        opcode = reader.byte()?;
    }
    let immediate = if is_short && !is_wide { 2 } else { 4 };
    let flow = match opcode {
        0x0f => reader.two_bytes()?,
        0xc4 | 0xc5 | 0x62 => reader.vector(opcode)?,
        0xe8 => reader.skip(4, Flow::Call)?,
        0xe9 => Flow::Jump(reader.word()?),
        0xeb | 0x70..=0x7f | 0xe0..=0xe3 => Flow::Jump(i32::from(reader.byte()?.cast_signed())),
        0xff => match reader.operand()? {
            2 | 3 => Flow::Call,
            4 | 5 => Flow::JumpElsewhere,
            _ => Flow::Next,
        },
        0x8d => reader.address()?,
        0x00..=0x3f if opcode & 7 < 4 => reader.operands(0)?,
        0x00..=0x3f if opcode & 7 == 4 => reader.skip(1, Flow::Next)?,
        0x00..=0x3f if opcode & 7 == 5 => reader.skip(immediate, Flow::Next)?,
        0x68 | 0xa9 => reader.skip(immediate, Flow::Next)?,
        0x69 | 0x81 | 0xc7 => reader.operands(immediate)?,
        0x6a | 0xa8 | 0xb0..=0xb7 | 0xcd | 0xe4..=0xe7 => reader.skip(1, Flow::Next)?,
        0x6b | 0x80 | 0x83 | 0xc0 | 0xc1 | 0xc6 => reader.operands(1)?,
        0x63 | 0x84..=0x8c | 0x8e | 0x8f | 0xd0..=0xd3 | 0xd8..=0xdf | 0xfe => reader.operands(0)?,
        0xb8..=0xbf => reader.skip(if is_wide { 8 } else { immediate }, Flow::Next)?,
        0xa0..=0xa3 => reader.skip(8, Flow::Next)?,
        0xc2 => reader.skip(2, Flow::Next)?,
        0xc8 => reader.skip(3, Flow::Next)?,
        0xf6 | 0xf7 => {
            let len = if opcode == 0xf6 { 1 } else { immediate };
            match reader.operand()? {
                0 | 1 => reader.skip(len, Flow::Next)?,
                _ => Flow::Next,
            }
        }
        0x50..=0x5f | 0x90..=0x99 | 0x9b..=0x9f | 0xa4..=0xa7 | 0xaa..=0xaf => Flow::Next,
        0xc3 | 0xc9 | 0xcc | 0xec..=0xef | 0xf4 | 0xf5 | 0xf8..=0xfd => Flow::Next,
        _ => return None,
    };
    (reader.at <= code.len()).then_some(Instruction { len: reader.at, flow })
}

struct Reader<'c> {
    code: &'c [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        self.at += 1;
        self.code.get(self.at - 1).copied()
    }

    fn word(&mut self) -> Option<i32> {
        let word = self.code.get(self.at..)?.first_chunk()?;
        self.at += 4;
        Some(i32::from_le_bytes(*word))
    }

    fn skip(&mut self, len: usize, flow: Flow) -> Option<Flow> {
        self.at += len;
        Some(flow)
    }

    /// Passes over the operands, and returns the part of them that belongs to the opcode.
    fn operand(&mut self) -> Option<u8> {
        let byte = self.byte()?;
        let (mode, low) = (byte >> 6, byte & 7);
        let base = match low {
            4 if mode != 3 => self.byte()? & 7,
            low => low,
        };
        self.at += match mode {
            0 if base == 5 => 4,
            1 => 1,
            2 => 4,
            _ => 0,
        };
        Some(byte >> 3 & 7)
    }

    fn operands(&mut self, immediate: usize) -> Option<Flow> {
        self.operand()?;
        self.skip(immediate, Flow::Next)
    }

    fn address(&mut self) -> Option<Flow> {
        let start = self.at;
        self.operand()?;
        let distance = self.code.get(start + 1..).and_then(|rest| rest.first_chunk());
        Some(match (self.code.get(start)? & 0xc7, distance) {
            (0x05, Some(distance)) => Flow::Address(i32::from_le_bytes(*distance)),
            _ => Flow::Next,
        })
    }

    fn two_bytes(&mut self) -> Option<Flow> {
        match self.byte()? {
            0x38 => {
                self.byte()?;
                self.operands(0)
            }
            0x3a => {
                self.byte()?;
                self.operands(1)
            }
            0x80..=0x8f => Some(Flow::Jump(self.word()?)),
            0x05 | 0x06 | 0x08 | 0x09 | 0x0b | 0x30..=0x33 | 0x77 | 0xa0..=0xa2 | 0xa8..=0xaa | 0xc8..=0xcf => {
                Some(Flow::Next)
            }
            0x70..=0x73 | 0xa4 | 0xac | 0xba | 0xc2 | 0xc4..=0xc6 => self.operands(1),
            0x04 | 0x07 | 0x0a | 0x0c | 0x0e | 0x0f | 0x24..=0x27 | 0x34..=0x37 | 0x39 | 0x3b..=0x3f => None,
            _ => self.operands(0),
        }
    }

    /// Passes over an instruction with a prefix for vectors.
    fn vector(&mut self, prefix: u8) -> Option<Flow> {
        let map = match prefix {
            0xc5 => {
                self.byte()?;
                1
            }
            0xc4 => {
                let map = self.byte()? & 0x1f;
                self.byte()?;
                map
            }
            _ => {
                let map = self.byte()? & 7;
                self.at += 2;
                map
            }
        };
        let opcode = self.byte()?;
        match (map, opcode) {
            (1, 0x77) => Some(Flow::Next),
            (1, 0x70..=0x73 | 0xc2 | 0xc4..=0xc6) | (3, _) => self.operands(1),
            (1 | 2 | 5 | 6, _) => self.operands(0),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &[u8], len: usize, flow: Flow) {
        assert_eq!(instruction(code), Some(Instruction { len, flow }), "{code:02x?}");
        assert_eq!(instruction(&code[..len - 1]), None, "{code:02x?}");
    }

    #[test]
    fn lengths() {
        check(&[0x50], 1, Flow::Next);
        check(&[0x48, 0x83, 0xec, 0x18], 4, Flow::Next);
        check(&[0x48, 0x81, 0xec, 0, 1, 0, 0], 7, Flow::Next);
        check(&[0x66, 0x81, 0xc1, 1, 2], 5, Flow::Next);
        check(&[0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8], 10, Flow::Next);
        check(&[0x8b, 0x44, 0x24, 0x10], 4, Flow::Next);
        check(&[0x8b, 0x04, 0x25, 0, 0, 0, 0], 7, Flow::Next);
        check(&[0x48, 0x89, 0xbc, 0x24, 0x80, 0, 0, 0], 8, Flow::Next);
        check(&[0xf6, 0xc1, 1], 3, Flow::Next);
        check(&[0xf7, 0xd8], 2, Flow::Next);
        check(&[0x0f, 0x1f, 0x44, 0, 0], 5, Flow::Next);
        check(&[0xf3, 0x0f, 0x1e, 0xfa], 4, Flow::Next);
        check(&[0xf2, 0x0f, 0x10, 0x05, 0, 0, 0, 0], 8, Flow::Next);
        check(&[0x66, 0x0f, 0x3a, 0x0b, 0xc0, 9], 6, Flow::Next);
        check(&[0xc5, 0xf8, 0x77], 3, Flow::Next);
        check(&[0xc4, 0xe3, 0x7d, 0x19, 0xc1, 1], 6, Flow::Next);
        check(&[0x62, 0xf1, 0x7c, 0x48, 0x10, 0x07], 6, Flow::Next);
    }

    #[test]
    fn where_they_lead() {
        check(&[0xe8, 0, 0, 0, 0], 5, Flow::Call);
        check(&[0xff, 0xd7], 2, Flow::Call);
        check(&[0xff, 0x15, 0, 0, 0, 0], 6, Flow::Call);
        check(&[0xff, 0xe0], 2, Flow::JumpElsewhere);
        check(&[0xeb, 0xfe], 2, Flow::Jump(-2));
        check(&[0x0f, 0x84, 0, 1, 0, 0], 6, Flow::Jump(256));
        check(&[0x48, 0x8d, 0x0d, 4, 0, 0, 0], 7, Flow::Address(4));
        check(&[0x48, 0x8d, 0x44, 0x24, 4], 5, Flow::Next);
    }

    #[test]
    fn what_is_not_known_is_none() {
        for code in [&[0x06][..], &[0x0f, 0x04], &[0x9a], &[]] {
            assert_eq!(instruction(code), None, "{code:02x?}");
        }
    }
}
