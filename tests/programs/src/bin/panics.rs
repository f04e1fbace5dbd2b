//! Panics under functions with hooks, and functions that catch what `HOOKABLE=catch` says.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt::Debug;
use std::num::ParseIntError;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};

use hookable::{hook, hookable};

static CALLS: AtomicU32 = AtomicU32::new(0);

struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        println!("unwinds");
    }
}

#[hookable(on_panic)]
fn average(values: &[u32]) -> u32 {
    let _loud = Loud;
    CALLS.fetch_add(1, Ordering::Relaxed);
    let sum: u32 = values.iter().sum();
    hook!();
    sum / values.len() as u32
}

#[hookable(on_panic)]
impl Loud {
    fn at<'v, T: Debug>(&self, values: &'v [T], index: usize) -> &'v T {
        &values[index]
    }

    async fn waits(&self) -> u32 {
        1
    }
}

fn panics() {
    println!("{}", average(&[1, 3]));
    println!("{}", catch_unwind(|| average(&[])).is_err());
    println!("{}", catch_unwind(|| *Loud.at(&[1, 2], 7)).is_err());
    drop(Loud.waits());
}

#[hookable]
fn parse(text: &str) -> Result<u32, ParseIntError> {
    let number: u32 = text.parse()?;
    Ok(number)
}

#[hookable]
async fn waits(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}

fn caught() {
    println!("{:?}", parse("x"));
    drop(waits("y"));
    println!("{}", catch_unwind(|| average(&[])).is_err());
}

programs::run!(panics, caught);
