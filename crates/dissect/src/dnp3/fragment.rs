//! Application fragments: what one asks or answers (IEEE 1815-2012, 4.2).

use super::file::{self, Act};
use super::function::{self, Control, Indications};
use super::object::{Header, Headers, Prefix, Range};
use super::shape::{self, Shape};
use super::{datum, secure};
use crate::{Anomalies, Category, Reader, Reference, Short};

/// Group of class data.
const CLASSES: u8 = 60;
/// Group of authentication objects.
const AUTHENTICATION: u8 = 120;
/// Group of device attributes.
const ATTRIBUTES: u8 = 0;

/// One application fragment, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment<'a> {
    pub(super) control: Control,
    pub(super) function: u8,
    /// Internal indications of responses.
    pub(super) indications: Option<Indications>,
    /// Object headers and objects.
    pub(super) objects: &'a [u8],
}

impl<'a> Fragment<'a> {
    /// Takes a fragment apart; also says whether a response lacks its indications.
    ///
    /// # Errors
    /// When not even the function code is there.
    pub(super) fn parse(data: &'a [u8]) -> Result<(Self, bool), Short> {
        let mut reader = Reader::new(data);
        let control = Control(reader.u8()?);
        let function = reader.u8()?;
        let wants = function::is_response(function);
        let indications = if wants { reader.array::<2>().ok().map(Indications) } else { None };
        let short = wants && indications.is_none();
        let objects = if short { &[] } else { reader.rest() };
        Ok((Self { control, function, indications, objects }, short))
    }

    /// The object headers.
    pub(super) const fn headers(&self) -> Headers<'a> {
        Headers::new(self.function, self.objects)
    }
}

/// What a walk over the headers of a fragment tells.
#[derive(Debug, Clone)]
pub(super) struct Summary<'a> {
    pub(super) anomalies: Anomalies,
    pub(super) category: Category,
    /// The points it is about, by its first header.
    pub(super) object: Reference<'static>,
    /// The file it is about.
    pub(super) file: Option<Act<'a>>,
    /// A refusal that an object states.
    pub(super) error: Option<&'static str>,
    /// It holds device attributes.
    pub(super) attributes: bool,
}

impl<'a> Summary<'a> {
    /// Walks the headers of `fragment`.
    pub(super) fn of(fragment: &Fragment<'a>) -> Self {
        let (_, category) = function::describe(fragment.function);
        let mut summary = Self {
            anomalies: Anomalies::NONE,
            category,
            object: Reference::None,
            file: None,
            error: None,
            attributes: false,
        };
        let mut headers = fragment.headers();
        let mut classes = 0u8;
        let mut authenticates = false;
        let mut first = None;
        for header in headers.by_ref() {
            match header.group {
                CLASSES => {
                    classes |= 1u8.checked_shl(u32::from(header.variation.wrapping_sub(1))).unwrap_or(0);
                }
                AUTHENTICATION => {
                    authenticates = true;
                    summary.authentication(&header);
                }
                ATTRIBUTES => summary.attributes = true,
                file::GROUP if summary.file.is_none() => {
                    summary.file = Act::of(&header);
                    if function::is_response(fragment.function) {
                        summary.error = summary.error.or_else(|| summary.file.as_ref().and_then(Act::error));
                    }
                }
                12 | 41 => summary.command(fragment.function, &header),
                _ => {}
            }
            if first.is_none() && !matches!(header.group, CLASSES | AUTHENTICATION) {
                first = Some(header);
            }
        }
        summary.anomalies |= headers.anomalies;
        if let Some(header) = first {
            // Events come from changing points: naming each would make an activity of each combination.
            let spontaneous = fragment.function == function::UNSOLICITED_RESPONSE;
            summary.object =
                if spontaneous { Reference::Text(shape::point(header.group)) } else { reference(&header) };
            match (fragment.function, header.group) {
                (function::WRITE, group) => summary.category = function::write_category(group),
                (function::READ, file::GROUP) => summary.category = Category::FileTransfer,
                (function::READ, ATTRIBUTES) => summary.category = Category::Diagnostics,
                _ => {}
            }
        } else if classes != 0 {
            summary.object = Reference::Text(class_names(classes));
        } else if authenticates {
            summary.object = Reference::Text(shape::point(AUTHENTICATION));
        }
        summary
    }

    fn authentication(&mut self, header: &Header<'_>) {
        if header.variation == 7 {
            let first = header.items().next();
            self.error = self.error.or_else(|| first.and_then(|item| secure::error(item.data)));
        }
    }

    /// Commands: their codes in requests, their status in responses.
    fn command(&mut self, function: u8, header: &Header<'_>) {
        if !header.carries_data {
            return;
        }
        let response = function == function::RESPONSE;
        for item in header.items() {
            if response {
                let status = match header.shape {
                    Shape::Crob | Shape::Measured(_) => item.data.last().copied().unwrap_or(0) & 0x7f,
                    _ => 0,
                };
                if status != 0 && self.error.is_none() {
                    self.error = Some(datum::command_status(status));
                }
            } else if matches!(header.shape, Shape::Crob) {
                let defined = item.data.first().is_none_or(|code| datum::is_defined_control(*code));
                self.anomalies = self.anomalies.with_if(!defined, Anomalies::BAD_VALUE);
            }
        }
    }
}

/// The points that a header is about.
fn reference(header: &Header<'_>) -> Reference<'static> {
    let label = shape::point(header.group);
    if header.group == ATTRIBUTES {
        return Reference::one(label, u64::from(header.variation));
    }
    match header.range {
        Range::All => Reference::Text(label),
        Range::Indexes { start, stop } | Range::Addresses { start, stop } => {
            Reference::Range { label, first: u64::from(start), last: u64::from(stop) }
        }
        Range::Count(_) => match header.prefix {
            Prefix::Index(_) => indexes(header, label),
            Prefix::None | Prefix::Size(_) => Reference::Text(label),
        },
    }
}

/// One index, a run of them, or the group alone where they do not follow one another.
fn indexes(header: &Header<'_>, label: &'static str) -> Reference<'static> {
    let mut range: Option<(u32, u32)> = None;
    for item in header.items() {
        let Some(index) = item.index else { return Reference::Text(label) };
        range = match range {
            None => Some((index, index)),
            Some((first, last)) if index == last.saturating_add(1) => Some((first, index)),
            Some(_) => return Reference::Text(label),
        };
    }
    range.map_or(Reference::Text(label), |(first, last)| Reference::Range {
        label,
        first: u64::from(first),
        last: u64::from(last),
    })
}

/// Names of the classes asked for; bit 0 is class 0, the static data.
const fn class_names(mask: u8) -> &'static str {
    match mask & 0x0f {
        0b0001 => "class 0",
        0b0010 => "class 1",
        0b0011 => "class 0,1",
        0b0100 => "class 2",
        0b0101 => "class 0,2",
        0b0110 => "class 1,2",
        0b0111 => "class 0,1,2",
        0b1000 => "class 3",
        0b1001 => "class 0,3",
        0b1010 => "class 1,3",
        0b1011 => "class 0,1,3",
        0b1100 => "class 2,3",
        0b1101 => "class 0,2,3",
        0b1110 => "class 1,2,3",
        0b1111 => "class 0,1,2,3",
        _ => "class",
    }
}
