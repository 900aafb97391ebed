//! Out-of-spec marks: a message that carries one is kept, and the mark is news.

macro_rules! anomalies {
    ($($bit:literal $constant:ident $name:literal $doc:literal,)*) => {
        /// A set of out-of-spec marks on one message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
        pub struct Anomalies(u32);

        impl Anomalies {
            /// Nothing odd.
            pub const NONE: Self = Self(0);
            $(#[doc = $doc] pub const $constant: Self = Self(1 << $bit);)*

            /// Names of the marks in this set, in bit order.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                const NAMES: &[(u32, &str)] = &[$((1 << $bit, $name),)*];
                NAMES.iter().filter(move |(bit, _)| self.0 & bit != 0).map(|(_, name)| *name)
            }
        }
    };
}

anomalies! {
    0 TRUNCATED "truncated" "The message ends before its own length says; the capture lost the rest or it was never sent.",
    1 BAD_LENGTH "bad_length" "A length field contradicts another length or the content.",
    2 BAD_CHECKSUM "bad_checksum" "A checksum or CRC of the protocol is wrong.",
    3 BAD_VALUE "bad_value" "A field holds a value that the specification forbids.",
    4 UNKNOWN_FUNCTION "unknown_function" "The function code is not one of the specification.",
    5 RESERVED_FUNCTION "reserved_function" "The function code is reserved by the specification.",
    6 UNEXPECTED_RESPONSE "unexpected_response" "A response whose request was not seen although the conversation was watched.",
    7 MISMATCHED_RESPONSE "mismatched_response" "A response that does not fit its request (other function, count or address).",
    8 TRAILING_BYTES "trailing_bytes" "Bytes follow where the message should have ended.",
    9 WRONG_DIRECTION "wrong_direction" "A message that only the other side may send.",
    10 BAD_SEQUENCE "bad_sequence" "A sequence number that skips, repeats or steps back.",
    11 RESERVED_BITS "reserved_bits" "Bits that must be zero are set.",
    12 OUT_OF_RANGE "out_of_range" "An address or quantity beyond what the protocol can address.",
    13 BAD_VERSION "bad_version" "A version that this protocol does not have.",
    14 TOO_DEEP "too_deep" "Nesting beyond the limit; the inner part was not decoded.",
    15 TOO_LARGE "too_large" "Larger than the protocol or our cap allows; not decoded in full.",
    16 BAD_ENCODING "bad_encoding" "Text or an encoding rule is broken.",
    17 DUPLICATE "duplicate" "The same message identifier is used twice at once.",
    18 MISSING_FIELD "missing_field" "A field or element that must be there is absent.",
    19 UNKNOWN_OBJECT "unknown_object" "An object, type or item that the specification does not have.",
    20 BAD_ORDER "bad_order" "A message that the state of the session does not allow.",
}

impl Anomalies {
    /// The mark with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        (0..u32::BITS)
            .filter_map(|bit| 1u32.checked_shl(bit))
            .map(Self)
            .find(|mark| mark.names().any(|own| own == name))
    }

    /// True when nothing is marked.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when every mark of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds the marks of `other`.
    pub const fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// This set with the marks of `other` where `condition` holds.
    #[must_use]
    pub const fn with_if(self, condition: bool, other: Self) -> Self {
        if condition { Self(self.0 | other.0) } else { self }
    }
}

impl std::ops::BitOr for Anomalies {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Anomalies {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
