//! Gradient descent for `A x = b`, with a step size that is too large: every iteration leads further away.
//!
//! The hook opens at each iteration as long as `watch` is true. A session:
//!
//! ```text
//! $ cargo run --example convergence
//! iteration 1: error 1.46e1
//! hooked at examples/convergence.rs:52 in descend, thread main, 6 locals
//!   51  }
//! > 52  hook!("iteration {iteration}: error {error:.2e}", when = watch);
//!   53  for (value, gradient) in x.iter_mut().zip(r) {
//! type any Rust; :c or Ctrl-D resumes; :tour shows more
//! hook> :locals
//! x: [f64; 2]    = [0.0, 0.0]
//! step: f64      = 0.25
//! watch: bool    = true
//! iteration: i32 = 1
//! r: [f64; 2]    = [14.0, 4.0]
//! error: f64     = 14.560219778561036
//! hook> :c
//! iteration 2: error 2.33e1
//! examples/convergence.rs:52, hit 2: x = [3.5, 1.0], iteration = 2, r = [-23.0, -4.0], error = 23.345235059857504
//! hook> step = 0.15
//! hook> x = [0, 0]
//! hook> watch = false
//! hook> :c
//! changed here: x: [3.5, 1.0] -> [0.0, 0.0], step: 0.25 -> 0.15, watch: true -> false
//! converged after 232 iterations
//! x = [1.000000, 2.000000]
//! ```

use hookable::{hook, hookable};

const A: [[f64; 2]; 2] = [[10.0, 2.0], [2.0, 1.0]];
const B: [f64; 2] = [14.0, 4.0];

/// How far `A x` is from `b`, per component.
fn residual(x: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|row| B[row] - A[row][0] * x[0] - A[row][1] * x[1])
}

#[hookable]
fn descend(mut x: [f64; 2], step: f64) -> Result<[f64; 2], [f64; 2]> {
    let watch = true;
    for iteration in 1..=500 {
        let r = residual(x);
        let error = r[0].hypot(r[1]);
        if error < 1e-9 {
            println!("converged after {iteration} iterations");
            return Ok(x);
        }
        hook!("iteration {iteration}: error {error:.2e}", when = watch);
        for (value, gradient) in x.iter_mut().zip(r) {
            *value += step * gradient;
        }
    }
    Err(x)
}

fn main() {
    match descend([0.0, 0.0], 0.25) {
        Ok(x) => println!("x = {x:.6?}"),
        Err(x) => println!("no convergence: x = {x:?}"),
    }
}
