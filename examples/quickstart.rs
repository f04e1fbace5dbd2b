//! The post's program: `printf 'a\na = 1000\n' | cargo run -q --example quickstart`
use hookable::{hook, hookable};

const GLOBAL_VAR: i32 = 100;

fn f(n: i32) -> i32 {
    n + 1
}

#[hookable]
fn main() {
    println!("Starting program.");
    let a = 1;

    hook!();

    let b = f(a);
    let c = f(GLOBAL_VAR);
    println!("{a}");
    println!("{b}");
    println!("{c}");
}
