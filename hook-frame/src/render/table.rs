//! A sequence of structs or of rows is written as a table, whose columns are their fields. It is read from the text of
//! its `{:#?}`.

use super::tree::{self, Block, Item, scalar};
use super::{beginning, columns};

/// No cell takes more columns than this, unless there is room for all of them.
const WIDEST: usize = 24;
/// No more rows than this are shown.
const ROWS: usize = 50;

/// Returns the lines of the table, or `None` if the text is not that of a sequence of structs or of rows.
pub fn table(text: &str, width: usize) -> Option<Vec<String>> {
    let root = tree::read(text, false)?;
    let rows: Option<Vec<Row<'_>>> = root.items.iter().enumerate().map(|(at, item)| row(at, item)).collect();
    let rows = rows?;
    let first = rows.first()?;
    let mut names = vec![String::new()];
    // Rows of different kinds are variants of an enum, so a column names the variant.
    if rows.iter().any(|row| row.kind != first.kind) {
        names.push("variant".to_owned());
    }
    let kinds = names.len() - 1;
    for (name, _) in rows.iter().flat_map(|row| &row.fields) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let shown = rows.iter().take(ROWS);
    let cells = shown.map(|row| {
        let field = |name: &String| row.fields.iter().find(|(field, _)| field == name);
        let fields = names[kinds + 1..].iter();
        let fields = fields.map(|name| field(name).map_or(String::new(), |(_, value)| value.clone()));
        let kind = (kinds > 0).then(|| row.kind.to_owned());
        [row.key.clone()].into_iter().chain(kind).chain(fields).collect()
    });
    let mut lines = lines(&names, &cells.collect::<Vec<Vec<String>>>(), width);
    if rows.len() > ROWS {
        lines.push(format!(".. {ROWS} of {} rows shown", rows.len()));
    }
    Some(lines)
}

struct Row<'t> {
    /// This is the position of the row, or its key in a map.
    key: String,
    kind: &'t str,
    fields: Vec<(String, String)>,
}

/// Reads an element of the sequence as a row.
fn row<'t>(at: usize, item: &Item<'t>) -> Option<Row<'t>> {
    let Item::Block(block) = item else {
        // A single name is a variant without fields.
        let Item::Line(line) = item else { return None };
        let is_name = line.starts_with(char::is_alphabetic) && scalar(line) == Some(line.len());
        return is_name.then(|| Row {
            key: at.to_string(),
            kind: line,
            fields: Vec::new(),
        });
    };
    let key = scalar(block.head).filter(|length| block.head[*length..].starts_with(": "));
    let (key, head) = match key {
        Some(length) => (block.head[..length].to_owned(), &block.head[length + 2..]),
        None => (at.to_string(), block.head),
    };
    let kind = head[..head.len() - 1].trim_end();
    Some(Row {
        key,
        kind,
        fields: fields(block, head)?,
    })
}

fn fields(block: &Block<'_>, head: &str) -> Option<Vec<(String, String)>> {
    if !head.ends_with(" {") {
        // The columns of tuples and rows are named by numbers.
        let cells = block.items.iter().enumerate();
        return cells
            .map(|(at, item)| Some((at.to_string(), item.line(usize::MAX)?)))
            .collect();
    }
    let fields = block.items.iter().filter(|item| !matches!(item, Item::Rest));
    let fields = fields.map(|item| {
        let line = item.line(usize::MAX)?;
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    });
    fields.collect()
}

