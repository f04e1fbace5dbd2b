//! The errors of a line in which a borrow would have to outlive what the frame permits. Pure.
//!
//! The lifetimes in a slot are those of the function around it, so such an error points at the function, and often at
//! no place in the line.

use hook_rustc::Diagnostic;

const OWNED: &str =
    "help: what a thread, a static or a kept value has must be its own: `.to_owned()` or `.clone()` makes such a value";

/// Returns whether something would have to live as long as the program.
pub(crate) fn is_static(error: &Diagnostic) -> bool {
    let keeps = |text: &str| text.contains("`'static`");
    let labels = error.spans.iter().any(|span| keeps(&span.label));
    labels || error.has_code("E0310") || error.children.iter().any(|child| keeps(&child.message))
}

/// Returns whether what is kept, or the value of the line, would have to live as long as something in the frame. So
/// rustc speaks of `'static` where the type of a place has it, as `Box<dyn Any>` has: by a name for both.
pub(crate) fn is_as_frame(error: &Diagnostic) -> bool {
    const APPEARS: &str = " appears in the type of `__hookable_";
    let labels = || error.spans.iter().map(|span| &*span.label);
    let name = |label: &str| Some(label.strip_prefix("lifetime ")?.split_once(APPEARS)?.0.to_owned());
    let names: Vec<String> = labels().filter_map(name).collect();
    let kept = |label: &str| label.starts_with("argument requires") || label.starts_with("returning this value");
    labels().any(|label| kept(label) && names.iter().any(|name| label.ends_with(name)))
}

fn is_of_lifetimes(error: &Diagnostic) -> bool {
    is_of_lifetime(error.code(), &error.message)
}

/// Returns whether an error with this code and message is about how long a borrow lasts.
pub(crate) fn is_of_lifetime(code: Option<&str>, message: &str) -> bool {
    let codes = [
        "E0499", "E0502", "E0505", "E0506", "E0515", "E0521", "E0597", "E0713", "E0716",
    ];
    code.is_some_and(|code| codes.contains(&code)) || message.starts_with("lifetime may not live long enough")
}

/// Returns the local that is borrowed, if rustc names it.
fn borrowed(error: &Diagnostic) -> Option<&str> {
    let quoted = error.message.split('`').nth(1);
    if !error.has_code("E0521") && quoted.is_some() {
        return quoted;
    }
    let of = ["is a reference that is only valid in", "escapes the"];
    let labels = error.spans.iter().map(|span| &*span.label);
    let mut labels = labels.filter(|label| of.iter().any(|of| label.contains(of)));
    labels.find_map(|label| label.split('`').nth(1))
}

/// Returns message and help for an error that points into the function around the line, because its cause is a borrow
/// there.
pub(crate) fn told(error: &Diagnostic, line: &str) -> Option<(String, String)> {
    let outside = error.spans.iter().any(|span| span.primary && span.file != line);
    let of = borrowed(error);
    // The frame owns what a line borrows from a place that it can only read.
    let ours = of.is_some_and(|name| name.starts_with("__hookable_"));
    let escapes = error.has_code("E0521") && (ours || !error.message.ends_with("closure"));
    if !is_of_lifetimes(error) || !is_static(error) || !(outside || escapes) {
        return None;
    }
    let of = of
        .filter(|_| !ours)
        .map_or_else(String::new, |name| format!(" of `{name}`"));
    let message = format!("this would need a borrow{of} to last as long as the program, and the frame's ends earlier");
    Some((message, OWNED.to_owned()))
}

/// Returns whether an error says only that a place cannot be put back because it is borrowed for too long, and another
/// error says why.
pub(crate) fn follows(error: &Diagnostic, all: &[&Diagnostic]) -> bool {
    let of = |error: &Diagnostic| error.message.split('`').nth(1).map(str::to_owned);
    let mut unliving = all
        .iter()
        .filter(|other| other.has_code("E0597") || other.has_code("E0373"));
    error.has_code("E0505") && of(error).is_some() && unliving.any(|other| of(other) == of(error))
}

