use hookable::{hook, hookable};

#[hookable]
const fn double(n: i32) -> i32 {
    hook!();
    n * 2
}

#[hookable]
const fn without_a_hook(n: i32) -> i32 {
    n
}

#[hookable]
fn around() -> i32 {
    const fn inner() -> i32 {
        hook!();
        3
    }
    inner() + const { hook!(); 4 }
}

fn main() {
    let _ = double(around()) + without_a_hook(5);
}
