//! No line lets a borrow of the frame out of it.

use std::collections::BTreeMap;

use super::{answers, merged};
use crate::support::program;

/// A held value would be needed after the hook.
const HELD: &str = "held only while this hook is open, and this line would need";
const NEVER: &str = "to last as long as the program, and the frame's ends earlier";
const LONGER: &str = "with this line a borrow of the program would have to last longer than it does";
/// It borrows from what is the line's own: rustc's words.
const OWN: &str = "error[E0";
const ENDS: &str =
    "error: a local of the program would keep a borrow of `t`, and that is moved or ends as the line ends";

/// Types lines into the hook of a function of the program `lifetimes`. What is expected of a line stands in the answer
/// to it; of one that may not run, the answer is an error.
#[track_caller]
fn check(function: &str, lines: &[(&str, &str)], end: &str) {
    let typed: Vec<&str> = lines.iter().map(|(line, _)| *line).collect();
    let (answers, said) = answers(&mut merged(&program("lifetimes"), &[function]), &typed);
    let refused: BTreeMap<&str, ()> = [HELD, NEVER, LONGER, OWN, ENDS].map(|refused| (refused, ())).into();
    for ((line, expected), answer) in lines.iter().zip(&answers) {
        let fits = match refused.contains_key(expected) {
            true => answer.starts_with("error") && answer.contains(expected) && !answer.contains("__hookable"),
            false => answer == expected,
        };
        assert!(fits, "{line}\n{answer}\nis not\n{expected}\n{}", said.stdout);
    }
    assert_eq!(answers.last().map(String::as_str), Some(end), "{}", said.stdout);
    assert_eq!(said.code, Some(0));
}

#[test]
fn of_locals() {
    check(
        "locals",
        &[
            ("r", "\"owned\""),
            ("r.len() + 1", "6"),
            ("it", "6"),
            ("let k = r", ""),
            ("KEEP.lock().unwrap().push(k)", HELD),
            ("let k = &owned", ""),
            ("let k = (1, Some(r))", ""),
            ("k.1", "Some(\"owned\")"),
            ("std::thread::spawn(move || k.1.unwrap().len())", HELD),
            ("let k = move || r.len()", ""),
            ("k()", "5"),
            ("{ fn keep(_: impl Fn() -> usize + 'static) {} keep(k) }", HELD),
            ("let k: Box<dyn Fn() -> usize> = Box::new(move || r.len())", ""),
            ("k()", "5"),
            ("KEEP.lock().unwrap().push(r)", NEVER),
            ("KEEP.lock().unwrap().extend([r, fixed])", NEVER),
            ("KEEP.lock().unwrap().push(&owned)", NEVER),
            ("SEEN.with_borrow_mut(|seen| seen.push(r))", NEVER),
            ("std::thread::spawn(move || println!(\"{r}\")).join().unwrap()", NEVER),
            (
                "{ let b: Box<dyn Fn() -> usize + 'static> = Box::new(move || r.len()); b() }",
                NEVER,
            ),
            ("{ fn keep(s: &'static str) {} keep(r) }", NEVER),
            ("let (tx, rx) = std::sync::mpsc::channel::<&'static str>();", ""),
            ("tx.send(r).unwrap()", LONGER),
            ("tx.send(fixed).unwrap(); rx.recv()", "Ok(\"fixed\")"),
            (
                "let list = std::rc::Rc::new(std::cell::RefCell::new(Vec::new())); list.borrow_mut().push(r);",
                "",
            ),
            ("list.borrow_mut().push(\"fixed\"); list.borrow().len()", "2"),
            ("KEEP.lock().unwrap().extend(list.borrow().iter())", HELD),
            ("std::thread::scope(|s| s.spawn(|| r.len()).join().unwrap())", "5"),
            ("let k = r.to_owned()", ""),
            ("k", "\"owned\""),
            ("let k = fixed", ""),
            ("KEEP.lock().unwrap().push(k)", ""),
            ("r = k", ""),
        ],
        "fixed [\"fixed\"]",
    );
}

