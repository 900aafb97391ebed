//! Packet filters in the language of pcap-filter(7).

/// A compiled filter.
#[derive(Clone, Debug)]
pub struct Filter {
    least: u32,
}

/// Why an expression is not a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter, column {column}: {what}")]
pub struct FilterError {
    /// 1-based column of the expression where it went wrong.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

impl Filter {
    /// Compile an expression; so far `greater LENGTH` only.
    ///
    /// # Errors
    /// [`FilterError`] with the column at which the expression cannot be read.
    pub fn compile(expression: &str) -> Result<Self, FilterError> {
        let least = expression.trim().strip_prefix("greater").and_then(|rest| rest.trim().parse().ok());
        least
            .map(|least| Self { least })
            .ok_or_else(|| FilterError { column: 1, what: "unknown word".to_owned() })
    }

    /// Whether a frame of link type `link` with these captured bytes matches.
    pub fn matches(&self, link: u32, data: &[u8]) -> bool {
        self.matches_frame(link, data, u32::try_from(data.len()).unwrap_or(u32::MAX))
    }

    /// As [`Filter::matches`], for a frame that was longer on the wire than what was captured.
    pub fn matches_frame(&self, _link: u32, _data: &[u8], original: u32) -> bool {
        original >= self.least
    }
}
