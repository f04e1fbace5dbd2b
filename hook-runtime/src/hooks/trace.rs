//! A planted trace: at each hit it prints the values of some expressions in one line, gives them to the program's
//! logger, and stops nothing.
//!
//! Its code is a part of the function, compiled once, and formats the values itself, as a `println!` there would. The
//! expressions are evaluated in a closure that is called by reference: so they can neither move nor change what they
//! name, nor leave the function.

use std::io::Write;
use std::thread;

use hook_frame::gate::{TracedValues, Verdict};
use log::kv::{Key, Source, ToValue, Value, VisitSource};
use log::{Level, Record};

use super::mode::{HookMode, mode};
use super::takes;
use crate::breakpoints::planted;
use crate::console::hush;
use crate::frame::Site;
use crate::guard;
use crate::listen;
use crate::os::streams::{self, Direct};
use crate::render::visible;

/// Prints and logs the values of a hit, which `add` gives.
pub(super) fn traced(site: &'static Site, add: &dyn Fn(&mut TracedValues)) {
    if takes(site, 1) != Verdict::Opens {
        return;
    }
    // No hook opens in what the expressions call, and no panic in them reaches the program.
    guard::unhooked(|| {
        let mut values = TracedValues {
            line: String::with_capacity(160),
            values: Vec::new(),
        };
        if !planted::add_place(site, &mut values.line) {
            values.line += &format!("{}:{}", site.file, site.line);
        }
        values.line += ": ";
        let begin = values.line.len();
        let told = guard::caught(|| add(&mut values));
        if let Err(message) = told {
            values.line += &format!(
                "{}(panicked: {message})",
                if values.values.is_empty() { "" } else { ", " }
            );
        }
        if values.line.len() == begin {
            values.line.truncate(begin - 2);
        }
        let thread = thread::current();
        if let Some(name) = thread.name().filter(|name| *name != "main") {
            values.line += &format!("  [{name}]");
        }
        print(&mut values.line);
        listen::traced(&values.line);
        log(site, &values, begin);
    });
}

/// Prints a line on the terminal of the console, or on standard error. Errors are ignored.
fn print(line: &mut String) {
    hush();
    let write = |bytes: &[u8]| match mode() {
        HookMode::Tty(Some(device)) => device.clone().write_all(bytes),
        _ => Direct::err().write_all(bytes),
    };
    let _ = match is_plain(line) {
        true => {
            line.push('\n');
            let written = write(line.as_bytes());
            line.pop();
            written
        }
        false => write(format!("{}\n", visible(line)).as_bytes()),
    };
}

/// Returns whether a text has nothing but printable ASCII, eight bytes at a time: most lines have, and in a debug build
/// to look at each character takes longer than to print it.
fn is_plain(line: &str) -> bool {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (mut rest, mut odd) = (line.as_bytes(), 0_u64);
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        let eight = u64::from_ne_bytes(*eight);
        // A byte above 0x7e sets its highest bit here, and so does one below 0x20.
        odd |= eight | eight.wrapping_add(LOW) | eight.wrapping_sub(LOW * 0x20);
        rest = behind;
    }
    odd & HIGH == 0 && rest.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Hands the values to the program's logger, each under the text of its expression.
fn log(site: &'static Site, values: &TracedValues, begin: usize) {
    let logged = LoggedValues(values);
    // A logger that prints takes std's lock, and so would wait for a thread that holds it.
    if Level::Debug > log::max_level() || !streams::is_free() {
        return;
    }
    let record = |line: &str| {
        log::logger().log(
            &Record::builder()
                .args(format_args!("{line}"))
                .level(Level::Debug)
                .target(site.module_path)
                .module_path_static(Some(site.module_path))
                .file_static(Some(site.file))
                .line(Some(site.line))
                .key_values(&logged)
                .build(),
        );
    };
    // The logger is the user's code.
    let _ = guard::caught(|| record(&values.line[begin.min(values.line.len())..]));
}

/// The values as a logger gets them.
struct LoggedValues<'v>(&'v TracedValues);

impl Source for LoggedValues<'_> {
    fn visit<'kvs>(&'kvs self, visitor: &mut dyn VisitSource<'kvs>) -> Result<(), log::kv::Error> {
        for (name, at) in &self.0.values {
            visitor.visit_pair(Key::from_str(name), value(&self.0.line[at.clone()]))?;
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.0.values.len()
    }
}

/// Returns a value to a logger: as a number or a `bool` where the text is one, so that it can be compared and summed.
fn value(text: &str) -> Value<'_> {
    if let Ok(number) = text.parse::<i64>() {
        Value::from(number)
    } else if let Ok(number) = text.parse::<u64>() {
        Value::from(number)
    } else if let (Ok(number), true) = (text.parse::<f64>(), text.contains('.')) {
        Value::from(number)
    } else if let Ok(truth) = text.parse::<bool>() {
        Value::from(truth)
    } else {
        text.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_its_text_is() {
        assert_eq!(value("-3").to_i64(), Some(-3));
        assert_eq!(value("18446744073709551615").to_u64(), Some(u64::MAX));
        assert_eq!(value("2.5").to_f64(), Some(2.5));
        assert_eq!(value("true").to_bool(), Some(true));
        assert_eq!(value("inf").to_borrowed_str(), Some("inf"));
        assert_eq!(value("\"a\"").to_borrowed_str(), Some("\"a\""));
    }

    #[test]
    fn a_plain_text_has_nothing_but_printable_ascii() {
        let text = b"src/main.rs:12 prints: n = 7";
        for at in 0..text.len() {
            for byte in 0..=0xff_u8 {
                let mut text = text.to_vec();
                text[at] = byte;
                let text: String = text.into_iter().map(char::from).collect();
                assert_eq!(is_plain(&text), matches!(byte, b' '..=b'~'), "{byte} at {at}");
            }
        }
        assert!(is_plain(""));
    }
}
