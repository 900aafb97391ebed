//! MMS: the Manufacturing Message Specification, carrier of IEC 61850 client-server traffic and of ICCP.
//!
//! Spec: ISO 9506-1 and -2 (MMS), ISO 8327 (session), ISO 8823 (presentation), ISO 8650 (ACSE), IEC 61850-8-1.
//! Rides on ISO transport (`cotp`, usual port TCP 102), which hands over whole units; recognised by session and
//! presentation that lead to a unit with an MMS tag, or by such a unit alone. Session units without MMS (finish, abort,
//! refusals) give messages of their own.

mod act;
mod association;
mod fields;
mod name;
mod report;
mod service;
mod show;
mod transfer;
mod value;

use crate::ber::{Class, Element};
use crate::cotp::{self, Layer, Tsdu, Upper};
use crate::{
    Anomalies, Category, Dissector, Function, Kind, Outcome, Pending, Protocol, Sink, Text, Verdict,
};
use act::Act;
use association::Outer;
use name::Name;
use service::{
    DOWNLOAD_SEGMENT, FILE_CLOSE, FILE_OPEN, FILE_READ, INITIATE_DOWNLOAD, INITIATE_UPLOAD, READ,
    TERMINATE_DOWNLOAD, TERMINATE_UPLOAD, UPLOAD_SEGMENT, WRITE,
};
use show::Shown;
use transfer::Transfers;

/// MMS as a layer above ISO transport.
pub(crate) static LAYER: Layer =
    Layer { protocol: Protocol::Mms, recognise: association::recognise, open: || Box::<Mms>::default() };

/// MMS as the registry knows it; flows are found by `cotp`.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Mms,
    over: &[],
    probe: |_| Verdict::No,
    open: cotp::open,
    max_message: 65_535,
    fields: fields::FIELDS,
    not_decoded: &[
        "arguments and results of services on semaphores, events, journals, operators and access control: objects are \
         named, their bytes shown",
        "alternate access: elements and ranges within a variable",
        "identity of name plates that are read as a whole: only the type of the device tells their order",
        "coded load data of domains (EXTERNAL)",
    ],
};

/// What a response needs to know of its request.
#[derive(Clone, Copy)]
struct Asked {
    service: u32,
    domain: Text<80>,
    item: Text<144>,
    file: Text<160>,
    /// State machine of a transfer.
    id: u64,
    category: Category,
    /// The request names exactly one variable.
    single: bool,
    /// Class of the objects that are listed.
    lists_domains: bool,
}

impl Asked {
    fn name(&self) -> Name<'_> {
        Name { domain: self.domain.as_str(), item: self.item.as_str() }
    }
}

#[derive(Default)]
struct Mms {
    /// By direction of the request and invocation.
    pending: Pending<(bool, u64), Asked>,
    /// By direction: requests were seen.
    watched: [bool; 2],
    transfers: Transfers,
}

impl Upper for Mms {
    fn take(&mut self, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let Some(outer) = Outer::parse(tsdu.input.data) else { return };
        let Some(first) = outer.mms else {
            session(&outer, tsdu, sink);
            return;
        };
        self.unit(&outer, &first, tsdu, sink);
        for unit in outer.further() {
            self.unit(&outer, &unit, tsdu, sink);
        }
    }

    fn gap(&mut self, _to_server: Option<bool>) {
        self.pending.clear();
        self.watched = [false; 2];
    }
}

/// A session unit that carries no MMS.
fn session(outer: &Outer<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
    let (function, kind, outcome) = match outer.spdu {
        association::CONNECT => ("initiate", Kind::Request, Outcome::Pending),
        association::ACCEPT => {
            ("initiate", Kind::Response, outer.refusal().map_or(Outcome::Ok, Outcome::Error))
        }
        association::REFUSE => ("initiate", Kind::Response, Outcome::Error("refused")),
        association::FINISH => ("finish", Kind::Request, Outcome::Pending),
        association::DISCONNECT => ("finish", Kind::Response, Outcome::Ok),
        association::NOT_FINISHED => ("finish", Kind::Response, Outcome::Error("not_finished")),
        association::ABORT => ("abort", Kind::Control, Outcome::Event),
        association::DATA => ("data", Kind::Control, Outcome::Event),
        _ => ("abort_accept", Kind::Control, Outcome::Event),
    };
    let shown = Shown {
        outer,
        pdu: None,
        invoke_id: None,
        service: 0,
        body: None,
        name: Name::default(),
        file: "",
        error: None,
    };
    let anomalies = Anomalies::NONE.with_if(tsdu.cut, Anomalies::TRUNCATED);
    let function = Function::Known(function);
    Act { kind, function, code: None, category: Category::Session, outcome, anomalies, shown }.give(sink);
}

