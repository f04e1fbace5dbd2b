//! Plants hooks in published crates while a program that uses them runs, from a hook of that program.
//!
//! Each crate gets the line `hookable::this_crate!();` and nothing else. All hooks of a crate are planted by one line.
//! Each is enabled alone then, and an expression that is typed where it stops has to give what the table says. At the
//! end all are deleted, and nothing stops any more.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{copied, crates};

const TABLE: &str = include_str!("../planted/places.txt");
const PROGRAM: &str = include_str!("../planted/main.rs");

/// What an unknown command is answered with stands between the answers.
const MARK: &str = "there is no command `:mark`; `:help` lists them";

/// A place in a crate, what is typed there, and the answer.
struct PlantedPlace<'t> {
    place: &'t str,
    typed: &'t str,
    answer: &'t str,
}

/// Returns the crates of the table, each as `NAME=VERSION` and with its places.
fn table() -> Vec<(String, Vec<PlantedPlace<'static>>)> {
    let crates = TABLE.split("\n\n").map(|krate| {
        let mut lines = krate.lines();
        let named = lines.next().unwrap_or_default().replace(' ', "=");
        let places = lines.filter_map(|line| {
            let [place, typed, answer] = line.split(" | ").collect::<Vec<_>>()[..] else {
                return None;
            };
            Some(PlantedPlace { place, typed, answer })
        });
        (named, places.collect())
    });
    crates.collect()
}

/// Returns whether every hook was planted, hit, showed the right value, and was deleted.
pub(crate) fn run(work: &Path) -> Result<bool, Box<dyn Error>> {
    fs::create_dir_all(work)?;
    let (work, table) = (work.canonicalize()?, table());
    let named: Vec<String> = table.iter().map(|(named, _)| named.clone()).collect();
    let package = work.join("planted");
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("src/main.rs"), PROGRAM)?;
    let mut manifest =
        "[package]\nname = \"planted\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n"
            .to_owned();
    for published in crates::fetch(&work.join("fetch"), &named)? {
        let folder = copied(&published, &work.join("src"))?;
        crates::depend_on_hookable(&folder)?;
        if !published.names_crates {
            crates::name_hookable(&folder)?;
        }
        let root = folder.join("src/lib.rs");
        let text = fs::read_to_string(&root)?;
        fs::write(&root, text + "\nhookable::this_crate!();\n")?;
        manifest += &format!("{} = {{ path = {:?} }}\n", published.name, folder.display().to_string());
    }
    fs::write(package.join("Cargo.toml"), manifest)?;
    crates::depend_on_hookable(&package)?;
    let built = Command::new("cargo")
        .args(["build", "-q"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", work.join("target"))
        .status()?;
    if !built.success() {
        return Err("failed to build the crates with `this_crate!` in them".into());
    }
    let began = Instant::now();
    let said = typed(&work, &script(&table), &table)?;
    let took = began.elapsed().as_secs_f64();
    let mut answers = said.split(MARK);
    let mut all_hold = true;
    for (named, places) in &table {
        let planted = answers.next().unwrap_or_default();
        let count = planted.matches(" is planted at ").count();
        println!("{named}: {count} of {} places planted by one line", places.len());
        if count != places.len() {
            all_hold = false;
            println!("{planted}");
        }
    }
    let (mut hit, mut right) = (0, 0);
    for place in table.iter().flat_map(|(_, places)| places) {
        let (stop, answer) = (
            answers.next().unwrap_or_default(),
            answers.next().unwrap_or_default().trim(),
        );
        let stops = stop.lines().rfind(|line| line.starts_with("hooked at "));
        let is_hit = stops.is_some_and(|line| !line.contains("in main,"));
        let is_right = is_hit && answer == place.answer;
        hit += usize::from(is_hit);
        right += usize::from(is_right);
        if !is_right {
            all_hold = false;
            println!(
                "    {}: {} gives {answer}, not {}, at {}",
                place.place,
                place.typed,
                place.answer,
                stops.unwrap_or("no hook")
            );
        }
    }
    let left = answers.next().unwrap_or_default();
    let mut stops = left.lines().filter(|line| line.starts_with("hooked at "));
    let is_gone = stops.all(|line| line.contains("in main,")) && left.trim_end().ends_with("end");
    all_hold &= is_gone;
    let total: usize = table.iter().map(|(_, places)| places.len()).sum();
    println!(
        "{total} places: {hit} hit, {right} values right, {} once deleted, {took:.0} s",
        if is_gone { "none stops" } else { "one stops" }
    );
    if !is_gone {
        println!("{left}");
    }
    Ok(all_hold)
}

/// Returns the lines that are typed: all are planted, then one after the other is enabled, hit and looked at.
fn script(table: &[(String, Vec<PlantedPlace<'_>>)]) -> String {
    let mut script = String::new();
    for (_, places) in table {
        let places: Vec<&str> = places.iter().map(|place| place.place).collect();
        script += &format!(":break {}\n:mark\n", places.join(" "));
    }
    // The first hook is that of the program.
    let numbered = table.iter().flat_map(|(_, places)| places).zip(2..);
    let numbers: Vec<String> = numbered.clone().map(|(_, number)| number.to_string()).collect();
    let numbers = numbers.join(" ");
    script += &format!(":disable {numbers}\n");
    for (place, number) in numbered {
        script += &format!(
            ":enable {number}\n:c\n:mark\n{}\n:mark\n:disable {number}\n:c\n",
            place.typed
        );
    }
    script + &format!(":delete {numbers}\n:enable 1\n:breaks\n:c\n:off all\n")
}

/// Runs the program with a script, and returns what it says, both streams as one.
fn typed(work: &Path, script: &str, table: &[(String, Vec<PlantedPlace<'_>>)]) -> Result<String, Box<dyn Error>> {
    let (lines, log) = (work.join("planted.script"), work.join("planted.log"));
    fs::write(&lines, script)?;
    let out = File::create(&log)?;
    let rounds: usize = 2 * table.iter().map(|(_, places)| places.len()).sum::<usize>() + 3;
    Command::new(work.join("target/debug/planted"))
        .arg(rounds.to_string())
        .stdin(Stdio::from(File::open(&lines)?))
        .stderr(Stdio::from(out.try_clone()?))
        .stdout(Stdio::from(out))
        .status()?;
    Ok(fs::read_to_string(&log)?)
}
