use std::sync::Mutex;
#[cfg(target_os = "linux")]
use std::sync::mpsc;

use super::*;
use crate::format::{Form, Formattable, Limit, fitting, full};

fn text(text: &str) -> Shown {
    Shown::Text {
        text: text.to_owned(),
        cut: false,
    }
}

#[cfg(target_os = "linux")]
fn failed(run: &dyn Fn() -> Shown) -> String {
    match one(Some("demo::T"), Patience::Record, run) {
        Shown::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_comes_back() {
    let long = "ä".repeat(300_000);
    assert_eq!(one(Some("demo::T"), Patience::Prompt, &|| text(&long)), text(&long));
    assert_eq!(one(Some(""), Patience::Prompt, &|| Shown::Opaque), Shown::Opaque);
    let job = |run| Job {
        type_name: Some("demo::T"),
        run,
    };
    let mut pieces = String::new();
    let jobs = [
        job(&|out| {
            out("a");
            out("b");
            text("1")
        }),
        job(&|_| Shown::Failed("no".into())),
    ];
    let shown = all(&jobs, Patience::Endless, &mut |piece| {
        pieces.push_str(piece);
        true
    });
    assert_eq!(
        (shown, pieces.as_str()),
        (vec![text("1"), Shown::Failed("no".into())], "ab")
    );
}

/// Whatever a value does in a copy, this process goes on.
#[cfg(target_os = "linux")]
#[test]
fn whatever_it_does_there_is_an_answer() {
    fn endless(n: u64) -> u64 {
        if n == u64::MAX {
            0
        } else {
            std::hint::black_box(endless(n + 1)) + 1
        }
    }
    let lock = Mutex::new(1);
    let held = lock.lock().unwrap();
    assert_eq!(
        failed(&|| text(&lock.lock().unwrap().to_string())),
        "to format it waits for a lock that is held, or for another thread"
    );
    drop(held);
    assert_eq!(
        one(Some("demo::T"), Patience::Prompt, &|| text(
            &lock.lock().unwrap().to_string()
        )),
        text("1")
    );
    hanging(HashSet::clear);
    assert_eq!(failed(&|| std::process::abort()), "to format it aborts");
    let fault = "to format it used up the stack, or touched memory that is not there (SIGSEGV)";
    let late = "to format it did not end within 2 s";
    // A slow machine may need more than the time limit to touch so many pages.
    let deep = failed(&|| text(&endless(1).to_string()));
    assert!([fault, late].contains(&deep.as_str()), "{deep}");
    hanging(HashSet::clear);
    let spins = failed(&|| {
        loop {
            std::hint::spin_loop();
        }
    });
    assert_eq!(spins, late);
    // A value whose formatting did not end is not formatted again where the program waits.
    assert_eq!(
        failed(&|| text("")),
        "not formatted again: it did not end at an earlier hit"
    );
    hanging(HashSet::clear);

    // The values behind such a value are shown.
    let job = |run| Job {
        type_name: Some("demo::T"),
        run,
    };
    let jobs = [
        job(&|_| text("1")),
        job(&|_| std::process::abort()),
        job(&|_| text("3")),
    ];
    let shown = all(&jobs, Patience::Record, &mut |_| true);
    assert_eq!(
        shown,
        [text("1"), Shown::Failed("to format it aborts".into()), text("3")]
    );
}

/// A value whose lock another thread has most of the time is shown, or the reason why it is not.
#[cfg(target_os = "linux")]
#[test]
fn a_lock_that_is_let_go_is_waited_for() {
    static LOCK: Mutex<u32> = Mutex::new(5);
    let (stop, stops) = mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        while stops.try_recv() == Err(mpsc::TryRecvError::Empty) {
            let _held = LOCK.lock().unwrap();
            std::thread::yield_now();
        }
    });
    let shown = one(Some("demo::L"), Patience::Prompt, &|| {
        text(&LOCK.lock().unwrap().to_string())
    });
    drop(stop);
    other.join().unwrap();
    let busy = Shown::Failed("to format it waits for a lock that is held, or for another thread".into());
    assert!(shown == text("5") || shown == busy, "{shown:?}");
}

/// What a value prints there, and reads, is not the program's.
#[cfg(target_os = "linux")]
#[test]
fn its_streams_lead_nowhere() {
    let streams = || {
        let of = |number| std::fs::read_link(format!("/proc/self/fd/{number}")).expect("it is open");
        text(&format!("{:?}", [of(0), of(1), of(2)]))
    };
    assert_eq!(
        one(Some("demo::T"), Patience::Record, &streams),
        text(r#"["/dev/null", "/dev/null", "/dev/null"]"#)
    );
}

/// A text that is too long for a line is broken off and made anew, and a mutex that was locked meanwhile is shown as it
/// is.
#[test]
fn a_mutex_with_a_long_value() {
    let lock = Mutex::new(vec!["a long text".repeat(4); 20]);
    let value = Formattable {
        type_name: Some("demo::T"),
        form: Form::Debug(&lock),
    };
    let Shown::Text { text, .. } = fitting(value, 80, Limit::prompt(), Patience::Prompt) else {
        panic!("it has a text")
    };
    assert!(text.contains("poisoned: false"), "{text}");
    let mut all = Vec::new();
    full(value, 80, &mut all).unwrap();
    let all = String::from_utf8(all).unwrap();
    assert!(all.contains("poisoned: false"), "{all}");
}
