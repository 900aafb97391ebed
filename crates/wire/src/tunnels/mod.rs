//! Headers that carry another packet, one file each.

pub(crate) mod bridging;
pub(crate) mod capwap;
pub(crate) mod erspan;
pub(crate) mod geneve;
pub(crate) mod gre;
pub(crate) mod gtp;
pub(crate) mod ip;
pub(crate) mod l2tp;
pub(crate) mod macsec;
pub(crate) mod mpls;
pub(crate) mod ppp;
pub(crate) mod teredo;
pub(crate) mod tzsp;
pub(crate) mod udp;
pub(crate) mod vxlan;
