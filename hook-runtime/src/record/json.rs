//! Writing JSON, in the few forms that a record has: `serde_json` is there only with the feature `serde`.

/// JSON text that grows.
pub(super) struct Json {
    text: String,
    /// The next element stands after another.
    comma: bool,
}

impl Json {
    pub(super) fn new() -> Self {
        Json {
            text: String::new(),
            comma: false,
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn open(&mut self, bracket: char) -> &mut Self {
        self.element();
        self.text.push(bracket);
        self.comma = false;
        self
    }

    pub(super) fn close(&mut self, bracket: char) -> &mut Self {
        self.text.push(bracket);
        self.comma = true;
        self
    }

    pub(super) fn key(&mut self, key: &str) -> &mut Self {
        self.string(key).text.push(':');
        self.comma = false;
        self
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.element();
        self.text.push_str(&number.to_string());
        self
    }

    pub(super) fn string_or_null(&mut self, string: Option<&str>) -> &mut Self {
        match string {
            Some(string) => self.string(string),
            None => {
                self.element();
                self.text.push_str("null");
                self
            }
        }
    }

    pub(super) fn string(&mut self, string: &str) -> &mut Self {
        self.element();
        self.text.push('"');
        for c in string.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                c if c < ' ' => self.text.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => self.text.push(c),
            }
        }
        self.text.push('"');
        self
    }

    fn element(&mut self) {
        if self.comma {
            self.text.push(',');
        }
        self.comma = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(string: &str, expected: &str) {
        let mut json = Json::new();
        json.string(string);
        assert_eq!(json.finish(), expected);
    }

    #[test]
    fn strings() {
        check("plain", "\"plain\"");
        check("a \"b\" \\", r#""a \"b\" \\""#);
        check("a\nb\tc\u{1}", r#""a\nb\u0009c\u0001""#);
        check("äß\u{1F600}", "\"äß\u{1F600}\"");
    }

    #[test]
    fn structure() {
        let mut json = Json::new();
        json.open('{')
            .key("a")
            .open('[')
            .number(1)
            .string_or_null(None)
            .close(']');
        json.key("b").open('{').close('}').close('}');
        assert_eq!(json.finish(), r#"{"a":[1,null],"b":{}}"#);
    }
}
