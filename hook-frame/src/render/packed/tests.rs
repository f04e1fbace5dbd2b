use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

use super::*;

fn room(width: usize) -> Room {
    Room {
        width,
        lines: 60,
        chars: 10_000,
        shorten: true,
        depth: 30,
    }
}

/// Checks the layout, and that it differs from the text only in spaces and in the commas before closing brackets.
#[track_caller]
fn check(value: &dyn Debug, width: usize, expected: &str) {
    let text = format!("{value:#?}");
    let laid_out = packed(&text, false, room(width)).map_or(text.clone(), |packed| packed.text);
    assert_eq!(laid_out, expected.trim_start_matches('\n'), "\n{laid_out}");
    assert_eq!(essence(&laid_out), essence(&text));
}

/// Checks that a text stays as it is.
#[track_caller]
fn stays(text: &str) {
    assert_eq!(packed(text, false, room(40)), None);
}

fn essence(text: &str) -> String {
    let mut text: String = text.split_whitespace().collect();
    for close in [")", "]", "}"] {
        text = text.replace(&format!(",{close}"), close);
    }
    text
}

#[derive(Clone, Debug)]
#[allow(dead_code)]
struct Layer {
    name: &'static str,
    size: Option<u32>,
    weights: Vec<f64>,
}

#[derive(Debug)]
enum Suit {
    Hearts,
    Spades,
}

#[test]
fn numbers_fill_rows() {
    check(
        &(1..=25).collect::<Vec<u32>>(),
        30,
        "
[
     1,  2,  3,  4,  5,  6,
     7,  8,  9, 10, 11, 12,
    13, 14, 15, 16, 17, 18,
    19, 20, 21, 22, 23, 24,
    25,
]",
    );
    check(
        &[-1.5, 20.25, f64::NAN, f64::INFINITY],
        20,
        "
[
     -1.5, 20.25,
      NaN,   inf,
]",
    );
}

