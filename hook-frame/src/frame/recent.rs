//! The values that locals had at the last hits of their hooks. At a stop the values of all are noted; at a hit that is
//! passed over, only those that the user asked about, so that other hits cost no more than one load.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hook_rustc::sorted::{sort, sort_by_key};

use super::changes::{Values, cut};
use super::{Frame, Site};
use crate::format::{Limit, Shown};
use crate::render::{beginning, visible_line};

/// So many values of a local are kept.
const MOST: usize = 200;
/// So many columns of each value are kept.
const WIDEST: usize = 1000;
/// So many columns of each value are shown of the last ones that are known.
const SHOWN: usize = 60;

/// This is set once the user has asked about a local.
static ANY: AtomicBool = AtomicBool::new(false);

/// The values of a local, with the numbers of the hits, the oldest first.
type Hits = VecDeque<(u64, String)>;

#[derive(Default)]
struct OfSite {
    site: Option<&'static Site>,
    /// These locals are noted at each hit, by position.
    wanted: Vec<usize>,
    hits: HashMap<usize, Hits>,
}

/// The values of all hooks, by the address of the site.
type OfSites = HashMap<usize, OfSite>;

fn sites() -> MutexGuard<'static, Option<OfSites>> {
    static SITES: Mutex<Option<OfSites>> = Mutex::new(None);
    SITES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has the values of a local noted at each hit from now on. Returns the values that are known.
pub fn of(site: &'static Site, index: usize) -> Vec<(u64, String)> {
    let mut sites = sites();
    let of_site = sites.get_or_insert_default().entry(site.address()).or_default();
    if !of_site.wanted.contains(&index) {
        of_site.wanted.push(index);
    }
    ANY.store(true, Ordering::Relaxed);
    of_site.hits.get(&index).cloned().unwrap_or_default().into()
}

/// Returns whether values are noted at each hit of a hook.
pub fn is_wanted(site: &'static Site) -> bool {
    ANY.load(Ordering::Relaxed) && !wanted(site).is_empty()
}

fn wanted(site: &'static Site) -> Vec<usize> {
    let sites = sites();
    let of_site = sites.as_ref().and_then(|sites| sites.get(&site.address()));
    of_site.map_or(Vec::new(), |of_site| of_site.wanted.clone())
}

/// Notes the values of the locals that the user asked about.
pub fn hit(frame: &Frame<'_, '_>) {
    if !is_wanted(frame.site) {
        return;
    }
    // Formatting runs the user's code, so no lock is held meanwhile.
    let wanted = wanted(frame.site);
    let texts = frame.locals().filter(|local| wanted.contains(&local.index));
    let texts: Vec<_> = texts
        .filter_map(|local| match local.line(Limit::line(WIDEST))? {
            Shown::Text { text, .. } => Some((local.index, text)),
            Shown::Opaque | Shown::Failed(_) => None,
        })
        .collect();
    note(frame, texts.into_iter());
}

/// Notes the values of all locals at a stop.
pub fn stop(frame: &Frame<'_, '_>, values: &Values) {
    note(frame, values.texts().map(|(index, text)| (index, text.to_owned())));
}

/// Returns the last values that are known of the locals of a function, each with the place and the hit.
pub fn last_in(file: &str, function: &str) -> Vec<String> {
    let sites = sites();
    let mut all: Vec<String> = Vec::new();
    for of_site in sites.iter().flat_map(HashMap::values) {
        let Some(site) = of_site
            .site
            .filter(|site| (site.file, site.function) == (file, function))
        else {
            continue;
        };
        let mut hits: Vec<_> = of_site.hits.iter().collect();
        sort_by_key(&mut hits, &|(index, _)| **index);
        let last = hits
            .into_iter()
            .filter_map(|(index, hits)| Some((site.bindings.get(*index)?, hits.back()?)));
        all.extend(last.map(|(binding, (hit, text))| {
            let text = cut(text, SHOWN);
            format!("{} was {text} at hit {hit} of {file}:{}", binding.name, site.line)
        }));
    }
    sort(&mut all);
    all
}

fn note(frame: &Frame<'_, '_>, texts: impl Iterator<Item = (usize, String)>) {
    let mut sites = sites();
    let of_site = sites.get_or_insert_default().entry(frame.site.address()).or_default();
    of_site.site = Some(frame.site);
    for (index, text) in texts {
        let hits = of_site.hits.entry(index).or_default();
        if hits.back().is_some_and(|(number, _)| *number == frame.number) {
            continue;
        }
        if hits.len() == MOST {
            hits.pop_front();
        }
        hits.push_back((frame.number, beginning(&visible_line(&text), WIDEST).to_owned()));
    }
}
