//! JSON text is read into a literal.

use std::borrow::Cow;

use hifijson::SliceLexer;
use hifijson::token::Lex;
use hifijson::value::{Value, parse_bounded};

use super::DEEPEST;
use crate::literal::{Literal, LiteralError};

/// Reads one value, which must be all of the text.
///
/// # Errors
///
/// This fails if the text is no JSON. The message names line and column.
pub fn read(json: &[u8]) -> Result<Literal, LiteralError> {
    let mut lexer = SliceLexer::new(json);
    let value = lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| {
        parse_bounded(DEEPEST + 1, next, lexer)
    });
    match value {
        Ok(value) => literal(value),
        Err(hifijson::Error::Depth) => Err(LiteralError::Syntax(format!("brackets nest deeper than {DEEPEST}"))),
        Err(error) => {
            let read = &json[..json.len() - lexer.as_slice().len()];
            Err(LiteralError::Syntax(format!("{error} at {}", place(read))))
        }
    }
}

/// Names the line and the column at which a text ends.
fn place(read: &[u8]) -> String {
    let line = read.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let last = read.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    format!(
        "line {line} column {}",
        String::from_utf8_lossy(last).chars().count() + 1
    )
}

fn literal(value: Value<&str, Cow<'_, str>>) -> Result<Literal, LiteralError> {
    Ok(match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(value),
        Value::Number((digits, _)) => number(digits)?,
        Value::String(text) => Literal::Str(text.into_owned()),
        Value::Array(items) => Literal::Seq(items.into_iter().map(literal).collect::<Result<_, _>>()?),
        Value::Object(entries) => {
            let entry = |(key, value): (Cow<'_, str>, _)| Ok((Literal::Str(key.into_owned()), literal(value)?));
            Literal::Map(entries.into_iter().map(entry).collect::<Result<_, _>>()?)
        }
    })
}

/// Returns an integer if the number is spelled as one and fits, else a float.
fn number(digits: &str) -> Result<Literal, LiteralError> {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, digits),
    };
    if let Ok(magnitude) = unsigned.parse::<u128>()
        && !(negative && magnitude == 0)
    {
        return Ok(Literal::Int {
            negative,
            magnitude,
            suffix: "",
        });
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Float { value, suffix: "" }),
        _ => Err(LiteralError::Range {
            number: digits.to_owned(),
            ty: "any float".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let read = read(json.as_bytes()).map_or_else(|error| error.to_string(), |literal| format!("{literal:?}"));
        assert_eq!(read, expected);
    }

    #[test]
    fn values() {
        check("null", "Null");
        check(" [true, \"a\\n\\u00e9\"]\n", "Seq([Bool(true), Str(\"a\\né\")])");
        check("{\"a\": {}}", "Map([(Str(\"a\"), Map([]))])");
    }

    #[test]
    fn numbers() {
        let int =
            |negative, magnitude: u128| format!("Int {{ negative: {negative}, magnitude: {magnitude}, suffix: \"\" }}");
        let float = |value: f64| format!("Float {{ value: {value:?}, suffix: \"\" }}");
        check("7", &int(false, 7));
        check(&u128::MAX.to_string(), &int(false, u128::MAX));
        check(&i128::MIN.to_string(), &int(true, 1 << 127));
        check("-0", &float(-0.0));
        check("1e3", &float(1000.0));
        check(&"9".repeat(40), &float(1e40));
        check("-1e999", "-1e999 is out of range for any float");
    }

    #[test]
    fn what_is_no_json() {
        check("", "value expected at line 1 column 1");
        check("[\"a\", ", "value expected at line 1 column 7");
        check("[1\n 2]", "comma or end of sequence expected at line 2 column 2");
        check("{1: 2}", "string expected at line 1 column 2");
        check("[1] 2", "end of file expected at line 1 column 5");
        check("007", "end of file expected at line 1 column 2");
        check("NaN", "value expected at line 1 column 1");
        check("[\"é", "unterminated string at line 1 column 4");
        check(&"[".repeat(1_000_000), "brackets nest deeper than 128");
    }
}
