//! What a line wrote is taken back where it was written, and where that is not known, a sentence says so.

use super::check;

#[test]
fn of_whole_locals() {
    check(
        "live_undone",
        "undone",
        &[
            ("a += 1", ""),
            ("p.x = 5; p.y = 6", ""),
            ("a + p.x", "7"),
            (":undo", "p is Copied { x: 1, y: 2 } again"),
            ("a = 9", ""),
            (":undo", "a is 2 again"),
            ("words.len()", "1"),
            ("words", "[\"w\"]"),
            (":undo", "a is 1 again"),
            (":undo", "there is no write to undo"),
            ("a = 3", ""),
            ("words.push(\"x\")", ""),
            (":undo", "words is [\"w\"] again"),
            (":undo", "a is 1 again"),
        ],
        "1 Copied { x: 1, y: 2 } [\"w\"]",
    );
}

#[test]
fn of_kept_values() {
    check(
        "live_undone",
        "undone",
        &[
            ("let k = vec![1]; let n = 1;", ""),
            (
                "k.len() + n",
                "error[E0308]: mismatched types\n --> hook:1:11\n | k.len() + n\n |           ^ expected `usize`, found `i32`\nerror[E0277]: cannot add `i32` to `usize`\n --> hook:1:9\n | k.len() + n\n |         ^ no implementation for `usize + i32`\n  = help: the trait `Add<i32>` is not implemented for `usize`",
            ),
            ("a = 5", ""),
            ("k.push(2); n += 1", ""),
            ("(k.len(), n)", "(2, 2)"),
            (
                ":undo",
                "k is as it was before `k.push(2); n += 1`\nn is as it was before `k.push(2); n += 1`",
            ),
            ("(k.len(), n)", "(1, 1)"),
            ("k.into_iter().sum::<i32>()", "1"),
            (":undo", "k is as it was before `k.into_iter().sum::<i32>()`"),
            ("k", "[1]"),
            ("n = 7", ""),
            ("let n = 8;", ""),
            (
                ":undo",
                "what `n = 7` may have written to `n` cannot be taken back; `:undo` again goes on to the write before it",
            ),
            ("n", "8"),
            ("let cell = std::sync::Mutex::new(1);", ""),
            ("*cell.lock().unwrap() = 2", ""),
            (
                ":undo",
                "what `*cell.lock().unwrap() = 2` may have written to `cell` cannot be taken back; `:undo` again goes on to the write before it",
            ),
            (":undo", "a is 1 again"),
            (":undo", "there is no write to undo"),
        ],
        "1 Copied { x: 1, y: 2 } [\"w\"]",
    );
}

#[test]
fn of_paths() {
    const ORDER: &str = "Order { tick: 1, lines: [Point { x: 1.0, y: 2.0 }], note: Note ... again";
    check(
        "live_undone",
        "undone_in_part",
        &[
            ("self.tick = 9", ""),
            ("self.tick", "9"),
            (":undo", &format!("self is {ORDER}")),
            ("self.note.open = true; self.lines[0].x *= 4.0", ""),
            ("numbers[0] = 5", ""),
            ("numbers[at] = 6", ""),
            ("numbers", "[5, 2, 6]"),
            (":undo", "numbers is [5, 2, 3] again"),
            (":undo", "numbers is [1, 2, 3] again"),
            (":undo", &format!("self is {ORDER}")),
            ("(self.note.open, self.lines[0].x)", "(false, 1.0)"),
            ("*through = 7", ""),
            (":undo", "through is 1 again"),
            ("self.note.text.push('!'); numbers.push(4); self.tick += 1", ""),
            (":undo", &format!("self is {ORDER}\nnumbers is [1, 2, 3] again")),
            ("(self.note.text.len(), self.tick)", "(1, 1)"),
            ("*self.sums.get_mut(\"a\").unwrap() = 3", ""),
            (":undo", &format!("self is {ORDER}")),
            ("(|| self.tick = 8)()", ""),
            ("std::mem::swap(&mut self.tick, through)", ""),
            (
                ":undo",
                &format!("self is {}\nthrough is 1 again", ORDER.replace("tick: 1", "tick: 8")),
            ),
            (":undo", &format!("self is {ORDER}")),
            ("self.lines.len() + self.note.text.len()", "2"),
            (":undo", "there is no write to undo"),
        ],
        "Order { tick: 1, lines: [Point { x: 1.0, y: 2.0 }], note: Note { text: \"n\", open: false, seal: Seal(1) }, sums: {\"a\": 1} } [1, 2, 3] 2 Seal(1)",
    );
}

#[test]
fn of_what_is_written_through_a_shared_reference() {
    let not_undone = |text: &str, name: &str| {
        format!(
            "what `{text}` may have written to `{name}` cannot be taken back; `:undo` again goes on to the write before it"
        )
    };
    check(
        "live_undone",
        "undone_through",
        &[
            ("a = 2", ""),
            ("cell.set(3)", ""),
            ("*shared.lock().unwrap() = vec![4]", ""),
            ("rows.lock().unwrap().push(5)", ""),
            ("cell.get() + a", "5"),
            ("shared.lock().unwrap().len()", "2"),
            ("*rc.borrow_mut() += 1", ""),
            ("let cell = Cell::new(7); cell.set(8)", ""),
            (":undo", &not_undone("*rc.borrow_mut() += 1", "rc")),
            (":undo", &not_undone("rows.lock().unwrap().push(5)", "rows")),
            (":undo", &not_undone("*shared.lock().unwrap() = vec![4]", "shared")),
            (":undo", &not_undone("cell.set(3)", "cell")),
            (":undo", "a is 1 again"),
            (":undo", "there is no write to undo"),
        ],
        "1 Cell { value: 3 } Mutex { data: [4, 5], poisoned: false, .. } RefCell { value: 2 }",
    );
}

#[test]
fn of_what_is_not_known() {
    check(
        "live_undone",
        "undone_in_part",
        &[
            ("self.tick = 2", ""),
            ("seal.again()", ""),
            (
                ":undo",
                "what `seal.again()` may have written to `seal` cannot be taken back; `:undo` again goes on to the write before it",
            ),
            ("self.note.seal = Seal(Rc::new(3)); numbers.clear()", ""),
            (
                ":undo",
                "numbers is [1, 2, 3] again\nwhat `self.note.seal = Seal(Rc::new(3)); numbers.clear()` may have written to `self` cannot be taken back; \
                 `:undo` again goes on to the write before it",
            ),
            (
                ":undo",
                "self is Order { tick: 1, lines: [Point { x: 1.0, y: 2.0 }], note: Note ... again",
            ),
            ("numbers[1] = 8", ""),
            ("numbers.truncate(1); numbers.shrink_to_fit()", ""),
            (":undo", "numbers is [1, 8, 3] again"),
            (":undo", "numbers is [1, 2, 3] again"),
        ],
        "Order { tick: 1, lines: [Point { x: 1.0, y: 2.0 }], note: Note { text: \"n\", open: false, seal: Seal(3) }, sums: {\"a\": 1} } [1, 2, 3] 2 Seal(2)",
    );
}
