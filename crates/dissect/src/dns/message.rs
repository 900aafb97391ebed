//! Header, questions and records of a message.

use super::name::Name;
use super::record::{Question, Record, is_class, is_known};
use crate::{Reader, Verdict};

/// Questions and records of one message that are looked at; 64 KiB of the shortest are about 13,000, of which no
/// honest message has a tenth.
const MAX_RECORDS: usize = 1_024;
/// Counts that a message outside its usual port may have in one section.
const MAX_PLAUSIBLE: u16 = 512;

/// The fixed part (RFC 1035, 4.1.1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) id: u16,
    pub(crate) flags: u16,
    /// Questions, answers, authorities, additionals.
    pub(crate) counts: [u16; 4],
}

impl Header {
    pub(crate) const fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    pub(crate) const fn opcode(&self) -> u8 {
        ((self.flags >> 11) & 0xf).to_be_bytes()[1]
    }

    pub(crate) const fn rcode(&self) -> u8 {
        (self.flags & 0xf).to_be_bytes()[1]
    }

    /// Values that a message of DNS can have.
    pub(crate) fn is_plausible(&self) -> bool {
        let [questions, answers, authorities, _] = self.counts;
        let update = matches!(self.opcode(), 4 | 5);
        let query_fits = self.is_response()
            || (self.rcode() == 0 && questions > 0 && (update || (answers == 0 && authorities == 0)));
        matches!(self.opcode(), 0 | 1 | 2 | 4 | 5 | 6)
            && self.flags & 0x0040 == 0
            && self.rcode() <= 11
            && self.counts.iter().any(|count| *count > 0)
            && questions <= 32
            && self.counts.iter().all(|count| *count <= MAX_PLAUSIBLE)
            && query_fits
    }
}

/// How a message fills its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Exactly.
    Exact,
    /// Bytes follow.
    Longer,
    /// It ends within a record, or a name is broken.
    Broken,
}

/// A message; sections are walked when asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) header: Header,
}

/// Sections of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Answer,
    Authority,
    Additional,
}

impl<'a> Message<'a> {
    /// `None` when not even the header is there.
    pub(crate) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let (id, flags) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let mut counts = [0; 4];
        for count in &mut counts {
            *count = reader.be_u16().ok()?;
        }
        Some(Self { data, header: Header { id, flags, counts } })
    }

    /// The questions, as far as they are whole.
    pub(crate) fn questions(&self) -> impl Iterator<Item = Question<'a>> + use<'a> {
        let message = *self;
        let mut at = 12usize;
        let [count, ..] = self.header.counts;
        (0..usize::from(count).min(MAX_RECORDS)).map_while(move |_| {
            let (question, next) = Question::parse(message.data, at)?;
            at = next;
            Some(question)
        })
    }

    /// The records of all sections in order, as far as they are whole.
    pub(crate) fn records(&self) -> Records<'a> {
        let mut at = 12usize;
        let [questions, answers, authorities, additionals] = self.header.counts;
        let mut broken = false;
        for _ in 0..usize::from(questions).min(MAX_RECORDS) {
            let Some((_, next)) = Question::parse(self.data, at) else {
                broken = true;
                break;
            };
            at = next;
        }
        Records { data: self.data, at, left: [answers, authorities, additionals], taken: 0, broken }
    }

    /// Whether the counted parts fill the message.
    pub(crate) fn shape(&self) -> Shape {
        let mut records = self.records();
        for _ in records.by_ref() {}
        if records.broken || records.left.iter().any(|left| *left > 0) {
            Shape::Broken
        } else if records.at < self.data.len() {
            Shape::Longer
        } else {
            Shape::Exact
        }
    }

    /// Whether the first question asks for a known type in a known class.
    pub(crate) fn first_question_is_known(&self) -> bool {
        self.questions().next().is_some_and(|question| is_known(question.kind) && is_class(question.class))
    }

    fn first_is_known(&self) -> bool {
        if self.header.counts[0] > 0 {
            return self.first_question_is_known();
        }
        self.records().next().is_some_and(|(_, record)| is_known(record.kind) && is_class(record.class))
    }
}

/// Walks over the records of a message.
#[derive(Debug, Clone)]
pub(crate) struct Records<'a> {
    data: &'a [u8],
    at: usize,
    left: [u16; 3],
    taken: usize,
    broken: bool,
}

impl<'a> Iterator for Records<'a> {
    type Item = (Section, Record<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken || self.taken >= MAX_RECORDS {
            return None;
        }
        let section = match &mut self.left {
            [left @ (1..), ..] => {
                *left = left.saturating_sub(1);
                Section::Answer
            }
            [_, left @ (1..), _] => {
                *left = left.saturating_sub(1);
                Section::Authority
            }
            [.., left @ (1..)] => {
                *left = left.saturating_sub(1);
                Section::Additional
            }
            _ => return None,
        };
        if let Some((record, next)) = Record::parse(self.data, self.at) {
            self.at = next;
            self.taken = self.taken.saturating_add(1);
            Some((section, record))
        } else {
            self.broken = true;
            None
        }
    }
}

/// What a datagram looks like: the header and the whole walk are independent checks.
pub(crate) fn verdict(data: &[u8], missing: u32, usual: bool) -> Verdict {
    let Some(message) = Message::parse(data) else { return Verdict::No };
    let plausible = message.header.is_plausible();
    if missing > 0 {
        // Cut by the snap length: the first question must be whole.
        let fits = plausible && message.first_is_known();
        return if fits && usual { Verdict::Likely } else { Verdict::No };
    }
    match message.shape() {
        Shape::Exact if plausible && message.first_is_known() => Verdict::Sure,
        Shape::Exact | Shape::Longer if usual && message.questions().next().is_some() => Verdict::Likely,
        Shape::Broken if usual && plausible && Name::parse(data, 12).is_ok() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Names of the response codes (IANA DNS parameters).
pub(crate) const fn rcode_name(code: u8) -> &'static str {
    match code {
        0 => "no_error",
        1 => "format_error",
        2 => "server_failure",
        3 => "name_does_not_exist",
        4 => "not_implemented",
        5 => "refused",
        6 => "name_exists",
        7 => "record_set_exists",
        8 => "record_set_does_not_exist",
        9 => "not_authorised",
        10 => "not_zone",
        11 => "stateful_type_not_implemented",
        _ => "unknown_error",
    }
}
