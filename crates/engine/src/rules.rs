//! Content rules: conditions on one message, checked in the engine so that only matches leave it.
//!
//! A rule names an event (`modbus.request`) and conditions on the message and its fields. Rules come as JSON from the
//! content loader, which has checked them against the documented fields.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;
use sightglass_dissect::{Category, Kind, Message, Outcome, Protocol, Visitor};

/// A rule as the content loader hands it over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: String,
    /// `protocol.kind`; either may be `*`.
    event: String,
    #[serde(rename = "where", default)]
    conditions: serde_json::Map<String, Value>,
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The text is no JSON list of rules.
    #[error("rules: {0}")]
    Json(#[from] serde_json::Error),
    /// The event names no protocol or kind.
    #[error("rule {rule}: event {event:?} is not PROTOCOL.KIND, such as modbus.request")]
    Event {
        /// Id of the rule.
        rule: String,
        /// What it says.
        event: String,
    },
    /// A condition that cannot be understood.
    #[error("rule {rule}: condition {field}: {reason}")]
    Condition {
        /// Id of the rule.
        rule: String,
        /// The field.
        field: String,
        /// Why.
        reason: String,
    },
}

/// What one condition asks of one value.
#[derive(Debug, Clone)]
enum Test {
    Equals(Value),
    AnyOf(Vec<Value>),
    Not(Box<Test>),
    Range { minimum: f64, maximum: f64 },
    Contains(String),
    Prefix(String),
    Exists(bool),
}

impl Test {
    fn parse(given: &Value) -> Result<Self, String> {
        match given {
            Value::Array(list) if list.is_empty() => Err("the list is empty".to_owned()),
            Value::Array(list) => Ok(Self::AnyOf(list.clone())),
            Value::Object(operators) => {
                let mut tests = operators.iter();
                let (Some((operator, value)), more) = (tests.next(), tests.next()) else {
                    return Err("no operator".to_owned());
                };
                match (operator.as_str(), more) {
                    ("not", None) => Ok(Self::Not(Box::new(Self::parse(value)?))),
                    ("contains", None) => Ok(Self::Contains(text_of(value)?)),
                    ("prefix", None) => Ok(Self::Prefix(text_of(value)?)),
                    ("exists", None) => {
                        value.as_bool().map(Self::Exists).ok_or_else(|| "exists takes true or false".into())
                    }
                    ("min" | "max", _) => {
                        if operators.keys().any(|key| key != "min" && key != "max") {
                            return Err("min and max go with each other only".to_owned());
                        }
                        let bound = |key: &str, default: f64| match operators.get(key) {
                            None => Ok(default),
                            Some(value) => value.as_f64().ok_or_else(|| format!("{key} takes a number")),
                        };
                        Ok(Self::Range { minimum: bound("min", f64::MIN)?, maximum: bound("max", f64::MAX)? })
                    }
                    _ => Err(format!(
                        "unknown operator {operator:?}; there are not, contains, prefix, exists, min, max"
                    )),
                }
            }
            Value::Null => Err("null cannot be compared".to_owned()),
            other => Ok(Self::Equals(other.clone())),
        }
    }

    fn holds(&self, value: &Seen<'_>) -> bool {
        match self {
            Self::Equals(wanted) => value.equals(wanted),
            Self::AnyOf(list) => list.iter().any(|wanted| value.equals(wanted)),
            Self::Not(test) => !test.holds(value),
            Self::Range { minimum, maximum } => {
                value.number().is_some_and(|number| (*minimum..=*maximum).contains(&number))
            }
            Self::Contains(part) => value.text().is_some_and(|text| text.contains(part.as_str())),
            Self::Prefix(part) => value.text().is_some_and(|text| text.starts_with(part.as_str())),
            Self::Exists(wanted) => *wanted,
        }
    }
}

fn text_of(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "takes text".to_owned())
}

