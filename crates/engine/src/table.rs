//! Rows as columns: one description serves Arrow export, Python rows and the schema.

use std::fmt::Write as _;

use sightglass_dissect::{Function, Reference};
use sightglass_wire::{Ip, Mac};

use crate::kept::Kept;

/// One value of one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A flag.
    Bool(bool),
    /// A signed number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text, already cleaned.
    Text(&'a str),
    /// One of the engine's own names, which repeat.
    Name(&'static str),
    /// An IP address; its text is made where it is needed.
    Ip(Ip),
    /// A hardware address.
    Mac(Mac),
    /// A function without a name.
    Function(Function),
    /// An address or object; its text is made where it is needed.
    Kept(&'a Kept),
    /// Frame numbers.
    Numbers(&'a [u64]),
}

impl Cell<'_> {
    /// Writes the text of a text cell; false, and nothing written, for other cells.
    pub fn write_text(&self, into: &mut String) -> bool {
        match self {
            Self::Text(text) => into.push_str(text),
            Self::Name(name) => into.push_str(name),
            // Writing to a string cannot fail.
            Self::Ip(ip) => drop(write!(into, "{ip}")),
            Self::Mac(mac) => drop(write!(into, "{mac}")),
            Self::Function(function) => drop(write!(into, "{function}")),
            Self::Kept(kept) => drop(write!(into, "{kept}")),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Numbers(_) => return false,
        }
        true
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Booleans.
    Bool,
    /// 64-bit signed integers; null where a row has none.
    Int,
    /// Doubles.
    Float,
    /// UTF-8 text.
    Text,
    /// Lists of 64-bit signed integers.
    Numbers,
}

/// A kind of event: a fixed list of columns.
pub trait Row {
    /// Name of the table.
    const KIND: &'static str;
    /// Names and types of the columns, in order.
    const COLUMNS: &'static [(&'static str, ColumnType)];
    /// The cell of one column; [`Cell::Null`] beyond the last.
    fn cell(&self, column: usize) -> Cell<'_>;
    /// Where the row belongs in the merged order: number of the frame in all input.
    fn order(&self) -> u64;
}

/// What a column's Rust type becomes.
pub(crate) trait Column {
    const TYPE: ColumnType;
    fn cell(&self) -> Cell<'_>;
}

macro_rules! integer_columns {
    ($($type:ty),*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::Int;
            fn cell(&self) -> Cell<'_> {
                Cell::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
        impl Column for Option<$type> {
            const TYPE: ColumnType = ColumnType::Int;
            fn cell(&self) -> Cell<'_> {
                self.map_or(Cell::Null, |value| Cell::Int(i64::try_from(value).unwrap_or(i64::MAX)))
            }
        }
    )*};
}
integer_columns!(u8, u16, u32, u64, i64);

impl Column for bool {
    const TYPE: ColumnType = ColumnType::Bool;
    fn cell(&self) -> Cell<'_> {
        Cell::Bool(*self)
    }
}
impl Column for f64 {
    const TYPE: ColumnType = ColumnType::Float;
    fn cell(&self) -> Cell<'_> {
        Cell::Float(*self)
    }
}
impl Column for &'static str {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        Cell::Name(self)
    }
}
impl Column for Box<str> {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}
impl Column for Function {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Known(name) => Cell::Name(name),
            Self::Unknown(_) => Cell::Function(*self),
        }
    }
}
impl Column for Kept {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Plain(Reference::None) => Cell::Text(""),
            _ => Cell::Kept(self),
        }
    }
}
impl Column for Option<Ip> {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        self.map_or(Cell::Text(""), Cell::Ip)
    }
}
impl Column for Option<Mac> {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        self.map_or(Cell::Text(""), Cell::Mac)
    }
}
impl Column for Vec<u64> {
    const TYPE: ColumnType = ColumnType::Numbers;
    fn cell(&self) -> Cell<'_> {
        Cell::Numbers(self)
    }
}

/// Declares a kind of event: a struct, its table name, and its columns in order.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident $kind:literal { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Position of its frame in all input; not a column.
            pub order: u64,
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $crate::table::Row for $name {
            const KIND: &'static str = $kind;
            const COLUMNS: &'static [(&'static str, $crate::table::ColumnType)] =
                &[$((stringify!($field), <$type as $crate::table::Column>::TYPE),)*];
            fn cell(&self, column: usize) -> $crate::table::Cell<'_> {
                let mut at = 0usize;
                $(
                    if column == at {
                        return $crate::table::Column::cell(&self.$field);
                    }
                    at = at.wrapping_add(1);
                )*
                let _ = at;
                $crate::table::Cell::Null
            }
            fn order(&self) -> u64 {
                self.order
            }
        }
    };
}
pub(crate) use row;
