//! The system's files below `/proc` tell whether a thread waits for another.

use std::time::{Duration, Instant};

/// A thread counts as waiting once it has been in one wait for this long.
const GRACE: Duration = Duration::from_millis(200);
/// A thread that looks again and again whether something has happened counts as waiting after this long.
const POLLING: Duration = Duration::from_secs(5);
/// Where the system tells nothing, a line that takes longer than this is taken to wait.
const UNKNOWN: Duration = Duration::from_secs(1);

/// Names what a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It waits for the end of the thread with this number of the system's.
    For(u32),
    /// It waits for something else, such as a lock, a channel or a socket.
    Somehow,
}

/// Says what a thread does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Runs,
    /// It sleeps for a time, or gives way: it waits for nobody, unless it does so again and again.
    Rests,
    Waits(Wait),
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    doing: Doing,
    /// This counts how often the thread stopped running, by itself or not. Two samples with the same count are from the
    /// same wait.
    switches: u64,
}

/// Keeps what was seen of a thread that runs a line.
pub(crate) struct ThreadWatch {
    began: Instant,
    /// This says since when the thread has been in one wait, and the count of that wait.
    same: Option<(Instant, u64)>,
    looks: u32,
    idle: u32,
    /// This is the count at the first look.
    switches: Option<u64>,
}

impl ThreadWatch {
    pub(crate) fn new(now: Instant) -> Self {
        ThreadWatch {
            began: now,
            same: None,
            looks: 0,
            idle: 0,
            switches: None,
        }
    }

    /// Looks at the thread that runs the line, and returns what it waits for, if it does.
    pub(crate) fn look(&mut self, thread: Option<u32>, now: Instant) -> Option<Wait> {
        match thread.and_then(sample) {
            Some(sample) => self.take(sample, now),
            None => (now - self.began >= UNKNOWN).then_some(Wait::Somehow),
        }
    }

    fn take(&mut self, Sample { doing, switches }: Sample, now: Instant) -> Option<Wait> {
        self.looks += 1;
        self.idle += u32::from(doing != Doing::Runs);
        let first = *self.switches.get_or_insert(switches);
        let Doing::Waits(wait) = doing else {
            self.same = None;
            return self.polls(switches - first, now).then_some(Wait::Somehow);
        };
        match self.same {
            Some((since, same)) if same == switches => (now - since >= GRACE).then_some(wait),
            _ => {
                self.same = Some((now, switches));
                self.polls(switches - first, now).then_some(wait)
            }
        }
    }

    /// Returns whether the thread slept briefly, many times, and did little else.
    fn polls(&self, switches: u64, now: Instant) -> bool {
        now - self.began >= POLLING && self.idle * 10 >= self.looks * 9 && switches >= 20
    }
}

/// Returns the number that the system has for this thread.
pub(crate) fn this_thread() -> Option<u32> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    link.file_name()?.to_str()?.parse().ok()
}

fn sample(thread: u32) -> Option<Sample> {
    let task = format!("/proc/self/task/{thread}");
    // The count is read first, so that a wait that began before the second file was read has another count at the next
    // sample.
    let switches = switches(&read(&task, "status")?)?;
    let doing = doing(&read(&task, "syscall")?, |other| {
        std::path::Path::new(&format!("/proc/self/task/{other}")).exists()
    });
    Some(Sample { doing, switches })
}

fn read(task: &str, what: &str) -> Option<String> {
    std::fs::read_to_string(format!("{task}/{what}")).ok()
}

/// Identifies the wait that a process is in, if the process has one thread, and waits for a lock without a limit of
/// time.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(crate) fn waits_for_ever(process: u32) -> Option<u64> {
    let task = format!("/proc/{process}");
    let switches = switches(&read(&task, "status")?)?;
    let call = read(&task, "syscall")?;
    let mut words = call.split_whitespace();
    let is_lock = words.next()?.parse() == Ok(number::FUTEX) && words.nth(3)? == "0x0";
    let threads = std::fs::read_dir(format!("{task}/task")).ok()?.count();
    (is_lock && threads == 1).then_some(switches)
}

fn switches(status: &str) -> Option<u64> {
    let counts = status.lines().filter_map(|line| line.split_once("ctxt_switches:"));
    let counts: Vec<u64> = counts.filter_map(|(_, count)| count.trim().parse().ok()).collect();
    (counts.len() == 2).then(|| counts.iter().sum())
}

