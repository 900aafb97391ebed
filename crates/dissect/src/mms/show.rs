//! The fields of every unit, read when somebody wants them.

use super::association::Outer;
use super::name::{self, Name, context};
use super::report::{self, Report};
use super::service::{
    self, DOWNLOAD_SEGMENT, FILE_CLOSE, FILE_DIRECTORY, FILE_OPEN, FILE_READ, FILE_RENAME, GET_NAME_LIST,
    GET_NAMED_VARIABLE_LIST_ATTRIBUTES, GET_VARIABLE_ACCESS_ATTRIBUTES, IDENTIFY, INITIATE_UPLOAD, READ,
    STATUS, TERMINATE_UPLOAD, UPLOAD_SEGMENT, WRITE,
};
use crate::ber::{Class, Element, universal};
use crate::iec61850::data;
use crate::{Fields, Text, Visitor, printable};

/// Nesting of type descriptions that is shown.
const MAX_DEPTH: u8 = 10;

/// What a message shows.
pub(super) struct Shown<'a> {
    pub(super) outer: &'a Outer<'a>,
    /// Tag of the unit; none where the session carries no MMS.
    pub(super) pdu: Option<u32>,
    pub(super) invoke_id: Option<u64>,
    pub(super) service: u32,
    pub(super) body: Option<Element<'a>>,
    pub(super) name: Name<'a>,
    /// File or domain that a transfer is about.
    pub(super) file: &'a str,
    pub(super) error: Option<&'static str>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.outer.visit(visitor);
        if let Some(invoke_id) = self.invoke_id {
            visitor.uint("invoke_id", invoke_id);
        }
        visit_name(&self.name, visitor);
        if !self.file.is_empty() {
            visitor.text("file", self.file);
        }
        if let Some(error) = self.error {
            visitor.text("error", error);
        }
        let Some(body) = &self.body else { return };
        match self.pdu {
            Some(0) => request(self.service, body, visitor),
            Some(1) => response(self.service, body, visitor),
            Some(2) => visit_error(body, visitor),
            Some(3) => unconfirmed(self.service, body, visitor),
            Some(8 | 9) => initiate(body, self.pdu == Some(8), visitor),
            _ => {}
        }
    }
}

fn visit_name(name: &Name<'_>, visitor: &mut dyn Visitor) {
    if !name.domain.is_empty() {
        visitor.text("domain", name.domain);
    }
    if !name.item.is_empty() {
        visitor.text("item", name.item);
    }
    if let Some(node) = name.logical_node() {
        visitor.text("logical_node", node);
    }
    if let (Some(constraint), Some(path)) = (name.constraint(), name.path()) {
        visitor.text("functional_constraint", constraint);
        visitor.text("data_path", path);
    }
}

fn variables(specification: &Element<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_list("variables");
    for variable in name::variables(specification) {
        visitor.begin_object("");
        visit_name(&variable, visitor);
        visitor.end_object();
    }
    visitor.end_list();
}

fn values(list: &Element<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_list("values");
    for value in list.inner() {
        access_result(&value, visitor);
    }
    visitor.end_list();
}

/// Data, or [0] the error of its access.
fn access_result(value: &Element<'_>, visitor: &mut dyn Visitor) {
    if value.class == Class::Context && value.number == 0 {
        visitor.begin_object("");
        let code = value.unsigned().unwrap_or(u64::MAX);
        visitor.named("data_access_error", code, service::access_error(code));
        visitor.end_object();
    } else {
        data::visit("", value, visitor);
    }
}

fn request(number: u32, body: &Element<'_>, visitor: &mut dyn Visitor) {
    match number {
        READ | WRITE => {
            if let Some(specification) = name::specification(number, body) {
                variables(&specification, visitor);
            }
            if let Some(list) = body.inner().nth(1).filter(|_| number == WRITE) {
                values(&list, visitor);
            }
        }
        GET_NAME_LIST => {
            let class =
                context(body, 0).and_then(|class| class.inner().next()).and_then(|class| class.unsigned());
            if let Some(class) = class {
                visitor.named("object_class", class, object_class(class));
            }
            if let Some(after) = context(body, 2) {
                visitor.text("continue_after", &printable(after.value));
            }
        }
        FILE_OPEN => uint("initial_position", context(body, 1), visitor),
        FILE_READ | FILE_CLOSE | UPLOAD_SEGMENT | TERMINATE_UPLOAD => {
            if let Some(id) = name::identifier(body) {
                visitor.uint("state_machine_id", id);
            }
        }
        FILE_RENAME => {
            if let Some(new) = context(body, 1) {
                visitor.text("new_file", name::file(&new).as_str());
            }
        }
        STATUS
        | IDENTIFY
        | GET_VARIABLE_ACCESS_ATTRIBUTES
        | GET_NAMED_VARIABLE_LIST_ATTRIBUTES
        | DOWNLOAD_SEGMENT
        | INITIATE_UPLOAD
        | FILE_DIRECTORY => {}
        _ if body.value.is_empty() => {}
        _ => visitor.bytes("argument", body.value),
    }
}

