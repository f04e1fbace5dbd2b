use hookable::{hook, hookable};

#[hookable]
fn main() {
    let bytes: [u8; { hook!(); 2 }] = [0; 2];
    println!("{bytes:?}");
}
