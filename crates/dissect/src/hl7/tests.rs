use super::*;
use crate::testing::{check_stream, client, probe as look, server};

const ORDER: &[u8] = b"\x0bMSH|^~\\&|MON^1|ICU|EHR|HOSP|20200101||ORU^R01^ORU_R01|77|P|2.6\rPID|1||123||DOE^JANE\rOBX|1|NM|x\r\x1c\r";
const ANSWER: &[u8] = b"\x0bMSH|^~\\&|EHR|HOSP|MON|ICU|20200101||ACK^R01|78|P|2.6\rMSA|AE|77|bad DOE\r\x1c\r";

#[test]
fn a_result_is_acknowledged_and_shows_no_patient() {
    let log = check_stream(&DISSECTOR, 2575, &[client(ORDER), server(ANSWER)]);
    assert_eq!(
        log.messages,
        [
            "hl7 request observation_result code=- write Pending [] [R01] [] {message_type=\"ORU\" \
             trigger_event=\"R01\" message_structure=\"ORU_R01\" sending_application=\"MON\" sending_facility=\"ICU\" \
             receiving_application=\"EHR\" receiving_facility=\"HOSP\" timestamp=\"20200101\" control_id=\"77\" \
             processing_id=\"P\" version=\"2.6\" segments=[\"MSH\" \"PID\" \"OBX\"] length=95}",
            "hl7 response observation_result code=- write Error(\"application_error\") [] [R01] [] {message_type=\"ACK\" \
             trigger_event=\"R01\" sending_application=\"EHR\" sending_facility=\"HOSP\" receiving_application=\"MON\" \
             receiving_facility=\"ICU\" timestamp=\"20200101\" control_id=\"78\" processing_id=\"P\" version=\"2.6\" \
             acknowledgement=\"AE\" acknowledgement_name=\"application_error\" acknowledged_control_id=\"77\" \
             segments=[\"MSH\" \"MSA\"] length=71}",
        ]
    );
    assert!(!format!("{log:?}").contains("DOE"));
    assert_eq!(
        log.observations[..3],
        [
            "Sender [] hl7_application=\"MON\" hl7 70",
            "Sender [] hl7_facility=\"ICU\" hl7 70",
            "Receiver [] hl7_addressed_application=\"EHR\" hl7 40",
        ]
    );
}

#[test]
fn unknown_types_and_cut_blocks_are_marked() {
    let log = check_stream(&DISSECTOR, 2575, &[client(b"\x0bMSH|^~\\&|A|B|C|D|||ZZZ^Z01|1|P|2.3\r")]);
    assert!(log.messages[0].contains("[\"truncated\", \"unknown_function\"]"), "{}", log.messages[0]);
}

#[test]
fn the_header_is_recognised_anywhere() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 6000, ORDER), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 6000, &ORDER[1..]), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, tcp, 6000, b"\x0bMS"), Verdict::More);
    for other in [&b"\x0bMSHabcdefgh"[..], b"GET / HTTP/1.1\r\n", b"MSH hello there\r\n"] {
        assert_eq!(look(&DISSECTOR, tcp, 2575, other), Verdict::No);
    }
}