/// A value of a field as the visitor shows it.
enum Seen<'a> {
    Uint(u64),
    Int(i64),
    Float(f64),
    Flag(bool),
    Text(&'a str),
}

impl Seen<'_> {
    fn equals(&self, wanted: &Value) -> bool {
        match (self, wanted) {
            (Self::Text(text), Value::String(wanted)) => text == wanted,
            (Self::Flag(flag), Value::Bool(wanted)) => flag == wanted,
            (Self::Uint(number), Value::Number(wanted)) if wanted.is_u64() => {
                wanted.as_u64() == Some(*number)
            }
            (Self::Int(number), Value::Number(wanted)) if wanted.is_i64() => wanted.as_i64() == Some(*number),
            (_, Value::Number(wanted)) => self.number().is_some_and(|number| wanted.as_f64() == Some(number)),
            _ => false,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "bounds of rules are small numbers")]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Uint(value) => Some(*value as f64),
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Flag(_) | Self::Text(_) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Parts of a message that need no visit.
const OF_MESSAGE: [&str; 7] = ["function", "code", "category", "error", "anomaly", "address", "object"];

#[derive(Debug)]
struct Rule {
    id: Box<str>,
    protocol: Option<Protocol>,
    kind: Option<Kind>,
    of_message: Vec<(String, Test)>,
    of_fields: Vec<(String, Test)>,
}

/// Rules, sorted by the protocol they look at.
#[derive(Debug, Default)]
pub struct Rules {
    by_protocol: Vec<Vec<u32>>,
    rules: Vec<Rule>,
}

impl Rules {
    /// Compiles rules given as a JSON list.
    ///
    /// # Errors
    /// [`RuleError`] names the rule and field that cannot be used.
    pub fn compile(json: &str) -> Result<Self, RuleError> {
        let given: Vec<Given> = serde_json::from_str(json)?;
        let mut compiled = Self { by_protocol: vec![Vec::new(); 256], rules: Vec::new() };
        for rule in given {
            let rule = Rule::compile(&rule)?;
            let Ok(number) = u32::try_from(compiled.rules.len()) else { break };
            match rule.protocol {
                Some(protocol) => {
                    if let Some(list) = compiled.by_protocol.get_mut(protocol as usize) {
                        list.push(number);
                    }
                }
                None => compiled.by_protocol.iter_mut().for_each(|list| list.push(number)),
            }
            compiled.rules.push(rule);
        }
        Ok(compiled)
    }

    /// True without rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Calls `fired` with the id and the fields looked at for every rule that a message fulfils.
    #[inline]
    pub fn check(&self, message: &Message<'_>, mut fired: impl FnMut(&str, String)) {
        let Some(candidates) = self.by_protocol.get(message.protocol as usize) else { return };
        for number in candidates {
            let Some(rule) = self.rules.get(*number as usize) else { continue };
            if let Some(detail) = rule.matches(message) {
                fired(&rule.id, detail);
            }
        }
    }
}

impl Rule {
    fn compile(given: &Given) -> Result<Self, RuleError> {
        let event_error = || RuleError::Event { rule: given.id.clone(), event: given.event.clone() };
        let (protocol, kind) = given.event.split_once('.').ok_or_else(event_error)?;
        let protocol = match protocol {
            "*" => None,
            name => Some(Protocol::from_name(name).ok_or_else(event_error)?),
        };
        let kind = match kind {
            "*" => None,
            name => Some(Kind::from_name(name).ok_or_else(event_error)?),
        };
        let mut rule = Self {
            id: given.id.clone().into(),
            protocol,
            kind,
            of_message: Vec::new(),
            of_fields: Vec::new(),
        };
        for (field, value) in &given.conditions {
            let fail = |reason| RuleError::Condition { rule: given.id.clone(), field: field.clone(), reason };
            let test = Test::parse(value).map_err(fail)?;
            if field == "category"
                && let Value::String(name) = value
                && Category::from_name(name).is_none()
            {
                return Err(fail(format!("{name:?} is no category")));
            }
            let list =
                if OF_MESSAGE.contains(&field.as_str()) { &mut rule.of_message } else { &mut rule.of_fields };
            list.push((field.clone(), test));
        }
        Ok(rule)
    }