/// Judges by the text of `/proc/self/task/TID/syscall`, which has the number and the arguments of the system call that
/// a thread is in.
fn doing(syscall: &str, is_thread: impl Fn(u32) -> bool) -> Doing {
    let mut words = syscall.split_whitespace();
    let Some(call) = words.next().and_then(|word| word.parse::<u32>().ok()) else {
        return Doing::Runs;
    };
    let mut argument = || u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok();
    let arguments = [(); 3].map(|()| argument().unwrap_or(u64::MAX));
    match call {
        number::NANOSLEEP | number::CLOCK_NANOSLEEP | number::SCHED_YIELD => Doing::Rests,
        // A thread that reads standard input waits for the user, not for a thread.
        number::READ if arguments[0] == 0 => Doing::Runs,
        // A thread that joins another waits on a word that contains the other's number until that one ends.
        number::FUTEX => match u32::try_from(arguments[2]) {
            Ok(value) if value > 2 && is_thread(value) => Doing::Waits(Wait::For(value)),
            _ => Doing::Waits(Wait::Somehow),
        },
        _ => Doing::Waits(Wait::Somehow),
    }
}

/// The numbers of the system calls.
#[cfg(target_arch = "x86_64")]
mod number {
    pub(super) const READ: u32 = 0;
    pub(super) const SCHED_YIELD: u32 = 24;
    pub(super) const NANOSLEEP: u32 = 35;
    pub(super) const FUTEX: u32 = 202;
    pub(super) const CLOCK_NANOSLEEP: u32 = 230;
}

/// The numbers of the system calls, which all newer architectures share.
#[cfg(not(target_arch = "x86_64"))]
mod number {
    pub(super) const READ: u32 = 63;
    pub(super) const FUTEX: u32 = 98;
    pub(super) const NANOSLEEP: u32 = 101;
    pub(super) const CLOCK_NANOSLEEP: u32 = 115;
    pub(super) const SCHED_YIELD: u32 = 124;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_does() {
        let call =
            |number: u32, rest: &str| doing(&format!("{number} {rest} 0x0 0x0 0x0 0x7f00 0x7f01\n"), |id| id == 77);
        assert_eq!(doing("running\n", |_| true), Doing::Runs);
        assert_eq!(doing("-1 0x7f00 0x7f01\n", |_| true), Doing::Runs);
        assert_eq!(call(number::NANOSLEEP, "0x1 0x0 0x0"), Doing::Rests);
        assert_eq!(call(number::READ, "0x0 0x7f 0x400"), Doing::Runs);
        assert_eq!(call(number::READ, "0x5 0x7f 0x400"), Doing::Waits(Wait::Somehow));
        assert_eq!(call(number::FUTEX, "0x7f 0x109 0x4d"), Doing::Waits(Wait::For(77)));
        assert_eq!(call(number::FUTEX, "0x7f 0x80 0x2"), Doing::Waits(Wait::Somehow));
        assert_eq!(call(number::FUTEX, "0x7f 0x80 0x4e"), Doing::Waits(Wait::Somehow));
    }

    #[test]
    fn switches_of_both_kinds_count() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n";
        assert_eq!(switches(status), Some(7));
        assert_eq!(switches("Name:\tx\n"), None);
    }

    /// Returns what the last of these samples leads to, of which one is taken every 40 ms.
    fn after(samples: impl IntoIterator<Item = (Doing, u64)>) -> Option<Wait> {
        let mut now = Instant::now();
        let mut watch = ThreadWatch::new(now);
        let mut last = None;
        for (doing, switches) in samples {
            now += Duration::from_millis(40);
            last = watch.take(Sample { doing, switches }, now);
        }
        last
    }

    #[test]
    fn one_wait_of_some_length_is_one() {
        let wait = Doing::Waits(Wait::For(7));
        assert_eq!(after([(wait, 1); 3]), None);
        assert_eq!(after([(wait, 1); 7]), Some(Wait::For(7)));
        // Many short waits do not count for a while, since a thread that reads a file has such.
        assert_eq!(after((0..30).map(|n| (wait, n))), None);
        assert_eq!(
            after((0..100).map(|n| (if n % 2 == 0 { Doing::Runs } else { wait }, 1))),
            None
        );
    }

    #[test]
    fn sleeping_is_no_wait_but_polling_is() {
        assert_eq!(after([(Doing::Rests, 1); 500]), None);
        assert_eq!(after([(Doing::Runs, 1); 500]), None);
        assert_eq!(after((0..60).map(|n| (Doing::Rests, n))), None);
        assert_eq!(after((0..130).map(|n| (Doing::Rests, n))), Some(Wait::Somehow));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_that_joins_is_seen() {
        let (tell, told) = std::sync::mpsc::channel::<()>();
        let (number, numbers) = std::sync::mpsc::channel();
        let worker = std::thread::spawn(move || {
            number.send(this_thread().unwrap()).unwrap();
            told.recv().unwrap_err();
        });
        let worker_number = numbers.recv().unwrap();
        let (number, numbers) = std::sync::mpsc::channel();
        let joins = std::thread::spawn(move || {
            number.send(this_thread().unwrap()).unwrap();
            worker.join().unwrap();
        });
        let joining = numbers.recv().unwrap();
        let mut watch = ThreadWatch::new(Instant::now());
        let wait = loop {
            if let Some(wait) = watch.look(Some(joining), Instant::now()) {
                break wait;
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(wait, Wait::For(worker_number));
        drop(tell);
        joins.join().unwrap();
    }
}
