//! Hooks on several threads.
#![allow(unused)]

use std::sync::mpsc;
use std::thread;

use hookable::{hook, hookable};

#[hookable]
fn spawned() {
    let name = String::from("worker");
    let outside = 1;
    let worker = thread::Builder::new().name("worker".into()).spawn(move || {
        let length = name.len();
        hook!();
        //~ name: String = "worker" -- read_only: captured by this closure
        //~ outside: usize = 1 -- read_only: captured by this closure
        //~ length: usize = 6
        length + outside
    });
    worker.unwrap().join().unwrap();
}

#[hookable]
fn scoped() {
    let mut numbers = vec![1, 2];
    let (one, two) = numbers.split_at_mut(1);
    thread::scope(|scope| {
        scope.spawn(|| {
            hook!();
            //~ numbers -- unavailable: not captured whole by this closure
            //~ one: &mut [i32] = [1] -- read_only: captured by this closure
            //~ two -- unavailable: not captured whole by this closure
            //~ scope -- unavailable: not captured whole by this closure
            one[0] += 1;
        });
        scope.spawn(|| two[0] += 1);
    });
    hook!();
    //~ numbers: Vec<i32> = [2, 3]
    //~ one: &mut [i32] = [2] -- read_only: shown as the hook opened: it borrows numbers
    //~ two: &mut [i32] = [3] -- read_only: shown as the hook opened: it borrows numbers
    println!("{numbers:?}");
}

#[hookable]
fn work(thread: usize) -> usize {
    let mut sum = 0;
    for i in 0..5 {
        sum += i;
        hook!();
        //~ thread: usize = 0
        //~ sum: usize = 0
        //~ i: usize = 0
    }
    sum + thread
}

/// Before the many, so that the first hit is known.
fn one() {
    work(0);
}

fn many() {
    let threads: Vec<_> = (0..8).map(|n| thread::Builder::new().name(format!("t{n}")).spawn(move || work(n)).unwrap()).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[hookable]
fn channel() {
    let (sender, receiver) = mpsc::channel();
    let task = thread::spawn(move || {
        for value in receiver {
            hook!();
            //~ sender -- unavailable: not captured whole by this closure
            //~ receiver: Receiver<Vec<u8>> -- moved: moved at line -1
            //~ value: Vec<u8> = [1]
            drop::<Vec<u8>>(value);
        }
    });
    sender.send(vec![1]).unwrap();
    drop(sender);
    task.join().unwrap();
}

/// A thread for which a line may wait.
#[hookable]
fn helped() {
    let name = String::from("main");
    let (go, goes) = mpsc::channel();
    let mut helper = Some(thread::Builder::new().name("helper".into()).spawn(move || help(goes)).unwrap());
    hook!("edge");
    //~ name: String = "main"
    //~ go: Sender<()> = Sender { .. }
    //~ goes: Receiver<()> -- moved: moved into a closure at line -1
    //~ helper: Option<JoinHandle<usize>> = Some(JoinHandle { .. })
    drop(go);
    helper.take().map(|helper| helper.join());
}

#[hookable]
fn help(goes: mpsc::Receiver<()>) -> usize {
    goes.recv();
    let name = String::from("helper");
    hook!("job");
    //~ goes: Receiver<()> = Receiver { .. }
    //~ name: String = "helper"
    name.len()
}

programs::run!(helped, spawned, scoped, one, many, channel);
