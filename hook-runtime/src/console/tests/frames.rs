//! Frames that are built by hand in the way that the attribute builds them, and scripts that run on them.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crate::console::*;
use crate::frame::{Binding, Frame, Site, State};
use crate::value::*;

struct Sink {
    text: Rc<RefCell<String>>,
    mark: &'static str,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.text.borrow_mut();
        for c in std::str::from_utf8(bytes).unwrap().chars() {
            if text.is_empty() || text.ends_with('\n') {
                text.push_str(self.mark);
            }
            text.push(c);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Expands to what the attribute finds out about the type of a place.
macro_rules! marked {
    ($place:expr) => {{
        let ((late, late_marker), marker) = (crate::value::late(), []);
        late_marker.__hookable_tie(&$place, marker);
        hook_frame::__ask_traits!();
        hook_frame::__resolve!(late);
        marker
    }};
}
pub(crate) use marked;

pub(crate) fn binding(name: &'static str, state: State, reason: Option<&'static str>) -> Binding {
    Binding {
        name,
        line: 3,
        state,
        reason,
    }
}

pub(crate) fn site(bindings: Vec<Binding>) -> Site {
    Site {
        function: "main",
        bindings: Vec::leak(bindings),
        ..Site::of_trace(("src/demo.rs", 12, 5), "demo")
    }
}

pub(crate) fn frame<'a, 'f>(site: Site, access: &'a mut [Access<'f>]) -> Frame<'a, 'f> {
    Frame::new(Box::leak(Box::new(site)), 1, None, access)
}

/// Runs a script on a frame. Returns the transcript, and what happens after the script.
pub(super) fn run(frame: &mut Frame<'_, '_>, script: &str) -> (String, Flow) {
    let text = Rc::new(RefCell::new(String::new()));
    let sink = |mark| Sink {
        text: text.clone(),
        mark,
    };
    let mut out = Output::new(Box::new(sink("")), Box::new(sink("! ")), 80);
    let mut console = Console { frame, out: &mut out };
    let flow = console.run(&mut text::Script(script.as_bytes()), &Pasted::default(), &|_, _| {
        "hook> ".to_owned()
    });
    let transcript = text.borrow().trim_end().to_owned();
    (transcript, flow)
}

struct Blank;

struct Boom;
impl std::fmt::Debug for Boom {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("fuse {}", 7)
    }
}

/// Checks the transcript of a session that has one local of each kind.
#[track_caller]
pub(super) fn check(script: &str, expected: &str) {
    let (transcript, flow) = with_locals(|site| site, script);
    assert_eq!(transcript, expected.trim());
    assert_eq!(flow, Flow::Resume);
}

pub(super) fn with_locals(change: impl Fn(Site) -> Site, script: &str) -> (String, Flow) {
    let (mut a, mut small, mut s, mut words) = (1_i32, 200_u8, "x".to_owned(), vec!["one".to_owned()]);
    let (mut text, n, r, mut blank, mut boom) = ("abc", 5_i64, 7_u16, Blank, Boom);
    let mut many = vec![0_u8; 1_000_000];
    let marked = (marked!(a), marked!(small), marked!(s), marked!(words));
    let marked = (
        marked,
        marked!(text),
        marked!(n),
        marked!(r),
        marked!(blank),
        marked!(boom),
    );
    let many_marked = marked!(many);
    let moved = marked!(n);
    let bindings = vec![
        binding("a", State::Unavailable, Some("shadowed")),
        binding("a", State::Writable, None),
        binding("small", State::Writable, None),
        binding("s", State::Writable, None),
        binding("words", State::Writable, None),
        binding("text", State::Writable, None),
        binding("n", State::ReadOnly, Some("borrowed by m")),
        binding("r", State::ReadOnly, None),
        binding("blank", State::Writable, None),
        binding("boom", State::Writable, None),
        binding("many", State::Writable, None),
        binding("gone", State::Moved, Some("moved at line 12 (drop)")),
        binding("later", State::Unassigned, None),
    ];
    let snapshot = marked.3.__hookable_snapshot()(&r);
    let mut access = [
        unknown(),
        marked.0.0.__hookable_writable()(&mut a),
        marked.0.1.__hookable_writable()(&mut small),
        marked.0.2.__hookable_writable()(&mut s),
        marked.0.3.__hookable_writable()(&mut words),
        marked.1.__hookable_writable()(&mut text),
        marked.2.__hookable_readable()(&n),
        Access::Snapshot(&snapshot),
        marked.4.__hookable_writable()(&mut blank),
        marked.5.__hookable_writable()(&mut boom),
        many_marked.__hookable_writable()(&mut many),
        Access::Type(moved.__hookable_type()),
        unknown(),
    ];
    let mut frame = frame(change(site(bindings)), &mut access);
    run(&mut frame, script)
}
