#![expect(clippy::arithmetic_side_effects, reason = "small numbers of test tables")]

use sightglass_wire::Ip;

use super::policy::SECOND_NS;
use super::*;

const TCP: u8 = 6;

fn key(n: u16) -> FlowKey {
    FlowKey::new(Ip::v4([10, 0, 0, 1]), Ip::v4([10, 0, 0, 2]), n, 502, TCP, 0).0
}

fn limits(flows: usize) -> Limits {
    Limits { flows, ..Limits::default() }
}

fn at_s(seconds: i64) -> i64 {
    1_700_000_000_000_000_000 + seconds * SECOND_NS
}

/// Insert or touch; gives whether the entry was new, and the keys that had to leave.
fn put(table: &mut Table<u32>, n: u16, seconds: i64, class: Class) -> (bool, Vec<(FlowKey, Cause)>) {
    let mut gone = Vec::new();
    let (_, value, is_new) =
        table.get_or_insert(key(n), at_s(seconds), class, || 0, |entry| gone.push((entry.key, entry.cause)));
    *value += 1;
    (is_new, gone)
}

#[test]
fn an_entry_is_made_once_and_found_again() {
    let mut table = Table::new(limits(10));
    assert!(put(&mut table, 1, 0, Class::Udp).0);
    assert!(!put(&mut table, 1, 1, Class::Udp).0);
    let slot = table.locate(&key(1)).unwrap();
    assert_eq!(
        (table.get(slot), table.key(slot), table.last_ns(slot)),
        (Some(&2), Some(&key(1)), Some(at_s(1)))
    );
    assert_eq!(table.len(), 1);
}

#[test]
fn an_idle_entry_is_replaced_even_when_nobody_called_expire() {
    for (class, idle_s) in [
        (Class::HalfOpen, 60),
        (Class::Established, 3600),
        (Class::Closed, 30),
        (Class::Udp, 120),
        (Class::Other, 120),
    ] {
        let mut table = Table::new(limits(10));
        put(&mut table, 1, 0, class);
        assert_eq!(put(&mut table, 1, idle_s - 1, class), (false, vec![]), "{class:?}");
        assert_eq!(
            put(&mut table, 1, 2 * idle_s - 1, class),
            (true, vec![(key(1), Cause::Expired)]),
            "{class:?}"
        );
        assert_eq!(table.counters().expired.iter().sum::<u64>(), 1);
    }
}

#[test]
fn expire_hands_over_what_is_idle_and_only_that() {
    let mut table = Table::new(limits(100));
    for n in 0..20 {
        put(&mut table, n, i64::from(n), Class::Udp);
    }
    put(&mut table, 3, 25, Class::Udp);
    let mut gone = Vec::new();
    table.expire(at_s(129), |entry| gone.push(entry.key));
    let expected: Vec<_> = (0..10).filter(|&n| n != 3).map(key).collect();
    assert_eq!(gone, expected);
    assert_eq!(table.len(), 11);
}

#[test]
fn a_change_of_class_changes_the_timeout() {
    let mut table = Table::new(limits(10));
    put(&mut table, 1, 0, Class::HalfOpen);
    let slot = table.locate(&key(1)).unwrap();
    table.set_class(slot, Class::Established);
    table.expire(at_s(3599), |_| panic!("not idle for long enough"));
    table.set_class(slot, Class::Closed);
    let mut gone = 0;
    table.expire(at_s(3630), |_| gone += 1);
    assert_eq!(gone, 1);
}

#[test]
fn at_the_cap_the_least_recently_used_goes() {
    let mut table = Table::new(limits(3));
    for (n, seconds) in [(1, 0), (2, 2), (3, 4), (1, 6)] {
        put(&mut table, n, seconds, Class::Established);
    }
    assert_eq!(put(&mut table, 4, 8, Class::Established).1, [(key(2), Cause::Evicted)]);
    assert_eq!(put(&mut table, 5, 10, Class::Established).1, [(key(3), Cause::Evicted)]);
    assert_eq!((table.len(), table.counters().evicted_total()), (3, 2));
}

#[test]
fn closed_connections_go_first_and_a_flood_of_syns_evicts_itself() {
    let mut table = Table::new(limits(8));
    for n in 0..4 {
        put(&mut table, n, 0, Class::Established);
    }
    put(&mut table, 4, 5, Class::Closed);
    for n in 100..200 {
        put(&mut table, n, 6, Class::HalfOpen);
    }
    assert_eq!(table.counters().evicted[Class::Closed as usize], 1);
    assert_eq!(table.counters().evicted[Class::HalfOpen as usize], 96);
    assert!((0..4).all(|n| table.locate(&key(n)).is_some()));
}

#[test]
fn time_that_steps_back_changes_nothing() {
    let mut table = Table::new(limits(10));
    put(&mut table, 1, 100, Class::Closed);
    assert!(!put(&mut table, 1, -100_000, Class::Closed).0);
    assert_eq!(table.last_ns(0), Some(at_s(100)));
    let mut far = Table::<u32>::new(limits(2));
    for ts_ns in [i64::MIN, i64::MAX, 0] {
        far.get_or_insert(key(1), ts_ns, Class::Udp, || 0, |_| ());
        far.expire(ts_ns, |_| ());
    }
}

#[test]
fn slots_are_used_again() {
    let mut table = Table::new(limits(10));
    for n in 0..1000 {
        put(&mut table, n, i64::from(n), Class::Udp);
        let slot = table.locate(&key(n)).unwrap();
        let gone = table.remove(slot).unwrap();
        assert_eq!((gone.key, gone.cause, table.get(slot)), (key(n), Cause::Removed, None));
        assert!(table.remove(slot).is_none());
    }
    assert_eq!(table.slots.0.len(), 1);
    assert!(table.is_empty());
}

#[test]
fn drain_hands_over_the_rest_in_order_of_slots() {
    let mut table = Table::new(limits(10));
    for n in [5, 3, 9] {
        put(&mut table, n, 0, Class::Udp);
    }
    assert_eq!(
        table.iter().map(|(slot, key, _)| (slot, *key)).collect::<Vec<_>>(),
        [(0, key(5)), (1, key(3)), (2, key(9))]
    );
    for (_, _, value) in table.iter_mut() {
        *value += 7;
    }
    let mut gone = Vec::new();
    table.drain(|entry| gone.push((entry.key, entry.value)));
    assert_eq!(gone, [(key(5), 8), (key(3), 8), (key(9), 8)]);
    assert!(table.is_empty());
}

#[test]
fn the_head_of_an_entry_is_one_cache_line() {
    assert_eq!(size_of::<Head<FlowKey>>(), 64);
}
