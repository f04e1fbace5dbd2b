use hookable::hookable;

trait Shape {
    #[hookable]
    fn area(&self) -> f64;
}

impl Shape for () {
    fn area(&self) -> f64 {
        0.0
    }
}

fn main() {
    let _ = ().area();
}
