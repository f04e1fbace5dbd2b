//! The modes that a full-screen program sets on its terminal. They are asked for, left for the console, and set again
//! afterwards.
//!
//! The names are those of xterm's control sequences: DECSET `CSI ? n h`, DECRST `CSI ? n l`, DECRQM `CSI ? n $ p`,
//! XTSAVE `CSI ? n s`.

use std::fmt::Write;

/// The three modes that switch to the alternate screen. The last one also saves the cursor, and clears the alternate
/// screen.
const SCREENS: [u16; 3] = [47, 1047, 1049];
/// The modes that a prompt needs to be set: lines wrap, and the cursor is visible.
const ON: [u16; 2] = [7, 25];
/// The modes that a prompt needs to be reset: reports of the mouse, of focus, of colours and of sizes, the brackets
/// around pasted text, and updates that are held back until they are complete.
const OFF: [u16; 13] = [
    9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048,
];

/// The state of a mode, as a terminal reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TerminalMode {
    Set,
    Reset,
}

/// How the screen of the program is restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// The program uses the normal screen.
    Normal,
    /// The terminal keeps the program's screen while the normal one is shown.
    Kept,
    /// The program's screen is drawn again from this text, line by line, with colours.
    Drawn(String),
    /// The program has to draw its screen again.
    Lost,
}

/// What is known of the terminal of a full-screen program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Modes {
    known: Vec<(u16, TerminalMode)>,
    screen: Screen,
    /// The row and column of the cursor, counted from 1.
    cursor: Option<(u32, u32)>,
    /// Whether the terminal reported its modes. Otherwise it is asked to save and restore them itself.
    told: bool,
    /// Whether the terminal has a stack of keyboard modes, of which the console pushes and pops one.
    keys: bool,
}

/// Returns the questions for all modes, the cursor and the keyboard modes. The last question is one that every terminal
/// answers, so that its answer tells that there are no more.
pub(super) fn questions() -> String {
    let mut text = String::new();
    for mode in SCREENS.iter().chain(&ON).chain(&OFF) {
        let _ = write!(text, "\x1b[?{mode}$p");
    }
    text + "\x1b[6n\x1b[?u\x1b[c"
}

/// Returns whether the answer to the last question has arrived.
pub(super) fn is_answered(bytes: &[u8]) -> bool {
    sequences(bytes)
        .iter()
        .any(|(body, last)| *last == 'c' && body.starts_with('?'))
}

/// Parses the answers of a terminal.
pub(super) fn answers(bytes: &[u8]) -> Modes {
    let (mut known, mut named, mut modes) = (Vec::new(), Vec::new(), Modes::unknown());
    for (body, last) in sequences(bytes) {
        if let ('y', Some(text)) = (last, body.strip_prefix('?').and_then(|body| body.strip_suffix('$'))) {
            let Some((mode, state)) = text.split_once(';') else {
                continue;
            };
            let Ok(mode) = mode.parse::<u16>() else { continue };
            match state {
                "1" | "3" => known.push((mode, TerminalMode::Set)),
                "2" | "4" => known.push((mode, TerminalMode::Reset)),
                _ => continue,
            }
            named.push(mode);
        } else if let ('R', Some((row, column))) = (last, body.split_once(';')) {
            modes.cursor = row.parse().ok().zip(column.parse().ok());
        } else if last == 'u' && body.starts_with('?') {
            modes.keys = true;
        }
    }
    if known.is_empty() {
        return modes;
    }
    modes.told = true;
    let alternate = known
        .iter()
        .any(|(mode, state)| SCREENS.contains(mode) && *state == TerminalMode::Set);
    modes.screen = match alternate {
        false => Screen::Normal,
        // Mode 47 is the one that clears neither the screen that it leaves nor the one that it shows.
        true if named.contains(&47) => Screen::Kept,
        true => Screen::Lost,
    };
    modes.known = known;
    modes
}

