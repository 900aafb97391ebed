//! The fields that C12.22 messages show, for the documentation.

use crate::Field;

/// In the order in which they are shown, as far as there is one.
pub(super) const FIELDS: &[Field] = &[
    Field { name: "aso_context", doc: "Application context." },
    Field { name: "called_ap_title", doc: "Title of the receiver; relative ones begin with a dot." },
    Field { name: "called_ap_invocation_id", doc: "Invocation that is answered." },
    Field { name: "calling_ap_title", doc: "Title of the sender." },
    Field { name: "calling_ae_qualifier", doc: "Qualifier of the sender: test, urgent, notification." },
    Field { name: "calling_ap_invocation_id", doc: "Invocation of the sender." },
    Field { name: "mechanism_name", doc: "Security mechanism." },
    Field { name: "key_id", doc: "Key of authentication and ciphering." },
    Field { name: "initialization_vector", doc: "Initialisation vector." },
    Field { name: "recovery", doc: "EPSEM: recovery." },
    Field { name: "proxy_service", doc: "EPSEM: a proxy sent it." },
    Field {
        name: "security_mode",
        doc: "EPSEM: 0 clear, 1 clear and authenticated, 2 ciphered and authenticated.",
    },
    Field { name: "response_control", doc: "EPSEM: 0 always, 1 on exceptions, 2 never." },
    Field { name: "ed_class", doc: "EPSEM: class of the end device." },
    Field { name: "mac", doc: "Message authentication code." },
    Field { name: "response_code", doc: "Result of the service." },
    Field { name: "table", doc: "Table that is read or written." },
    Field { name: "manufacturer_table", doc: "The table is the manufacturer's own." },
    Field { name: "offset", doc: "Offset within the table; count beside it." },
    Field { name: "procedure", doc: "Procedure that a write to table 7 begins." },
    Field { name: "table_data", doc: "Bytes of the table; checksum beside them." },
    Field { name: "user", doc: "Name at logon; user_id beside it." },
    Field { name: "proof_length", doc: "Bytes of a password or proof; never shown." },
    Field {
        name: "reference_standard",
        doc: "Standard that the device identifies with; version and revision beside it.",
    },
    Field { name: "data", doc: "Bytes without a decoded structure." },
];
