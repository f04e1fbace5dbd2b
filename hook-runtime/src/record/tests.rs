use super::*;
use crate::console::tests::{binding, frame, marked, site};
use crate::value::{Captures as _, unknown};

#[test]
fn a_hit_is_a_line() {
    let (mut a, n) = ("x\ny".repeat(3), 5_i64);
    let marked = (marked!(a), marked!(n), marked!(n));
    let bindings = vec![
        binding("a", State::Writable, None),
        binding("n", State::ReadOnly, Some("borrowed by m")),
        binding("gone", State::Moved, Some("moved at line 12 (drop)")),
        binding("z", State::Unassigned, None),
    ];
    let mut access = [
        marked.0.__hookable_writable()(&mut a),
        marked.1.__hookable_readable()(&n),
        Access::Type(marked.2.__hookable_type()),
        unknown(),
    ];
    let mut frame = frame(site(bindings), &mut access);
    frame.thread = "main".to_owned();
    let limit = Limit {
        chars: 8,
        lines: usize::MAX,
    };
    let expected = [
        r#"{"site":{"file":"src/demo.rs","line":12,"column":5,"function":"main","module_path":"demo"},"#,
        r#""hit":1,"thread":"main","locals":["#,
        r#"{"name":"a","type":"alloc::string::String","declared_line":3,"state":"writable","#,
        r#""reason":null,"value":"\"x\\nyx\\n..."},"#,
        r#"{"name":"n","type":"i64","declared_line":3,"state":"read_only","reason":"borrowed by m","value":"5"},"#,
        r#"{"name":"gone","type":"i64","declared_line":3,"state":"moved","reason":"moved at line 12 (drop)","#,
        r#""value":null},"#,
        r#"{"name":"z","type":null,"declared_line":3,"state":"unassigned","reason":null,"value":null}]}"#,
        "\n",
    ];
    assert_eq!(line(&frame, limit), expected.concat());
}
