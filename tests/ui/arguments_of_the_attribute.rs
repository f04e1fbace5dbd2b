use hookable::{hook, hookable};

#[hookable(read_only)]
fn one() -> i32 {
    hook!();
    1
}

#[hookable("two", target = "three")]
fn two() -> i32 {
    2
}

fn main() {
    let _ = one() + two();
}
