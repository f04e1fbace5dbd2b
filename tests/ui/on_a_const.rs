use hookable::hookable;

#[hookable]
const LIMIT: i32 = 1;

#[hookable]
static COUNT: i32 = LIMIT;

#[hookable]
enum Empty {}

#[hookable]
use std::vec;

fn main() {
    let _: (i32, Option<Empty>, Vec<u8>) = (COUNT, None, vec::Vec::new());
}
