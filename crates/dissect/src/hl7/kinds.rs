//! Message types (HL7 v2 table 0076, of its versions 2.2 to 2.8) and what they do; the names are shortened.

use crate::{Category, Function};

/// Name and category; `None` for types that the table does not have.
pub(super) const fn describe(kind: &[u8]) -> Option<(&'static str, Category)> {
    use Category::{Configuration, Control, Diagnostics, Other, Read, Write};
    Some(match kind {
        b"ACK" => ("acknowledgement", Other),
        b"ADT" => ("admission", Write),
        b"BAR" => ("billing_account", Write),
        b"BPS" | b"BRP" | b"BRT" | b"BTS" => ("blood_product", Write),
        b"CRM" | b"CSU" => ("clinical_study", Write),
        b"DFT" => ("financial_transaction", Write),
        b"DOC" => ("document_response", Read),
        b"DSR" => ("display_response", Read),
        b"EAC" => ("equipment_command", Control),
        b"EAN" => ("equipment_notification", Diagnostics),
        b"EAR" => ("equipment_command_response", Control),
        b"EHC" => ("health_care_claim", Write),
        b"ESR" => ("equipment_status_request", Diagnostics),
        b"ESU" => ("equipment_status_update", Diagnostics),
        b"EQL" | b"EQQ" | b"ERQ" => ("enhanced_query", Read),
        b"INR" | b"INU" => ("inventory", Write),
        b"LSR" | b"LSU" => ("equipment_log", Diagnostics),
        b"MCF" => ("delayed_acknowledgement", Other),
        b"MDM" => ("document_management", Write),
        b"MFD" | b"MFK" | b"MFN" => ("master_file_notification", Configuration),
        b"MFQ" | b"MFR" => ("master_file_query", Read),
        b"NMD" => ("network_management_data", Diagnostics),
        b"NMQ" | b"NMR" => ("network_management_query", Diagnostics),
        b"OMB" | b"OMD" | b"OMG" | b"OMI" | b"OML" | b"OMN" | b"OMP" | b"OMQ" | b"OMS" | b"ORM" => {
            ("order", Write)
        }
        b"OPL" | b"OPR" | b"OPU" => ("population_order", Write),
        b"ORB" | b"ORD" | b"ORF" | b"ORG" | b"ORI" | b"ORL" | b"ORN" | b"ORP" | b"ORR" | b"ORS" | b"ORX" => {
            ("order_response", Write)
        }
        b"OSQ" | b"OSR" => ("order_status_query", Read),
        b"ORA" => ("observation_acknowledgement", Other),
        b"ORU" => ("observation_result", Write),
        b"OUL" => ("laboratory_observation", Write),
        b"PEX" | b"SUR" => ("product_experience", Write),
        b"PGL" | b"PPG" | b"PPP" | b"PPR" | b"PPT" | b"PPV" | b"PRR" | b"PTR" => ("patient_care", Write),
        b"PIN" | b"REF" | b"RPA" | b"RPI" | b"RPL" | b"RPR" | b"RQA" | b"RQC" | b"RQI" | b"RQP" | b"RRI" => {
            ("referral", Write)
        }
        b"PMU" => ("personnel", Write),
        b"CNQ" | b"QBP" | b"QCN" | b"QRY" | b"QSB" | b"QSX" | b"QVR" | b"RQQ" | b"SPQ" | b"SQM" | b"VQQ"
        | b"VXQ" => ("query", Read),
        b"RAR" | b"RAS" | b"RDE" | b"RDR" | b"RDS" | b"RDY" | b"RER" | b"RGR" | b"RGV" | b"ROR" | b"RRA"
        | b"RRD" | b"RRE" | b"RRG" => ("pharmacy", Write),
        b"ADR" | b"ARD" | b"EDR" | b"ERP" | b"QCK" | b"RCI" | b"RCL" | b"RSP" | b"RTB" | b"SQR" | b"TBR"
        | b"VXR" | b"VXX" => ("query_response", Read),
        b"OSM" | b"SCN" | b"SDN" | b"SDR" | b"SLN" | b"SLR" | b"SMD" | b"SSR" | b"SSU" | b"STC" | b"STI" => {
            ("sterilization_or_specimen", Write)
        }
        b"SIU" | b"SRM" | b"SRR" => ("scheduling", Write),
        b"TCR" | b"TCU" => ("test_code_settings", Configuration),
        b"UDM" => ("unsolicited_display", Other),
        b"VXU" => ("vaccination_update", Write),
        b"" => ("batch", Other),
        _ => return None,
    })
}

/// A type without a name: its letters as a number.
pub(super) fn unknown(kind: &[u8]) -> Function {
    let letters = kind.get(..4).unwrap_or(kind);
    Function::Unknown(letters.iter().fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte)))
}
