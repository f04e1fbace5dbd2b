//! The examples, with the sessions that their headers show.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{bare, cargo_as_told, root, run, succeeds, workspace_target};

fn example(arguments: &[&str], path: &str) -> Command {
    // `cargo test --workspace` has built them and what they depend on, so this finds nearly all done.
    let mut build = cargo_as_told();
    build
        .args(["build", "-q", "--workspace"])
        .args(arguments)
        .env("CARGO_TARGET_DIR", workspace_target())
        .current_dir(root());
    succeeds(&mut build);
    let mut command = bare(&workspace_target().join("debug").join(path));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    fs::create_dir_all(&folder).expect("the target folder is ours");
    command.current_dir(folder);
    command
}

#[track_caller]
fn prints(command: &mut Command, script: &str, stdout: &str) {
    let said = run(command, script);
    assert_eq!(said.stdout, stdout, "{}", said.stderr);
    assert_eq!(said.code, Some(0));
}

#[test]
fn quickstart() {
    let mut quickstart = example(&["--example", "quickstart"], "examples/quickstart");
    prints(
        &mut quickstart,
        "a\na = 1000\n",
        "Starting program.\n1\n1000\n1001\n101\n",
    );
    prints(&mut quickstart, "", "Starting program.\n1\n2\n101\n");
}

#[test]
fn filehasher() {
    let mut filehasher = example(&["--example", "filehasher"], "examples/filehasher");
    let folder = filehasher.get_current_dir().expect("it was set").to_owned();
    fs::write(folder.join("a.bin"), b"abc\xff").expect("the target folder is ours");
    let hash = "8e3b08dc1236880bf0c55873db58b12d8bf0398b1b17c9686e015ccfe098d35d";
    let digest = "Sha256::digest(&chunk).iter().map(|byte| format!(\"{byte:02x}\")).collect::<String>()";
    let session = format!("a.bin\nchunk\nerror.valid_up_to()\nfile.metadata()?.len()\n{digest}\nas_text = false\n");
    prints(
        &mut filehasher,
        &session,
        &format!("Give me a file: [97, 98, 99, 255]\n3\n4\n\"{hash}\"\nHash: {hash}\n"),
    );
    let failed = "Give me a file: It cannot be hashed: invalid utf-8 sequence of 1 bytes from index 3\n";
    prints(&mut filehasher, "a.bin\n", failed);
    prints(&mut filehasher, "none\n", "Give me a file: The file does not exist!\n");
}

#[test]
fn convergence() {
    let mut convergence = example(&["--example", "convergence"], "examples/convergence");
    let session = ":c\nstep\nstep = 0.15\nx = [0, 0]\nwatch = false\n";
    let stdout = "0.25\nconverged after 232 iterations\nx = [1.000000, 2.000000]\n";
    prints(&mut convergence, session, stdout);
}

#[test]
fn datascience() {
    let mut datascience = example(&["--bin", "datascience"], "datascience");
    let metrics = r#"
use smartcore::metrics::{precision, recall}
let found = forest.predict(&unseen)?
recall(&expected, &found)
found.iter().zip(&expected).filter(|(found, expected)| found > expected).count()
let model = serde_json::to_value(&forest)?
model["trees"].as_array()?.iter().filter_map(|tree| tree["depth"].as_u64()).max()
serde_json::to_writer(std::fs::File::create("model.json")?, &forest)?
:save forest forest.json
"#;
    let scores = "0.9824561403508771\n4\nSome(10)\n6 of 190 wrong\n";
    prints(&mut datascience, metrics, scores);
    prints(datascience.arg("1"), "trees\n", "1\n9 of 190 wrong\n");
    prints(&mut datascience, ":load forest forest.json\n", "6 of 190 wrong\n");
    let by_hand = "forest = serde_json::from_reader(std::fs::File::open(\"model.json\")?)?\n";
    prints(&mut datascience, by_hand, "6 of 190 wrong\n");
}
