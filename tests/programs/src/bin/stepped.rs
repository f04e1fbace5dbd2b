//! Functions of many kinds with a hook that sleeps before each statement. They build without a warning, and do what
//! they do without hooks.
#![deny(warnings)]
#![forbid(unsafe_code)]
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};

use hookable::hookable;

#[hookable(step)]
mod all {
    use super::*;

    pub fn never() -> ! {
        loop {
            std::process::exit(0)
        }
    }
    pub fn threads() -> usize {
        let v = vec![1, 2, 3];
        let shared = Arc::new(Mutex::new(v));
        let other = shared.clone();
        let handle = std::thread::spawn(move || {
            let mut held = other.lock().unwrap();
            held.push(4);
            held.len()
        });
        handle.join().unwrap() + shared.lock().unwrap().len()
    }
    pub fn moved(v: Vec<String>) -> Vec<String> {
        let mut out = Vec::new();
        for s in v {
            let t = s;
            if t.is_empty() {
                continue;
            }
            out.push(t);
        }
        out
    }
    pub fn boxed(n: u32) -> Box<dyn Fn(u32) -> u32> {
        if n > 1 {
            return Box::new(move |x| x + n);
        }
        Box::new(|x| {
            let y = x * 2;
            y
        })
    }
    pub fn opaque<'a>(v: &'a [u32]) -> impl Iterator<Item = &'a u32> + 'a {
        let limit = 2;
        v.iter().filter(move |n| **n > limit)
    }
    pub fn late() -> usize {
        let x;
        let mut v = Vec::new();
        v.push(1u8);
        x = v.len();
        'outer: loop {
            loop {
                break 'outer x;
            }
        }
    }
    pub fn borrow(map: &mut HashMap<String, u32>) -> &mut u32 {
        let key = "a".to_string();
        let slot = map.entry(key).or_insert(0);
        *slot += 1;
        slot
    }
    pub fn longest<'a>(a: &'a str, b: &'a str) -> &'a str {
        let (x, y) = (a.len(), b.len());
        if x > y { a } else { b }
    }
    pub fn question(text: &str) -> Result<i32, Box<dyn std::error::Error>> {
        let n: i32 = text.parse()?;
        let Some(m) = n.checked_add(1) else {
            return Err("big".into());
        };
        let r = match m {
            0 => return Err("none".into()),
            n if n < 0 => {
                let k = -n;
                k
            }
            _ => m,
        };
        Ok(r)
    }
    pub fn generic<T: Clone, const N: usize>(items: [T; N]) -> Vec<T>
    where
        T: PartialOrd,
    {
        let mut sorted = items.to_vec();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let array = [0u8; { 1 + 2 }];
        assert_eq!(array.len(), 3);
        sorted
    }
    pub fn stack(depth: u32) -> u32 {
        if depth == 0 {
            return 0;
        }
        let below = stack(depth - 1);
        below + 1
    }
    pub fn guard(m: &Mutex<Vec<u32>>) -> u32 {
        let mut g = m.lock().unwrap();
        let first = &mut g[0];
        *first += 1;
        let n = *first;
        drop(g);
        n
    }
    pub fn two_phase(v: &mut Vec<usize>) {
        v.push(v.len());
        let last = v.last_mut().unwrap();
        *last += 1;
        v.retain(|n| {
            let keep = *n > 0;
            keep
        });
    }
    pub const fn constant(n: u32) -> u32 {
        let m = n + 1;
        m
    }
    pub async fn later(n: u32) -> u32 {
        let a = std::future::ready(n).await;
        let s = String::from("x");
        let b = async {
            let c = a + 1;
            c + s.len() as u32
        }
        .await;
        b
    }
    pub fn sends<F: std::future::Future + Send + Sync + 'static>(f: F) -> F {
        f
    }
    pub struct Drops(pub Arc<Mutex<Vec<&'static str>>>, pub &'static str);
    impl Drop for Drops {
        fn drop(&mut self) {
            let name = self.1;
            self.0.lock().unwrap().push(name);
        }
    }
    pub fn order(log: &Arc<Mutex<Vec<&'static str>>>) {
        let _a = Drops(log.clone(), "a");
        let _ = Drops(log.clone(), "b");
        {
            let _c = Drops(log.clone(), "c");
        }
        let _d = Drops(log.clone(), "d");
    }
    pub trait Shape {
        fn sides(&self) -> u32;
        fn double(&self) -> u32 {
            let n = self.sides();
            n * 2
        }
    }
    impl Shape for u32 {
        fn sides(&self) -> u32 {
            let n = *self;
            n
        }
    }
    #[expect(unused_variables)]
    pub fn expected() {
        let unused = 1;
    }
    pub fn nested() -> u32 {
        fn inner(n: u32) -> u32 {
            let m = n;
            m
        }
        const K: u32 = {
            let a = 1;
            a + 1
        };
        struct Local;
        impl Local {
            fn get(&self) -> u32 {
                let k = K;
                k
            }
        }
        inner(Local.get())
    }
    pub fn values_of_builds(n: u32) -> u32 {
        let of_closure = |n: u32| {
            #[cfg(debug_assertions)]
            return n + 1;
            #[cfg(not(debug_assertions))]
            return n;
        };
        #[cfg(debug_assertions)]
        {
            of_closure(n)
        }
        #[cfg(not(debug_assertions))]
        {
            of_closure(n)
        }
    }
    #[inline(always)]
    #[must_use]
    pub fn shadows(x: u32) -> u32 {
        let x = x + 1;
        let x = x.to_string();
        let x = x.len() as u32;
        x
    }
}

#[hookable(step, on_err)]
fn both(text: &str) -> Result<u32, std::num::ParseIntError> {
    let n: u32 = text.parse()?;
    let m = n + 1;
    Ok(m)
}

macro_rules! made {
    ($name:ident, $body:block) => {
        #[hookable(step)]
        fn $name(n: u32) -> u32 {
            let m = n + 1;
            let _ = m;
            $body
        }
    };
}
made!(by_macro, {
    let k = 3;
    k
});

fn stepped() {
    use all::*;
    let log = Arc::new(Mutex::new(Vec::new()));
    order(&log);
    println!("{:?}", log.lock().unwrap());
    let mut map = HashMap::new();
    println!(
        "{} {:?} {}",
        threads(),
        moved(vec!["a".into(), String::new()]),
        boxed(1)(2)
    );
    println!(
        "{:?} {} {}",
        opaque(&[1, 2, 3]).collect::<Vec<_>>(),
        late(),
        borrow(&mut map)
    );
    println!(
        "{} {:?} {:?}",
        longest("a", "bb"),
        question("4").unwrap(),
        generic([2, 1])
    );
    let mut v = vec![1];
    two_phase(&mut v);
    println!(
        "{} {} {v:?} {} {}",
        stack(3),
        guard(&Mutex::new(vec![1])),
        constant(1),
        3u32.double()
    );
    let mut f = std::pin::pin!(sends(later(1)));
    let mut c = std::task::Context::from_waker(std::task::Waker::noop());
    println!("{:?}", f.as_mut().poll(&mut c));
    expected();
    println!("{} {} {:?} {}", nested(), shadows(1), both("x").is_err(), by_macro(1));
    println!("{}", values_of_builds(1));
    never()
}

programs::run!(stepped);
