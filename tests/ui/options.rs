use hookable::{hook, hookable};

#[hookable]
fn main() {
    let a = 1;
    hook!(readonly);
    hook!(a);
    hook!(target = 5);
    hook!(every = 2, every = 3);
    hook!(when a == 1);
    hook!(read_only = true);
    println!("{a}");
}