    fn matches(&self, message: &Message<'_>) -> Option<String> {
        if self.kind.is_some_and(|kind| kind != message.kind) {
            return None;
        }
        let mut detail = String::new();
        for (field, test) in &self.of_message {
            if !message_holds(field, test, message) {
                return None;
            }
        }
        if self.of_fields.is_empty() {
            return Some(detail);
        }
        let mut check =
            Check { tests: &self.of_fields, held: 0, found: 0, path: Vec::new(), detail: &mut detail };
        message.fields.visit(&mut check);
        let (held, found) = (check.held, check.found);
        let all = self.of_fields.iter().enumerate().all(|(at, (_, test))| {
            let bit = 1u64.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
            match test {
                Test::Exists(false) => found & bit == 0,
                Test::Not(_) => found & bit != 0 && held & bit != 0,
                _ => held & bit != 0,
            }
        });
        all.then_some(detail)
    }
}

fn message_holds(field: &str, test: &Test, message: &Message<'_>) -> bool {
    match field {
        "function" => test.holds(&Seen::Text(&message.function.to_string())),
        "code" => message.code.is_some_and(|code| test.holds(&Seen::Uint(u64::from(code)))),
        "category" => test.holds(&Seen::Text(message.category.name())),
        "error" => match message.outcome {
            Outcome::Error(name) => test.holds(&Seen::Text(name)),
            _ => matches!(test, Test::Exists(false)),
        },
        "anomaly" => message.anomalies.names().any(|name| test.holds(&Seen::Text(name))),
        "address" => test.holds(&Seen::Text(&message.address.to_string())),
        "object" => test.holds(&Seen::Text(&message.object.to_string())),
        _ => false,
    }
}

/// Visits fields and ticks off the conditions that hold; a name matches at any depth, a dotted path from the end.
struct Check<'a> {
    tests: &'a [(String, Test)],
    held: u64,
    found: u64,
    path: Vec<&'static str>,
    detail: &'a mut String,
}

impl Check<'_> {
    fn look(&mut self, name: &'static str, value: &Seen<'_>) {
        for (at, (field, test)) in self.tests.iter().enumerate() {
            let bit = 1u64.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
            if !self.is(field, name) {
                continue;
            }
            self.found |= bit;
            if test.holds(value) {
                if self.held & bit == 0 && self.detail.len() < 256 {
                    let _ = match value {
                        Seen::Uint(v) => write!(self.detail, "{field}={v} "),
                        Seen::Int(v) => write!(self.detail, "{field}={v} "),
                        Seen::Float(v) => write!(self.detail, "{field}={v} "),
                        Seen::Flag(v) => write!(self.detail, "{field}={v} "),
                        Seen::Text(v) => write!(self.detail, "{field}={v} "),
                    };
                }
                self.held |= bit;
            }
        }
    }

    fn is(&self, field: &str, name: &str) -> bool {
        let mut wanted = field.rsplit('.');
        // Values of a list have no name of their own: the list's stands for them.
        let mut own =
            std::iter::once(name).chain(self.path.iter().rev().copied()).filter(|part| !part.is_empty());
        wanted.all(|part| own.next() == Some(part))
    }
}

