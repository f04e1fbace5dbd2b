//! The code of one hook: the `static` that describes it, the gate, and its captures.
//!
//! The captures are written once, as tagged lines. For the program they are put in place; for rustc to judge they are
//! put into a file, behind the questions of `questions.rs`.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Expr;

use super::at::{ProbeNames, like};
use super::captures::HookCaptures;
use super::guarded::can_be_guarded;
use super::lines::{self, code, include, text};
use super::slot::{self, slot};
use super::{EmitStyle, Planned, mention};
use crate::plan::Typing;
use crate::probe::protocol::arrivals;
use crate::syntax::hook::{Hook, HookArgs, HookExit};
use crate::syntax::location;
use crate::syntax::root;

pub(super) fn emit(planned: &Planned<'_>, number: usize, style: EmitStyle<'_>) -> TokenStream {
    emit_with(planned, number, &planned.hooks[number].args, style)
}

/// Emits the hook of this number with other arguments than its own.
pub(super) fn emit_with(planned: &Planned<'_>, number: usize, args: &HookArgs, style: EmitStyle<'_>) -> TokenStream {
    let scopes = planned.scopes;
    let index = scopes.sites.iter().position(|site| site.number == number);
    let Some(index) = index else {
        return quote!(@hookable {});
    };
    let (site, captures, key) = (&scopes.sites[index], &planned.plan[index], &planned.keys[number]);
    let hook = &planned.hooks[number];
    let locals = HookCaptures {
        planned,
        site,
        captures,
        edge: planned.edges.get(index),
        key,
        hit: Ident::new("__hookable_hit", like(hook.span)),
    };
    let unknown = |position: usize| captures[position].typing == Typing::Unknown;
    let left_out = mention::left_out(&hook.args, scopes, site, &unknown);
    let none = HookArgs {
        read_only: args.read_only,
        target: args.target.clone(),
        step: args.step,
        ..HookArgs::default()
    };
    let args = if left_out.is_some() { &none } else { args };
    let (private, hit) = (root::private(), &locals.hit);
    // In `args` placeholders may stand for what the hook itself has, so that is asked.
    let is_final = matches!(style, EmitStyle::Final { .. });
    let (described, described_by) = match is_final {
        true => {
            let description = locals.description(args, hook, style, left_out.as_deref());
            (
                quote!(static __HOOKABLE_SITE: #private::Site = #description;),
                quote!(__HOOKABLE_SITE),
            )
        }
        // A `static` of its own tells rustc nothing that a probe asks about.
        false => (TokenStream::new(), quote!(#private::ASKED)),
    };
    let may_have_closures = matches!(style, EmitStyle::Final { build: Some(_), .. });
    let guards = |code: Option<&dyn ToTokens>| {
        may_have_closures && code.is_some_and(|code| can_be_guarded(&code, |name| locals.level(name)))
    };
    let when = args.when.as_ref().map(|when| {
        let when = quote!({ let when: #private::bool = #when; when });
        match guards(hook.args.when.as_ref().map(|when| when as _)) {
            true => quote!(&& #private::Site::holds(&__HOOKABLE_SITE, || #when)),
            false => quote!(&& #when),
        }
    });
    let every = args.every.as_ref().map_or_else(|| quote!(1), ToTokens::to_token_stream);
    let every = match &hook.args.every {
        Some(Expr::Lit(_)) | None => every,
        Some(own) if guards(Some(own)) => quote!(#private::Site::every(&__HOOKABLE_SITE, || #every)),
        Some(_) => every,
    };
    let message = args.message.as_ref();
    let mutable = message.map(|_| quote!(mut));
    let message = message.map(|message| match guards(hook.args.message.as_ref().map(|message| message as _)) {
        true => quote!(#private::Hit::tell(&mut #hit, |#hit| #private::Hit::message(#hit, #private::format_args!(#message)));),
        false => quote!(#private::Hit::message(&mut #hit, #private::format_args!(#message));),
    });
    let call = super::step::call_of(planned, site).filter(|_| is_final);
    let gate = call.as_ref().filter(|_| hook.args.step);
    let gate = gate.map(|call| quote!(#private::BodyRun::is_stepped(&#call, &#described_by) &&));
    let resumed = call.as_ref().map(|call| quote!(#private::BodyRun::resumed(&#call);));
    let unit = site.defined.then(|| quote!(()));
    let report = match style {
        EmitStyle::Probe { folder, .. } if hook.is_frame => {
            // All of the hook is text in a file, for a file cannot name what a `macro_rules!` declares in tokens.
            let (before, text) = locals.probe_body(style);
            let text = format!(
                "{{ if {private}::Site::reached(&{described_by}) {{\n\
                 if let {private}::Option::Some({hit}) = {private}::Site::hit(&{described_by}, 1) {{\n\
                 {before}\n{text} }} }} }}\n"
            );
            let include = include(folder, &site_file(number), &text);
            return quote!(@hookable { #include });
        }
        EmitStyle::Probe { folder, .. } => arrivals::instruction(folder, &key.location),
        _ => TokenStream::new(),
    };
    let body = locals.body(style);
    let recorded = match style {
        EmitStyle::Final { build: Some(build), .. } => slot::recorded(key, build),
        _ => TokenStream::new(),
    };
    let code = quote! {
        #recorded
        #described
        if #gate #private::Site::reached(&#described_by) #when {
            if let #private::Option::Some(#mutable #hit) = #private::Site::hit(&#described_by, #every) {
                #message
                #body
                #resumed
            }
        }
        #unit
    };
    // What rustc says of the hook as a whole points to the place where the hook was written.
    let mut block = Group::new(Delimiter::Brace, code);
    block.set_span(Span::call_site().located_at(hook.span));
    quote!(@hookable #report #block)
}

impl<'a> HookCaptures<'a> {
    fn description(&self, args: &HookArgs, hook: &Hook, style: EmitStyle<'_>, left_out: Option<&str>) -> TokenStream {
        let span = hook.span;
        let function = {
            let mut body = self.site.body;
            while let Some(parent) = self.planned.scopes.bodies[body].parent {
                body = parent;
            }
            self.planned.scopes.bodies[body].name.as_deref().unwrap_or_default()
        };
        let private = root::private();
        let bindings = self.all().map(|local| {
            let (cfgs, name, line) = (
                &local.cfgs,
                local.binding.name(),
                location::start(local.binding.ident.span()).line,
            );
            let name = name.trim_start_matches("r#");
            let (line, state, reason) = (
                Literal::usize_unsuffixed(line),
                format_ident!("{}", format!("{:?}", local.capture.state)),
                optional(local.capture.reason.as_deref()),
            );
            quote!(#cfgs #private::Binding {
                name: #name, line: #line, state: #private::State::#state, reason: #reason
            })
        });
        let path = location::local_file(span).and_then(|file| std::path::absolute(file).ok());
        let as_built = |path| match style {
            EmitStyle::Final { build: Some(build), .. } => build.as_built(path),
            _ => path,
        };
        let path = path.map(as_built);
        let path = optional(path.as_ref().map(|path| path.to_string_lossy()));
        let file = location::file(span);
        let start = location::start(span);
        let (line, column) = (
            Literal::usize_unsuffixed(start.line),
            Literal::usize_unsuffixed(start.column + 1),
        );
        let target = optional(args.target.as_ref());
        let (read_only, note) = (
            args.read_only,
            match style {
                EmitStyle::Final { note, .. } => optional(note.or(left_out)),
                _ => optional(None::<&str>),
            },
        );
        let generics = &self.planned.generics;
        let steps = match super::step::call_of(self.planned, self.site) {
            Some(_) if args.step => quote!(Sleeps),
            Some(_) => quote!(Here),
            None => quote!(None),
        };
        let generics = optional((!generics.is_empty()).then(|| generics.join("`, `")));
        let recorded = match style {
            EmitStyle::Final { build: Some(_), .. } => optional(Some(quote!(&__HOOKABLE_RECORDED))),
            _ => optional(None::<&str>),
        };
        let exit = match &hook.exit {
            None => quote!(None),
            Some(HookExit::Retries) => quote!(Retries),
            Some(HookExit::Stops(why)) => quote!(Stops(#why)),
            Some(HookExit::Panics) => quote!(Panics),
        };
        quote!(#private::Site {
            file: #file, path: #path, line: #line, column: #column,
            module_path: #private::module_path!(),
            function: #function, generics: #generics, target: #target, read_only: #read_only, note: #note,
            recorded: #recorded, exit: #private::Exit::#exit, steps: #private::Steps::#steps, start: #private::Option::Some(&#private::START),
            bindings: &[#(#bindings),*],
            hits: #private::AtomicU64::new(0),
        })
    }

    fn body(&self, style: EmitStyle<'_>) -> TokenStream {
        if let EmitStyle::Probe { folder, .. } = style {
            let (before, text) = self.probe_body(style);
            let include = include(folder, &site_file(self.site.number), &text);
            return quote!(#before #include);
        }
        let (private, names, hit) = (root::private(), &mut ProbeNames::new(style), &self.hit);
        let (markers, early) = (self.markers(false), self.early(false));
        let (ties, snapshots, captures) = (
            self.ties(names, false),
            self.snapshots(names),
            self.captures(names, false),
        );
        let (ties, snapshots, captures) = (code(&ties), code(&snapshots), code(&captures));
        let opens = match style {
            EmitStyle::Final { build: Some(build), .. } => slot(self, build, &captures),
            _ => quote!(#private::Hit::open(#hit, &mut [#captures]);),
        };
        let ties = lines::unreached(&ties);
        quote!(#markers #early #ties #snapshots #opens)
    }

    /// Returns the body of a probe's hook: the tokens before the file, and the text of the file, which has a question
    /// or a capture in each line.
    fn probe_body(&self, style: EmitStyle<'_>) -> (TokenStream, String) {
        let (private, names) = (root::private(), &mut ProbeNames::new(style));
        let (asked, (doubts, questions)) = match style {
            EmitStyle::Probe {
                questions: true, whole, ..
            } => (true, (self.doubts(names), self.questions(names, whole))),
            _ => (false, (Vec::new(), Vec::new())),
        };
        let (mut ties, snapshots, captures) = (
            self.ties(names, true),
            self.snapshots(names),
            self.captures(names, true),
        );
        if asked {
            ties.extend(self.about_types(names));
        }
        let (hit, markers, early) = (names.of(&self.hit), self.markers(true), self.early(true));
        let left: Vec<_> = self.asked_edge().into_iter().chain(self.asked_closure(style)).collect();
        // The questions are arms of a `match`, so that none lies on the way to another: what one uses, the next need
        // not respect.
        let text = format!(
            "{}match {private}::which() {{\n{}_ => {{ {markers}\n{private}::unreached! {{\n{}}}\n{}\
             {private}::Hit::open({hit}, &mut [\n{}]);\n{} }} }}\n",
            text(&doubts),
            text(&questions),
            text(&ties),
            text(&snapshots),
            text(&captures),
            text(&left),
        );
        let declared = names.declared();
        // An included file is one expression, so its items stand in a block.
        (quote!(#early #declared), format!("{{\n{text}}}\n"))
    }
}

fn site_file(number: usize) -> String {
    format!("site{number}")
}

/// An `Option` of the runtime's, as code.
fn optional(value: Option<impl ToTokens>) -> TokenStream {
    let private = root::private();
    match value {
        Some(value) => quote!(#private::Option::Some(#value)),
        None => quote!(#private::Option::None),
    }
}
