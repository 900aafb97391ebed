//! ICCP (TASE.2): control centres that exchange telemetry and orders, as marks on MMS.
//!
//! Spec: IEC 60870-6-503 and 60870-6-802: names of the objects by which the service works. Every MMS message whose object
//! is one of them gives an `iccp` message beside its own; `mms` carries the values.

use crate::{Category, Dissector, Field, Protocol, Verdict, cotp};

/// ICCP as the registry knows it; flows are found by `cotp`.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Iccp,
    over: &[],
    probe: |_| Verdict::No,
    open: cotp::open,
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "points of a control centre under names of its own, unless a transfer set reports them",
        "structures of indication points: `mms` shows their elements",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "service", doc: "MMS service that carries the act." },
    Field { name: "domain", doc: "Domain (ICC) of the object." },
    Field { name: "item", doc: "Object of the exchange." },
];

/// The act that an object's name stands for; none for names that TASE.2 does not fix (IEC 60870-6-503, 8).
pub(crate) fn act(item: &str, write: bool) -> Option<(&'static str, Category)> {
    Some(match item {
        "Bilateral_Table_ID" => ("bilateral_table_id", Category::Discovery),
        "TASE2_Version" => ("tase2_version", Category::Discovery),
        "Supported_Features" => ("supported_features", Category::Discovery),
        "Next_DSTransfer_Set" => ("next_ds_transfer_set", Category::Configuration),
        "Next_TSTransfer_Set" => ("next_ts_transfer_set", Category::Configuration),
        "Transfer_Set_Name" => ("transfer_set_name", Category::Read),
        "Transfer_Set_Time_Stamp" => ("transfer_set_time_stamp", Category::Read),
        "DSConditions_Detected" => ("ds_conditions_detected", Category::Read),
        "Event_Code_Detected" => ("event_code_detected", Category::Alarm),
        "Transfer_Report_ACK" => ("transfer_report_ack", Category::Read),
        "Transfer_Report_NACK" => ("transfer_report_nack", Category::Read),
        "Info_Buffer_Next_Entry" => ("info_buffer_next_entry", Category::Read),
        "Account_Reference" => ("account_reference", Category::Read),
        _ if item.starts_with("Info_Mess_") || item.starts_with("Info_Buff_") => {
            ("information_message", Category::Read)
        }
        _ if item.ends_with("_SBO") => {
            ("select_before_operate", if write { Category::Control } else { Category::Read })
        }
        _ if item.ends_with("_TAG") => ("tag", if write { Category::Control } else { Category::Read }),
        _ => return None,
    })
}
