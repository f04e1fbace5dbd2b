use hookable::hookable;

#[hookable]
struct Point {
    x: i32,
}

fn main() {
    // The item is still there.
    let _ = Point { x: 1 }.x;
}