impl Modes {
    /// Returns the modes of a terminal of which nothing is known. It is taken to show a full-screen program, because
    /// keys are read one by one.
    pub(super) fn unknown() -> Modes {
        Modes {
            known: Vec::new(),
            screen: Screen::Lost,
            cursor: None,
            told: false,
            keys: false,
        }
    }

    pub(super) fn known(known: Vec<(u16, TerminalMode)>, screen: Screen, cursor: (u32, u32)) -> Modes {
        Modes {
            known,
            screen,
            cursor: Some(cursor),
            told: true,
            keys: false,
        }
    }

    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    fn state(&self, mode: u16) -> Option<TerminalMode> {
        self.known
            .iter()
            .find(|(known, _)| *known == mode)
            .map(|(_, state)| *state)
    }

    /// Returns the modes that a prompt needs set but are reset, and those that it needs reset but are set. If the modes
    /// are unknown, gives all of both kinds.
    fn amiss(&self) -> (Vec<u16>, Vec<u16>) {
        let is = |mode: u16, state| !self.told || self.state(mode) == Some(state);
        let on = ON.into_iter().filter(|mode| is(*mode, TerminalMode::Reset)).collect();
        let off = OFF.into_iter().filter(|mode| is(*mode, TerminalMode::Set)).collect();
        (on, off)
    }

    /// Returns the text that changes from the program's screen to the prompt's.
    pub(super) fn leave(&self) -> String {
        let mut text = String::from("\x1b7");
        let (on, off) = self.amiss();
        if !self.told {
            let all: Vec<_> = on.iter().chain(&off).map(u16::to_string).collect();
            let _ = write!(text, "\x1b[?{}s", all.join(";"));
        }
        off.iter().for_each(|mode| put(&mut text, *mode, 'l'));
        text.push_str(match self.screen {
            Screen::Normal => "\r\n",
            _ => "\x1b[?1049l\r",
        });
        on.iter().for_each(|mode| put(&mut text, *mode, 'h'));
        text.push_str("\x1b[0m");
        if self.keys {
            text.push_str("\x1b[>0u");
        }
        text
    }

    /// Returns the text that restores the program's screen and modes.
    pub(super) fn back(&self) -> String {
        let mut text = String::new();
        if self.keys {
            text.push_str("\x1b[<u");
        }
        match &self.screen {
            Screen::Normal => {}
            // The cursor is saved first, so that the normal screen continues where the console ended when the program
            // leaves its own.
            Screen::Kept => text.push_str("\x1b7\x1b[?47h\x1b8"),
            Screen::Lost => text.push_str("\x1b[?1049h\x1b[0m"),
            Screen::Drawn(lines) => {
                text.push_str("\x1b[?1049h\x1b[0m");
                for (line, row) in lines.lines().zip(1..) {
                    let _ = write!(text, "\x1b[{row};1H\x1b[0m{line}\x1b[0m");
                }
            }
        }
        if let (Some((row, column)), false) = (self.cursor, self.screen == Screen::Normal) {
            let _ = write!(text, "\x1b[{row};{column}H");
        }
        let (on, off) = self.amiss();
        if self.told {
            off.iter().for_each(|mode| put(&mut text, *mode, 'h'));
            on.iter().for_each(|mode| put(&mut text, *mode, 'l'));
        } else {
            let all: Vec<_> = on.iter().chain(&off).map(u16::to_string).collect();
            let _ = write!(text, "\x1b[?{}r", all.join(";"));
        }
        text
    }

    /// Returns the remark for the user on how the screen is restored, if one is needed.
    pub(super) fn note(&self) -> Option<&'static str> {
        Some(match self.screen {
            Screen::Normal => return None,
            Screen::Kept | Screen::Drawn(_) => "the program's screen comes back when it goes on",
            Screen::Lost if self.told => {
                "this terminal does not keep the program's screen: when it goes on, a change of size (SIGWINCH) has it drawn again; \
                 if the program does not, resize the window"
            }
            Screen::Lost => {
                "this terminal does not tell what the program set on it: when it goes on, a change of size (SIGWINCH) has its screen drawn \
                 again, and the mouse may be silent; HOOKABLE=tty=PATH opens the console on another terminal"
            }
        })
    }
}

