//! One thread asks rustc while the user types on, and keeps the answers for later lines.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hook_rustc::sorted::sort_by;

use super::answer::{Item, ItemKind};
use super::ask::{self, Asking};
use super::cursor::{CompletionContext, call, cursor};
use super::hook::AskedHook;
use super::names::Names;
use super::signature::Signature;
use super::subject::Subject;
use crate::eval::compile::child;
use crate::eval::session::history::history;
use crate::guard;
use crate::progress::NotTheProgram;
use crate::syntax::items::items;

/// The number of answers that are kept.
const KEPT: usize = 200;

/// Something that can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    pub(crate) name: String,
    pub(crate) kind: ItemKind,
    /// How it is called, once that is known.
    pub(crate) signature: Option<Signature>,
}

/// What an answer is kept under: the module and the crate of the hook, how much the session had typed, and the
/// subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct CacheKey {
    module: &'static str,
    folder: &'static str,
    fingerprint: u64,
    session: usize,
    subject: Subject,
    /// The type of the local that is the subject, or else the address of the hook.
    of: Result<&'static str, u64>,
}

/// What the prompt wants to know next.
struct CompletionRequest {
    hook: Arc<AskedHook>,
    key: CacheKey,
    subject: Subject,
}

/// An answer. One that is empty says that rustc could not tell.
#[derive(Clone)]
struct Answer {
    found: Arc<Vec<Completion>>,
    /// Whether it is known of all of them how they are called.
    is_whole: bool,
}

#[derive(Default)]
struct State {
    /// What is asked next.
    wanted: Option<CompletionRequest>,
    /// What rustc is being asked.
    running: Option<CacheKey>,
    answers: HashMap<CacheKey, Answer>,
    has_thread: bool,
}

/// The state of a process. A forked child makes its own, because its parent's thread is not there.
struct WorkerState {
    state: Mutex<State>,
    changed: Condvar,
}

fn shared() -> &'static WorkerState {
    static OF_PROCESS: Mutex<Option<(u32, &'static WorkerState)>> = Mutex::new(None);
    let mut of_process = OF_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    match *of_process {
        Some((process, shared)) if process == std::process::id() => shared,
        _ => {
            let shared = Box::leak(Box::new(WorkerState {
                state: Mutex::default(),
                changed: Condvar::new(),
            }));
            *of_process = Some((std::process::id(), shared));
            shared
        }
    }
}

impl WorkerState {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the thread ask next, unless the answer is there or on its way. Nothing older is wanted any more.
    fn want(&'static self, wanted: CompletionRequest) {
        let mut state = self.state();
        if state.running.as_ref() == Some(&wanted.key) {
            state.wanted = None;
            return;
        }
        if state.answers.contains_key(&wanted.key) {
            return;
        }
        state.wanted = Some(wanted);
        if !state.has_thread {
            let made = thread::Builder::new().name("hookable-complete".into());
            state.has_thread = made.spawn(|| guard::unhooked(|| self.run())).is_ok();
        }
        self.changed.notify_all();
    }

