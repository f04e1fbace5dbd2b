use hookable::hookable;

#[hookable]
fn main() {
    let a = ;
}