impl Visitor for Check<'_> {
    fn uint(&mut self, name: &'static str, value: u64) {
        self.look(name, &Seen::Uint(value));
    }
    fn int(&mut self, name: &'static str, value: i64) {
        self.look(name, &Seen::Int(value));
    }
    fn float(&mut self, name: &'static str, value: f64) {
        self.look(name, &Seen::Float(value));
    }
    fn flag(&mut self, name: &'static str, value: bool) {
        self.look(name, &Seen::Flag(value));
    }
    fn text(&mut self, name: &'static str, value: &str) {
        self.look(name, &Seen::Text(value));
    }
    fn bytes(&mut self, name: &'static str, value: &[u8]) {
        self.look(name, &Seen::Text(&sightglass_dissect::hex(value)));
    }
    fn named(&mut self, name: &'static str, raw: u64, label: &str) {
        self.look(name, &Seen::Uint(raw));
        self.look(name, &Seen::Text(label));
    }
    fn begin_object(&mut self, name: &'static str) {
        self.path.push(name);
    }
    fn end_object(&mut self) {
        self.path.pop();
    }
    fn begin_list(&mut self, name: &'static str) {
        self.path.push(name);
    }
    fn end_list(&mut self) {
        self.path.pop();
    }
}

#[cfg(test)]
mod tests {
    use sightglass_dissect::{Anomalies, Fields, Function, Reference};

    use super::*;

    struct Shown;
    impl Fields for Shown {
        fn visit(&self, visitor: &mut dyn Visitor) {
            visitor.named("sub_function", 4, "force_listen_only_mode");
            visitor.begin_list("objects");
            visitor.begin_object("");
            visitor.uint("group", 12);
            visitor.end_object();
            visitor.end_list();
        }
    }

    fn fires(condition: &str) -> bool {
        let json = format!(r#"[{{"id": "r", "event": "modbus.request", "where": {condition}}}]"#);
        let rules = Rules::compile(&json).unwrap();
        let message = Message {
            protocol: Protocol::Modbus,
            kind: Kind::Request,
            function: Function::Known("diagnostics"),
            code: Some(8),
            category: Category::Control,
            outcome: Outcome::Pending,
            address: Reference::one("unit", 3),
            object: Reference::None,
            anomalies: Anomalies::BAD_VALUE,
            fields: &Shown,
        };
        let mut fired = false;
        rules.check(&message, |_, _| fired = true);
        fired
    }

    #[test]
    fn conditions_hold_on_the_message_and_its_fields() {
        for yes in [
            r#"{}"#,
            r#"{"function": "diagnostics", "sub_function": 4}"#,
            r#"{"sub_function": "force_listen_only_mode"}"#,
            r#"{"sub_function": [1, 4]}"#,
            r#"{"sub_function": {"min": 3, "max": 5}}"#,
            r#"{"sub_function": {"not": 5}}"#,
            r#"{"objects.group": 12}"#,
            r#"{"group": {"not": [1, 2]}}"#,
            r#"{"missing": {"exists": false}}"#,
            r#"{"category": "control", "code": 8, "anomaly": "bad_value", "address": "unit 3"}"#,
        ] {
            assert!(fires(yes), "{yes}");
        }
        for no in [
            r#"{"sub_function": 5}"#,
            r#"{"function": "read_coils"}"#,
            r#"{"other.group": 12}"#,
            r#"{"missing": {"not": 1}}"#,
            r#"{"anomaly": "truncated"}"#,
            r#"{"group": {"exists": false}}"#,
        ] {
            assert!(!fires(no), "{no}");
        }
    }

    #[test]
    fn faults_name_rule_and_field() {
        let fault = |json: &str| Rules::compile(json).unwrap_err().to_string();
        assert!(fault(r#"[{"id": "a", "event": "modbus"}]"#).contains("rule a: event"));
        assert!(fault(r#"[{"id": "a", "event": "nope.request"}]"#).contains("rule a: event"));
        assert!(
            fault(r#"[{"id": "a", "event": "modbus.*", "where": {"x": {"like": 1}}}]"#)
                .contains("condition x")
        );
        assert!(
            fault(r#"[{"id": "a", "event": "modbus.*", "where": {"category": "evil"}}]"#)
                .contains("no category")
        );
    }
}
