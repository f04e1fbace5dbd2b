//! The call of a line names a crate with what lines need of `hookable`, in its place: rustc loads all crates that a
//! named one depends on, and reads of each which functions it has.
//!
//! `hookable` depends on that crate, so its metadata have the end of the file's name (see `graph`). Where that does not
//! tell a single file, none is taken.

use std::path::PathBuf;

use super::Invocation;
use super::graph::{ends, parts};
use crate::args::{Arg, values};
use crate::content::metadata_of;

/// The crate that stands for `hookable`.
const STAND_IN: &str = "hook_line";
const HOOKABLE: &str = "hookable";

/// A library that stands for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    library: PathBuf,
    path: PathBuf,
}

impl Invocation {
    /// Returns the name that the crate gives `hookable`, or what stands for it in the call of a line: that is the first
    /// of its name.
    pub fn name_of_hookable(&self) -> Option<String> {
        self.name_of_library(HOOKABLE)
            .or_else(|| self.name_of_library(STAND_IN))
    }

    /// Returns what can stand for the libraries of `hookable` that the call names.
    pub fn stand_ins(&self) -> Vec<StandIn> {
        let args = self.split();
        let named = values(&args, "--extern").filter_map(|named| named.split_once('='));
        let named = named.map(|(_, path)| self.dir.join(path));
        let of_hookable = named.filter(|path| parts(path).is_some_and(|(name, _)| name == HOOKABLE));
        let of_hookable: Vec<PathBuf> = of_hookable.collect();
        if of_hookable.is_empty() {
            return Vec::new();
        }
        let mut files = self.searched();
        files.retain(|path| {
            path.extension().is_some_and(|kind| kind == "rlib") && parts(path).is_some_and(|(name, _)| name == STAND_IN)
        });
        let stand_in = |library: PathBuf| {
            let metadata = metadata_of(&library).ok()?;
            let needed: Vec<&str> = ends(&metadata).collect();
            let mut found = files
                .iter()
                .filter(|path| parts(path).is_some_and(|(_, end)| needed.contains(&end)));
            let path = found.next().filter(|_| found.next().is_none())?.clone();
            Some(StandIn { library, path })
        };
        // Of several versions the first is that which code names, so either all are replaced or none is.
        let all: Option<Vec<StandIn>> = of_hookable.into_iter().map(stand_in).collect();
        all.unwrap_or_default()
    }