fn lines(names: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let mut widths: Vec<usize> = (0..names.len())
        .map(|at| {
            rows.iter()
                .map(|row| &row[at])
                .chain([&names[at]])
                .map(|cell| columns(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let total = |widths: &[usize]| widths.iter().map(|width| width + 2).sum::<usize>().saturating_sub(2);
    if total(&widths) > width {
        for (cell, name) in widths.iter_mut().zip(names) {
            *cell = (*cell).min(WIDEST.max(columns(name)));
        }
    }
    // Columns that do not fit are only named below the table.
    let mut fitting = names.len();
    while fitting > 2 && total(&widths[..fitting]) > width {
        fitting -= 1;
    }
    let is_number = |cell: &str| cell.is_empty() || cell.parse::<f64>().is_ok();
    let right: Vec<bool> = (0..fitting)
        .map(|at| rows.iter().all(|row| is_number(&row[at])))
        .collect();
    let line = |cells: &[String]| {
        let cells = cells[..fitting].iter().enumerate().map(|(at, cell)| {
            let cell = cut(cell, widths[at]);
            let padding = " ".repeat(widths[at].saturating_sub(columns(&cell)));
            if right[at] { padding + &cell } else { cell + &padding }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        beginning(line.trim_end(), width).to_owned()
    };
    let mut lines = vec![line(names)];
    lines.extend(rows.iter().map(|row| line(row)));
    if fitting < names.len() {
        lines.push(format!(".. too narrow for: {}", names[fitting..].join(", ")));
    }
    lines
}

fn cut(cell: &str, width: usize) -> String {
    if columns(cell) <= width {
        return cell.to_owned();
    }
    format!("{}..", beginning(cell, width.saturating_sub(2)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use super::*;

    #[derive(Debug)]
    #[allow(dead_code)]
    struct Planet {
        name: &'static str,
        mass: f64,
        moons: Vec<u8>,
        at: Option<(i32, i32)>,
    }

    #[derive(Debug)]
    #[allow(dead_code)]
    enum Event {
        Start,
        Move { x: i32, y: i32 },
        Say(&'static str),
    }

    #[track_caller]
    fn check(value: &dyn Debug, width: usize, expected: &[&str]) {
        let lines = table(&format!("{value:#?}"), width).unwrap_or_default();
        assert_eq!(lines, expected, "\n{}", lines.join("\n"));
    }

    fn planets() -> [Planet; 2] {
        [
            Planet {
                name: "a: b, {c}",
                mass: 1.5,
                moons: vec![1, 2],
                at: None,
            },
            Planet {
                name: "earth",
                mass: 20.25,
                moons: vec![],
                at: Some((1, -2)),
            },
        ]
    }

    #[test]
    fn fields_are_columns() {
        check(
            &planets(),
            80,
            &[
                "   name          mass  moons   at",
                "0  \"a: b, {c}\"    1.5  [1, 2]  None",
                "1  \"earth\"      20.25  []      Some((1, -2))",
            ],
        );
    }

    #[test]
    fn what_has_no_room_is_named() {
        check(
            &planets(),
            24,
            &[
                "   name          mass",
                "0  \"a: b, {c}\"    1.5",
                "1  \"earth\"      20.25",
                ".. too narrow for: moons, at",
            ],
        );
    }

    #[test]
    fn rows_maps_and_variants() {
        check(
            &[(1, "a"), (20, "b")],
            80,
            &["    0  1", "0   1  \"a\"", "1  20  \"b\""],
        );
        check(&BTreeMap::from([("k", [1, 2])]), 80, &["     0  1", "\"k\"  1  2"]);
        check(
            &[Event::Start, Event::Move { x: 1, y: -2 }, Event::Say("hi")],
            80,
            &[
                "   variant  x   y  0",
                "0  Start",
                "1  Move     1  -2",
                "2  Say             \"hi\"",
            ],
        );
    }

    #[test]
    fn other_values_are_none() {
        check(&[1, 2], 80, &[]);
        check(&"text", 80, &[]);
        check(&Vec::<Planet>::new(), 80, &[]);
        check(&["[\n    A {\n        x: 1,\n    },\n]"], 80, &[]);
    }

    #[test]
    fn long_tables_are_cut() {
        let many: Vec<(u8, u8)> = vec![(1, 2); 60];
        let lines = table(&format!("{many:#?}"), 80).expect("they are rows");
        assert_eq!((lines.len(), lines[51].as_str()), (52, ".. 50 of 60 rows shown"));
    }
}
