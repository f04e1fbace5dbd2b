//! Lines in optimized crates call the program's own functions where these are called as their types say.

use super::{answers, merged};
use crate::support::{Package, succeeds};

/// Bodies that the optimizer reads for their callers, if it may: of what is given, written, returned and thrown.
const OPTIMIZED: &str = r#"
use hookable::{hook, hookable};
use std::hint::black_box;

mod far {
    use std::ops::Index;
    use std::panic::Location;

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Big(pub [u64; 40]);

    pub struct Wide {
        pub all: Vec<u32>,
        pub asked: u32,
    }

    pub fn writes(out: &mut Vec<u32>, all: &mut [u32], n: u32) -> bool {
        let mut any = false;
        for (at, one) in all.iter_mut().enumerate() {
            *one += n + at as u32;
            out.push(*one);
            any |= *one > 3;
        }
        any
    }

    pub fn mutates(mut big: Big, n: u64) -> Big {
        for (at, one) in big.0.iter_mut().enumerate() {
            *one = n.wrapping_mul(at as u64);
        }
        big.0[0] = big.0.iter().sum();
        big.0[39] += 1;
        big
    }

    pub fn of_some(used: u32, unused: &str, flag: bool) -> (u32, &str) {
        let mut n = used;
        while n > 10 {
            n = n / 3 + u32::from(flag);
        }
        println!("{n}");
        (n, "told")
    }

    pub fn always(n: u32) -> u32 {
        let mut words = Vec::new();
        for at in 0..n {
            words.push(at.to_string());
        }
        println!("{}", words.join(" "));
        7
    }

    pub fn throws(n: u32, dropped: &mut u32) -> u32 {
        struct Guard<'a>(&'a mut u32);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                *self.0 += 1;
            }
        }
        let guard = Guard(dropped);
        assert!(n < 5, "thrown by {n}");
        *guard.0 + n
    }

    #[track_caller]
    pub fn place(n: u32) -> u32 {
        let place = Location::caller();
        let mut sum = n;
        for byte in place.file().bytes() {
            sum = sum.wrapping_add(u32::from(byte));
        }
        sum
    }

    pub fn ends(n: u32) -> ! {
        let mut sum = 0;
        for at in 0..n {
            sum += at;
        }
        panic!("ended at {sum}")
    }

    pub fn mixed(a: u8, b: f32, c: &'static str, d: u128, e: f64, f: [u8; 3], g: Option<char>, h: i64) -> String {
        let mut all = String::new();
        for one in f {
            all.push_str(&one.to_string());
        }
        all + &format!("{a} {b} {c} {d} {e} {g:?} {h}")
    }

    // A trait of the standard library says that it gets the place of its call.
    impl Index<usize> for Wide {
        type Output = u32;
        fn index(&self, at: usize) -> &u32 {
            match self.all.get(at) {
                Some(one) => one,
                None => {
                    let place = Location::caller();
                    panic!("nothing at {at}, says {}", place.line() > 0)
                }
            }
        }
    }

    impl Wide {
        pub fn ask(&mut self, why: &str) -> &mut u32 {
            self.asked += 1;
            for byte in why.bytes() {
                self.all.push(u32::from(byte));
            }
            &mut self.asked
        }

        pub fn into_all(mut self: Box<Self>, n: u32) -> Vec<u32> {
            for one in &mut self.all {
                *one *= n;
            }
            self.all.sort();
            self.all
        }
    }

    pub trait Shape {
        fn area(&self, scale: f64) -> f64;
    }
    impl Shape for Big {
        fn area(&self, scale: f64) -> f64 {
            let mut sum = 0.0;
            for one in self.0 {
                sum += one as f64 * scale;
            }
            sum
        }
    }

    fn within(n: u32) -> u32 {
        let mut sum = 0;
        for at in 0..n {
            sum += at * at;
        }
        sum % 1000
    }
    pub fn private_twice(n: u32) -> u32 {
        let mut sum = within(n);
        for at in 0..3 {
            sum += within(n + at);
        }
        sum
    }
}

use far::*;

#[hookable]
fn stop(n: u32) -> u32 {
    let mut out: Vec<u32> = Vec::new();
    let mut three = [1_u32, 2, 3];
    let big = Big([1; 40]);
    let mut wide = Wide { all: vec![5, 6], asked: 0 };
    let mut dropped = 0_u32;
    hook!();
    black_box((&mut out, &mut three, big, &mut wide, &mut dropped));
    n
}

