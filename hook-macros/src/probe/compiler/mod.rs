//! Whether a compiler reports errors as a probe reads them.
//!
//! What rustc says is no interface. rustc has to accept what is emitted, whatever a probe makes of its errors; but
//! where an error has another code, a value that was moved is not known to be, and a name is not known for that of a
//! binding. So a compiler is asked first about code whose errors are known ([`ERRORS`]). All of it is one call, which
//! takes a tenth of a second, and is made once for each compiler and target folder. No list of versions says as much,
//! or is right about the compilers that are still to come. One that answers otherwise is not asked about captures.
//!
//! The words of an error are not compared: they give the reason that is shown, and choose between captures, and rustc
//! has to accept the one that is chosen.

mod errors;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use hook_rustc::{Invocation, RustcError, Stamp, records, struct_fields};

use errors::ERRORS;

/// How long the compiler may take.
const LIMIT: Duration = Duration::from_secs(60);
/// The name of the file with the answers, and what it is about.
const FILE: &str = "compiler";

/// What a compiler answered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CompilerAnswers {
    /// Which file the compiler is.
    compiler: Stamp,
    /// The errors that it does not report where they are expected.
    missing: Vec<String>,
}

struct_fields!(CompilerAnswers { compiler, missing });

/// Returns why a compiler's errors cannot be read, if they are other ones than are known. `scratch` is a folder that
/// nobody else writes to, and `known` the one where answers are kept, if there is one.
///
/// # Errors
///
/// If the compiler cannot be asked.
pub(super) fn unknown(call: &Invocation, scratch: &Path, known: Option<&Path>) -> Result<Option<String>, RustcError> {
    let compiler = fs::metadata(&call.program).and_then(|meta| Stamp::of(&meta)).ok();
    let kept = known.map(|folder| folder.join(FILE));
    let answers = kept.as_deref().and_then(|file| records::read_one(file, FILE).ok());
    let missing = match answers {
        Some(CompilerAnswers { compiler: of, missing }) if Some(&of) == compiler.as_ref() => missing,
        _ => {
            let missing = missing(&reported(call, scratch)?);
            if let (Some(compiler), Some(kept)) = (compiler.filter(Stamp::is_settled), kept) {
                let answers = CompilerAnswers { compiler, missing };
                // Where they cannot be kept, the next build asks again.
                let new = scratch.join(FILE);
                let _ = records::write_file(&new, FILE, [&answers]).and_then(|()| fs::rename(new, kept));
                answers.missing
            } else {
                missing
            }
        }
    };
    Ok((!missing.is_empty()).then(|| why(&version(&call.program), &missing)))
}

/// Returns the errors that a compiler reports, each with the number of the row that it is in.
fn reported(call: &Invocation, scratch: &Path) -> Result<BTreeSet<(usize, String)>, RustcError> {
    let source = scratch.join("errors.rs");
    let rows = ERRORS.iter().enumerate();
    let text: String = rows
        .map(|(row, (_, source))| format!("mod r{row} {{ {source} }}\n"))
        .collect();
    let failed = |error| RustcError::Io {
        action: format!("write to {}", source.display()),
        error,
    };
    fs::write(&source, text).map_err(failed)?;
    let outcome = hook_rustc::run(call.of_file(&source, scratch), LIMIT);
    let _ = fs::remove_file(&source);
    let errors = outcome?
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.is_error());
    let places = errors.filter_map(|error| {
        let line = error.spans.iter().find(|span| span.primary)?.line;
        Some((line.checked_sub(1)?, error.code?))
    });
    Ok(places.collect())
}

/// Returns the errors that are not reported where they are expected.
fn missing(reported: &BTreeSet<(usize, String)>) -> Vec<String> {
    let rows = ERRORS.iter().enumerate();
    rows.filter(|(row, (code, _))| !reported.contains(&(*row, (*code).to_owned())))
        .map(|(_, (code, _))| (*code).to_owned())
        .collect()
}

/// Returns how a compiler calls itself: `rustc 1.95.0 (59807616e 2026-04-14)`.
fn version(program: &Path) -> String {
    let said = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let said = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
    said.ok()
        .filter(|said| said.starts_with("rustc "))
        .unwrap_or_else(|| "this rustc".into())
}

fn why(version: &str, missing: &[String]) -> String {
    let which = match missing {
        _ if missing.len() == ERRORS.len() => "any of its errors".to_owned(),
        [one, other] => format!("{one} and {other}"),
        [first, others @ ..] if !others.is_empty() => format!("{first} and {} other errors", others.len()),
        _ => missing.concat(),
    };
    format!(
        "{version} does not report {which} as this version of hookable expects it: look for a newer version of hookable"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> BTreeSet<(usize, String)> {
        let rows = ERRORS.iter().enumerate();
        rows.map(|(row, (code, _))| (row, (*code).to_owned())).collect()
    }

    #[test]
    fn an_error_is_expected_in_its_row() {
        assert_eq!(missing(&all()), [""; 0]);
        let mut moved = all();
        let (code, last) = (ERRORS[0].0.to_owned(), ERRORS.len());
        moved.remove(&(0, code.clone()));
        assert_eq!(missing(&moved), [ERRORS[0].0]);
        moved.insert((last, code));
        assert_eq!(missing(&moved), [ERRORS[0].0]);
        assert_eq!(missing(&BTreeSet::new()).len(), last);
    }

    /// What a program says of the errors that is no compiler at all.
    #[cfg(unix)]
    #[test]
    fn a_compiler_is_asked_once() {
        let folder = hook_rustc::temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let call = Invocation {
            program: "/bin/true".into(),
            args: Vec::new(),
            dir: folder.clone(),
        };
        let ask = |known| unknown(&call, &folder, known).unwrap().unwrap();
        let any = "this rustc does not report any of its errors as";
        assert!(ask(None).starts_with(any));
        assert!(!folder.join(FILE).exists());
        assert!(ask(Some(&folder)).starts_with(any));
        let mut answers: CompilerAnswers = records::read_one(&folder.join(FILE), FILE).unwrap();
        answers.missing = vec!["E0767".into()];
        records::write_file(&folder.join(FILE), FILE, [&answers]).unwrap();
        assert!(ask(Some(&folder)).starts_with("this rustc does not report E0767 as"));
        // Another file is another compiler, and so is one of which the answers cannot be read.
        answers.compiler = Stamp::of(&folder.metadata().unwrap()).unwrap();
        records::write_file(&folder.join(FILE), FILE, [&answers]).unwrap();
        assert!(ask(Some(&folder)).starts_with(any));
        fs::write(folder.join(FILE), "half").unwrap();
        assert!(ask(Some(&folder)).starts_with(any));
        let gone = Invocation {
            program: folder.join("rustc"),
            ..call
        };
        assert!(unknown(&gone, &folder, None).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn why_names_what_is_missing() {
        let check = |missing: &[&str], expect: &str| {
            let missing: Vec<String> = missing.iter().map(|code| (*code).to_owned()).collect();
            let why = why("rustc 2.0", &missing);
            assert!(
                why.starts_with(&format!("rustc 2.0 does not report {expect} as ")),
                "{why}"
            );
        };
        check(&["E1"], "E1");
        check(&["E1", "E2"], "E1 and E2");
        check(&["E1", "E2", "E3"], "E1 and 2 other errors");
        check(&[""; ERRORS.len()], "any of its errors");
    }
}
