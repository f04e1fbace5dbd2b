//! What the screen shows of a session, on a narrow and on a wide terminal. Each screen is a file in `snapshots`.

use super::{CLEAR, at_hook};

/// The name of each screen, and the lines that are typed for it.
const SCREENS: [(&str, &[&str]); 5] = [
    ("values", &[":locals", "ages", "matrix"]),
    ("nested", &["station.clone()"]),
    (
        "results",
        &[
            "count + 1",
            "\"two\".to_owned()",
            "(it.len(), _1)",
            ":vars",
            "(_2, it.0)",
        ],
    ),
    (
        "errors",
        &[
            "count.leng()",
            "ages.get(\"ann\").copied().unwrap_or_default() + matrix.iter().flatten().sum::<u32>() + \"日本\".len() + missing",
            "count +",
            "match count",
            "orders.",
            "break",
            "text = 5",
            "first",
            ":tpye text",
        ],
    ),
    ("help", &[":help locals", ":set depth 2", ":bt", ":source drop_all"]),
];

#[track_caller]
fn check(columns: u16) {
    for (name, lines) in SCREENS {
        let mut screen = at_hook("values", columns);
        for line in lines {
            screen.press(&format!("{line}\r"));
            // The prompt belongs to it: the text alone may stand on the screen already, and a key that is pressed while
            // a line runs is echoed by the terminal.
            screen.sees(&format!("hook> {}", line.chars().take(20).collect::<String>()));
            screen.ends_with(&["hook>"]);
        }
        screen.is_as_in(&format!("{name}_{columns}"), "hook>");
        screen.press(CLEAR);
    }
}

#[test]
fn at_60_columns() {
    check(60);
}

#[test]
fn at_120_columns() {
    check(120);
}