fn main() {
    let call = black_box(true);
    let mut out = Vec::new();
    if call {
        let mut wide = Wide { all: vec![1], asked: 0 };
        wide.ask("a");
        black_box((writes(&mut out, &mut [1], 1), mutates(Big([2; 40]), 3), of_some(1, "", true), always(1)));
        black_box((throws(1, &mut 0), place(1), mixed(1, 1.0, "", 1, 1.0, [1; 3], None, 1), wide[0], private_twice(2)));
        black_box((Box::new(wide).into_all(2), &Big([1; 40]) as &dyn Shape, ends as fn(u32) -> !));
    }
    println!("{}", stop(3));
}
"#;

const AT_OPTIMIZED: [(&str, &str); 26] = [
    // What the program printed before stands before the first answer.
    ("n", "1\n0\n3"),
    ("writes(&mut out, &mut three, 1)", "true"),
    ("(&out, &three)", "([2, 4, 6], [2, 4, 6])"),
    (
        "{ let mut v = vec![1]; let before = v.len(); writes(&mut v, &mut [9], 0); (before, v) }",
        "(1, [1, 9])",
    ),
    (
        "{ let same = big; let made = mutates(same, 2); (same == big, big.0[5], made.0[39], made.0[0]) }",
        "(true, 1, 79, 1560)",
    ),
    ("mutates(big, 0).0[39] + mutates(Big([7; 40]), 1).0[1]", "2"),
    ("of_some(100, \"unused\", true)", "5\n(5, \"told\")"),
    ("(of_some(5, \"\", false).1, 1)", "5\n(\"told\", 1)"),
    ("always(3) + always(0)", "0 1 2\n14"),
    ("{ always(2); 1 }", "0 1\n1"),
    ("throws(2, &mut dropped)", "2"),
    ("dropped", "1"),
    (
        "std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| throws(9, &mut dropped))).is_err()",
        "true",
    ),
    ("dropped", "2"),
    ("place(1) == place(1) && place(2) != place(1)", "true"),
    ("(wide[0], wide[1])", "(5, 6)"),
    (
        "std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wide[9])).unwrap_err().downcast::<String>().unwrap()",
        "\"nothing at 9, says true\"",
    ),
    ("{ *wide.ask(\"b\") += 10; wide.asked }", "11"),
    ("wide.all", "[5, 6, 98]"),
    ("Box::new(Wide { all: vec![3, 1], asked: 0 }).into_all(2)", "[2, 6]"),
    ("big.area(0.5)", "20.0"),
    (
        "{ let all: Vec<Box<dyn Shape>> = vec![Box::new(big)]; all[0].area(2.0) }",
        "80.0",
    ),
    (
        "mixed(1, 2.5, \"c\", u128::MAX, -0.5, [7, 8, 9], Some('x'), i64::MIN)",
        "\"7891 2.5 c 340282366920938463463374607431768211455 -0.5 Some('x') -9223372036854775808\"",
    ),
    ("private_twice(10) + private_twice(0)", "1462"),
    (
        "std::panic::catch_unwind(|| -> u32 { ends(4) }).unwrap_err().downcast::<String>().unwrap()",
        "\"ended at 6\"",
    ),
    ("[1, 2].map(always as fn(u32) -> u32)", "0\n0 1\n[7, 7]"),
];

/// Types lines into a program that is built with these settings of its profile.
pub(super) fn check_optimized(name: &str, source: &str, lines: &[(&str, &str)], settings: &[&str]) {
    let package = Package::new(name).main(source);
    let mut build = package.cargo(&["build", "-q"]);
    for setting in settings {
        build.args(["--config", &format!("profile.dev.package.{name}.{setting}")]);
    }
    succeeds(&mut build);
    let (answers, said) = answers(
        &mut merged(&package.executable("debug"), &[]),
        &lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
    );
    for ((line, expected), answer) in lines.iter().zip(&answers) {
        // A panic is told, too.
        let told = answer.lines().filter(|line| {
            !line.contains("panicked at")
                && !line.starts_with("thrown by")
                && !line.starts_with("nothing at")
                && !line.starts_with("ended at")
                && !line.starts_with("note: run with")
        });
        let told: Vec<&str> = told.collect();
        assert_eq!(told.join("\n").trim(), *expected, "{line}\n{}", said.stdout);
    }
    assert_eq!(said.code, Some(0), "{}", said.stdout);
}

#[test]
fn optimized_functions_are_the_programs() {
    check_optimized("left_out_optimized_1", OPTIMIZED, &AT_OPTIMIZED, &["opt-level=1"]);
    check_optimized("left_out_optimized_3", OPTIMIZED, &AT_OPTIMIZED, &["opt-level=3"]);
}

#[test]
fn private_functions_of_optimized_code_keep_their_bodies() {
    check_optimized(
        "left_out_one_unit",
        OPTIMIZED,
        &AT_OPTIMIZED,
        &["opt-level=2", "codegen-units=1", "incremental=false"],
    );
}
