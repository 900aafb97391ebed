//! Methods and status codes.

use crate::{Category, Function};

/// Methods of RFC 9110, WebDAV (RFC 4918, 3253, 3744, 5323), UPnP, CalDAV and of vendors: name, function, category.
const METHODS: &[(&str, &str, Category)] = &[
    ("GET", "get", Category::Read),
    ("HEAD", "head", Category::Read),
    ("POST", "post", Category::Other),
    ("PUT", "put", Category::FileTransfer),
    ("DELETE", "delete", Category::Other),
    ("CONNECT", "connect", Category::Session),
    ("OPTIONS", "options", Category::Discovery),
    ("TRACE", "trace", Category::Diagnostics),
    ("PATCH", "patch", Category::Other),
    ("PROPFIND", "propfind", Category::Read),
    ("PROPPATCH", "proppatch", Category::Other),
    ("MKCOL", "mkcol", Category::Other),
    ("COPY", "copy", Category::Other),
    ("MOVE", "move", Category::Other),
    ("LOCK", "lock", Category::Other),
    ("UNLOCK", "unlock", Category::Other),
    ("SEARCH", "search", Category::Read),
    ("REPORT", "report", Category::Read),
    ("ACL", "acl", Category::Other),
    ("MKCALENDAR", "mkcalendar", Category::Other),
    ("CHECKOUT", "checkout", Category::Other),
    ("MERGE", "merge", Category::Other),
    ("NOTIFY", "notify", Category::Discovery),
    ("M-SEARCH", "m_search", Category::Discovery),
    ("SUBSCRIBE", "subscribe", Category::Session),
    ("UNSUBSCRIBE", "unsubscribe", Category::Session),
    ("BITS_POST", "bits_post", Category::FileTransfer),
    ("CCM_POST", "ccm_post", Category::Other),
    ("RPC_IN_DATA", "rpc_in_data", Category::Session),
    ("RPC_OUT_DATA", "rpc_out_data", Category::Session),
    ("RPC_CONNECT", "rpc_connect", Category::Session),
    ("SSTP_DUPLEX_POST", "sstp_duplex_post", Category::Session),
    ("PRI", "pri", Category::Session),
];

/// Longest method that is recognised, in bytes.
pub(super) const LONGEST: usize = 20;

/// What a method is called and does; unknown ones are `other_method`.
pub(super) fn describe(method: &[u8]) -> (Function, Category) {
    METHODS
        .iter()
        .find(|(name, ..)| name.as_bytes() == method)
        .map_or((Function::Known("other_method"), Category::Other), |(_, function, category)| {
            (Function::Known(function), *category)
        })
}

/// Whether the specification names this method.
pub(super) fn is_known(method: &[u8]) -> bool {
    METHODS.iter().any(|(name, ..)| name.as_bytes() == method)
}

/// Whether the bytes could be the beginning of a known method with the blank after it.
pub(super) fn may_begin(data: &[u8]) -> bool {
    METHODS.iter().any(|(name, ..)| {
        let name = name.as_bytes();
        let shared = data.len().min(name.len());
        data.get(..shared) == name.get(..shared) && data.get(name.len()).is_none_or(|next| *next == b' ')
    })
}

/// The name of a refusing status (RFC 9110 clause 15), snake_case.
pub(super) const fn refusal(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        402 => "payment_required",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        406 => "not_acceptable",
        407 => "proxy_authentication_required",
        408 => "request_timeout",
        409 => "conflict",
        410 => "gone",
        411 => "length_required",
        412 => "precondition_failed",
        413 => "content_too_large",
        414 => "uri_too_long",
        415 => "unsupported_media_type",
        416 => "range_not_satisfiable",
        417 => "expectation_failed",
        421 => "misdirected_request",
        422 => "unprocessable_content",
        423 => "locked",
        424 => "failed_dependency",
        426 => "upgrade_required",
        428 => "precondition_required",
        429 => "too_many_requests",
        431 => "request_header_fields_too_large",
        451 => "unavailable_for_legal_reasons",
        500 => "internal_server_error",
        501 => "not_implemented",
        502 => "bad_gateway",
        503 => "service_unavailable",
        504 => "gateway_timeout",
        505 => "http_version_not_supported",
        507 => "insufficient_storage",
        _ if status < 500 => "client_error",
        _ => "server_error",
    }
}
