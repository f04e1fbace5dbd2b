//! A random forest that tells malignant from benign tumours, on the Wisconsin breast cancer data that smartcore ships.
//!
//! The hook stands after the training: the model can be looked at, scored by a metric that the program does not have,
//! and kept, and a kept one used in a later run. Sessions of two runs, the second of which trains a single tree:
//!
//! ```text
//! $ cargo run -p datascience
//! trained, trees: 50, right: 96.8 %
//! hooked at examples/datascience/src/main.rs:90 in main, thread main, 8 locals
//!   89
//! > 90  hook!("trained, trees: {trees}, right: {:.1} %", score * 100.0);
//!   91
//! type any Rust; :c or Ctrl-D resumes; :tour shows more
//! hook> :locals trees score
//! trees: u16 = 50
//! score: f64 = 0.968421052631579
//! hook> :save forest forest.json
//! saved forest to forest.json, 428079 bytes
//! hook> use smartcore::metrics::{precision, recall}
//! hook> let found = forest.predict(&unseen)?
//! hook> recall(&expected, &found)
//! 0.9824561403508771
//! hook> found.iter().zip(&expected).filter(|(found, expected)| found > expected).count()
//! 4
//! hook> let model = serde_json::to_value(&forest)?
//! hook> model["trees"].as_array()?.iter().filter_map(|tree| tree["depth"].as_u64()).max()
//! Some(10)
//! hook> serde_json::to_writer(std::fs::File::create("model.json")?, &forest)?
//! hook> :c
//! 6 of 190 wrong
//!
//! $ cargo run -p datascience -- 1
//! trained, trees: 1, right: 95.3 %
//! hooked at examples/datascience/src/main.rs:90 in main, thread main, 8 locals
//!   89
//! > 90  hook!("trained, trees: {trees}, right: {:.1} %", score * 100.0);
//!   91
//! type any Rust; :c or Ctrl-D resumes; :tour shows more
//! hook> :load forest forest.json
//! loaded forest from forest.json
//! hook> forest = serde_json::from_reader(std::fs::File::open("model.json")?)?
//! hook> :c
//! changed here: forest changed
//! 6 of 190 wrong
//! ```
//!
//! The trees are a private field, at the hook as anywhere: `forest.trees` is rustc's E0616. As JSON they can be
//! counted.

use hookable::{hook, hookable};
use smartcore::dataset::breast_cancer;
use smartcore::ensemble::random_forest_classifier::{RandomForestClassifier, RandomForestClassifierParameters};
use smartcore::error::Failed;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::metrics::accuracy;

type Forest = RandomForestClassifier<f32, u32, DenseMatrix<f32>, Vec<u32>>;

/// Samples and their classes.
type Labelled = (DenseMatrix<f32>, Vec<u32>);

/// Every third sample is for the test.
fn split() -> Result<(Labelled, Labelled), Failed> {
    let data = breast_cancer::load_dataset();
    let samples = data
        .data
        .chunks(data.num_features)
        .map(<[f32]>::to_vec)
        .zip(data.target)
        .enumerate();
    let (test, training): (Vec<_>, Vec<_>) = samples.partition(|(number, _)| number % 3 == 0);
    let labelled = |part: Vec<(usize, (Vec<f32>, u32))>| {
        let (rows, classes): (Vec<_>, Vec<_>) = part.into_iter().map(|(_, sample)| sample).unzip();
        DenseMatrix::from_2d_vec(&rows).map(|rows| (rows, classes))
    };
    Ok((labelled(training)?, labelled(test)?))
}

#[hookable]
fn main() -> Result<(), Failed> {
    let trees = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(50);
    let ((samples, classes), (unseen, expected)) = split()?;

    let parameters = RandomForestClassifierParameters::default()
        .with_n_trees(trees)
        .with_seed(7);
    let forest: Forest = RandomForestClassifier::fit(&samples, &classes, parameters)?;
    let score = accuracy(&expected, &forest.predict(&unseen)?);

    hook!("trained, trees: {trees}, right: {:.1} %", score * 100.0);

    let predicted = forest.predict(&unseen)?;
    let missed = expected
        .iter()
        .zip(&predicted)
        .filter(|(expected, predicted)| expected != predicted)
        .count();
    println!("{missed} of {} wrong", expected.len());
    Ok(())
}
