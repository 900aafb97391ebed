//! The fields of the connection manager's services (volume 1, 3-5).

use super::body::{rest, visit_value};
use super::class::CONNECTION_MANAGER;
use super::connection::{self, Open, Triad};
use super::message::{Request, Response};
use super::path::Path;
use super::{attribute, list, service, status};
use crate::{Reader, Visitor};

/// The connection that a forward close asks to end.
pub(super) fn closed(request: &Request<'_>) -> Option<Triad> {
    if request.service != service::FORWARD_CLOSE || request.target.class != Some(CONNECTION_MANAGER) {
        return None;
    }
    let mut reader = Reader::new(request.data);
    reader.skip(2).ok()?;
    Triad::parse(&mut reader)
}

/// The connection that a whole answer to a forward close names (volume 1, 3-5.5.3: triad, words of application reply).
pub(super) fn has_closed(asked: &Request<'_>, response: &Response<'_>) -> Option<Triad> {
    closed(asked)?;
    if !status::is_ok(response.status) {
        return None;
    }
    let mut reader = Reader::new(response.data);
    let triad = Triad::parse(&mut reader)?;
    let words = usize::from(reader.u8().ok()?);
    reader.skip(1).ok()?;
    (reader.remaining() >= words.saturating_mul(2)).then_some(triad)
}

/// Requests to the connection manager; none where the data does not fit.
pub(super) fn visit_request(service: u8, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(data);
    match service {
        service::FORWARD_OPEN | service::LARGE_FORWARD_OPEN => {
            Open::parse(data, service == service::LARGE_FORWARD_OPEN)?.visit(visitor);
        }
        service::FORWARD_CLOSE => {
            reader.skip(2).ok()?;
            Triad::parse(&mut reader)?.visit(visitor);
            let words = usize::from(reader.u8().ok()?);
            reader.skip(1).ok()?;
            connection::visit_path(Path { bytes: reader.take_up_to(words.saturating_mul(2)) }, visitor);
        }
        service::GET_CONNECTION_DATA => visitor.uint("connection_number", u64::from(reader.le_u16().ok()?)),
        service::SEARCH_CONNECTION_DATA => Triad::parse(&mut reader)?.visit(visitor),
        service::GET_CONNECTION_OWNER => {
            reader.skip(1).ok()?;
            let words = usize::from(reader.u8().ok()?);
            connection::visit_path(Path { bytes: reader.take_up_to(words.saturating_mul(2)) }, visitor);
        }
        _ => return None,
    }
    Some(())
}

/// Responses of the connection manager.
pub(super) fn visit_response(asked: &Request<'_>, response: &Response<'_>, visitor: &mut dyn Visitor) {
    let ok = status::is_ok(response.status);
    let mut reader = Reader::new(response.data);
    match response.service {
        service::FORWARD_OPEN | service::LARGE_FORWARD_OPEN => {
            if ok && let (Ok(o_t_id), Ok(t_o_id)) = (reader.le_u32(), reader.le_u32()) {
                visitor.uint("o_t_connection_id", u64::from(o_t_id));
                visitor.uint("t_o_connection_id", u64::from(t_o_id));
            }
            if let Some(triad) = Triad::parse(&mut reader) {
                triad.visit(visitor);
            }
            if ok && let (Ok(o_t), Ok(t_o)) = (reader.le_u32(), reader.le_u32()) {
                visitor.uint("o_t_api_us", u64::from(o_t));
                visitor.uint("t_o_api_us", u64::from(t_o));
            } else if let Ok(words) = reader.u8() {
                visitor.uint("remaining_path_words", u64::from(words));
            }
            // The response repeats no path: the object at the connection's end is the request's.
            let large = asked.service == service::LARGE_FORWARD_OPEN;
            if let Some(open) = Open::parse(asked.data, large) {
                connection::visit_path(open.path, visitor);
            }
        }
        service::FORWARD_CLOSE => {
            if let Some(triad) = Triad::parse(&mut reader) {
                triad.visit(visitor);
            }
        }
        service::UNCONNECTED_SEND => {
            if let Ok(words) = reader.u8() {
                visitor.uint("remaining_path_words", u64::from(words));
            }
        }
        service::GET_CONNECTION_DATA | service::SEARCH_CONNECTION_DATA if ok => {
            visit_connection_data(&mut reader, visitor);
        }
        service::GET_ATTRIBUTES_ALL if ok => {
            let left = list::all(CONNECTION_MANAGER, false, response.data, |_, name, kind, value| {
                attribute::visit(name, kind, value, visitor);
            });
            rest("data", left, visitor);
        }
        service::GET_ATTRIBUTE_SINGLE if ok => {
            visit_value(
                CONNECTION_MANAGER,
                false,
                asked.target.attribute.unwrap_or(0),
                response.data,
                visitor,
            );
        }
        _ => rest("data", response.data, visitor),
    }
}

/// Volume 1, 3-5.5.6.
fn visit_connection_data(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    for name in ["connection_number", "connection_state", "originator_port", "target_port"] {
        if let Ok(value) = reader.le_u16() {
            visitor.uint(name, u64::from(value));
        }
    }
    if let Some(triad) = Triad::parse(reader) {
        triad.visit(visitor);
    }
    for name in ["o_t_connection_id", "t_o_connection_id"] {
        if let Ok(value) = reader.le_u32() {
            visitor.uint(name, u64::from(value));
        }
    }
    rest("data", reader.rest(), visitor);
}
