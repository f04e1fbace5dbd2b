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
            // One wait, not many.
            thread::park_timeout(Duration::from_secs(1));
        }
    });
    tell.send(()).unwrap();
    drop(outer);
    between.join().unwrap();
    assert_eq!(take().depth, 1);
}

const GRACE_AND_MORE: Duration = Duration::from_millis(400);
