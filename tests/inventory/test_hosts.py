"""Which addresses are one thing on the network."""

from __future__ import annotations

from sightglass.inventory.hosts import Host, Sender, resolve

PLC, CLIENT, ROUTER, SPOOFER = (f"02:00:00:00:00:{last:02x}" for last in (1, 2, 254, 0x66))


def sender(mac: str, ip: str, at_s: int = 1, *, announced: bool = False, packets: int = 10) -> Sender:
    return Sender(mac, ip, set(), packets, packets * 60, at_s * 10**9, at_s * 10**9, at_s, 0, announced)


def places(*senders: Sender) -> list[tuple[list[str], list[str]]]:
    """MACs and IPs of each host."""
    return [(host.macs, sorted(host.ips)) for host in resolve(list(senders))]


def routers(*senders: Sender) -> list[Host]:
    return [host for host in resolve(list(senders)) if host.router]


def test_a_mac_with_one_address_owns_it() -> None:
    assert places(sender(PLC, "10.0.0.1"), sender(CLIENT, "10.0.0.9", 2)) == [
        ([PLC], ["10.0.0.1"]),
        ([CLIENT], ["10.0.0.9"]),
    ]


def test_frames_without_an_address_belong_to_their_mac() -> None:
    assert places(sender(PLC, ""), sender(PLC, "10.0.0.1", 2)) == [([PLC], ["10.0.0.1"])]


def test_a_mac_with_many_unannounced_addresses_forwards_for_them() -> None:
    behind = [sender(ROUTER, f"10.9.0.{n}", n) for n in range(1, 6)]
    found = resolve(behind)
    assert len(routers(*behind)) == 1
    assert sum(bool(host.behind) for host in found) == 5
    assert {host.behind for host in found if host.behind} == {ROUTER}


def test_two_addresses_of_one_interface_stay_one_host() -> None:
    assert places(sender(PLC, "10.0.0.1"), sender(PLC, "10.0.0.2", 2)) == [([PLC], ["10.0.0.1", "10.0.0.2"])]


def test_announced_addresses_belong_to_who_announced_them() -> None:
    own = [sender(PLC, f"10.0.0.{n}", n, announced=True) for n in range(1, 6)]
    assert places(*own) == [([PLC], [f"10.0.0.{n}" for n in range(1, 6)])]
    assert routers(*own) == []


def test_a_router_keeps_the_address_that_it_announced() -> None:
    rows = [
        sender(ROUTER, "10.0.0.254", announced=True),
        *(sender(ROUTER, f"10.9.0.{n}", n + 1) for n in range(1, 5)),
    ]
    (router,) = routers(*rows)
    assert router.ips == ["10.0.0.254"]


def test_a_router_that_never_sends_for_itself_is_there() -> None:
    rows = [sender(ROUTER, f"10.9.0.{n}", n) for n in range(1, 5)]
    (router,) = routers(*rows)
    assert (router.macs, router.ips) == ([ROUTER], [])


def test_a_spoofer_does_not_take_an_address_over() -> None:
    rows = [
        sender(PLC, "10.0.0.1", 1, announced=True),
        sender(SPOOFER, "10.0.0.66", 2, announced=True),
        sender(SPOOFER, "10.0.0.1", 3, announced=True),
    ]
    assert ([PLC], ["10.0.0.1"]) in places(*rows)
    assert ([SPOOFER], ["10.0.0.66"]) in places(*rows)


def test_a_host_is_not_its_router() -> None:
    rows = [
        sender(PLC, "10.0.0.1", 5, announced=True),
        *(sender(ROUTER, f"10.9.0.{n}", n) for n in range(1, 5)),
        sender(ROUTER, "10.0.0.1", 2),
    ]
    assert ([PLC], ["10.0.0.1"]) in places(*rows)


def test_link_local_addresses_make_no_router() -> None:
    rows = [sender(PLC, f"fe80::{n}", n) for n in range(1, 7)]
    assert routers(*rows) == []
    assert places(*rows) == [([PLC], sorted(f"fe80::{n}" for n in range(1, 7)))]


def test_hosts_come_in_the_order_of_their_first_frame() -> None:
    found = places(sender(CLIENT, "10.0.0.9", 7), sender(PLC, "10.0.0.1", 3))
    assert [macs for macs, _ in found] == [[PLC], [CLIENT]]


def test_every_sender_is_in_exactly_one_host() -> None:
    rows = [
        sender(PLC, "10.0.0.1", announced=True),
        sender(SPOOFER, "10.0.0.1", 2),
        *(sender(ROUTER, f"8.8.{n}.8", n) for n in range(1, 9)),
        sender(ROUTER, "", 3),
        sender("", "10.0.0.77", 4),
    ]
    placed = [id(each) for host in resolve(rows) for each in host.senders]
    assert set(map(id, rows)) <= set(placed)
    assert len(placed) == len(set(placed))


def test_an_announcement_takes_no_address_over_from_who_sends_with_it() -> None:
    rows = (
        sender(SPOOFER, "10.0.0.66", 1),
        sender(SPOOFER, "10.0.0.1", 2, announced=True, packets=0),
        sender(PLC, "10.0.0.1", 3),
    )
    assert places(*rows) == [([SPOOFER], ["10.0.0.66"]), ([PLC], ["10.0.0.1"])]


def test_who_has_other_addresses_takes_none_over_by_forwarding() -> None:
    rows = (
        sender(PLC, "10.0.0.1", 1),
        sender(SPOOFER, "10.0.0.66", 2, announced=True),
        sender(SPOOFER, "10.0.0.1", 3, announced=True),
    )
    assert places(*rows) == [([PLC], ["10.0.0.1"]), ([SPOOFER], ["10.0.0.66"])]


def test_a_mac_that_uses_only_addresses_of_others_is_a_device() -> None:
    rows = (sender(PLC, "10.0.0.1", 1), sender(CLIENT, "10.0.0.1", 2))
    assert places(*rows) == [([PLC], ["10.0.0.1"]), ([CLIENT], [])]


def test_the_only_inside_address_of_a_router_is_its_own() -> None:
    rows = (
        sender(PLC, "10.0.0.2", 1),
        sender(ROUTER, "10.0.0.1", 2),
        sender(ROUTER, "8.8.8.8", 3),
    )
    assert places(*rows) == [([PLC], ["10.0.0.2"]), ([ROUTER], ["10.0.0.1"]), ([], ["8.8.8.8"])]


def test_an_inside_address_of_another_subnet_is_behind_the_router() -> None:
    rows = (
        sender(PLC, "10.0.0.2", 1),
        sender(ROUTER, "10.9.0.1", 2),
        sender(ROUTER, "8.8.8.8", 3),
    )
    assert ([], ["10.9.0.1"]) in places(*rows)