impl Mms {
    fn unit(&mut self, outer: &Outer<'_>, unit: &Element<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let anomalies = Anomalies::NONE
            .with_if(tsdu.cut, Anomalies::TRUNCATED)
            .with_if(!tsdu.cut && unit.missing > 0, Anomalies::BAD_LENGTH);
        match unit.number {
            0 => self.request(outer, unit, anomalies, tsdu, sink),
            1 => self.response(outer, unit, anomalies, tsdu, sink),
            2 => self.error(outer, unit, anomalies, tsdu, sink),
            3 => unconfirmed(outer, unit, anomalies, sink),
            _ => self.control(outer, unit, anomalies, tsdu, sink),
        }
    }

    fn request(
        &mut self,
        outer: &Outer<'_>,
        unit: &Element<'_>,
        anomalies: Anomalies,
        tsdu: &Tsdu<'_>,
        sink: &mut dyn Sink,
    ) {
        let Some((invoke_id, body)) = confirmed(unit) else {
            malformed(outer, unit, Kind::Request, anomalies, sink);
            return;
        };
        let (function, mut category) = service::confirmed(body.number);
        let name = name::requested(body.number, &body);
        if body.number == WRITE {
            category = service::write_category(&name);
        }
        let id = match body.number {
            FILE_READ | FILE_CLOSE | UPLOAD_SEGMENT | TERMINATE_UPLOAD => {
                name::identifier(&body).unwrap_or(0)
            }
            _ => 0,
        };
        let mut file = name::requested_file(body.number, &body).unwrap_or_default();
        let open = if matches!(body.number, FILE_READ | FILE_CLOSE) { FILE_READ } else { UPLOAD_SEGMENT };
        if let Some(known) = self.transfers.name(open, id).filter(|_| id != 0) {
            file = Text::of(format_args!("{known}"));
        }
        // A list's name stands for many variables.
        let single = name::specification(body.number, &body)
            .is_some_and(|list| list.number == 0 && name::variables(&list).take(2).count() == 1);
        let lists_domains = body.number == service::GET_NAME_LIST
            && name::context(&body, 0)
                .and_then(|class| class.inner().next())
                .and_then(|class| class.unsigned())
                == Some(9);
        let asked = Asked {
            service: body.number,
            domain: Text::of(format_args!("{}", name.domain)),
            item: Text::of(format_args!("{}", name.item)),
            file,
            id,
            category,
            single,
            lists_domains,
        };
        let replaced = self.pending.insert((tsdu.to_server, invoke_id), asked);
        if let Some(watched) = self.watched.get_mut(usize::from(tsdu.to_server)) {
            *watched = true;
        }
        match body.number {
            INITIATE_DOWNLOAD => self.transfers.opened(DOWNLOAD_SEGMENT, 0, name.domain),
            TERMINATE_DOWNLOAD => self.transfers.closed(DOWNLOAD_SEGMENT, 0, name.domain),
            _ => {}
        }
        let shown = Shown {
            outer,
            pdu: Some(unit.number),
            invoke_id: Some(invoke_id),
            service: body.number,
            body: Some(body),
            name,
            file: file.as_str(),
            error: None,
        };
        let anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
        let (kind, outcome) = (Kind::Request, Outcome::Pending);
        Act { kind, function, code: Some(body.number), category, outcome, anomalies, shown }.give(sink);
        if body.number == WRITE && sink.wants().values {
            value::written(&body, sink);
        }
    }

    /// The request that an answer belongs to, and what is odd about that.
    fn answered(
        &mut self,
        invoke_id: u64,
        service: Option<u32>,
        tsdu: &Tsdu<'_>,
    ) -> (Option<Asked>, Anomalies) {
        let asked = self.pending.take(&(!tsdu.to_server, invoke_id));
        let watched = self.watched.get(usize::from(!tsdu.to_server)).copied().unwrap_or(false);
        let other = service.is_some_and(|service| asked.is_some_and(|asked| asked.service != service));
        let anomalies = Anomalies::NONE
            .with_if(asked.is_none() && watched, Anomalies::UNEXPECTED_RESPONSE)
            .with_if(other, Anomalies::MISMATCHED_RESPONSE);
        (asked.filter(|_| !other), anomalies)
    }

