//! The other threads of the program that use the terminal. If a thread waits for keys, as in a full-screen program,
//! each key that is typed at the prompt goes to one of the waiting threads, and nobody can say to which.

use super::device::Device;

#[cfg(not(target_os = "linux"))]
pub(super) fn reading(_: &Device) -> Vec<String> {
    Vec::new()
}

/// The number of write calls of each other thread, to any file.
pub(super) type Writes = std::collections::BTreeMap<std::ffi::OsString, u64>;

#[cfg(not(target_os = "linux"))]
pub(super) fn write_on(_: &mut Writes) -> bool {
    false
}

/// Returns whether a thread that has written since `before` writes again soon, and so draws periodically.
#[cfg(target_os = "linux")]
pub(super) fn write_on(before: &mut Writes) -> bool {
    linux::write_on(before)
}

/// Returns the names of the other threads that are waiting for the terminal.
#[cfg(target_os = "linux")]
pub(super) fn reading(device: &Device) -> Vec<String> {
    linux::reading(device)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::{OsString, c_long};
    use std::fs::{self, File};
    use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Device, Writes};
    use crate::console::input::terminal::device::CONTROLLING;

    /// The number of looks at the threads. A thread that waits for keys with short timeouts is seen in one of them.
    const LOOKS: u32 = 3;
    /// The time between two looks.
    const BETWEEN: Duration = Duration::from_millis(3);

    pub(super) fn reading(device: &Device) -> Vec<String> {
        let mut names = Vec::new();
        let own = own();
        let mut has_others = true;
        for look in 0..LOOKS {
            if look > 0 {
                if !has_others {
                    break;
                }
                thread::sleep(BETWEEN);
            }
            has_others = false;
            for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
                if own == Some(task.file_name()) {
                    continue;
                }
                let read = |file| fs::read_to_string(task.path().join(file)).unwrap_or_default();
                let name = read("comm");
                if name.is_empty() || name.starts_with("hookable") {
                    continue;
                }
                has_others = true;
                let waits = waits_for(&read("syscall"));
                if waits.iter().any(|fd| is_terminal(*fd, device)) {
                    let is_main = task.file_name().to_str() == Some(&std::process::id().to_string());
                    let name = if is_main {
                        "main".to_owned()
                    } else {
                        name.trim_end().to_owned()
                    };
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        names
    }

    /// The longest pause between two drawings of a thread that draws periodically.
    const RESTS: Duration = Duration::from_millis(130);
    /// The number of writes by which a thread that was not seen before is taken to draw periodically.
    const OFTEN: u64 = 5;
    /// The time that one drawing may take.
    const DRAWS: Duration = Duration::from_millis(10);

    pub(super) fn write_on(before: &mut Writes) -> bool {
        let now = writes();
        let wrote = more(before, &now);
        *before = now;
        if !wrote {
            return false;
        }
        let end = Instant::now() + RESTS;
        while !more(before, &writes()) {
            if Instant::now() > end {
                return false;
            }
            thread::sleep(BETWEEN);
        }
        thread::sleep(DRAWS);
        *before = writes();
        true
    }

    /// Returns whether a thread has written since `before`. A thread that is not in `before` must have written often.
    fn more(before: &Writes, now: &Writes) -> bool {
        now.iter()
            .any(|(task, count)| *count > before.get(task).copied().unwrap_or(OFTEN))
    }

    fn writes() -> Writes {
        let own = own();
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let others = tasks.filter(|task| own != Some(task.file_name()));
        let counted = others.filter_map(|task| {
            let read = |file| fs::read_to_string(task.path().join(file)).ok();
            let count = read("io")?
                .lines()
                .find_map(|line| line.strip_prefix("syscw: ")?.parse().ok())?;
            (!read("comm")?.starts_with("hookable")).then(|| (task.file_name(), count))
        });
        counted.collect()
    }

    fn own() -> Option<OsString> {
        let link = fs::read_link("/proc/thread-self").ok()?;
        Some(link.file_name()?.to_owned())
    }

    /// Returns the descriptors that a thread waits for, from the system call that it is in.
    fn waits_for(call: &str) -> Vec<i32> {
        let mut words = call.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<c_long>().ok()) else {
            return Vec::new();
        };
        let args: Vec<u64> = words
            .map_while(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok())
            .collect();
        let [first, second, ..] = args[..] else {
            return Vec::new();
        };
        let is = |calls: &[c_long]| calls.contains(&number);
        if is(&[libc::SYS_read, libc::SYS_readv]) {
            vec![first as i32]
        } else if is(POLL) {
            polled(first, second)
        } else if is(EPOLL) {
            watched(first as i32)
        } else if is(SELECT) {
            selected(first, second)
        } else {
            Vec::new()
        }
    }

    #[cfg(target_arch = "x86_64")]
    const POLL: &[c_long] = &[libc::SYS_poll, libc::SYS_ppoll];
    #[cfg(not(target_arch = "x86_64"))]
    const POLL: &[c_long] = &[libc::SYS_ppoll];
    #[cfg(target_arch = "x86_64")]
    const EPOLL: &[c_long] = &[libc::SYS_epoll_wait, libc::SYS_epoll_pwait];
    #[cfg(not(target_arch = "x86_64"))]
    const EPOLL: &[c_long] = &[libc::SYS_epoll_pwait];
    #[cfg(target_arch = "x86_64")]
    const SELECT: &[c_long] = &[libc::SYS_select, libc::SYS_pselect6];
    #[cfg(not(target_arch = "x86_64"))]
    const SELECT: &[c_long] = &[libc::SYS_pselect6];

    /// Returns the descriptors in an array of `pollfd`. The array belongs to another thread and may be gone by now, so
    /// it is read through `/proc/self/mem`, which fails instead of faulting.
    fn polled(array: u64, count: u64) -> Vec<i32> {
        let entries = memory(array, count.min(64) * 8);
        entries
            .chunks_exact(8)
            .map(|entry| i32::from_ne_bytes([entry[0], entry[1], entry[2], entry[3]]))
            .collect()
    }

    /// Returns the descriptors in an `fd_set`.
    fn selected(count: u64, set: u64) -> Vec<i32> {
        let count = count.min(1024);
        let bits = memory(set, count.div_ceil(64) * 8);
        let is_set = |fd: &u64| {
            bits.get((fd / 8) as usize)
                .is_some_and(|byte| byte & (1 << (fd % 8)) != 0)
        };
        (0..count).filter(is_set).map(|fd| fd as i32).collect()
    }

    fn memory(address: u64, size: u64) -> Vec<u8> {
        let mut bytes = vec![0; size as usize];
        let read = File::open("/proc/self/mem").and_then(|memory| memory.read_exact_at(&mut bytes, address));
        if address != 0 && read.is_ok() {
            bytes
        } else {
            Vec::new()
        }
    }

    /// Returns the descriptors that an epoll instance watches, from lines like `tfd:        0 events: ..`.
    fn watched(epoll: i32) -> Vec<i32> {
        let told = fs::read_to_string(format!("/proc/self/fdinfo/{epoll}")).unwrap_or_default();
        let watched = told
            .lines()
            .filter_map(|line| line.strip_prefix("tfd:")?.split_whitespace().next()?.parse().ok());
        watched.collect()
    }

    /// Returns whether a descriptor refers to the given terminal, by its own device number or as the controlling
    /// terminal.
    fn is_terminal(fd: i32, device: &Device) -> bool {
        let Ok(data) = fs::metadata(format!("/proc/self/fd/{fd}")) else {
            return false;
        };
        let is_ours = || data.rdev() == CONTROLLING && device.is_controlling() || Some(data.rdev()) == device.number();
        data.file_type().is_char_device() && is_ours()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn calls_and_what_they_wait_for() {
            assert_eq!(
                waits_for(&format!("{} 0x5 0x7f00 0x10 0x0 0x0 0x0 0x7ff 0x7f", libc::SYS_read)),
                [5]
            );
            assert!(waits_for("running").is_empty());
            assert!(waits_for(&format!("{} 0x5 0x7f00 0x10 0x0 0x0 0x0 0x7ff 0x7f", libc::SYS_futex)).is_empty());
            let array = [3, 1, 9, 1];
            let at = array.as_ptr() as u64;
            assert_eq!(
                waits_for(&format!("{} {at:#x} 0x2 0x0 0x0 0x0 0x0 0x7ff 0x7f", POLL[0])),
                [3, 9]
            );
            let set = [0b1001_u64];
            let at = set.as_ptr() as u64;
            assert_eq!(
                waits_for(&format!("{} 0x5 {at:#x} 0x0 0x0 0x0 0x0 0x7ff 0x7f", SELECT[0])),
                [0, 3]
            );
            // An array at an address that is not mapped is not read.
            assert!(waits_for(&format!("{} 0x10 0x2 0x0 0x0 0x0 0x0 0x7ff 0x7f", POLL[0])).is_empty());
        }
    }
}
