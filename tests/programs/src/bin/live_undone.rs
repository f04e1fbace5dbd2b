//! Locals and paths in them, for what `:undo` takes back.
#![allow(unused)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Mutex;

use hookable::{hook, hookable};

#[derive(Debug, Clone, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, Clone, Copy)]
struct Copied {
    x: i32,
    y: i32,
}

#[derive(Debug)]
struct Order {
    tick: u32,
    lines: Vec<Point>,
    note: Note,
    sums: HashMap<&'static str, i32>,
}

#[derive(Debug)]
struct Note {
    text: String,
    open: bool,
    seal: Seal,
}

/// Whose clone would be seen by others.
#[derive(Debug)]
struct Seal(Rc<u8>);

impl Seal {
    fn again(&mut self) {
        self.0 = Rc::new(2);
    }
}

#[hookable]
impl Order {
    fn change(&mut self, at: usize) {
        let mut numbers = vec![1, 2, 3];
        let mut total = 1u32;
        let through = &mut total;
        let mut seal = Seal(Rc::new(1));
        hook!();
        *through += 1;
        println!("{self:?} {numbers:?} {total} {seal:?}");
    }
}

#[hookable]
fn undone() {
    let a = 1;
    let p = Copied { x: 1, y: 2 };
    let words = vec!["w"];
    hook!();
    println!("{a} {p:?} {words:?}");
}

fn undone_in_part() {
    let note = Note {
        text: "n".into(),
        open: false,
        seal: Seal(Rc::new(1)),
    };
    let mut order = Order {
        tick: 1,
        lines: vec![Point { x: 1.0, y: 2.0 }],
        note,
        sums: HashMap::from([("a", 1)]),
    };
    order.change(2);
}

#[hookable]
fn undone_through() {
    let a = 1;
    let cell = Cell::new(1);
    let rows = Mutex::new(vec![1]);
    let shared = &rows;
    let rc = Rc::new(RefCell::new(1));
    hook!();
    println!("{a} {cell:?} {shared:?} {rc:?}");
}

programs::run!(undone, undone_in_part, undone_through);
