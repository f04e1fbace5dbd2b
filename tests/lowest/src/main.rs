//! One of each: what the attribute reads, what rustc is asked, what is typed.

use hookable::{hook, hookable};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Point {
    x: f64,
    name: Option<String>,
}

struct Counter(u32);

#[hookable]
impl Counter {
    fn add(&mut self, n: u32) -> bool {
        let (a, Some(b)) = (n, Some(n)) else { return false };
        hook!("add");
        self.0 += a * b;
        matches!(Some(self.0), Some(sum) if sum > n)
    }
}

#[hookable]
fn main() {
    let point = Point { x: 0.5, name: None };
    let words = vec!["a".to_owned()];
    let moved = words.clone();
    drop(moved);
    hook!("main");
    println!("{point:?} {words:?} {}", Counter(1).add(2));
}
