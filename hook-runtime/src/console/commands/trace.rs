//! `:trace` plants what prints values and stops nothing.

use super::super::{Console, Flow, Outcome};
use super::planting::Planting;
use super::usage;
use crate::breakpoints::place::Place;
use crate::breakpoints::planted::HookAction;
use crate::breakpoints::shape::HookShape;
use crate::syntax::arguments;

pub(super) fn trace(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (place, values) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if place.is_empty() {
        return Err(usage("trace"));
    }
    let place = Place::parse(place)?;
    let Some((mut planting, mut places)) = Planting::at(console, vec![place])?.pop() else {
        return Ok(Flow::Stay);
    };
    let Some((place, found)) = places.pop() else {
        return Ok(Flow::Stay);
    };
    let values: Vec<String> = match values.trim() {
        "" => found.function.params.clone(),
        values => arguments(values).into_iter().map(str::to_owned).collect(),
    };
    let code = format!("{}::__private::trace!({});", planting.root, values.join(", "));
    planting.add(
        place,
        &found,
        code,
        false,
        (HookShape::Alone, HookAction::Trace(values)),
    );
    for one in planting.plant(console)? {
        console.out.remark(&format!(
            "trace {} is planted at {}:{} in {}",
            one.number, one.shown, one.line, one.function
        ));
    }
    Ok(Flow::Stay)
}
