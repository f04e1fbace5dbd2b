//! The line through numbers is written as a picture.

use std::fmt::Write;

use super::{Series, range, short};

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 60.0;

/// Draws numbers over their places as an SVG picture. `title` may be any text.
pub fn svg(series: &Series, title: &str) -> String {
    let numbers = &series.numbers[..];
    let (least, greatest) = range(numbers);
    let (inner_width, inner_height) = (WIDTH - 2.0 * MARGIN, HEIGHT - 2.0 * MARGIN);
    let last = (numbers.len() - 1).max(1) as f64;
    let range = greatest / 2.0 - least / 2.0;
    let mut path = String::new();
    let mut is_gap = true;
    for (at, number) in numbers.iter().enumerate() {
        if number.is_finite() {
            let share = if range == 0.0 {
                0.5
            } else {
                (number / 2.0 - least / 2.0) / range
            };
            let (x, y) = (
                MARGIN + at as f64 / last * inner_width,
                HEIGHT - MARGIN - share * inner_height,
            );
            let verb = if is_gap { 'M' } else { 'L' };
            write!(path, "{verb}{x:.1} {y:.1}").expect("a string takes all");
            // A single point becomes a line of no length, whose round ends make it visible.
            if is_gap {
                path.push_str("h0");
            }
        }
        is_gap = !number.is_finite();
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (right, bottom) = (WIDTH - MARGIN, HEIGHT - MARGIN);
    let label = |x: f64, y: f64, anchor: &str, text: &str| {
        format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>\n")
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <path d=\"M{MARGIN} {MARGIN}V{bottom}H{right}\" fill=\"none\" stroke=\"gray\"/>\n\
         <path d=\"{path}\" fill=\"none\" stroke=\"steelblue\" stroke-width=\"1.5\" stroke-linecap=\"round\"/>\n"
    );
    out += &label(WIDTH / 2.0, MARGIN / 2.0, "middle", &title);
    out += &label(MARGIN - 6.0, MARGIN + 4.0, "end", &short(greatest));
    out += &label(MARGIN - 6.0, bottom + 4.0, "end", &short(least));
    out += &label(MARGIN, bottom + 18.0, "middle", &short(series.first));
    out += &label(right, bottom + 18.0, "middle", &short(series.last));
    out + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_the_line() {
        let picture = svg(&Series::of(vec![0.0, 1.0, f64::NAN, 0.5]), "a < b && c");
        assert!(
            picture.contains("d=\"M60.0 340.0h0L286.7 60.0M740.0 200.0h0\""),
            "{picture}"
        );
        assert!(picture.contains(">a &lt; b &amp;&amp; c<"), "{picture}");
    }
}
