//! What MMS, GOOSE and sampled values share: typed data (ISO 9506-2, `Data`) and the session header of routed messages
//! (IEC 61850-90-5).

pub(crate) mod data;
pub(crate) mod routed;
