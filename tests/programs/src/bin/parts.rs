//! Fields of what cannot be had whole, and borrows that a loop ends. All of it compiles without hooks.
#![allow(unused)]

use hookable::{hook, hookable};

struct Shop {
    log: Vec<String>,
    count: usize,
    items: Vec<u8>,
}

#[hookable]
impl Shop {
    fn ended_before_the_loop(&mut self) {
        let log = &mut self.log;
        log.push(String::new());
        for i in 0..2 {
            hook!();
            //~ self: &mut Shop
            //~ log: &mut Vec<String> -- borrowed: not used again: self is shown, which it borrows
            //~ i: usize = 0
            self.count += i;
        }
    }

    fn used_in_the_loop(&mut self) {
        let log = &mut self.log;
        for i in 0..2 {
            hook!();
            //~ self: &mut Shop -- borrowed: mutably borrowed by log, line -2
            //~ self.count: usize = 1
            //~ log: &mut Vec<String> = [""]
            //~ i: usize = 0
            if i == 1 {
                continue;
            }
            self.count += i;
            log.push(String::new());
        }
    }
}

struct Point {
    x: i32,
    label: String,
}

struct World {
    at: Point,
    items: Vec<u8>,
    tick: u32,
}

#[hookable]
impl World {
    fn partly_borrowed(&mut self) {
        let item = self.items.get_mut(0).unwrap();
        hook!();
        //~ self: &mut World -- borrowed: mutably borrowed by item, line -1
        //~ self.tick: u32 = 0
        //~ self.at.x: i32 = 1
        //~ item: &mut u8 = 1
        self.tick += 1;
        self.at.x += 1;
        *item += 1;
        hook!();
        //~ self: &mut World
        //~ item: &mut u8 = 2 -- read_only: shown as the hook opened: it borrows self
    }

    fn in_closures(&mut self, id: u32) -> u32 {
        let mut step = |n: i32| {
            hook!(when = id == 7);
            //~ self -- unavailable: not captured whole by this closure
            //~ self.at.x: i32 = 2
            //~ id: u32 = 7 -- read_only: captured by this closure
            //~ n: i32 = 1
            self.at.x += n;
        };
        step(1);
        let read = || {
            hook!();
            //~ self -- unavailable: not captured whole by this closure
            //~ self.items: Vec<u8> = [2] -- read_only: captured by this closure
            //~ self.tick: u32 = 1 -- read_only: captured by this closure
            //~ id -- unavailable: not captured whole by this closure
            //~ step -- unavailable: not captured whole by this closure
            self.tick + self.items.len() as u32
        };
        read();
        let mut last = move || {
            hook!();
            //~ self -- unavailable: not captured whole by this closure
            //~ self.tick: u32 = 1
            //~ id -- unavailable: not captured whole by this closure
            //~ step -- unavailable: not captured whole by this closure
            //~ read -- unavailable: not captured whole by this closure
            self.tick += 1;
            self.tick
        };
        last()
    }
}

#[hookable]
fn partly_moved() -> usize {
    let mut point = Point {
        x: 1,
        label: String::new(),
    };
    let label = point.label;
    hook!();
    //~ point: Point -- moved: partly moved at line -1
    //~ point.x: i32 = 1
    //~ label: String = ""
    let add = || {
        hook!();
        //~ point -- unavailable: not captured whole by this closure
        //~ point.x: i32 = 1 -- read_only: captured by this closure
        //~ label -- unavailable: not captured whole by this closure
        point.x + 1
    };
    let moved = move || {
        hook!();
        //~ point -- unavailable: not captured whole by this closure
        //~ label: String = "" -- read_only: captured by this closure
        //~ add -- unavailable: not captured whole by this closure
        label.len()
    };
    point.x = add();
    moved() + point.x as usize
}