fn put(text: &mut String, mode: u16, action: char) {
    let _ = write!(text, "\x1b[?{mode}{action}");
}

/// Returns the control sequences in what a terminal sent, each as the text between `CSI` and its final character, and
/// that character.
fn sequences(bytes: &[u8]) -> Vec<(String, char)> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for piece in text.split("\x1b[").skip(1) {
        if let Some(end) = piece.find(|c: char| ('@'..='~').contains(&c)) {
            found.push((piece[..end].to_owned(), piece[end..].chars().next().unwrap_or_default()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers of xterm on the alternate screen, with the mouse on and the cursor hidden. A key was typed in
    /// between.
    const XTERM: &[u8] =
        b"\x1b[?47;1$y\x1b[?1047;1$y\x1b[?1049;1$y\x1b[?7;1$yj\x1b[?25;2$y\x1b[?1000;2$y\x1b[?1003;1$y\x1b[?1006;1$y\
        \x1b[?2004;2$y\x1b[?2048;0$y\x1b[5;21R\x1b[?64;1;2c";

    #[test]
    fn all_that_was_set_comes_back() {
        assert!(is_answered(XTERM) && !is_answered(&XTERM[..XTERM.len() - 3]));
        let modes = answers(XTERM);
        assert_eq!(modes.screen, Screen::Kept);
        assert_eq!(
            modes.leave(),
            "\x1b7\x1b[?1003l\x1b[?1006l\x1b[?1049l\r\x1b[?25h\x1b[0m"
        );
        let back = "\x1b7\x1b[?47h\x1b8\x1b[5;21H\x1b[?1003h\x1b[?1006h\x1b[?25l";
        assert_eq!(modes.back(), back);
    }

    #[test]
    fn on_the_normal_screen_nothing_is_switched() {
        let modes = answers(b"\x1b[?47;2$y\x1b[?1049;2$y\x1b[?25;1$y\x1b[?2004;1$y\x1b[?5u\x1b[?62c");
        assert_eq!(modes.screen, Screen::Normal);
        assert_eq!(modes.leave(), "\x1b7\x1b[?2004l\r\n\x1b[0m\x1b[>0u");
        assert_eq!(modes.back(), "\x1b[<u\x1b[?2004h");
        assert_eq!(modes.note(), None);
    }

    #[test]
    fn what_is_not_kept_or_not_told_is_said() {
        // This terminal knows only mode 1049.
        let lost = answers(b"\x1b[?47;0$y\x1b[?1049;1$y\x1b[?25;1$y\x1b[?6c");
        assert_eq!(lost.screen, Screen::Lost);
        assert_eq!(lost.back(), "\x1b[?1049h\x1b[0m");
        assert!(lost.note().unwrap().contains("resize the window"));

        let unknown = answers(b"\x1b[?1;2c");
        assert_eq!(unknown, Modes::unknown());
        let list = "7;25;9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026;2031;2048";
        assert!(unknown.leave().starts_with(&format!("\x1b7\x1b[?{list}s\x1b[?9l")));
        assert!(unknown.leave().ends_with("\x1b[?1049l\r\x1b[?7h\x1b[?25h\x1b[0m"));
        assert_eq!(unknown.back(), format!("\x1b[?1049h\x1b[0m\x1b[?{list}r"));
        assert!(unknown.note().unwrap().contains("HOOKABLE=tty=PATH"));
    }

    #[test]
    fn a_screen_is_drawn_from_a_copy() {
        let known = vec![(25, TerminalMode::Reset), (1000, TerminalMode::Set)];
        let modes = Modes::known(known, Screen::Drawn("one\n\x1b[31mtwo\n".into()), (2, 4));
        assert_eq!(
            modes.back(),
            "\x1b[?1049h\x1b[0m\x1b[1;1H\x1b[0mone\x1b[0m\x1b[2;1H\x1b[0m\x1b[31mtwo\x1b[0m\x1b[2;4H\x1b[?1000h\x1b[?25l"
        );
    }
}
