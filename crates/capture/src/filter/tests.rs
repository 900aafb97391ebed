use super::*;

/// Ethernet, IPv4 10.0.0.1 to 10.0.0.2, TCP 1025 to 502, SYN.
fn tcp() -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00];
    frame.extend([0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    frame.extend([4, 1, 1, 0xf6, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]);
    frame
}

fn matches(expression: &str, frame: &[u8]) -> bool {
    Filter::compile(expression).unwrap_or_else(|error| panic!("{expression}: {error}")).matches(1, frame)
}

#[test]
fn primitives_tell_frames_apart() {
    let frame = tcp();
    for expression in [
        "",
        "ip",
        "tcp",
        "tcp port 502",
        "port 502",
        "dst port 502 and src port 1025",
        "portrange 500-510",
        "portrange 510-500",
        "host 10.0.0.1",
        "10.0.0.1",
        "ip host 10.0.0.2",
        "src 10.0.0.1 and dst host 10.0.0.2",
        "src and dst net 10.0.0.0/8",
        "net 10",
        "net 10.0 and 10.0.0",
        "net 10.0.0.0 mask 255.255.255.0",
        "ether src 02:00:00:00:00:01",
        "ether host 2:0:0:0:0:2",
        "ether proto 0x800 and ether proto \\ip",
        "ip proto 6 and proto \\tcp and ip proto tcp",
        "port 80 or 502",
        "port http or not udp port 80",
        "portrange ssh-ldaps",
        "port (80 or 502)",
        "host 10.0.0.1 and (10.0.0.2 or 10.0.0.3)",
        "not host 10.0.0.3 and not 10.0.0.4",
        "not not tcp",
        "! udp && tcp || arp",
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
        "tcp[13] & 2 != 0 and tcp[0:2] = 1025 and 502 = tcp[2:2]",
        "(tcp[13] & 2 != 0)",
        "((tcp[13] & 2) != 0)",
        "ip[0] >> 4 == 4 and (ip[0] & 0xf) << 2 = 20",
        "ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) = 0",
        "len = 54 and less 54 and greater 54 and len - 4 >= 50",
        "1 + 2 * 3 = 7 and 8 / 2 % 3 = 1 and -1 = 0xffffffff and 6 & 3 | 8 ^ 1 = 11",
    ] {
        assert!(matches(expression, &frame), "{expression}");
    }
    for expression in [
        "udp",
        "arp",
        "ip6",
        "icmp",
        "udp port 502",
        "src port 502",
        "host 10.0.0.3",
        "arp host 10.0.0.1",
        "net 11",
        "vlan",
        "mpls",
        "broadcast",
        "ether multicast",
        "ip multicast",
        "less 53",
        "greater 55",
        "udp[0] = 4 or udp[0] != 4",
        "ip6[0] >= 0",
    ] {
        assert!(!matches(expression, &frame), "{expression}");
        assert!(matches(&format!("not ({expression})"), &frame), "not ({expression})");
    }
}

#[test]
fn and_and_or_bind_equally_from_the_left() {
    // With the precedence of programming languages this would be true.
    assert!(!matches("tcp or udp and udp", &tcp()));
    assert!(matches("tcp or (udp and udp)", &tcp()));
}

#[test]
fn bytes_that_were_not_captured_end_the_filter() {
    let frame = tcp();
    for expression in ["port 502", "not port 80", "not tcp[13] = 0"] {
        assert!(!matches(expression, &frame[..34]), "{expression}");
    }
    assert!(!matches("1 / 0 = 1 or tcp", &frame));
    assert!(matches("ip and not arp", &frame[..14]));
}

#[test]
fn vlan_moves_what_follows_it() {
    let mut frame = tcp();
    frame.splice(12..12, [0x81, 0, 0x20, 5]);
    assert!(matches("vlan 5 and tcp port 502 and host 10.0.0.1", &frame));
    assert!(matches("vlan and not vlan", &frame));
    assert!(!matches("vlan 6", &frame));
    assert!(!matches("tcp", &frame));
    frame.splice(12..12, [0x88, 0xa8, 0, 9]);
    assert!(matches("vlan 9 and vlan 5 and dst port 502", &frame));
}

#[test]
fn mpls_and_pppoe_are_looked_into() {
    let mut frame = tcp();
    frame.splice(12..14, [0x88, 0x47, 0, 0x00, 0x70, 64, 0, 0x00, 0x91, 64]); // labels 7 and 9
    assert!(matches("mpls 7 and mpls 9 and host 10.0.0.1 and tcp port 502", &frame));
    assert!(!matches("mpls 7 and host 10.0.0.1", &frame));
    let mut frame = tcp();
    frame.splice(12..14, [0x88, 0x64, 0x11, 0, 0, 3, 0, 42, 0, 0x21]);
    assert!(matches("pppoes 3 and ip and tcp port 502", &frame));
    assert!(!matches("pppoes 4", &frame));
}

#[test]
fn every_link_type_finds_its_network_layer() {
    let packet = tcp().split_off(14);
    let filter = Filter::compile("tcp port 502 and src host 10.0.0.1").unwrap();
    let with = |header: &[u8]| [header, &packet].concat();
    assert!(filter.matches(101, &packet), "RAW");
    assert!(filter.matches(228, &packet), "IPV4");
    assert!(filter.matches(0, &with(&[2, 0, 0, 0])), "NULL, little-endian");
    assert!(filter.matches(108, &with(&[0, 0, 0, 2])), "LOOP");
    assert!(filter.matches(113, &with(&[0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0])), "SLL");
    let sll2 = [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(filter.matches(276, &with(&sll2)), "SLL2");
    assert!(!filter.matches(147, &packet), "a link type without meaning here");
    assert!(Filter::compile("greater 40 and not tcp").unwrap().matches(147, &packet));
}

#[test]
fn ipv6_addresses_and_ports() {
    let mut frame = vec![0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, 17, 255];
    frame.extend("fe80::1".parse::<std::net::Ipv6Addr>().unwrap().octets());
    frame.extend("ff02::fb".parse::<std::net::Ipv6Addr>().unwrap().octets());
    frame.extend([0x14, 0xe9, 0x14, 0xe9, 0, 8, 0, 0]);
    for expression in [
        "ip6 and udp port 5353",
        "host fe80::1",
        "ip6 host ff02::fb",
        "src net fe80::/10",
        "ip6 multicast and multicast",
        "ip6[6] = 17",
        "ip6 proto \\udp",
    ] {
        assert!(matches(expression, &frame), "{expression}");
    }
    assert!(!matches("dst net fe80::/10 or udp[0] = 0 or icmp6", &frame));
}

#[test]
fn errors_say_where_and_what() {
    for (expression, column, part) in [
        ("tcp prot 80", 5, "expected `and` or `or`"),
        ("host", 5, "expected an address"),
        ("host example.org", 6, "not looked up"),
        ("tcp and", 8, "something is missing"),
        ("(tcp", 5, "closing bracket"),
        ("tcp)", 4, "no opening bracket"),
        ("()", 2, "unexpected `)`"),
        ("port 70000", 6, "65535"),
        ("tcp[0:3] = 1", 7, "1, 2 or 4"),
        ("tcp[0] + 1", 11, "comparison"),
        ("net 10.0.0.1/8", 15, "outside its mask"),
        ("net 10.0.0.0/33", 14, "at most 32"),
        ("tcp host 10.0.0.1", 10, "no addresses"),
        ("udp port http", 10, "not known over"),
        ("ip port 80", 9, "`tcp`, `udp`"),
        ("ether host 10.0.0.1", 12, "MAC address"),
        ("host 00:11:22:33:44:55", 6, "ether host"),
        ("ip broadcast", 4, "netmask"),
        ("vlan 4096", 6, "at most 4095"),
        ("gateway foo", 1, "`gateway`"),
        ("lldp", 1, "unknown word"),
        ("80", 3, "comparison"),
        ("host 300.1.1.1", 6, "not an IPv4"),
        ("tcp and (udp or $)", 17, "unexpected character"),
        ("99999999999 = 1", 1, "32 bits"),
        ("less ip", 6, "length"),
    ] {
        let error = Filter::compile(expression).unwrap_err();
        assert_eq!(error.column, column, "{expression}: {error}");
        assert!(error.what.contains(part), "{expression}: {error}");
    }
}

#[test]
fn deep_and_long_expressions_are_refused_not_overflowed() {
    assert!(Filter::compile(&"(".repeat(60_000)).is_err());
    assert!(Filter::compile(&"not ".repeat(10_000)).is_err());
    assert!(Filter::compile(&format!("{}1 = 1", "-".repeat(10_000))).is_err());
    assert!(Filter::compile(&vec!["tcp"; 5000].join(" or ")).is_err());
    let long = Filter::compile(&vec!["udp"; 4000].join(" or ")).unwrap();
    assert!(!long.matches(1, &tcp()));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[ -~é]{0,60}") {
        let _ = Filter::compile(&text);
    }

    #[test]
    fn no_mixture_of_words_panics(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "tcp", "port", "host", "10.0.0.1", "(", ")", "[", "]", "not", "and", "or", "80", "vlan", "ip6", "src",
            "dst", "net", "::1", "/", "8", "ether", "proto", "len", "<", "=", "&", "+", "-", "mpls", ":", "icmp6",
        ]), 0..12),
        frame in proptest::collection::vec(proptest::num::u8::ANY, 0..80),
        link in 0_u32..300,
    ) {
        if let Ok(filter) = Filter::compile(&words.join(" ")) {
            let _ = filter.matches(link, &frame);
        }
    }
}
