use std::sync::mpsc;
use std::thread;

use super::*;

fn take() -> Turn {
    Turn::take("here".to_owned())
}

/// The turn is one for the process, and so is this test.
#[test]
fn queue_nest_and_lend() {
    let outer = take();
    assert_eq!((outer.depth, outer.is_one_of_several()), (1, false));
    lend(|| assert_eq!(take().depth, 2));

    let (tell, told) = mpsc::channel();
    let queued = thread::spawn(move || {
        let turn = take();
        tell.send(turn.between.clone()).unwrap();
        drop(turn);
    });
    let nothing = |told: &mpsc::Receiver<_>| told.try_recv() == Err(mpsc::TryRecvError::Empty);
    // At the prompt, and while a line works or sleeps, the other thread has to wait.
    thread::sleep(GRACE_AND_MORE);
    assert!(nothing(&told) && outer.is_one_of_several());
    lend(|| thread::sleep(GRACE_AND_MORE));
    assert!(nothing(&told));
    lend(|| {
        let begin = Instant::now();
        while begin.elapsed() < GRACE_AND_MORE {}
    });
    assert!(nothing(&told));
    // The line waits for the queued thread, and still ends.
    lend(|| assert_eq!(told.recv(), Ok(Some("here".to_owned()))));
    queued.join().unwrap();

    // It waits for one of two, and that is the one which opens.
    let (tell, told) = mpsc::channel();
    let other = tell.clone();
    let first = thread::spawn(move || {
        drop(take());
        other.send("first").unwrap();
    });
    while lock().queue.is_empty() {
        thread::yield_now();
    }
    let second = thread::spawn(move || {
        drop(take());
        tell.send("second").unwrap();
    });
    while lock().queue.len() < 2 {
        thread::yield_now();
    }
    if cfg!(target_os = "linux") {
        lend(|| second.join().unwrap());
        assert_eq!(told.try_recv(), Ok("second"));
    }
    drop(outer);
    first.join().unwrap();

    // The hook that opened in between waits for the one whose line it was.
    let outer = take();
    let (tell, told) = mpsc::channel::<()>();
    let between = thread::spawn(move || {
        let turn = take();
        lend(|| told.recv().unwrap());
        drop(turn);
    });
    while lock().queue.is_empty() {
        thread::yield_now();
    }
    lend(|| {
        while lock().open.len() < 2 {
            assert!(between.thread().name().is_none());
            // The thread is parked for long, since many short waits do not count as a wait.
            thread::park_timeout(Duration::from_secs(1));
        }
    });
    tell.send(()).unwrap();
    drop(outer);
    between.join().unwrap();
    assert_eq!(take().depth, 1);

    // The user changes to the second of two threads, and from there back; whoever is first in the queue comes last.
    let outer = take();
    let own = reached()[0].number;
    let (tell, told) = mpsc::channel();
    let threads: Vec<_> = ["first", "second"]
        .into_iter()
        .enumerate()
        .map(|(before, name)| {
            let tell = tell.clone();
            let work = move || {
                let turn = Turn::take(name.to_owned());
                tell.send(name).unwrap();
                if name == "second" {
                    assert!(change_to(own));
                    tell.send("second again").unwrap();
                }
                drop(turn);
            };
            let thread = thread::spawn(work);
            while lock().queue.len() <= before {
                thread::yield_now();
            }
            thread
        })
        .collect();
    let listed = reached();
    let is: Vec<_> = listed.iter().map(|reached| (&*reached.place, reached.is)).collect();
    let waits = Waits::ForTheTerminal;
    assert_eq!(is, [("here", Waits::Here), ("first", waits), ("second", waits)]);
    assert!(!change_to(own) && !change_to(u64::MAX));
    assert!(change_to(listed[2].number));
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["second"]);
    drop(outer);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["second again", "first"]);
}

const GRACE_AND_MORE: Duration = Duration::from_millis(400);
