//! A request is one line of JSON. It is read here into what is asked for.

use std::time::Duration;

use crate::literal::Literal;
use crate::literal::json;

/// The version of the protocol. A request of another version is refused.
pub(super) const VERSION: u128 = 1;
/// A client waits for a stop for at most this long.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The state: the process, and the hook that is open.
    State,
    /// The state at the next stop, or when the time is over. With `after`, the stop of that number does not count.
    Wait { seconds: Duration, after: Option<u64> },
    /// What traces print, or have printed since the line of that number.
    Traces { seconds: Duration, after: Option<u64> },
    /// Lines for the prompt of the hook that is open.
    Evaluate(String),
    /// What can stand at the end of a line.
    Complete(String),
    /// The variables of the frame with this number.
    Variables(u64),
    /// The line that runs shall be interrupted.
    Interrupt,
    /// A console, on a terminal of this size. With `watch` it only shows what another client does.
    Console { columns: u16, rows: u16, watch: bool },
}

/// A request with what it proves itself by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RequestWithToken {
    pub(super) request: Request,
    /// The token that was printed, which a client over TCP has to know.
    pub(super) token: Option<String>,
}

/// Reads a request.
///
/// # Errors
///
/// The error says what is wrong, in words for whoever wrote the client.
pub(super) fn read(line: &[u8]) -> Result<RequestWithToken, String> {
    let literal = json::read(line).map_err(|error| format!("the request is no JSON: {error}"))?;
    let Literal::Map(entries) = literal else {
        return Err("a request is a JSON object".to_owned());
    };
    let entries = Entries(entries);
    match entries.number("hookable")? {
        Some(VERSION) => {}
        Some(other) => {
            return Err(format!(
                "the request has version {other} of the protocol; this program has {VERSION}"
            ));
        }
        None => {
            return Err(format!(
                "a request has `\"hookable\":{VERSION}`, the version of the protocol"
            ));
        }
    }
    let token = entries.string("token")?.map(str::to_owned);
    let request = match entries.string("do")? {
        Some("state") => Request::State,
        Some("wait") => Request::Wait {
            seconds: entries.seconds()?,
            after: entries.small("after")?,
        },
        Some("traces") => Request::Traces {
            seconds: entries.seconds()?,
            after: entries.small("after")?,
        },
        Some("evaluate") => match entries.string("line")? {
            Some(line) => Request::Evaluate(line.to_owned()),
            None => return Err("`evaluate` has a `line`".to_owned()),
        },
        Some("complete") => match entries.string("line")? {
            Some(line) => Request::Complete(line.to_owned()),
            None => return Err("`complete` has a `line`".to_owned()),
        },
        Some("variables") => match entries.small("frame")? {
            Some(frame) => Request::Variables(frame),
            None => return Err("`variables` has a `frame`".to_owned()),
        },
        Some("interrupt") => Request::Interrupt,
        Some("console") => Request::Console {
            columns: entries.small("columns")?.unwrap_or(80),
            rows: entries.small("rows")?.unwrap_or(24),
            watch: entries.flag("watch")?,
        },
        Some(other) => {
            return Err(format!(
                "`do` is state, wait, evaluate, complete, variables, traces, interrupt or console, and not `{other}`"
            ));
        }
        None => return Err("a request says in `do` what to do".to_owned()),
    };
    Ok(RequestWithToken { request, token })
}

/// The entries of a JSON object.
struct Entries(Vec<(Literal, Literal)>);

impl Entries {
    fn get(&self, name: &str) -> Option<&Literal> {
        let is_named = |key: &Literal| matches!(key, Literal::Str(key) if key == name);
        self.0.iter().find(|(key, _)| is_named(key)).map(|(_, value)| value)
    }

