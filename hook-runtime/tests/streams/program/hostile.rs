//! Values that are hard to format.

use std::fmt::{self, Debug, Display, Formatter};
use std::sync::Mutex;
use std::thread;

/// Formats with this.
struct By(fn(&mut Formatter<'_>) -> fmt::Result);

impl Debug for By {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

impl Display for By {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

static LOCK: Mutex<i32> = Mutex::new(1);

/// Each is hit on its own, and the program goes on as if nothing had been.
pub(super) fn hostile() {
    let held = LOCK.lock().unwrap();
    let mut locks = By(|f| write!(f, "{}", LOCK.lock().unwrap()));
    hook!("locks", "demo", locks);
    drop(held);
    let mut goes_on = By(|f| {
        loop {
            let _ = f.write_str("x");
        }
    });
    hook!("goes_on", "demo", goes_on);
    let mut aborts = By(|_| std::process::abort());
    hook!("aborts", "demo", aborts);
    let mut exits = By(|_| std::process::exit(5));
    hook!("exits", "demo", exits);
    let mut parks = By(|_| {
        loop {
            thread::park();
        }
    });
    hook!("parks", "demo", parks);
    println!("{}", LOCK.lock().unwrap());
}

#[derive(Debug)]
struct List {
    #[allow(dead_code)]
    next: Option<Box<List>>,
}

/// Formats the innermost first.
struct Deep(Option<Box<Deep>>);

impl Debug for Deep {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(deep) = &self.0 {
            deep.fmt(f)?;
        }
        f.write_str(".")
    }
}

/// A thread with as small a stack as there can be, and values that are deep.
pub(super) fn small() {
    let (mut list, mut deep) = (List { next: None }, Deep(None));
    for _ in 0..100_000 {
        list = List {
            next: Some(Box::new(list)),
        };
        deep = Deep(Some(Box::new(deep)));
    }
    let thread = thread::Builder::new().stack_size(16 << 10).spawn(move || {
        hook!("list", "demo", list);
        hook!("deep", "demo", deep);
        std::mem::forget((list, deep));
        7
    });
    println!("{}", thread.unwrap().join().unwrap());
}

/// Its message cannot be formatted.
pub(super) fn message() {
    let mut n = 1;
    let bad = By(|_| panic!("no"));
    hook!("message", "demo", n, "{bad}");
    println!("{n}");
}

struct Slow(i32);

impl Debug for Slow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        thread::sleep(std::time::Duration::from_millis(300));
        write!(f, "Slow {}", self.0)
    }
}

pub(super) fn slow() {
    let mut n = Slow(1);
    hook!("slow", "demo", n);
    drop(n.0.to_string());
}
