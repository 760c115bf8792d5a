//! What templates can call: `t`, `error`, `asset`.

use super::assets::Assets;
use super::language::Language;
use fluent_bundle::{FluentArgs, FluentValue};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, RenderErrorReason, ScopedJson,
};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn register(engine: &mut Handlebars<'static>, language: &Arc<Language>, assets: &Arc<Assets>) {
    engine.register_helper("t", Box::new(Translate(Arc::clone(language))));
    engine.register_helper("error", Box::new(FieldError));
    engine.register_helper("asset", Box::new(AssetUrl(Arc::clone(assets))));
}

/// `{{t "key" name=value}}`: as output it is escaped like any value, as a subexpression it is text.
struct Translate(Arc<Language>);

impl HelperDef for Translate {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let key = text_param(helper, "t")?;
        let mut args = FluentArgs::new();
        for (name, value) in helper.hash() {
            match value.value() {
                Value::Number(number) => {
                    args.set(*name, FluentValue::from(number.as_i64().unwrap_or_default()))
                }
                Value::String(text) => args.set(*name, FluentValue::from(text.clone())),
                other => args.set(*name, FluentValue::from(other.to_string())),
            }
        }
        let text = self.0.format_with(key, &args).map_err(RenderErrorReason::Other)?;
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

/// `{{error "field"}}`: what is wrong with a field, or nothing.
struct FieldError;

impl HelperDef for FieldError {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let field = text_param(helper, "error")?;
        let problems = context.data().pointer("/frame/problems").and_then(Value::as_array);
        let found = problems.into_iter().flatten().find(|problem| problem["field"] == field);
        let text = found.map_or(Value::String(String::new()), |problem| problem["text"].clone());
        Ok(ScopedJson::Derived(text))
    }
}

/// `{{asset "file"}}`: its URL, with a hash of its content.
struct AssetUrl(Arc<Assets>);

impl HelperDef for AssetUrl {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let name = text_param(helper, "asset")?;
        let url = self.0.url(name).ok_or_else(|| RenderErrorReason::Other(format!("no asset `{name}`")))?;
        Ok(ScopedJson::Derived(Value::String(url.to_owned())))
    }
}

fn text_param<'a>(helper: &'a Helper<'_>, name: &'static str) -> Result<&'a str, RenderError> {
    let param = helper.param(0).and_then(|param| param.value().as_str());
    param.ok_or_else(|| RenderErrorReason::ParamNotFoundForIndex(name, 0).into())
}