fn response(number: u32, body: &Element<'_>, visitor: &mut dyn Visitor) {
    match number {
        STATUS => status(body, visitor),
        GET_NAME_LIST => {
            if let Some(list) = context(body, 0) {
                visitor.begin_list("identifiers");
                for identifier in list.inner() {
                    visitor.text("", &printable(identifier.value));
                }
                visitor.end_list();
            }
            more(body, visitor);
        }
        IDENTIFY => {
            for (number, name) in [(0, "vendor_name"), (1, "model_name"), (2, "revision")] {
                if let Some(text) = context(body, number) {
                    visitor.text(name, &printable(text.value));
                }
            }
        }
        READ => {
            if let Some(list) = context(body, 1) {
                values(&list, visitor);
            }
        }
        WRITE => {
            visitor.begin_list("results");
            for result in body.inner() {
                if result.number == 0 {
                    let code = result.unsigned().unwrap_or(u64::MAX);
                    visitor.text("", service::access_error(code));
                } else {
                    visitor.text("", "success");
                }
            }
            visitor.end_list();
        }
        GET_VARIABLE_ACCESS_ATTRIBUTES => {
            flag("deletable", context(body, 0), visitor);
            if let Some(kind) = context(body, 2).and_then(|kind| kind.inner().next()) {
                type_description("type_description", &kind, 0, visitor);
            }
        }
        GET_NAMED_VARIABLE_LIST_ATTRIBUTES => {
            flag("deletable", context(body, 0), visitor);
            if let Some(list) = context(body, 1) {
                // Here the list stands under [1]; its members are those of a list [0].
                variables(&Element { number: 0, ..list }, visitor);
            }
        }
        FILE_OPEN => {
            uint("state_machine_id", context(body, 0), visitor);
            if let Some(attributes) = context(body, 1) {
                file_attributes(&attributes, visitor);
            }
        }
        FILE_READ | UPLOAD_SEGMENT | DOWNLOAD_SEGMENT => {
            if let Some(data) = context(body, 0) {
                visitor.uint("data_length", data.value.len() as u64);
            }
            more(body, visitor);
        }
        INITIATE_UPLOAD => uint("state_machine_id", context(body, 0), visitor),
        FILE_DIRECTORY => {
            visitor.begin_list("entries");
            let list = context(body, 0);
            // Some stacks leave out the sequence between tag and entries.
            let entries = list.iter().flat_map(Element::inner).flat_map(|inner| {
                let nested = inner.inner().any(|entry| entry.is(universal::SEQUENCE));
                let (many, one) = if nested { (Some(inner), None) } else { (None, Some(inner)) };
                many.into_iter().flat_map(|many| many.inner()).chain(one)
            });
            for entry in entries {
                visitor.begin_object("");
                if let Some(file) = context(&entry, 0) {
                    visitor.text("file", name::file(&file).as_str());
                }
                if let Some(attributes) = context(&entry, 1) {
                    file_attributes(&attributes, visitor);
                }
                visitor.end_object();
            }
            visitor.end_list();
            more(body, visitor);
        }
        _ if body.value.is_empty() => {}
        _ => visitor.bytes("result", body.value),
    }
}

fn unconfirmed(number: u32, body: &Element<'_>, visitor: &mut dyn Visitor) {
    match number {
        0 => {
            let Some(list) = body.inner().nth(1) else { return };
            let specification = name::specification(number, body);
            let is_report = specification.is_some_and(|specification| {
                name::variables(&specification).any(|each| each.item == report::NAME)
            });
            if let Some(report) = Report::parse(&list).filter(|_| is_report) {
                report.visit(visitor);
                return;
            }
            if let Some(specification) = specification {
                variables(&specification, visitor);
            }
            values(&list, visitor);
        }
        1 => status(body, visitor),
        _ => visitor.bytes("argument", body.value),
    }
}

/// Logical and physical status (ISO 9506-2, 8.2.1).
fn status(body: &Element<'_>, visitor: &mut dyn Visitor) {
    if let Some(logical) = context(body, 0).and_then(|status| status.unsigned()) {
        visitor.named(
            "vmd_logical_status",
            logical,
            match logical {
                0 => "state_changes_allowed",
                1 => "no_state_changes_allowed",
                2 => "limited_services_permitted",
                3 => "support_services_allowed",
                _ => "unknown",
            },
        );
    }
    if let Some(physical) = context(body, 1).and_then(|status| status.unsigned()) {
        visitor.named(
            "vmd_physical_status",
            physical,
            match physical {
                0 => "operational",
                1 => "partially_operational",
                2 => "inoperable",
                3 => "needs_commissioning",
                _ => "unknown",
            },
        );
    }
}

