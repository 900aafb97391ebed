//! Packet filters in the language of pcap-filter(7).
//!
//! Supported: `host`, `net`, `port`, `portrange`, `proto` with `src`, `dst` and the protocols `ether ip ip6 arp rarp tcp
//! udp sctp`; the protocols' names alone; `vlan`, `mpls`, `pppoed`, `pppoes`; `broadcast`, `multicast`; `less`, `greater`;
//! comparisons with `proto[index:size]`, `len`, arithmetic and the names of ICMP types and TCP flags; `and`, `or`, `not`
//! and brackets. Not supported, and said so: looking up names of hosts, `gateway`, `protochain`, `inbound`, `outbound`,
//! 802.11, Geneve, IPX, `AppleTalk`, IS-IS.
//!
//! A filter is compiled once and works on every link type: Ethernet, Linux SLL and SLL2, raw IP, NULL, LOOP and PPP; on
//! others only lengths and bytes of the frame (`ether[...]`) can be tested, everything else is false there.

mod arithmetic;
mod ast;
mod eval;
mod lex;
mod names;
mod parse;
mod values;

/// A compiled filter; cheap to use, shared between threads by cloning.
#[derive(Clone, Debug)]
pub struct Filter {
    /// `None` for the empty expression, which matches all.
    root: Option<std::sync::Arc<ast::Node>>,
}

/// Why an expression is not a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter, column {column}: {what}")]
pub struct FilterError {
    /// 1-based column of the expression, in characters, where it went wrong.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

impl Filter {
    /// Compile an expression; the empty one matches every frame.
    ///
    /// # Errors
    /// [`FilterError`] with the column at which the expression cannot be read.
    pub fn compile(expression: &str) -> Result<Self, FilterError> {
        let tokens = lex::tokens(expression)?;
        if tokens.is_empty() {
            return Ok(Self { root: None });
        }
        let end = expression.trim_end().chars().count().saturating_add(1);
        let root = parse::Parser::new(&tokens, end).parse()?;
        Ok(Self { root: Some(std::sync::Arc::new(root)) })
    }

    /// Whether a frame of link type `link` (LINKTYPE) with these bytes matches.
    pub fn matches(&self, link: u32, data: &[u8]) -> bool {
        self.matches_frame(link, data, u32::try_from(data.len()).unwrap_or(u32::MAX))
    }

    /// As [`Filter::matches`], for a frame that was `length` bytes long on the wire; `data` is what was captured of it.
    pub fn matches_frame(&self, link: u32, data: &[u8], length: u32) -> bool {
        let Some(root) = &self.root else { return true };
        eval::View::new(link, data, length).matches(root).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests;
