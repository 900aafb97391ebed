use super::*;
use crate::testing::Log;

/// Runs a command and its reply as one exchange.
fn exchange(command: &[u8], reply: &[u8]) -> Log {
    let mut log = Log::default();
    request(command, Reference::None, false, &mut log);
    response(reply, Some(command), Reference::None, false, &mut log);
    log
}

#[test]
fn a_typed_read_gives_values_under_their_addresses() {
    // Read 4 bytes of N7:3, sub-element 0 (1770-6.5.16, protected typed logical read with three address fields).
    let log =
        exchange(&[0x0f, 0, 0x34, 0x12, 0xa2, 4, 7, 0x89, 3, 0], &[0x4f, 0, 0x34, 0x12, 0x0a, 0, 0xff, 0xff]);
    assert_eq!(
        log.messages,
        [
            "pccc request protected_typed_logical_read_with_three_address_fields code=15 read Pending [] [N7:3] [] \
             {function_code=162 transaction=4660 status=0(success) address=\"N7:3\" file_number=7 \
             file_type=137(integer) element=3 sub_element=0 size=4}",
            "pccc response protected_typed_logical_read_with_three_address_fields code=15 read Ok [] [N7:3] [] \
             {function_code=162 transaction=4660 status=0(success) address=\"N7:3\" file_number=7 \
             file_type=137(integer) element=3 sub_element=0 size=4 values=[10 -1]}",
        ]
    );
    assert_eq!(log.values, ["pccc [] [N7:3] int16 Int(10)", "pccc [] [N7:4] int16 Int(-1)"]);
}

#[test]
fn a_typed_write_gives_its_values_with_the_request() {
    // Write 1.5 to F8:300 with a wide element number.
    let command = &[0x0f, 0, 1, 0, 0xaa, 4, 8, 0x8a, 0xff, 0x2c, 0x01, 0, 0, 0, 0xc0, 0x3f];
    let log = exchange(command, &[0x4f, 0, 1, 0]);
    assert_eq!(log.values, ["pccc [] [F8:300] float32 Float(1.5)"]);
    assert!(log.messages[1].contains(" write Ok [] [F8:300]"), "{:?}", log.messages);
}

#[test]
fn a_masked_write_shows_its_mask_and_a_program_file_its_category() {
    let log = exchange(&[0x0f, 0, 1, 0, 0xab, 2, 3, 0x85, 1, 0, 0x0f, 0, 5, 0], &[0x4f, 0, 1, 0]);
    assert!(log.messages[0].contains("mask=15 values=[5]"), "{:?}", log.messages);
    assert_eq!(log.values, [""; 0]);
    let log = exchange(&[0x0f, 0, 1, 0, 0xaa, 2, 2, 0x22, 0, 0, 1, 2], &[0x4f, 0, 1, 0]);
    assert!(
        log.messages[0].contains(" program_download Pending [] [ladder file 2 element 0]"),
        "{:?}",
        log.messages
    );
}

#[test]
fn a_refusal_names_its_reason() {
    let log = exchange(&[0x0f, 0, 1, 0, 0x80, 6], &[0x4f, 0xf0, 1, 0, 0x0b]);
    assert_eq!(
        log.messages,
        [
            "pccc request change_mode code=15 control Pending [] [] [] {function_code=128 transaction=1 \
             status=0(success) mode=6(remote_run)}",
            "pccc response change_mode code=15 control Error(\"access_denied\") [] [] [] {function_code=128 \
             transaction=1 status=240(extended_error) extended_status=11(access_denied)}",
        ]
    );
}

#[test]
fn diagnostic_status_identifies_the_controller() {
    let mut reply = vec![0x46, 0, 9, 0, 0x01, 0xee, 0x34, 0x95, 0x42];
    reply.extend_from_slice(b"1763-TESTER");
    reply.extend_from_slice(&[0, 0, 0x21]);
    let log = exchange(&[0x06, 0, 9, 0, 0x03], &reply);
    assert!(
        log.messages[1].contains("series_revision=\"C/C\" processor_name=\"1763-TESTER\""),
        "{:?}",
        log.messages
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] product_name=\"1763-TESTER\" pccc 95",
            "Sender [] model=\"1763-TESTER\" pccc 95",
            "Sender [] hardware_revision=\"C\" pccc 95",
            "Sender [] firmware=\"C\" pccc 95",
        ]
    );
}

#[test]
fn plc5_addresses_have_levels_or_characters() {
    // Word range read of levels 1 and 2: file 7, element 5; then of the symbol $N7:5.
    let log = exchange(&[0x0f, 0, 1, 0, 0x01, 0, 0, 2, 0, 0x06, 7, 5, 4], &[0x4f, 0, 1, 0, 1, 0, 2, 0]);
    assert!(log.messages[0].contains("[level 0.7.5]"), "{:?}", log.messages);
    let log = exchange(
        &[0x0f, 0, 1, 0, 0x68, 0, 0, 2, 0, 0, b'$', b'N', b'7', b':', b'5', 0, 2, 0],
        &[0x4f, 0, 1, 0],
    );
    assert!(log.messages[0].contains("[$N7:5]"), "{:?}", log.messages);
}

#[test]
fn a_reply_of_another_transaction_does_not_borrow_its_request() {
    let log = exchange(&[0x0f, 0, 1, 0, 0xa2, 4, 7, 0x89, 3, 0], &[0x4f, 0, 2, 0, 1, 0]);
    assert!(log.messages[1].contains("extended_reply"), "{:?}", log.messages);
    assert!(log.messages[1].contains("mismatched_response"), "{:?}", log.messages);
}

#[test]
fn every_function_is_named() {
    let functions: &[(u8, &[u8])] = &[
        (0x06, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (0x07, &[0, 1, 3, 4, 5, 6]),
        (
            0x0f,
            &[
                0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x11, 0x12, 0x17, 0x18,
                0x26, 0x29, 0x3a, 0x41, 0x50, 0x52, 0x53, 0x55, 0x57, 0x5e, 0x67, 0x68, 0x79, 0x80, 0x81,
                0x82, 0x88, 0x8f, 0xa1, 0xa2, 0xa7, 0xa9, 0xaa, 0xab, 0xaf,
            ],
        ),
    ];
    for (command, list) in functions {
        for function in *list {
            let bytes = [*command, 0, 1, 0, *function, 2, 7, 0x89, 0, 0, 0, 0, 0, 0];
            for cut in 0..=bytes.len() {
                let mut log = Log::default();
                request(&bytes[..cut], Reference::None, false, &mut log);
                response(&bytes[..cut], Some(&bytes), Reference::None, false, &mut log);
                if cut >= 5 {
                    assert!(
                        !log.messages[0].starts_with("pccc request unknown"),
                        "{command:02x} {function:02x}: {:?}",
                        log.messages
                    );
                }
            }
        }
    }
    let mut log = Log::default();
    request(&[0x0f, 0, 1, 0, 0xfe], Reference::None, false, &mut log);
    assert!(
        log.messages[0]
            .starts_with("pccc request unknown_0xffe code=15 other Pending [] [] [\"unknown_function\"]")
    );
}
