//! Answers as text, for people.

use serde_json::Value;

/// Returns the state of a program as text.
pub(crate) fn state(state: &Value) -> String {
    let program = state["program"].as_str().unwrap_or_default();
    let stop = &state["stop"];
    if stop.is_null() {
        return format!("process {} runs: {program}\n", state["process"]);
    }
    let site = &stop["site"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!(
        "hooked at {}:{} in {}, thread {}, hit {}",
        text(&site["file"]),
        site["line"],
        text(&site["function"]),
        text(&stop["thread"]),
        stop["hit"]
    )];
    lines.extend(stop["message"].as_str().map(str::to_owned));
    lines.extend(all(&stop["because"]).map(text));
    for line in all(&stop["source"]) {
        let mark = if line["line"] == site["line"] { '>' } else { ' ' };
        lines.push(
            format!("{mark} {:>4}  {}", line["line"].to_string(), text(&line["text"]))
                .trim_end()
                .to_owned(),
        );
    }
    lines.extend(all(&stop["locals"]).map(local));
    lines.join("\n") + "\n"
}

fn local(local: &Value) -> String {
    let name = local["name"].as_str().unwrap_or_default();
    let ty = local["type"].as_str().map_or(String::new(), |ty| format!(": {ty}"));
    let value = local["value"]
        .as_str()
        .map_or(String::new(), |value| format!(" = {value}"));
    let reason = local["reason"]
        .as_str()
        .map_or(String::new(), |reason| format!("   ({reason})"));
    format!("{name}{ty}{value}{reason}")
}

fn all(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_program_that_runs() {
        let runs = json!({ "process": 7, "program": "/bin/a", "stop": null });
        assert_eq!(state(&runs), "process 7 runs: /bin/a\n");
    }

    #[test]
    fn a_program_that_is_stopped() {
        let stopped = json!({ "stop": {
            "message": "low", "because": ["`n` is true"], "hit": 2, "thread": "main",
            "site": { "file": "src/a.rs", "line": 9, "function": "f" },
            "source": [{ "line": 8, "text": "    let a = 1;" }, { "line": 9, "text": "    hook!();" }],
            "locals": [
                { "name": "a", "type": "i32", "value": "1", "reason": null },
                { "name": "b", "type": null, "value": null, "reason": "moved at line 3" },
            ],
        } });
        let expected = "hooked at src/a.rs:9 in f, thread main, hit 2\nlow\n`n` is true\n     8      let a = 1;\n\
                        >    9      hook!();\na: i32 = 1\nb   (moved at line 3)\n";
        assert_eq!(state(&stopped), expected);
    }
}
