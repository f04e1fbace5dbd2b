//! The fields that a function mentions, as bindings of their own.
//!
//! While `let item = self.items.get_mut(0)` is alive, nobody may name `self`, but `self.count` is free; and a closure
//! captures what it mentions of a struct, not the struct. So beside each binding that a hook sees stand the parts of it
//! that the function names.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::Member;

use super::{Binding, BindingId, BindingKind, Scopes, Visible};

/// At most so many fields of one binding are added.
const MOST: usize = 24;

/// Adds the fields to what each hook sees, behind the binding that they are parts of, shorter ones first.
pub(super) fn add(scopes: &mut Scopes) {
    let mut paths: BTreeMap<BindingId, BTreeMap<(usize, String), Vec<Member>>> = BTreeMap::new();
    for mention in scopes.mentions.iter().filter(|mention| !mention.path.is_empty()) {
        let of = paths.entry(scopes.bindings[mention.binding].origin).or_default();
        let name = mention
            .path
            .iter()
            .map(|part| part.to_token_stream().to_string() + ".")
            .collect();
        of.insert((mention.path.len(), name), mention.path.clone());
    }
    let mut made: BTreeMap<BindingId, Vec<BindingId>> = BTreeMap::new();
    for site in &mut scopes.sites {
        let mut visible = Vec::with_capacity(site.visible.len());
        for whole in std::mem::take(&mut site.visible) {
            let Visible { binding, cfgs } = whole.clone();
            visible.push(whole);
            let Binding { origin, kind, .. } = scopes.bindings[binding];
            let Some(paths) = paths.get(&origin).filter(|_| kind != BindingKind::Const) else {
                continue;
            };
            let fields = made.entry(binding).or_insert_with(|| {
                let first = scopes.bindings.len();
                let field = |path: &Vec<Member>| Binding {
                    kind: BindingKind::Field,
                    surely_copy: false,
                    surely_free: false,
                    doubtful: false,
                    path: path.clone(),
                    ..scopes.bindings[binding].clone()
                };
                let fields: Vec<Binding> = paths.values().take(MOST).map(field).collect();
                scopes.bindings.extend(fields);
                (first..scopes.bindings.len()).collect()
            });
            visible.extend(fields.iter().map(|&binding| Visible {
                binding,
                cfgs: cfgs.clone(),
            }));
        }
        site.visible = visible;
    }
}