/// Returns the message for an error that points at what made a held value, because the line needs that for too long.
pub(crate) fn of_held(error: &Diagnostic, held: &[String], line: &str) -> Option<String> {
    // A line that is nothing but the value needs no more than to show it.
    if is_of_lifetimes(error) && held.iter().any(|name| name == line.trim()) {
        return Some(format!(
            "`{}` cannot be shown: its `Debug` or `Display` is for what is borrowed for longer; fields of it can be",
            line.trim()
        ));
    }
    let (is, it) = if held.len() == 1 { ("is", "it") } else { ("are", "them") };
    ((is_of_lifetimes(error) || error.has_code("E0310")) && !held.is_empty()).then(|| {
        format!(
            "`{}` {is} held only while this hook is open, and this line would need {it} for longer",
            held.join("` and `")
        )
    })
}

/// Returns a message for an error without a place in the line: a local would hold a borrow that ends before it.
pub(crate) fn without_place(error: &Diagnostic) -> Option<&'static str> {
    is_of_lifetimes(error).then_some("with this line a borrow of the program would have to last longer than it does")
}

#[cfg(test)]
mod tests {
    use hook_rustc::Span;

    use super::*;

    fn error(code: &str, message: &str, labels: &[(&str, &str, bool)]) -> Diagnostic {
        let span = |(file, label, primary): &(&str, &str, bool)| Span {
            file: (*file).to_owned(),
            label: (*label).to_owned(),
            primary: *primary,
            ..Span::default()
        };
        Diagnostic {
            level: "error".into(),
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            message: message.into(),
            spans: labels.iter().map(span).collect(),
            ..Diagnostic::default()
        }
    }

    #[track_caller]
    fn check(error: &Diagnostic, expected: Option<&str>) {
        let message = told(error, "line.rs").map(|(message, _)| message);
        let expected = expected.map(|of| {
            format!("this would need a borrow{of} to last as long as the program, and the frame's ends earlier")
        });
        assert_eq!(message, expected);
    }

    #[test]
    fn what_lasts_as_long_as_the_frame() {
        let check = |labels: [&str; 2], expected| {
            let error = error(
                "E0597",
                "`text` does not live long enough",
                &labels.map(|label| ("line.rs", label, false)),
            );
            assert_eq!(is_as_frame(&error), expected, "{labels:?}");
        };
        let appears = "lifetime `'1` appears in the type of `__hookable_frame`";
        check(
            [
                "returning this value requires that `text` is borrowed for `'1`",
                appears,
            ],
            true,
        );
        check([appears, "argument requires that `'2` must outlive `'1`"], true);
        check(["assignment requires that `text` is borrowed for `'1`", appears], false);
        check(
            [
                "returning this value requires that `text` is borrowed for `'2`",
                appears,
            ],
            false,
        );
        check(
            [
                "argument requires that `s` is borrowed for `'1`",
                "has type `&'1 Scope<'1, '_>`",
            ],
            false,
        );
    }

    #[test]
    fn borrows_of_the_frame() {
        let required = "argument requires that `owned` is borrowed for `'static`";
        let unliving = "`owned` does not live long enough";
        check(
            &error(
                "E0597",
                unliving,
                &[("main.rs", "", true), ("line.rs", required, false)],
            ),
            Some(" of `owned`"),
        );
        check(&error("E0597", unliving, &[("line.rs", required, true)]), None);
        check(&error("E0597", unliving, &[("main.rs", "borrowed value", true)]), None);
        check(
            &error(
                "E0521",
                "borrowed data escapes outside of function",
                &[
                    ("line.rs", "`s` escapes the function body here", true),
                    ("line.rs", "argument requires that `'1` must outlive `'static`", false),
                ],
            ),
            Some(" of `s`"),
        );
        check(
            &error(
                "E0521",
                "borrowed data escapes outside of closure",
                &[
                    ("line.rs", "`__hookable_frame` escapes the closure body here", true),
                    ("line.rs", "argument requires that `'1` must outlive `'static`", false),
                ],
            ),
            Some(""),
        );
        check(
            &error(
                "",
                "lifetime may not live long enough",
                &[("main.rs", "cast requires that `'a` must outlive `'static`", true)],
            ),
            Some(""),
        );
        check(
            &error("E0308", "mismatched types", &[("main.rs", "`'static`", true)]),
            None,
        );
    }

    #[test]
    fn what_follows_from_another_error() {
        let moved = error("E0505", "cannot move out of `owned` because it is borrowed", &[]);
        let unliving = error("E0597", "`owned` does not live long enough", &[]);
        assert!(follows(&moved, &[&unliving, &moved]));
        assert!(!follows(&unliving, &[&unliving, &moved]));
        assert!(!follows(&moved, &[&moved]));
    }
}
