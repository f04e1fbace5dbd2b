//! `hook-attach --mcp`: a server of the Model Context Protocol, by which a language model looks into a stopped program.
//!
//! The protocol is JSON-RPC 2.0 with one message a line, on standard input and output. The client starts this process
//! and ends it. Each tool connects to a program of the user's, asks, and goes: nothing is kept between two calls.

mod tools;

use std::io::{self, BufRead, Read, Write};

use serde_json::{Value, json};

use crate::client::error::AttachError;

/// The versions of the protocol that differ in nothing which is used here, the latest first.
const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];
/// A message is no longer than this.
const LONGEST: u64 = 16 << 20;

/// The numbers of JSON-RPC's errors.
const NO_JSON: i32 = -32700;
const NO_REQUEST: i32 = -32600;
const NO_METHOD: i32 = -32601;
const NO_PARAMETERS: i32 = -32602;

/// Answers messages until the input ends.
pub(crate) fn serve(mut from: impl BufRead, mut to: impl Write) -> Result<(), AttachError> {
    while let Some(line) = next(&mut from)? {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(answer) = answer(&line) {
            writeln!(to, "{answer}")?;
            to.flush()?;
        }
    }
    Ok(())
}

fn next(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    from.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    Ok((!line.is_empty()).then_some(line))
}

/// Answers one message. A notification has no answer.
fn answer(line: &[u8]) -> Option<Value> {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(error) => {
            return Some(failed(
                &Value::Null,
                NO_JSON,
                &format!("the message is no JSON: {error}"),
            ));
        }
    };
    let id = message.get("id").filter(|id| !id.is_null());
    let Some(method) = message["method"].as_str() else {
        // What has no method is an answer, or it is nothing.
        return id
            .filter(|_| message.get("result").is_none() && message.get("error").is_none())
            .map(|id| failed(id, NO_REQUEST, "a request has a method"));
    };
    let id = id?;
    let parameters = &message["params"];
    let result = match method {
        "initialize" => initialized(parameters),
        "ping" => json!({}),
        "tools/list" => json!({ "tools": tools::list() }),
        "tools/call" => match tools::call(
            parameters["name"].as_str().unwrap_or_default(),
            &parameters["arguments"],
        ) {
            Some(called) => called,
            None => return Some(failed(id, NO_PARAMETERS, "there is no such tool")),
        },
        _ => return Some(failed(id, NO_METHOD, &format!("there is no method `{method}`"))),
    };
    Some(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

fn failed(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

fn initialized(parameters: &Value) -> Value {
    let wanted = parameters["protocolVersion"].as_str();
    let version = VERSIONS
        .into_iter()
        .find(|version| Some(*version) == wanted)
        .unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "hook-attach", "version": env!("CARGO_PKG_VERSION") },
        "instructions": tools::INSTRUCTIONS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let answer = answer(message.as_bytes()).map_or(String::new(), |answer| answer.to_string());
        assert_eq!(answer, expected);
    }

    #[test]
    fn what_is_no_request() {
        check(
            "{",
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the message is no JSON: EOF while parsing an object at line 1 column 1"}}"#,
        );
        check("[]", "");
        check(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, "");
        check(r#"{"jsonrpc":"2.0","id":3,"result":{}}"#, "");
        check(
            r#"{"id":3}"#,
            r#"{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"a request has a method"}}"#,
        );
        check(
            r#"{"jsonrpc":"2.0","id":"a","method":"resources/list"}"#,
            r#"{"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"there is no method `resources/list`"}}"#,
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"dance"}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"there is no such tool"}}"#,
        );
    }

    #[test]
    fn versions() {
        let version = |wanted: Value| initialized(&json!({ "protocolVersion": wanted }))["protocolVersion"].clone();
        assert_eq!(version("2024-11-05".into()), "2024-11-05");
        assert_eq!(version("2099-01-01".into()), VERSIONS[0]);
        assert_eq!(version(Value::Null), VERSIONS[0]);
    }

    #[test]
    fn every_line_is_answered_in_order() {
        let input = "{\"id\":1,\"method\":\"ping\"}\n\n{\"id\":2,\"method\":\"ping\"}";
        let mut output = Vec::new();
        serve(input.as_bytes(), &mut output).unwrap();
        let pong = |id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}\n");
        assert_eq!(String::from_utf8(output).unwrap(), pong(1) + &pong(2));
    }
}
