//! One hook: the `static` that describes it, the gate, and its captures.
//!
//! The captures are written once, as tagged lines: put in place for the program, or into a file for rustc to judge. A probe
//! asks three more questions of each binding, for a plain `&mut` beside its neighbours answers none of them alone:
//!
//! - *unique*, *shared*: `let _ = &mut a;`, `let _ = &a;`. Nothing lives on, so only the user's own borrows are in the way.
//! - *whole*: rustc reports a moved value once per set of moves that reach a use, not once per use. So a branch that never
//!   comes back moves the value itself before it uses it: each hook's set is its own, each gets its error, and the error
//!   lists every other move that reaches this hook, or none.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::body::{late, resolve};
use super::lines::{Role, Tag};
use super::slot::slot;
use super::{Planned, Style};
use crate::hook::HookArgs;
use crate::place;
use crate::plan::{Capture, Level, Typing, asks_whole};
use crate::root;
use crate::scope::{Binding, BindingId, BindingKind, Site};

/// A line of code and what it is about.
pub(super) type Line = (TokenStream, Tag);

pub(super) fn emit(planned: &Planned<'_>, number: usize, style: Style<'_>) -> TokenStream {
    let scopes = planned.scopes;
    let index = scopes.sites.iter().position(|site| site.number == number);
    let Some(index) = index else {
        return quote!(@hookable {});
    };
    let (site, captures, key) = (&scopes.sites[index], &planned.plan[index], &planned.keys[number]);
    let hook = &planned.hooks[number];
    let locals = Locals {
        planned,
        site,
        captures,
        key,
    };
    let description = locals.description(&hook.args, hook.span, style);
    let (private, body) = (root::private(), locals.body(style));
    let when = hook
        .args
        .when
        .as_ref()
        .map(|when| quote!(&& { let when: #private::bool = #when; when }));
    let every = hook
        .args
        .every
        .as_ref()
        .map_or_else(|| quote!(1), ToTokens::to_token_stream);
    let message = hook.args.message.as_ref();
    let hit = match message {
        Some(_) => quote!(mut __hookable_hit),
        None => quote!(__hookable_hit),
    };
    let message =
        message.map(|message| quote!(#private::Hit::message(&mut __hookable_hit, #private::format_args!(#message));));
    quote!(@hookable {
        static __HOOKABLE_SITE: #private::Site = #description;
        if #private::Site::reached(&__HOOKABLE_SITE) #when {
            if let #private::Option::Some(#hit) = #private::Site::hit(&__HOOKABLE_SITE, #every) {
                #message
                #body
            }
        }
    })
}

pub(super) struct Locals<'a> {
    planned: &'a Planned<'a>,
    site: &'a Site,
    captures: &'a [Capture],
    pub(super) key: &'a str,
}

/// One visible binding of the site.
pub(super) struct Local<'a> {
    position: usize,
    id: BindingId,
    pub(super) binding: &'a Binding,
    pub(super) capture: &'a Capture,
    pub(super) cfgs: TokenStream,
    marker: Ident,
    late: Ident,
}

impl Local<'_> {
    /// What a capture borrows.
    pub(super) fn place(&self) -> TokenStream {
        let ident = &self.binding.ident;
        match self.capture.level {
            Level::Unique if self.binding.kind == BindingKind::SelfMut => quote!(&mut &mut *#ident),
            Level::Unique => quote!(&mut #ident),
            _ => quote!(&#ident),
        }
    }
}

impl<'a> Locals<'a> {
    pub(super) fn all(&self) -> impl Iterator<Item = Local<'a>> {
        let (scopes, site) = (self.planned.scopes, self.site);
        site.visible
            .iter()
            .zip(self.captures)
            .enumerate()
            .map(move |(position, (visible, capture))| {
                let cfgs = &visible.cfgs;
                Local {
                    position,
                    id: visible.binding,
                    binding: &scopes.bindings[visible.binding],
                    capture,
                    cfgs: quote!(#(#[cfg(#cfgs)])*),
                    marker: format_ident!("__hookable_marker{}", position),
                    late: late(visible.binding),
                }
            })
    }

    fn typed(&self) -> impl Iterator<Item = Local<'a>> {
        self.all().filter(|local| local.capture.typing != Typing::Unknown)
    }

    fn line(&self, local: &Local<'_>, role: Role, code: TokenStream) -> Line {
        let cfgs = &local.cfgs;
        (
            quote!(#cfgs #code),
            Tag {
                key: self.key.to_string(),
                position: local.position,
                role,
            },
        )
    }

    fn description(&self, args: &HookArgs, span: proc_macro2::Span, style: Style<'_>) -> TokenStream {
        let function = {
            let mut body = self.site.body;
            while let Some(parent) = self.planned.scopes.bodies[body].parent {
                body = parent;
            }
            &self.planned.scopes.bodies[body].name
        };
        let private = root::private();
        let bindings = self.all().map(|local| {
            let (cfgs, name, line) = (
                &local.cfgs,
                local.binding.ident.to_string(),
                place::start(local.binding.ident.span()).line,
            );
            let name = name.trim_start_matches("r#");
            let (line, state, reason) = (
                Literal::usize_unsuffixed(line),
                format_ident!("{}", format!("{:?}", local.capture.state)),
                &local.capture.reason,
            );
            quote!(#cfgs #private::Binding {
                name: #name, line: #line, state: #private::State::#state, reason: #reason
            })
        });
        let path = place::local_file(span).and_then(|file| std::path::absolute(file).ok());
        let path = path.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let file = place::file(span);
        let start = place::start(span);
        let (line, column) = (
            Literal::usize_unsuffixed(start.line),
            Literal::usize_unsuffixed(start.column + 1),
        );
        let target = args
            .target
            .as_ref()
            .map_or_else(|| quote!(""), ToTokens::to_token_stream);
        let (read_only, note) = (
            args.read_only,
            if let Style::Final { note, .. } = style {
                note
            } else {
                ""
            },
        );
        quote!(#private::Site {
            file: #file, path: #path, line: #line, column: #column,
            module_path: #private::module_path!(),
            function: #function, target: #target, read_only: #read_only, note: #note,
            bindings: &[#(#bindings),*],
            hits: #private::AtomicU64::new(0),
        })
    }

    fn body(&self, style: Style<'_>) -> TokenStream {
        let private = root::private();
        let markers = self
            .typed()
            .map(|Local { cfgs, marker, .. }| quote!(#cfgs let #marker = #private::Marker::new();));
        let early = self.typed().filter(|_| self.site.conditional);
        let early = early.map(|Local { cfgs, late, .. }| quote!(#cfgs let #late = #private::late();));
        let open = quote!(#(#markers)* #(#early)*);
        let ties = self.ties();
        let snapshots = self.snapshots();
        let captures = self.captures();
        match style {
            Style::Final { .. } | Style::Mention => {
                let (ties, snapshots, captures) = (code(&ties), code(&snapshots), code(&captures));
                let opens = match style {
                    Style::Final { live: Some(live), .. } => {
                        let (before, with) = slot(self, live);
                        quote!(#before #private::Hit::open_live(__hookable_hit, &mut [#captures], #with);)
                    }
                    _ => quote!(#private::Hit::open(__hookable_hit, &mut [#captures]);),
                };
                quote!(#open if false { #private::void(); #ties } #snapshots #opens)
            }
            Style::Probe { folder, questions, .. } => {
                let questions = if questions { self.questions() } else { Vec::new() };
                // In a `match`, no question lies on the way to another: what one uses, the next need not respect.
                let text = format!(
                    "match {private}::which() {{\n{}_ => {{ {open}\nif false {{ {private}::void();\n{}}}\n{}\
                     {private}::Hit::open(__hookable_hit, &mut [\n{}]); }} }}\n",
                    text(&questions),
                    text(&ties),
                    text(&snapshots),
                    text(&captures),
                );
                include(folder, &format!("site{}", self.site.number), &text)
            }
        }
    }

    /// What the probe asks of each binding by itself.
    fn questions(&self) -> Vec<Line> {
        let (private, mut lines) = (root::private(), Vec::new());
        for local in self.all().filter(|local| local.capture.typing != Typing::Unknown) {
            let ident = &local.binding.ident;
            if local.capture.level == Level::Unique {
                let place = if local.binding.kind == BindingKind::SelfMut {
                    quote!(*#ident)
                } else {
                    quote!(#ident)
                };
                lines.push(self.line(&local, Role::Unique, quote!(0 => { let _ = &mut #place; })));
            }
            lines.push(self.line(&local, Role::Shared, quote!(0 => { let _ = &#ident; })));
            if asks_whole(self.planned.scopes, self.site, local.id) {
                let moved = quote!(if #private::maybe() { #private::consume(#ident); });
                let whole = quote!(0 => { #moved let _ = &#ident; #private::never() });
                lines.push(self.line(&local, Role::Whole, whole));
            }
        }
        lines
    }

    fn ties(&self) -> Vec<Line> {
        let (private, mut lines) = (root::private(), Vec::new());
        for local in self.typed() {
            let (ident, marker, late) = (&local.binding.ident, &local.marker, &local.late);
            lines.push(self.line(
                &local,
                Role::Type,
                quote!(#private::Late::tie(&#late, &#ident, &#marker);),
            ));
            if self.site.conditional {
                lines.push(self.line(&local, Role::Traits, resolve(late, local.capture.typing)));
            }
        }
        lines
    }

    fn snapshots(&self) -> Vec<Line> {
        let private = root::private();
        let snapshots = self.typed().filter(|local| local.capture.level == Level::Snapshot);
        let take = |local: Local<'_>| {
            let (ident, marker, kept) = (&local.binding.ident, &local.marker, snapshot(local.position));
            self.line(
                &local,
                Role::Capture,
                quote!(let #kept = #private::snapshot(&#ident, &#marker);),
            )
        };
        snapshots.map(take).collect()
    }

    fn captures(&self) -> Vec<Line> {
        let private = root::private();
        let capture = |local: Local<'_>| {
            let (marker, kept) = (&local.marker, snapshot(local.position));
            let code = match (local.capture.typing, local.capture.level) {
                (Typing::Unknown, _) => quote!(#private::unknown(),),
                (_, Level::None) => quote!(#private::type_only(&#marker),),
                (_, Level::Snapshot) => quote!(#private::Access::Snapshot(#kept),),
                (_, Level::Shared) => {
                    let place = local.place();
                    quote!(#private::readable(#place, &#marker),)
                }
                (_, Level::Unique) => {
                    let place = local.place();
                    quote!(#private::writable(#place, &#marker),)
                }
            };
            self.line(&local, Role::Capture, code)
        };
        self.all().map(capture).collect()
    }
}

fn snapshot(position: usize) -> Ident {
    format_ident!("__hookable_snapshot{}", position)
}

fn code(lines: &[Line]) -> TokenStream {
    lines.iter().map(|(code, _)| code.clone()).collect()
}

fn text(lines: &[Line]) -> String {
    lines.iter().map(|(code, tag)| tag.line(&code.to_string())).collect()
}

/// Lines in place, or in a file of their own.
pub(super) fn written(style: Style<'_>, lines: &[Line], name: &str) -> TokenStream {
    match style {
        Style::Final { .. } | Style::Mention => code(lines),
        Style::Probe { folder, .. } => {
            let include = include(folder, name, &format!("{{\n{}}}\n", text(lines)));
            quote!(#include;)
        }
    }
}

fn include(folder: &std::path::Path, name: &str, text: &str) -> TokenStream {
    let (private, path) = (root::private(), folder.join(format!("{name}.rs")));
    match std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)) {
        Ok(()) => {
            let path = path.to_string_lossy();
            quote!(#private::include!(#path))
        }
        Err(error) => {
            let message = format!("failed to write {}: {error}", path.display());
            quote!(#private::compile_error!(#message))
        }
    }
}