#[test]
fn words_fill_rows() {
    check(
        &["a", "bcd, ]", "\"\n[", "é"],
        28,
        "
[
    \"a\",      \"bcd, ]\",
    \"\\\"\\n[\",  \"é\",
]",
    );
    check(
        &[Some(Suit::Hearts), None, Some(Suit::Spades)],
        36,
        "
[
    Some(Hearts), None,
    Some(Spades),
]",
    );
    check(
        &BTreeSet::from(['a', '\'', '"', '[', '\n']),
        20,
        "
{
    '\\n', '\"',
    '\\'', '[',
    'a',
}",
    );
}

#[test]
fn equally_long_rows_are_a_grid() {
    check(
        &[[1.0, 0.25], [10.5, -3.0]],
        30,
        "
[
    [ 1.0, 0.25],
    [10.5, -3.0],
]",
    );
    check(
        &[("ab", 1, true), ("c", 200, false)],
        30,
        "
[
    (\"ab\",   1, true),
    (\"c\",  200, false),
]",
    );
    // Rows of different lengths are each a sequence.
    check(
        &[vec![1, 2, 3], vec![], vec![4, 5]],
        30,
        "
[
    [1, 2, 3],
    [],
    [4, 5],
]",
    );
}

#[test]
fn a_grid_that_is_too_wide_is_rows() {
    check(
        &[[1000, 2000, 3000], [1000, 2000, 4000]],
        20,
        "
[
    [
        1000, 2000,
        3000,
    ],
    [
        1000, 2000,
        4000,
    ],
]",
    );
}

#[test]
fn maps_are_aligned() {
    check(
        &BTreeMap::from([("a", 1.5), ("long: er", 20.0)]),
        30,
        "
{
    \"a\":        1.5,
    \"long: er\": 20.0,
}",
    );
    check(
        &BTreeMap::from([(1, vec![1, 2]), (2, vec![])]),
        30,
        "
{
    1: [1, 2],
    2: [],
}",
    );
}

#[test]
fn what_is_within_a_value_has_a_line_if_it_fits() {
    let layer = Layer {
        name: "in",
        size: Some(2),
        weights: vec![0.5, 0.25],
    };
    check(
        &[layer.clone(), layer.clone()],
        40,
        "
[
    Layer {
        name: \"in\",
        size: Some(2),
        weights: [0.5, 0.25],
    },
    Layer {
        name: \"in\",
        size: Some(2),
        weights: [0.5, 0.25],
    },
]",
    );
    check(
        &[layer.clone(), layer.clone()],
        70,
        "
[
    Layer { name: \"in\", size: Some(2), weights: [0.5, 0.25] },
    Layer { name: \"in\", size: Some(2), weights: [0.5, 0.25] },
]",
    );
    check(
        &BTreeMap::from([(7, layer.clone()), (10, layer.clone())]),
        70,
        "
{
    7:  Layer { name: \"in\", size: Some(2), weights: [0.5, 0.25] },
    10: Layer { name: \"in\", size: Some(2), weights: [0.5, 0.25] },
}",
    );
    // Of a terminal that is wider than that, no line is read so far.
    let long = Layer {
        name: "a name of some length",
        size: None,
        weights: vec![0.125; 5],
    };
    check(
        &[(long, 1), (layer, 2)],
        200,
        "
[
    (
        Layer {
            name: \"a name of some length\",
            size: None,
            weights: [0.125, 0.125, 0.125, 0.125, 0.125],
        },
        1,
    ),
    (Layer { name: \"in\", size: Some(2), weights: [0.5, 0.25] }, 2),
]",
    );
}

#[test]
fn what_is_alone_in_brackets_is_not_indented_for_them() {
    let layer = Layer {
        name: "in",
        size: Some(2),
        weights: vec![0.5, 0.25],
    };
    check(
        &Some(Ok::<_, ()>(layer)),
        40,
        "
Some(Ok(Layer {
    name: \"in\",
    size: Some(2),
    weights: [0.5, 0.25],
}))",
    );
    check(
        &[Some((1..9).collect::<Vec<u32>>()), None],
        20,
        "
[
    Some([
        1, 2, 3, 4,
        5, 6, 7, 8,
    ]),
    None,
]",
    );
}

#[test]
fn other_texts_stay() {
    for text in [
        "",
        "1",
        "\"[\\n    1,\\n    2,\\n]\"",
        "[]",
        "[\n    1,\n]",
        "[\n    1,\n  2,\n]",
        "[\n    1\n    2\n]",
        "[\n    1,\n    2,\n)",
        "[\n    1,\n    2,\n]\nmore",
        "[\n    it's,\n    2,\n]",
        "[\n    \"open,\n    2,\n]",
        "[\n\n    1,\n    2,\n]",
        "Point {\n    x: 1,\n    y: 2,\n}",
        "Pair(\n    1,\n    2,\n)",
        "{\n    K {\n        a: 1,\n    }: [\n        1,\n        2,\n    ],\n}",
    ] {
        stays(text);
    }
    /// Writes what looks like the text of a sequence, and has lines of its own in it.
    struct Own;
    impl Debug for Own {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("first\n  second [\n")
        }
    }
    stays(&format!("{:#?}", [Own, Own]));
}

#[test]
fn what_is_cut_is_counted() {
    let few = Room { lines: 4, ..room(30) };
    let text = format!("{:#?}", (1..=900).collect::<Vec<u32>>());
    let all = packed(&text, false, few).expect("it is a sequence");
    let expected = "[\n      1,   2,   3,   4,   5,\n      6,   7,   8,   9,  10,\n    .. 10 of 900 shown";
    assert_eq!(all.text, expected);
    assert!(all.cut);
    let text = &text[..text.find("17,").expect("it is in there") + 1];
    let beginning = packed(text, true, few).expect("it is a sequence");
    let expected = "[\n     1,  2,  3,  4,  5,  6,\n     7,  8,  9, 10, 11, 12,\n    .. the first 12 shown";
    assert_eq!(beginning.text, expected);
}

#[test]
fn the_beginning_of_a_text_is_laid_out_wherever_it_ends() {
    let text = format!("{:#?}", vec![vec![Some(1.5), None]; 3]);
    for end in 2..text.len() {
        if let Some(packed) = packed(&text[..end], true, room(60)) {
            let shown = packed
                .text
                .rsplit_once("\n    ..")
                .expect("it says how much is shown")
                .0;
            assert!(
                essence(&text).starts_with(essence(shown).trim_end_matches(',')),
                "{end}: {}",
                packed.text
            );
        }
    }
}

#[test]
fn long_strings_lose_their_middle() {
    let text = format!("{:#?}", ["ab\n".repeat(60), "c".to_owned()]);
    let shown = packed(&text, false, room(60)).expect("it is too long");
    assert!(shown.cut);
    assert_eq!(
        shown.text,
        "[\n    \"ab\\nab\\nab\\na\" .. 215 more .. \"ab\\nab\\nab\\n\",\n    \"c\",\n]"
    );
    let all = Room {
        shorten: false,
        ..room(60)
    };
    assert_eq!(packed(&text, false, all), None);
}

/// Checks the layout where no more than so many levels are unfolded, and whether that leaves something out.
#[track_caller]
fn folds(value: &dyn Debug, (depth, width): (usize, usize), expected: &str, cut: bool) {
    let text = format!("{value:#?}");
    let room = Room { depth, ..room(width) };
    let laid_out = packed(&text, false, room).unwrap_or(Packed { text, cut: false });
    assert_eq!(laid_out.text, expected.trim_start_matches('\n'), "\n{}", laid_out.text);
    assert_eq!(laid_out.cut, cut);
}

#[derive(Debug)]
#[allow(dead_code)]
struct Net {
    layers: Vec<Layer>,
    place: (u8, u8),
    last: Option<Layer>,
}

fn net() -> Net {
    let layer = Layer {
        name: "dense",
        size: Some(4),
        weights: vec![0.5; 3],
    };
    Net {
        layers: vec![layer.clone(), layer.clone()],
        place: (1, 2),
        last: Some(layer),
    }
}

#[test]
fn what_is_nested_deep_is_folded() {
    folds(
        &net(),
        (1, 30),
        "
Net {
    layers: [.. 2 items],
    place: (1, 2),
    last: Some(..),
}",
        true,
    );
    folds(
        &net(),
        (2, 30),
        "
Net {
    layers: [
        Layer { .. },
        Layer { .. },
    ],
    place: (1, 2),
    last: Some(Layer {
        name: \"dense\",
        size: Some(4),
        weights: [.. 3 items],
    }),
}",
        true,
    );
}

#[test]
fn what_fits_on_its_line_is_shown() {
    folds(
        &net(),
        (1, 84),
        "
Net {
    layers: [.. 2 items],
    place: (1, 2),
    last: Some(Layer { name: \"dense\", size: Some(4), weights: [0.5, 0.5, 0.5] }),
}",
        true,
    );
    let sets: BTreeMap<u8, BTreeSet<u8>> = (1..3).map(|n| (n, (0..n * 9).collect())).collect();
    folds(
        &sets,
        (1, 40),
        "
{
    1: {0, 1, 2, 3, 4, 5, 6, 7, 8},
    2: {.. 18 items},
}",
        true,
    );
}
