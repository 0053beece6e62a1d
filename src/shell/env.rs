//! The environment of a Worker: its bindings, as far as they are used here.
//!
//! Spec: <https://developers.cloudflare.com/workers/runtime-apis/bindings/>

use js_sys::{Array, Function, JSON, Object, Promise};
use rules::{Rules, STATE_BINDING};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use web_sys::Headers;

use crate::shell::effects::state::Namespace;

#[wasm_bindgen]
extern "C" {
    /// The environment.
    #[derive(Clone)]
    #[wasm_bindgen(typescript_type = "Record<string, any>")]
    pub type Env;

    /// The context of one request.
    #[wasm_bindgen(typescript_type = "Pick<ExecutionContext, 'waitUntil'>")]
    pub type Context;

    /// Lets a promise settle even if the client disconnects.
    #[wasm_bindgen(method, catch, js_name = waitUntil)]
    pub(super) fn wait_until(this: &Context, promise: &JsValue) -> Result<(), JsValue>;

    /// Returns the binding with this name; undefined if there is none.
    #[wasm_bindgen(method, indexing_getter)]
    pub(super) fn get(this: &Env, name: &str) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = DECISIONS)]
    fn decisions(this: &Env) -> JsValue;

    pub(super) type RateLimiter;

    #[wasm_bindgen(method, catch)]
    pub(super) fn limit(this: &RateLimiter, options: &Object) -> Result<Promise, JsValue>;

    pub(super) type StoredSecret;

    #[wasm_bindgen(method, catch)]
    pub(super) fn get(this: &StoredSecret) -> Result<Promise, JsValue>;

    pub(super) type DataSet;

    #[wasm_bindgen(method, getter, js_name = writeDataPoint)]
    fn writer(this: &DataSet) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = writeDataPoint)]
    pub(super) fn write_data_point(this: &DataSet, point: &Object) -> Result<(), JsValue>;

    type Bucket;

    #[wasm_bindgen(method, getter)]
    fn put(this: &Bucket) -> JsValue;
}

impl Context {
    /// Lets the request go on even if the client disconnects, for up to 30 seconds, until what this returns is dropped.
    ///
    /// Spec: <https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil>
    pub(super) fn keep_open(&self) -> Result<KeptOpen, JsValue> {
        let mut end = None;
        let ended = Promise::new(&mut |resolve, _| end = Some(resolve));
        self.wait_until(&ended)?;
        Ok(KeptOpen(end))
    }
}

/// A request that goes on even if the client disconnects, until this is dropped.
pub(super) struct KeptOpen(Option<Function>);

impl Drop for KeptOpen {
    fn drop(&mut self) {
        if let Some(end) = &self.0 {
            let _ = end.call0(&JsValue::UNDEFINED); // a promise's own function does not throw
        }
    }
}

impl Env {
    /// Returns the configuration's variables, without those that are not JSON, such as bindings.
    pub(super) fn vars(&self) -> Map<String, Value> {
        let value = |name: &str| {
            let text = JSON::stringify(&self.get(name)).ok()?.as_string()?;
            rules::read_json(&text).ok()
        };
        let names = Object::keys(self.unchecked_ref::<Object>());
        let names = names.iter().filter_map(|name| name.as_string());
        let mut vars = Map::new();
        for name in names.filter(|name| Rules::is_var(name)) {
            if let Some(value) = value(&name) {
                vars.insert(name, value);
            }
        }
        vars
    }

    /// Returns a variable in text, or a secret that is set on the Worker itself.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    /// Returns whether an R2 bucket is bound under that name.
    pub(super) fn has_bucket(&self, name: &str) -> bool {
        let bucket = self.get(name);
        bucket.is_object() && bucket.unchecked_into::<Bucket>().put().is_function()
    }

    /// Returns the class of the objects that keep state, if it is bound.
    pub(super) fn state_namespace(&self) -> Option<Namespace> {
        let namespace = self.get(STATE_BINDING);
        let namespace = namespace.is_object().then(|| namespace.unchecked_into::<Namespace>())?;
        namespace.id_maker().is_function().then_some(namespace)
    }

    /// Returns the data set for decisions, if one is bound.
    pub(super) fn data_set(&self) -> Option<DataSet> {
        let data_set = self.decisions();
        let data_set = data_set.is_object().then(|| data_set.unchecked_into::<DataSet>())?;
        data_set.writer().is_function().then_some(data_set)
    }
}

/// Returns all headers, names in lower case.
pub(super) fn header_list(headers: &Headers) -> Vec<(String, String)> {
    let text = |pair: &Array, at| pair.get(at).as_string().unwrap_or_default();
    let pairs = Array::from(headers);
    pairs
        .iter()
        .map(|pair| Array::from(&pair))
        .map(|pair| (text(&pair, 0), text(&pair, 1)))
        .collect()
}

/// Makes an object with these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        js_sys::Reflect::set(&object, &(*name).into(), value).expect("a new object is extensible");
    }
    object
}

/// Makes a list of these strings.
pub(super) fn texts(texts: &[&str]) -> Array {
    texts.iter().map(|text| JsValue::from_str(text)).collect()
}
