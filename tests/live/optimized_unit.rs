//! Where the optimizer sees the line beside all that the line uses, it learns nothing from bodies that are left out.

use super::optimized::check_optimized;

/// All of it is in the module of the hook, hence in one unit of code.
const UNIT: &str = r#"
use hookable::{hook, hookable};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

#[derive(Clone, Debug)]
pub struct Own(pub [u64; 20], pub Vec<u8>);
pub const OWN: Own = Own([1; 20], Vec::new());

static mut LEVEL: u32 = 1;
static mut TABLE: [u32; 8] = [1; 8];
static COUNT: AtomicU32 = AtomicU32::new(3);
static FLAG: AtomicBool = AtomicBool::new(false);
static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());
thread_local! {
    static CELL: Cell<u32> = const { Cell::new(4) };
}
macro_rules! variable {
    ($name:ident) => {
        static mut $name: u32 = 20;
    };
}
variable!(MADE);

fn set(n: u32) -> u32 {
    unsafe { LEVEL = n };
    unsafe { TABLE[n as usize % 8] = n };
    unsafe { MADE = n };
    COUNT.fetch_add(n, SeqCst);
    FLAG.store(n % 2 == 1, SeqCst);
    LIST.lock().unwrap().push(n);
    CELL.set(n);
    n
}

#[inline]
fn level() -> u32 {
    unsafe { LEVEL }
}

fn read(at: usize) -> [u32; 7] {
    let (level, table, made) = unsafe { (LEVEL, TABLE[at], MADE) };
    let len = LIST.lock().unwrap().len() as u32;
    let flag = u32::from(FLAG.load(SeqCst));
    let count = COUNT.load(SeqCst);
    let cell = CELL.get();
    [level, table, made, count, flag, len, cell]
}

fn generic<T: std::fmt::Debug>(value: T) -> String {
    format!("{value:?} {} {}", level(), COUNT.load(SeqCst))
}

fn eat(mut own: Own, n: u64) -> u64 {
    for (at, one) in own.0.iter_mut().enumerate() {
        *one += n + at as u64;
    }
    black_box(&mut own);
    let sum: u64 = own.0.iter().sum();
    sum + own.1.len() as u64
}

fn swap(mut one: Own, mut other: Own) -> (u64, u64) {
    std::mem::swap(&mut one.0, &mut other.0);
    one.1.push(7);
    other.0[0] += 1;
    black_box((&mut one, &mut other));
    let sum = |own: &Own| own.0.iter().sum::<u64>() + own.1.len() as u64;
    (sum(&one), sum(&other))
}

struct Noisy(u32);
impl Drop for Noisy {
    fn drop(&mut self) {
        let mut sum = 0;
        for at in 0..self.0 {
            sum += at;
        }
        COUNT.fetch_add(sum, SeqCst);
    }
}

#[hookable]
fn stop(n: u32) -> u32 {
    let at = n as usize;
    hook!();
    black_box(at);
    n
}

fn main() {
    if black_box(true) {
        // What is called by address stays as it is, and so do the variables that it uses.
        let (sets, reads): (fn(u32) -> u32, fn(usize) -> [u32; 7]) = black_box((set, read));
        black_box((sets(5), reads(5), level(), generic(1)));
        black_box((eat as fn(Own, u64) -> u64, swap as fn(Own, Own) -> (u64, u64)));
        drop(black_box(Noisy(1)));
    }
    println!("{}", stop(5));
}
"#;

const AT_UNIT: [(&str, &str); 14] = [
    ("read(at)", "[5, 5, 5, 8, 1, 1, 5]"),
    (
        "(level(), FLAG.load(SeqCst), COUNT.load(SeqCst), CELL.get())",
        "(5, true, 8, 5)",
    ),
    ("unsafe { (LEVEL, TABLE[5], MADE) }", "(5, 5, 5)"),
    ("generic(2)", "\"2 5 8\""),
    ("(level(), set(9), level(), FLAG.load(SeqCst))", "(5, 9, 9, true)"),
    ("read(1)", "[9, 9, 9, 17, 1, 2, 9]"),
    (
        "{ FLAG.store(false, SeqCst); COUNT.store(1, SeqCst); CELL.set(2); read(1) }",
        "[9, 9, 9, 1, 0, 2, 2]",
    ),
    ("read(5)", "[9, 5, 9, 1, 0, 2, 2]"),
    ("eat(OWN, 1)", "230"),
    ("eat(OWN, 1) + eat(OWN, 1) + OWN.0[3]", "461"),
    ("swap(OWN, Own([2; 20], vec![1]))", "(41, 22)"),
    ("drop(Noisy(4))", ""),
    ("COUNT.load(SeqCst)", "7"),
    (
        "std::thread::spawn(|| read(5)).join().unwrap()",
        "[9, 5, 9, 7, 0, 2, 4]",
    ),
];

#[test]
fn variables_that_no_body_left_writes() {
    check_optimized("left_out_unit_1", UNIT, &AT_UNIT, &["opt-level=1"]);
    check_optimized("left_out_unit_2", UNIT, &AT_UNIT, &["opt-level=2"]);
}

#[test]
fn variables_of_a_crate_that_is_one_unit() {
    let settings = ["opt-level=3", "codegen-units=1", "incremental=false"];
    check_optimized("left_out_unit_3", UNIT, &AT_UNIT, &settings);
    let settings = ["opt-level=\"s\"", "codegen-units=16", "incremental=false"];
    check_optimized("left_out_unit_s", UNIT, &AT_UNIT, &settings);
}