    fn run(&self) {
        let _here = NotTheProgram::new();
        child::give_way();
        let mut names = HashMap::new();
        loop {
            let mut state = self.state();
            let CompletionRequest { hook, key, subject } = loop {
                match state.wanted.take() {
                    Some(wanted) => break wanted,
                    None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                }
            };
            state.running = Some(key.clone());
            drop(state);
            let cut_off = Cell::new(false);
            let of_hook = (key.module, key.folder, key.fingerprint);
            let answered = guard::caught(|| {
                let known = match names.entry(of_hook) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(vacant) => vacant.insert(ask::names(&hook)?),
                };
                self.answer(
                    &Asking {
                        hook: &hook,
                        subject: &subject,
                        names: &with_session(known, &subject),
                        wanted: &|| {
                            let is_wanted = self.state().wanted.is_none();
                            cut_off.set(!is_wanted);
                            is_wanted
                        },
                        is_private: Cell::default(),
                        typed: OnceCell::new(),
                    },
                    &key,
                )
            });
            let mut state = self.state();
            state.running = None;
            // An answer that another question cut off is asked for again when it is wanted. That may be already, and
            // no longer the other one.
            let is_cut_off = state.wanted.is_some();
            let is_answered = matches!(answered, Ok(Some(())));
            if !is_answered && cut_off.get() && !is_cut_off {
                state.wanted = Some(CompletionRequest { hook, key, subject });
                continue;
            }
            drop(state);
            if !is_answered && !is_cut_off {
                self.keep(key, Vec::new(), true);
            }
        }
    }

    /// Asks, and keeps the names as soon as they are known, then how they are called.
    fn answer(&self, asking: &Asking<'_>, key: &CacheKey) -> Option<()> {
        let found = asking.items()?;
        let mut completions: Vec<Completion> = found.into_iter().map(|item| self.completion(item, asking)).collect();
        self.keep(key.clone(), completions.clone(), false);
        // The fields of tuples have numbers, which no method has.
        let is_called = |found: &&Completion| {
            let is_number = found.name.starts_with(|c: char| c.is_ascii_digit());
            matches!(found.kind, ItemKind::Function | ItemKind::PrivateField(_)) && !is_number
        };
        let called = completions.iter().filter(is_called);
        let mut names: Vec<&str> = called.map(|found| found.name.as_str()).collect();
        if matches!(asking.subject, Subject::Members { .. }) {
            let is_new = |name: &&String| !completions.iter().any(|found| found.name == **name);
            names.extend(asking.names.private.iter().filter(is_new).map(String::as_str));
        }
        let Some(told) = asking.signatures(names.into_iter()) else {
            // The names are asked for again together with their signatures.
            self.state().answers.remove(key);
            return None;
        };
        for (name, told) in told {
            let (is_private, signature) = (told.is_private, told.signature_of());
            match completions.iter_mut().find(|found| found.name == name) {
                Some(found) => {
                    // A method may have the name of a private field, and a method that was found may not be stable.
                    found.kind = match signature {
                        Some(_) => ItemKind::Function,
                        None => ItemKind::PrivateField(String::new()),
                    };
                    found.signature = signature;
                }
                None if is_private => completions.push(Completion {
                    name,
                    kind: ItemKind::Function,
                    signature,
                }),
                None => {}
            }
        }
        completions.retain(|found| !matches!(found.kind, ItemKind::PrivateField(_)));
        sort_by(&mut completions, &|one, other| one.name.cmp(&other.name));
        self.keep(key.clone(), completions, true);
        Some(())
    }

    /// Returns what is known of an item at once.
    fn completion(&self, item: Item, asking: &Asking<'_>) -> Completion {
        let kind = match item.kind {
            ItemKind::PrivateField(owner) => match asking.field(&owner, &item.name) {
                Some(ty) => ItemKind::Field(ty),
                None => ItemKind::PrivateField(owner),
            },
            kind => kind,
        };
        Completion {
            name: item.name,
            kind,
            signature: None,
        }
    }

    fn keep(&self, key: CacheKey, found: Vec<Completion>, is_whole: bool) {
        let mut state = self.state();
        if state.answers.len() > KEPT {
            state.answers.clear();
        }
        let found = Arc::new(found);
        state.answers.insert(key, Answer { found, is_whole });
        drop(state);
        self.changed.notify_all();
    }

    /// Forgets an answer that is empty, which may have come from a call of rustc that failed or was cut off. Only the
    /// Tab key asks again, since each other key would.
    fn forget_empty(&self, key: &CacheKey) {
        let answers = &mut self.state().answers;
        if answers
            .get(key)
            .is_some_and(|answer| answer.is_whole && answer.found.is_empty())
        {
            answers.remove(key);
        }
    }

    /// Waits for an answer that is enough, at most until then. Returns what there is of it.
    fn wait(
        &self,
        key: &CacheKey,
        until: Instant,
        enough: &dyn Fn(&[Completion]) -> bool,
    ) -> Option<Arc<Vec<Completion>>> {
        let mut state = self.state();
        loop {
            let answer = state.answers.get(key);
            if let Some(answer) = answer.filter(|answer| answer.is_whole || enough(&answer.found)) {
                return Some(answer.found.clone());
            }
            let Some(left) = until.checked_duration_since(Instant::now()) else {
                return answer.map(|answer| answer.found.clone());
            };
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// Returns the names together with those that were typed in the session, and those in the line itself.
fn with_session(known: &Names, subject: &Subject) -> Names {
    let mut names = known.clone();
    let texts = history().texts();
    texts.iter().for_each(|text| names.read(text));
    names.read(&subject.text());
    names.spelled()
}

impl Asking<'_> {
    /// Returns the type of a field of one of the crate's structs, as it is written there.
    fn field(&self, owner: &str, field: &str) -> Option<String> {
        let texts = self.texts();
        let within = texts.iter().filter(|text| crate::eval::parse::mentions(text, owner));
        for text in within {
            let is_it = |path: &[String]| matches!(path, [.., own, name] if own == owner && name == field);
            let found = items(text)
                .into_iter()
                .find(|item| item.kind == "field" && is_it(&item.path));
            if let Some(item) = found {
                let ty = text[item.range].rsplit_once(&format!("{field}:"))?.1;
                return Some(ty.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        None
    }
}

impl CacheKey {
    fn of(hook: &AskedHook, subject: &Subject) -> (CacheKey, Subject) {
        let mut of = Err(hook.recorded.id);
        let mut kept = subject.clone();
        // A local is asked about by its type, so that the answer serves all that have the type.
        if let Subject::Members { value, around } = subject
            && let Some(ty) = hook.type_of(value)
            && around.chars().count() == 1
        {
            of = Ok(ty);
            kept = Subject::Scope;
        }
        let history = history();
        let key = CacheKey {
            module: hook.module,
            folder: hook.recorded.folder,
            fingerprint: hook.fingerprint(),
            session: history.typed_so_far(&subject.text()),
            subject: kept,
            of,
        };
        (key, subject.clone())
    }
}

/// Begins to ask about what is typed at the end of a text.
pub(crate) fn begin(hook: &Arc<AskedHook>, text: &str) {
    let subject = cursor(text).and_then(|cursor| Subject::of(text, &cursor.before));
    let called = || call(text).and_then(|call| Subject::of(text, &call.before));
    if let Some(subject) = called()
        .filter(|_| matches!(subject, None | Some(Subject::Scope)))
        .or(subject)
    {
        ask_about(hook, &subject);
    }
}

fn ask_about(hook: &Arc<AskedHook>, subject: &Subject) -> CacheKey {
    let (key, subject) = CacheKey::of(hook, subject);
    let hook = hook.clone();
    let asked = key.clone();
    shared().want(CompletionRequest { hook, key, subject });
    asked
}

/// Returns what can stand at the end of a text, if that is known within this time. Where the names are not `enough`, it
/// also waits for how they are called.
pub(crate) fn completions(
    hook: &Arc<AskedHook>,
    text: &str,
    before: &CompletionContext,
    wait: Duration,
    enough: &dyn Fn(&[Completion]) -> bool,
) -> Option<Arc<Vec<Completion>>> {
    let until = Instant::now() + wait;
    let subject = Subject::of(text, before)?;
    shared().forget_empty(&CacheKey::of(hook, &subject).0);
    let key = ask_about(hook, &subject);
    shared().wait(&key, until, enough)
}

/// Returns what is to be typed yet of the call that a text ends in, if that is known.
pub(crate) fn hint(hook: &Arc<AskedHook>, text: &str) -> Option<String> {
    let call = call(text)?;
    let subject = Subject::of(text, &call.before)?;
    let (key, _) = CacheKey::of(hook, &subject);
    let found = shared().state().answers.get(&key).cloned()?;
    let name = &text[call.name];
    let found = found.found.iter().find(|found| found.name == name)?;
    Some(found.signature.as_ref()?.rest(call.argument, call.is_fresh))
}