    fn response(
        &mut self,
        outer: &Outer<'_>,
        unit: &Element<'_>,
        anomalies: Anomalies,
        tsdu: &Tsdu<'_>,
        sink: &mut dyn Sink,
    ) {
        let Some((invoke_id, body)) = confirmed(unit) else {
            malformed(outer, unit, Kind::Response, anomalies, sink);
            return;
        };
        let (asked, odd) = self.answered(invoke_id, Some(body.number), tsdu);
        let (function, category) = service::confirmed(body.number);
        let error = value::failure(body.number, &body);
        let shown = Shown {
            outer,
            pdu: Some(unit.number),
            invoke_id: Some(invoke_id),
            service: body.number,
            body: Some(body),
            name: asked.as_ref().map(Asked::name).unwrap_or_default(),
            file: asked.as_ref().map_or("", |asked| asked.file.as_str()),
            error,
        };
        Act {
            kind: Kind::Response,
            function,
            code: Some(body.number),
            category: asked.map_or(category, |asked| asked.category),
            outcome: error.map_or(Outcome::Ok, Outcome::Error),
            anomalies: anomalies | odd,
            shown,
        }
        .give(sink);
        if anomalies.contains(Anomalies::TRUNCATED) {
            return;
        }
        let fallback = Name::default();
        let name = asked.as_ref().map_or(fallback, Asked::name);
        match body.number {
            service::IDENTIFY => value::identity(&body, sink),
            service::GET_NAME_LIST if asked.is_some_and(|asked| asked.lists_domains) => {
                value::domains(&body, sink);
            }
            READ => {
                let single = asked.is_some_and(|asked| asked.single);
                if single {
                    value::read(&name, &body, sink);
                }
            }
            FILE_OPEN | INITIATE_UPLOAD => {
                let id = name::context(&body, 0).and_then(|id| id.unsigned());
                if let (Some(id), Some(asked)) = (id, &asked) {
                    let upload = body.number == INITIATE_UPLOAD;
                    let (piece, name) = if upload {
                        (UPLOAD_SEGMENT, asked.domain.as_str())
                    } else {
                        (FILE_READ, asked.file.as_str())
                    };
                    self.transfers.opened(piece, id, name);
                }
            }
            FILE_READ | UPLOAD_SEGMENT | DOWNLOAD_SEGMENT => {
                if let Some(asked) = &asked {
                    let name =
                        if body.number == FILE_READ { asked.file.as_str() } else { asked.domain.as_str() };
                    self.transfers.piece(body.number, asked.id, name, &body, tsdu.to_server, sink);
                }
            }
            FILE_CLOSE | TERMINATE_UPLOAD => {
                if let Some(asked) = &asked {
                    let piece = if body.number == FILE_CLOSE { FILE_READ } else { UPLOAD_SEGMENT };
                    self.transfers.closed(piece, asked.id, asked.file.as_str());
                }
            }
            _ => {}
        }
    }

    /// [0] invocation, [2] error (ISO 9506-2, 7.4).
    fn error(
        &mut self,
        outer: &Outer<'_>,
        unit: &Element<'_>,
        anomalies: Anomalies,
        tsdu: &Tsdu<'_>,
        sink: &mut dyn Sink,
    ) {
        let invoke_id = unit.inner().next().and_then(|id| id.unsigned());
        let body = name::context(unit, 2);
        let (asked, odd) =
            invoke_id.map_or((None, Anomalies::MISSING_FIELD), |id| self.answered(id, None, tsdu));
        let class = body.and_then(|body| name::context(&body, 0)).and_then(|class| class.inner().next());
        let error =
            class.map_or("other_error", |class| service::error(class.number, class.unsigned().unwrap_or(0)));
        let (function, category, code) = match &asked {
            Some(asked) => (service::confirmed(asked.service).0, asked.category, Some(asked.service)),
            None => (Function::Known("confirmed_error"), Category::Other, None),
        };
        let shown = Shown {
            outer,
            pdu: Some(unit.number),
            invoke_id,
            service: 0,
            body,
            name: asked.as_ref().map(Asked::name).unwrap_or_default(),
            file: asked.as_ref().map_or("", |asked| asked.file.as_str()),
            error: Some(error),
        };
        let (kind, outcome) = (Kind::Response, Outcome::Error(error));
        Act { kind, function, code, category, outcome, anomalies: anomalies | odd, shown }.give(sink);
    }