    /// Returns the same call with what stands for some libraries in their place, if all of it is still there. It comes
    /// before all else that the call names, for the crate may name one of its own that is called as that is.
    pub(crate) fn with(&self, stand_ins: &[StandIn]) -> Invocation {
        if !stand_ins.iter().all(|it| it.path.is_file()) {
            return self.clone();
        }
        let stand_in = |arg: &Arg| {
            let (name, path) = match arg {
                Arg::Option(option, value) if option == "--extern" => value.split_once('=')?,
                _ => return None,
            };
            let library = self.dir.join(path);
            let it = stand_ins.iter().find(|it| it.library == library)?;
            Some(Arg::Option("--extern".into(), format!("{name}={}", it.path.to_str()?)))
        };
        let mut args = self.split();
        let names = |arg: &Arg| matches!(arg, Arg::Option(option, _) if option == "--extern");
        let first = args.iter().position(names).unwrap_or_default();
        let swapped: Vec<Arg> = args.iter().filter_map(stand_in).collect();
        args.retain(|arg| stand_in(arg).is_none());
        args.splice(first..first, swapped);
        let mut texts = Vec::new();
        args.into_iter().for_each(|arg| arg.add_to(&mut texts));
        Invocation {
            args: texts,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::call;
    use super::*;
    use crate::temporary;

    fn folder_with(files: &[(&str, &str)]) -> PathBuf {
        let folder = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        folder
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], externs: &str, expect: &str) {
        let folder = folder_with(files);
        let args = format!("x.rs -L dependency=. -C opt-level=1 {externs} --test");
        let call = Invocation {
            dir: folder.clone(),
            ..call(&args)
        };
        let swapped = call.with(&call.stand_ins()).args.join(" ");
        let gone = files
            .iter()
            .try_for_each(|(name, _)| fs::remove_file(folder.join(name)));
        fs::remove_dir_all(&folder).unwrap();
        gone.unwrap();
        let begin = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
        let swapped = swapped.replace("./", "").replace(&begin, "");
        assert_eq!(swapped, format!("x.rs -L dependency=. -C opt-level=1 {expect} --test"));
    }

    const HOOKABLE: (&str, &str) = ("libhookable-01.rlib", "rust hook_line -a1 std -f0");
    const LINE: (&str, &str) = ("libhook_line-a1.rlib", "rust");
    const OTHER: (&str, &str) = ("libhook_line-a2.rlib", "rust");

    #[test]
    fn what_hookable_depends_on_stands_for_it() {
        check(
            &[HOOKABLE, LINE, OTHER],
            "--extern hookable=libhookable-01.rlib --extern log=liblog-1.rlib",
            "--extern=hookable=libhook_line-a1.rlib --extern=log=liblog-1.rlib",
        );
        check(
            &[("libhookable-01.rmeta", HOOKABLE.1), LINE],
            "--extern=hookable=libhookable-01.rmeta",
            "--extern=hookable=libhook_line-a1.rlib",
        );
        check(
            &[HOOKABLE, LINE],
            "--extern=priv:hk=libhookable-01.rlib",
            "--extern=priv:hk=libhook_line-a1.rlib",
        );
        check(
            &[HOOKABLE, LINE, OTHER],
            "--extern=hook_line=libhook_line-a2.rlib --extern=hookable=libhookable-01.rlib",
            "--extern=hookable=libhook_line-a1.rlib --extern=hook_line=libhook_line-a2.rlib",
        );
    }

    #[test]
    fn where_it_is_not_sure_nothing_does() {
        let externs = "--extern=hookable=libhookable-01.rlib";
        check(&[HOOKABLE], externs, externs);
        check(&[HOOKABLE, OTHER], externs, externs);
        check(&[LINE], externs, externs);
        check(&[HOOKABLE, ("libhook_line-a1.rmeta", "rust")], externs, externs);
        let both = ("libhookable-01.rlib", "rust hook_line -a1 -a2");
        check(&[both, LINE, OTHER], externs, externs);
        check(
            &[HOOKABLE, LINE],
            "--extern=f=libfacade-1.rlib",
            "--extern=f=libfacade-1.rlib",
        );
    }

    #[test]
    fn several_versions_have_one_each() {
        let second = ("libhookable-02.rlib", "rust hook_line -a2");
        check(
            &[HOOKABLE, second, LINE, OTHER],
            "--extern=a=libhookable-02.rlib --extern=b=libhookable-01.rlib",
            "--extern=a=libhook_line-a2.rlib --extern=b=libhook_line-a1.rlib",
        );
        let externs = "--extern=a=libhookable-02.rlib --extern=b=libhookable-01.rlib";
        check(&[HOOKABLE, second, LINE], externs, externs);
    }

    #[test]
    fn what_is_gone_stands_for_nothing() {
        let folder = folder_with(&[HOOKABLE, LINE]);
        let named = format!("--extern=hookable={}", folder.join(HOOKABLE.0).display());
        let call = call(&format!("x.rs -L dependency={} {named}", folder.display()));
        let stand_ins = call.stand_ins();
        assert_eq!(stand_ins.len(), 1);
        fs::remove_file(folder.join(LINE.0)).unwrap();
        assert!(call.with(&stand_ins).args.contains(&named));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn its_name_is_that_of_either() {
        let name = |args: &str| call(args).name_of_hookable();
        assert_eq!(name("--extern hk=/d/libhookable-01.rlib").as_deref(), Some("hk"));
        assert_eq!(name("--extern hk=/d/libhook_line-01.rlib").as_deref(), Some("hk"));
        assert_eq!(name("--extern log=/d/liblog-01.rlib"), None);
        let stands_in = "--extern hk=/d/libhook_line-01.rlib --extern hook_line=/d/libhook_line-02.rlib";
        assert_eq!(name(stands_in).as_deref(), Some("hk"));
    }
}
