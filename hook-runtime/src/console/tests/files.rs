//! Tests of `:save` and `:load`.

use super::frames::with_locals;

#[track_caller]
fn check_in(folder: &tempfile::TempDir, script: &str, expected: &str) {
    let path = folder.path().join("v.json").display().to_string();
    let (transcript, _) = with_locals(|site| site, &script.replace("FILE", &path));
    assert_eq!(transcript.replace(&path, "FILE"), expected);
}

#[test]
fn saved_loaded_undone() {
    let folder = tempfile::tempdir().unwrap();
    check_in(&folder, ":save words FILE", "! saved words to FILE, 8 bytes");
    check_in(
        &folder,
        "words = []\n:load words FILE\nwords\n:undo\nwords",
        "! loaded words from FILE\n[\"one\"]\n! words is [] again\n[]",
    );
    check_in(&folder, ":load n FILE", "! `n` cannot be written: borrowed by m");
    check_in(
        &folder,
        ":load a FILE\na",
        "! failed to load FILE into `a`: expected i32, found a sequence of 1; it is as it was\n1",
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn broken_files_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("v.json"), "[\"a\", ").unwrap();
    check_in(
        &folder,
        ":load words FILE\nwords",
        "! failed to load FILE into `words`: value expected at line 1 column 7; it is as it was\n[\"one\"]",
    );
}

#[test]
fn what_cannot_be_saved_says_why() {
    let folder = tempfile::tempdir().unwrap();
    check_in(
        &folder,
        ":save blank FILE",
        "! `blank` cannot be saved: Blank has no Serialize",
    );
    check_in(
        &folder,
        ":save gone FILE",
        "! `gone` cannot be read: moved at line 12 (drop)",
    );
    check_in(&folder, ":save a", "! usage: :save NAME FILE");
    let absent = std::fs::read(folder.path().join("absent")).unwrap_err();
    check_in(&folder, ":load a FILE", &format!("! failed to read FILE: {absent}"));
    check_in(
        &folder,
        ":save a FILE/sub",
        &format!("! failed to write FILE/sub: {absent}"),
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