    /// Initiate, conclude, cancel and reject.
    fn control(
        &mut self,
        outer: &Outer<'_>,
        unit: &Element<'_>,
        anomalies: Anomalies,
        tsdu: &Tsdu<'_>,
        sink: &mut dyn Sink,
    ) {
        let mut invoke_id = None;
        let (function, kind, outcome) = match unit.number {
            4 => {
                invoke_id = name::context(unit, 0).and_then(|id| id.unsigned());
                if let Some(id) = invoke_id {
                    self.answered(id, None, tsdu);
                }
                let class = unit.inner().filter(|part| part.number != 0).last();
                let reason = class.map_or("unknown", |class| service::reject(class.number));
                ("reject", Kind::Response, Outcome::Error(reason))
            }
            5 => ("cancel", Kind::Request, Outcome::Pending),
            6 => ("cancel", Kind::Response, Outcome::Ok),
            7 => ("cancel", Kind::Response, Outcome::Error("cancel_error")),
            8 => {
                self.pending.clear();
                ("initiate", Kind::Request, Outcome::Pending)
            }
            9 => ("initiate", Kind::Response, outer.refusal().map_or(Outcome::Ok, Outcome::Error)),
            10 => ("initiate", Kind::Response, Outcome::Error("initiate_error")),
            11 => ("conclude", Kind::Request, Outcome::Pending),
            12 => ("conclude", Kind::Response, Outcome::Ok),
            _ => ("conclude", Kind::Response, Outcome::Error("conclude_error")),
        };
        if matches!(unit.number, 5 | 6) {
            invoke_id = unit.unsigned();
        }
        let authenticated = unit.number == 8 && outer.authentication().is_some();
        let shown = Shown {
            outer,
            pdu: Some(unit.number),
            invoke_id,
            service: 0,
            body: Some(*unit),
            name: Name::default(),
            file: "",
            error: if let Outcome::Error(error) = outcome { Some(error) } else { None },
        };
        let category = if authenticated { Category::Authentication } else { Category::Session };
        let function = Function::Known(function);
        Act { kind, function, code: None, category, outcome, anomalies, shown }.give(sink);
    }
}

/// Invocation and service of a confirmed request or response.
fn confirmed<'a>(unit: &Element<'a>) -> Option<(u64, Element<'a>)> {
    let mut inner = unit.inner();
    let invoke_id = inner.next().filter(|id| id.is(crate::ber::universal::INTEGER))?.unsigned()?;
    // Modifiers may stand between: a sequence.
    let body = inner.find(|part| part.class == Class::Context)?;
    Some((invoke_id, body))
}

/// A confirmed unit without a service.
fn malformed(outer: &Outer<'_>, unit: &Element<'_>, kind: Kind, anomalies: Anomalies, sink: &mut dyn Sink) {
    let shown = Shown {
        outer,
        pdu: None,
        invoke_id: None,
        service: 0,
        body: None,
        name: Name::default(),
        file: "",
        error: None,
    };
    let function = Function::Known(if unit.number == 0 { "confirmed_request" } else { "confirmed_response" });
    let outcome = if kind == Kind::Request { Outcome::Pending } else { Outcome::Ok };
    let anomalies = anomalies | Anomalies::MISSING_FIELD;
    Act { kind, function, code: None, category: Category::Other, outcome, anomalies, shown }.give(sink);
}

fn unconfirmed(outer: &Outer<'_>, unit: &Element<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let Some(body) = unit.inner().find(|part| part.class == Class::Context) else {
        malformed(outer, unit, Kind::Event, anomalies, sink);
        return;
    };
    let (function, category) = service::unconfirmed(body.number);
    let specification = name::specification(body.number, &body).filter(|_| body.number == 0);
    let mut name = specification.and_then(|list| name::variables(&list).next()).unwrap_or_default();
    let list = body.inner().nth(1);
    let report = list.as_ref().filter(|_| name.item == report::NAME).and_then(report::Report::parse);
    if let Some(id) = report.as_ref().and_then(report::Report::id) {
        name = Name { domain: "", item: id };
    }
    let shown = Shown {
        outer,
        pdu: Some(unit.number),
        invoke_id: None,
        service: body.number,
        body: Some(body),
        name,
        file: "",
        error: None,
    };
    let (kind, outcome) = (Kind::Event, Outcome::Event);
    Act { kind, function, code: None, category, outcome, anomalies, shown }.give(sink);
    if sink.wants().values {
        match (report, specification, list) {
            (Some(report), _, _) => value::reported(report.id().unwrap_or_default(), report.values(), sink),
            (None, Some(specification), Some(list)) => value::listed(&specification, &list, sink),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