    fn string(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None | Some(Literal::Null) => Ok(None),
            Some(Literal::Str(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` is a string")),
        }
    }

    fn number(&self, name: &str) -> Result<Option<u128>, String> {
        match self.get(name) {
            None | Some(Literal::Null) => Ok(None),
            Some(Literal::Int {
                negative: false,
                magnitude,
                ..
            }) => Ok(Some(*magnitude)),
            Some(_) => Err(format!("`{name}` is a whole number from 0 up")),
        }
    }

    fn seconds(&self) -> Result<Duration, String> {
        let limited = |seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX)).min(LONGEST);
        Ok(self.number("seconds")?.map_or(LONGEST, limited))
    }

    fn small<N: TryFrom<u128>>(&self, name: &str) -> Result<Option<N>, String> {
        let small = |number| N::try_from(number).map_err(|_| format!("`{name}` is too large"));
        self.number(name)?.map(small).transpose()
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            None | Some(Literal::Null) => Ok(false),
            Some(Literal::Bool(value)) => Ok(*value),
            Some(_) => Err(format!("`{name}` is true or false")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<Request, &str>) {
        let request = read(line.as_bytes()).map(|asked| asked.request);
        assert_eq!(request, expected.map_err(str::to_owned));
    }

    #[test]
    fn what_is_asked() {
        check(r#"{"hookable":1,"do":"state"}"#, Ok(Request::State));
        let wait = |seconds, after| {
            Ok(Request::Wait {
                seconds: Duration::from_secs(seconds),
                after,
            })
        };
        check(r#"{"hookable":1,"do":"wait","seconds":5}"#, wait(5, None));
        check(r#"{"hookable":1,"do":"wait","after":3}"#, wait(86400, Some(3)));
        check(
            r#"{"hookable":1,"do":"wait","seconds":99999999999999999999999}"#,
            wait(86400, None),
        );
        let traces = Request::Traces {
            seconds: Duration::from_secs(2),
            after: Some(7),
        };
        check(r#"{"hookable":1,"do":"traces","seconds":2,"after":7}"#, Ok(traces));
        check(
            r#"{"do":"evaluate","hookable":1,"line":"a + 1"}"#,
            Ok(Request::Evaluate("a + 1".into())),
        );
        check(
            r#"{"do":"complete","hookable":1,"line":"a."}"#,
            Ok(Request::Complete("a.".into())),
        );
        check(
            r#"{"do":"variables","hookable":1,"frame":7}"#,
            Ok(Request::Variables(7)),
        );
        check(
            r#"{"hookable":1,"do":"interrupt","more":[1,{}]}"#,
            Ok(Request::Interrupt),
        );
        let console = |columns, rows, watch| Ok(Request::Console { columns, rows, watch });
        check(r#"{"hookable":1,"do":"console"}"#, console(80, 24, false));
        check(
            r#"{"hookable":1,"do":"console","columns":100,"rows":30,"watch":true}"#,
            console(100, 30, true),
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "POST / HTTP/1.1",
            Err("the request is no JSON: value expected at line 1 column 1"),
        );
        check("[]", Err("a request is a JSON object"));
        check("{}", Err("a request has `\"hookable\":1`, the version of the protocol"));
        check(
            r#"{"hookable":2}"#,
            Err("the request has version 2 of the protocol; this program has 1"),
        );
        check(r#"{"hookable":-1}"#, Err("`hookable` is a whole number from 0 up"));
        check(r#"{"hookable":1}"#, Err("a request says in `do` what to do"));
        check(r#"{"hookable":1,"do":7}"#, Err("`do` is a string"));
        check(
            r#"{"hookable":1,"do":"dance"}"#,
            Err("`do` is state, wait, evaluate, complete, variables, traces, interrupt or console, and not `dance`"),
        );
        check(r#"{"hookable":1,"do":"evaluate"}"#, Err("`evaluate` has a `line`"));
        check(r#"{"hookable":1,"do":"complete"}"#, Err("`complete` has a `line`"));
        check(
            r#"{"hookable":1,"do":"console","columns":70000}"#,
            Err("`columns` is too large"),
        );
        check(
            r#"{"hookable":1,"do":"console","watch":1}"#,
            Err("`watch` is true or false"),
        );
    }
}