fn visit_error(body: &Element<'_>, visitor: &mut dyn Visitor) {
    for part in body.inner().filter(|part| part.class == Class::Context) {
        match part.number {
            0 => {
                if let Some(class) = part.inner().next() {
                    visitor.uint("error_class", u64::from(class.number));
                    visitor.uint("error_code", class.unsigned().unwrap_or(0));
                }
            }
            1 => uint("additional_code", Some(part), visitor),
            2 => visitor.text("additional_description", &printable(part.value)),
            _ => {}
        }
    }
}

/// Parameters of an association (ISO 9506-2, 8.1).
fn initiate(body: &Element<'_>, request: bool, visitor: &mut dyn Visitor) {
    let names = if request {
        ["local_detail_calling", "proposed_max_calling", "proposed_max_called", "proposed_nesting"]
    } else {
        ["local_detail_called", "negotiated_max_calling", "negotiated_max_called", "negotiated_nesting"]
    };
    for (number, name) in (0u32..).zip(names) {
        uint(name, context(body, number), visitor);
    }
    let Some(detail) = context(body, 4) else { return };
    uint("version", context(&detail, 0), visitor);
    for (number, name) in [(1, "parameter_support"), (2, "services_supported")] {
        if let Some(bits) = context(&detail, number) {
            data::visit_bits(name, bits.value, visitor);
        }
    }
}

/// Description of a type (ISO 9506-2, 14.4.1).
fn type_description(field: &'static str, kind: &Element<'_>, depth: u8, visitor: &mut dyn Visitor) {
    visitor.begin_object(field);
    let name = data::name(kind.number);
    visitor.text("type", if name.is_empty() { "unknown" } else { name });
    if depth < MAX_DEPTH {
        match kind.number {
            1 => {
                uint("elements", context(kind, 1), visitor);
                if let Some(inner) = context(kind, 2).and_then(|inner| inner.inner().next()) {
                    type_description("element", &inner, depth.saturating_add(1), visitor);
                }
            }
            2 => {
                visitor.begin_list("components");
                for component in context(kind, 1).iter().flat_map(Element::inner) {
                    visitor.begin_object("");
                    if let Some(name) = context(&component, 0) {
                        visitor.text("name", &printable(name.value));
                    }
                    if let Some(inner) = context(&component, 1).and_then(|inner| inner.inner().next()) {
                        type_description("kind", &inner, depth.saturating_add(1), visitor);
                    }
                    visitor.end_object();
                }
                visitor.end_list();
            }
            _ if !kind.constructed => {
                if let Some(size) = kind.integer() {
                    visitor.int("size", size);
                }
            }
            _ => {}
        }
    }
    visitor.end_object();
}

fn file_attributes(attributes: &Element<'_>, visitor: &mut dyn Visitor) {
    uint("size", context(attributes, 0), visitor);
    if let Some(modified) = context(attributes, 1) {
        visitor.text("last_modified", &printable(modified.value));
    }
}

fn more(body: &Element<'_>, visitor: &mut dyn Visitor) {
    // True unless it is denied.
    let follows = context(body, 1).is_none_or(|more| more.value.iter().any(|byte| *byte != 0));
    visitor.flag("more_follows", follows);
}

fn flag(name: &'static str, element: Option<Element<'_>>, visitor: &mut dyn Visitor) {
    if let Some(element) = element {
        visitor.flag(name, element.value.iter().any(|byte| *byte != 0));
    }
}

fn uint(name: &'static str, element: Option<Element<'_>>, visitor: &mut dyn Visitor) {
    if let Some(value) = element.filter(|element| !element.constructed).and_then(|element| element.unsigned())
    {
        visitor.uint(name, value);
    }
}

/// Classes of objects (ISO 9506-2, 7.6.1).
const fn object_class(class: u64) -> &'static str {
    match class {
        0 => "named_variable",
        1 => "scattered_access",
        2 => "named_variable_list",
        3 => "named_type",
        4 => "semaphore",
        5 => "event_condition",
        6 => "event_action",
        7 => "event_enrollment",
        8 => "journal",
        9 => "domain",
        10 => "program_invocation",
        11 => "operator_station",
        12 => "data_exchange",
        13 => "access_control_list",
        _ => "unknown",
    }
}

/// Domain and item as one text.
pub(super) fn joined(name: &Name<'_>) -> Text<208> {
    if name.domain.is_empty() || name.item.is_empty() {
        Text::of(format_args!("{}{}", name.domain, name.item))
    } else {
        Text::of(format_args!("{}/{}", name.domain, name.item))
    }
}
