//! A bounded, repeatable fuzz: real objects with bytes changed at random are resolved and linked. Nothing is run.

use super::*;

/// Numbers that are the same in each run (xorshift64*).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

const FLAGS: [&str; 2] = ["-ffunction-sections", "-fdata-sections"];

const INTERESTING: [u64; 10] = [
    0,
    1,
    0x7f,
    0xff,
    0xff00,
    0xffff,
    1 << 31,
    u32::MAX as u64,
    1 << 63,
    u64::MAX,
];

/// Changes one to four fields, of one to eight bytes each.
pub(super) fn mutate(bytes: &mut [u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let len = [1, 2, 4, 8][random.below(4)];
        // Tables of fields have their fields at even places.
        let at = random.below(bytes.len() / len) * len;
        let value = match random.below(3) {
            0 => INTERESTING[random.below(INTERESTING.len())],
            1 => random.next(),
            _ => random.next() % 64,
        };
        let end = bytes.len().min(at + len);
        bytes[at..end].copy_from_slice(&value.to_le_bytes()[..end - at]);
    }
}

/// Resolves and links an object, unless it says that it is large. Returns whether that came to an end without an error.
fn link_only(
    host: &Host,
    archives: &Archives,
    slot: &RunningSlot,
    objects: &[Vec<u8>],
    arena: &mut Option<Arena>,
) -> bool {
    let mut try_it = || {
        let objects = objects
            .iter()
            .map(|bytes| Object::parse(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        let session = Session::default();
        let mut resolution = Resolution::new(host, slot.image, &session, 0, archives, &objects)?;
        let root = resolution.follow(slot.name, SlotCode::Named)?;
        let is_large = |section: &resolve::LoadedSection| section.size.max(section.align) > 1 << 16;
        if !resolution.sections.iter().any(is_large) {
            let linked = link(&mut resolution, host, arena, root)?;
            Commit::of(&resolution, &linked)?;
        }
        Ok::<(), LoadError>(())
    };
    try_it().is_ok()
}

pub(super) fn check(line: &Line, rounds: usize) {
    let name = &line.slot;
    let whole: Vec<Vec<u8>> = (0..line.objects)
        .map(|index| std::fs::read(line.object(index)).expect("read"))
        .collect();
    let host = Host::of_this_process().expect("a host");
    let slot = line.running_slot();
    let archives = Archives::index([]);
    let mut arena = None;
    assert!(link_only(host, archives, &slot, &whole, &mut arena), "{name}");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut linked = 0;
    for _ in 0..rounds {
        let mut mutated = whole.clone();
        mutate(&mut mutated[random.below(whole.len())], &mut random);
        linked += usize::from(link_only(host, archives, &slot, &mutated, &mut arena));
    }
    assert!(0 < linked && linked < rounds, "{name}: {linked} of {rounds} linked");
}

#[test]
fn thread_locals_mutated() {
    let line = compile("mutated_locals", thread_locals::NINES, &FLAGS);
    check(&line, 1000);
}

#[test]
fn two_objects_mutated() {
    let first = "
        extern int abs(int);
        extern int mutated_other(int);
        static int variable = 5;
        static const char *const texts[] = { \"one\", \"two\", \"three\" };
        __attribute__((weak, noinline)) int mutated_weak(int n) { return abs(n) + variable++; }
        int SLOT(void) { return mutated_other(mutated_weak(texts[variable & 1][1])); }";
    let second = "
        extern int mutated_weak(int);
        double mutated_table[3] = { 1.5, 2.5, 3.5 };
        int mutated_other(int n) {
            switch (n) { case 1: return 7; case 2: return mutated_weak(9); case 3: return 11; case 4: return 1; case 5: return 2; }
            return n > 9 ? mutated_other(n - 1) : (int)mutated_table[n & 1];
        }";
    check(&compile_all("mutated_two", &[first, second], &FLAGS), 1000);
}

/// The objects are compared with what this program has.
#[cfg(target_arch = "x86_64")]
#[test]
fn identical_code_mutated() {
    for function in ["hookable_number", "hookable_text"] {
        let line = identical_code::object(&format!("mutated_{function}"), 7, "one", function);
        check(&line, 1000);
    }
}
