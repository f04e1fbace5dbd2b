//! The modes of a pane of tmux. tmux does not answer a program that asks for its modes, and does not keep the screen
//! that a program leaves. But its command line tells both.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use super::modes::{Modes, Screen, TerminalMode};

/// The format of the question: the pane's terminal, the cursor, and the modes with their numbers.
const FORMAT: &str = "#{pane_tty} #{cursor_y} #{cursor_x} #{alternate_on} 25=#{cursor_flag} 7=#{wrap_flag} 1000=#{mouse_standard_flag} \
    1002=#{mouse_button_flag} 1003=#{mouse_all_flag} 1005=#{mouse_utf8_flag} 1006=#{mouse_sgr_flag}";

/// Returns the modes of the terminal with that device number, if it is a pane of the tmux that this process runs in.
pub(super) fn modes(terminal: u64) -> Option<Modes> {
    env::var_os("TMUX")?;
    let pane = env::var("TMUX_PANE").ok()?;
    let said = tmux(&["display-message", "-p", "-t", &pane, FORMAT])?;
    let (name, on_alternate, modes, cursor) = parse(&said)?;
    if fs::metadata(name).ok()?.rdev() != terminal {
        return None;
    }
    let screen = match on_alternate {
        false => Screen::Normal,
        true => Screen::Drawn(tmux(&["capture-pane", "-p", "-e", "-N", "-t", &pane])?),
    };
    Some(Modes::known(modes, screen, cursor))
}

type PaneState<'s> = (&'s Path, bool, Vec<(u16, TerminalMode)>, (u32, u32));

fn parse(said: &str) -> Option<PaneState<'_>> {
    let mut words = said.split_whitespace();
    let name = Path::new(words.next()?);
    let mut number = || words.next()?.parse::<u32>().ok();
    let (row, column, alternate) = (number()?, number()?, number()?);
    let modes = words.filter_map(|word| {
        let (mode, state) = word.split_once('=')?;
        let state = if state == "1" {
            TerminalMode::Set
        } else {
            TerminalMode::Reset
        };
        Some((mode.parse().ok()?, state))
    });
    Some((name, alternate == 1, modes.collect(), (row + 1, column + 1)))
}

fn tmux(args: &[&str]) -> Option<String> {
    let mut command = Command::new("tmux");
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut text = String::new();
    let read = child.stdout.take()?.read_to_string(&mut text);
    // The program may have waited for all its children already, so this may fail.
    let _ = child.wait();
    read.ok().filter(|size| *size > 0).map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pane_is_told_to_be() {
        let said = "/dev/pts/7 3 20 1 25=0 7=1 1000=0 1002=1 1006=\n";
        let modes = vec![
            (25, TerminalMode::Reset),
            (7, TerminalMode::Set),
            (1000, TerminalMode::Reset),
            (1002, TerminalMode::Set),
            (1006, TerminalMode::Reset),
        ];
        assert_eq!(parse(said), Some((Path::new("/dev/pts/7"), true, modes, (4, 21))));
        assert_eq!(parse(""), None);
        assert_eq!(parse("can't find pane: %9\n"), None);
    }
}