#[hookable]
fn dead_in_a_loop() {
    let mut v = vec![3, 1, 2];
    let big = v.iter_mut().max().unwrap();
    *big = 0;
    for i in 0..2 {
        hook!();
        //~ v: Vec<i32> = [0, 1, 2]
        //~ big: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ i: i32 = 0
        println!("{v:?} {i}");
    }
    let first = &mut v[0];
    let again = &mut *first;
    *again += 1;
    let mut i = 0;
    while i < 2 {
        hook!();
        //~ v: Vec<i32> = [1, 1, 2]
        //~ big: &mut i32 -- borrowed: its borrow ended at line -5
        //~ first: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ again: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ i: i32 = 0
        i += 1;
        hook!();
        //~ v: Vec<i32> = [1, 1, 2]
        //~ big: &mut i32 -- borrowed: its borrow ended at line -12
        //~ first: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ again: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ i: i32 = 1
    }
    let shared = &v;
    loop {
        hook!();
        //~ v: Vec<i32> = [1, 1, 2] -- read_only: borrowed by shared, line -2
        //~ big: &mut i32 -- borrowed: not used again: v is shown, which it borrows
        //~ first: &mut i32 -- borrowed: its borrow ended at line -2
        //~ again: &mut i32 -- borrowed: its borrow ended at line -2
        //~ i: i32 = 2
        //~ shared: &Vec<i32> = [1, 1, 2]
        if shared.len() > 2 {
            break;
        }
    }
    let slice = &mut v[..];
    let mut each = || {
        hook!();
        //~ v -- unavailable: not captured whole by this closure
        //~ big -- unavailable: not captured whole by this closure
        //~ first -- unavailable: not captured whole by this closure
        //~ again -- unavailable: not captured whole by this closure
        //~ i -- unavailable: not captured whole by this closure
        //~ shared -- unavailable: not captured whole by this closure
        //~ slice: &mut [i32] = [1, 1, 2] -- read_only: captured by this closure
        slice[0] += 1;
    };
    each();
    v.push(4);
}

trait Turn {
    fn turn(&mut self) -> u32;
}

#[hookable]
impl Turn for World {
    /// What a closure moved, no hook behind it has, whatever it asks for.
    fn turn(&mut self) -> u32 {
        let mut step = move || {
            hook!();
            //~ self: &mut World -- read_only: captured by this closure
            self.tick += 1;
            hook!();
            //~ self: &mut World -- read_only: captured by this closure
            self.count()
        };
        hook!();
        //~ self: &mut World -- moved: moved into a closure at line -8
        //~ step: <World as Turn>{{closure}}
        step();
        hook!();
        //~ self: &mut World -- moved: moved into a closure at line -12
        //~ step: <World as Turn>{{closure}}
        for _ in 0..2 {
            hook!();
            //~ self: &mut World -- moved: moved into a closure at line -16
            //~ step: <World as Turn>{{closure}}
            let each = step();
            hook!();
            //~ self: &mut World -- moved: moved into a closure at line -20
            //~ step: <World as Turn>{{closure}}
            //~ each: u32 = 5
            if each > 2 {
                hook!();
                //~ self: &mut World -- moved: moved into a closure at line -25
                //~ step: <World as Turn>{{closure}}
                //~ each: u32 = 5
            }
        }
        hook!();
        //~ self: &mut World -- moved: moved into a closure at line -31
        //~ step: <World as Turn>{{closure}}
        step()
    }
}

impl World {
    fn count(&mut self) -> u32 {
        self.tick + self.items.len() as u32
    }
}

fn main() {
    let mut shop = Shop {
        log: Vec::new(),
        count: 0,
        items: vec![1, 2],
    };
    shop.ended_before_the_loop();
    shop.used_in_the_loop();
    dead_in_a_loop();
    let at = Point {
        x: 1,
        label: "here".into(),
    };
    let mut world = World {
        at,
        items: vec![1],
        tick: 0,
    };
    world.partly_borrowed();
    world.in_closures(7);
    world.turn();
    partly_moved();
}