#[test]
fn of_parameters() {
    check(
        "parameters",
        &[
            ("let k = s", ""),
            ("let k = f", ""),
            ("k()", "3"),
            ("let mut k = v.clone()", ""),
            ("k.push(v[0]); v.push(k[0]); v.pop(); k.len()", "2"),
            ("k.push(s); k.len()", "3"),
            // From now on the parts of `k` last as long as `s`, and not as those of `v`.
            ("v.push(k[0])", HELD),
            ("v.clone()", "[\"s\"]"),
            ("v.push(s)", LONGER),
            ("{ let t = String::new(); v.push(&t) }", OWN),
            ("v.push(&String::new()[..])", OWN),
            ("std::thread::spawn(move || println!(\"{s}\"))", NEVER),
            ("s = &*Box::leak(Box::new(String::from(\"leaked\")))", ""),
        ],
        "leaked 3 [\"s\"]",
    );
    check(
        "generics",
        &[
            ("t.clone()", "\"s\""),
            ("let k = t.clone()", ""),
            ("list.push(k.clone())", ""),
            ("{ fn keep(_: impl Sized + 'static) {} keep(k.clone()) }", OWN),
            ("list.push(t.clone())", ""),
        ],
        "[\"s\", \"s\"]",
    );
    check(
        "methods",
        &[
            ("self.text", "\"s t\""),
            ("let k = self.text", ""),
            ("KEEP.lock().unwrap().push(k)", HELD),
            ("self.seen.push(k)", ""),
            ("KEEP.lock().unwrap().push(self.text)", NEVER),
            ("{ let t = String::new(); self.text = &t; }", ENDS),
            ("self.seen.push(text)", ""),
            ("text = self.seen[0]", ""),
        ],
        "s t [\"s t\", \"s t\"]",
    );
    check(
        "tasks",
        &[("s", "\"task\""), ("let k = s", ""), ("n += s.len() + k.len()", "")],
        "Ready(12)",
    );
}

#[test]
fn through_what_can_hold_them() {
    check(
        "holders",
        &[
            ("v.push(r)", LONGER),
            ("cell.set(r)", LONGER),
            ("list.borrow_mut().push(r)", LONGER),
            ("call = Box::new(move || r.len())", LONGER),
            ("{ let t = String::new(); cell.set(&t) }", OWN),
            ("{ let t = String::new(); list.borrow_mut().push(&t) }", OWN),
            ("{ let t = String::new(); call = Box::new(|| t.len()) }", ENDS),
            ("let k = r", ""),
            ("v.push(k)", HELD),
            ("cell.set(k)", HELD),
            ("call = Box::new(move || k.len())", HELD),
            ("let c = &cell", ""),
            ("c.set(k)", HELD),
            ("c.set(\"set\")", ""),
            ("let mut k = cell.get()", ""),
            ("v.push(k)", ""),
            ("v.pop()", "Some(\"set\")"),
            ("k = r", ""),
            ("v.push(k)", HELD),
            ("cell.set(v[0])", ""),
            ("{ let mut t = 1; m = &mut t }", ENDS),
            ("KEEP.lock().unwrap().push(cell.get())", NEVER),
            ("v.push(cell.get()); v.push(\"fixed\")", ""),
            (
                "{ let t = String::from(\"own\"); call = Box::new(move || t.len()) }",
                "",
            ),
            ("*m += 1", ""),
        ],
        "[\"owned\", \"owned\", \"fixed\"] owned RefCell { value: [\"owned\"] } 3 7",
    );
    check(
        "closures",
        &[
            ("q", "\"owned\""),
            ("let k = q", ""),
            ("KEEP.lock().unwrap().push(k)", HELD),
            ("KEEP.lock().unwrap().push(q)", NEVER),
        ],
        "5",
    );
}
