//! A body gives way to a shorter one, and every other token stays where it is.

/// Returns a body that begins with `begin`, which has its brace, on as many lines as another and with its last brace in
/// the same column. Returns `None` if there is no room for that.
pub fn replace_body(body: &str, begin: &str) -> Option<String> {
    let lines = body.matches('\n').count();
    let last = body
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        .checked_sub(1)?;
    let width = last.checked_sub(if lines == 0 { begin.len() } else { 0 })?;
    Some(format!("{begin}{}{}}}", "\n".repeat(lines), " ".repeat(width)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_replaced_in_its_place() {
        assert_eq!(replace_body("{\n  a\n  }", "{b").as_deref(), Some("{b\n\n  }"));
        assert_eq!(replace_body("{ a + 1 }", "{b").as_deref(), Some("{b      }"));
        assert_eq!(replace_body("{ \"é\" }", "{b").as_deref(), Some("{b    }"));
        assert_eq!(replace_body("{}", "{b"), None);
    }
}
