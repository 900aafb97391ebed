//! Names of objects, and where requests carry them (ISO 9506-2, 7.2 and 14.5).

use super::service::{
    DEFINE_NAMED_VARIABLE_LIST, DELETE_NAMED_VARIABLE_LIST, DOWNLOAD_SEGMENT, FILE_DELETE, FILE_DIRECTORY,
    FILE_OPEN, FILE_RENAME, GET_NAME_LIST, INITIATE_UPLOAD, OBTAIN_FILE, READ, WRITE,
};
use crate::Text;
use crate::ber::{Class, Element, universal};

/// `VisibleString` and `GraphicString`.
const VISIBLE_STRING: u32 = 26;
const GRAPHIC_STRING: u32 = 25;
/// Functional constraints (IEC 61850-7-2, table 17; BR to US: 61850-8-1, 13).
const CONSTRAINTS: [&str; 18] = [
    "ST", "MX", "CO", "SP", "SV", "CF", "DC", "SG", "SE", "SR", "OR", "BL", "EX", "BR", "RP", "LG", "GO",
    "MS",
];

/// A domain and an object in it; either may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Name<'a> {
    pub(super) domain: &'a str,
    pub(super) item: &'a str,
}

impl<'a> Name<'a> {
    /// Reads the choice of an object name: [0] of the device, [1] of a domain, [2] of the association.
    pub(super) fn parse(choice: &Element<'a>) -> Option<Self> {
        if choice.class != Class::Context {
            return None;
        }
        match (choice.number, choice.constructed) {
            (0 | 2, false) => Some(Self { domain: "", item: text(choice) }),
            (1, true) => {
                let mut parts = choice.inner().filter(|part| part.is(VISIBLE_STRING));
                Some(Self { domain: text(&parts.next()?), item: text(&parts.next()?) })
            }
            _ => None,
        }
    }

    const fn domain(domain: &'a str) -> Self {
        Self { domain, item: "" }
    }

    const fn item(item: &'a str) -> Self {
        Self { domain: "", item }
    }

    /// Logical node of an IEC 61850 name, the part of the item before its first `$`.
    pub(super) fn logical_node(&self) -> Option<&'a str> {
        self.item.split_once('$').map(|(node, _)| node).filter(|node| !node.is_empty())
    }

    /// Functional constraint of an IEC 61850 name.
    pub(super) fn constraint(&self) -> Option<&'a str> {
        self.item.split('$').nth(1).filter(|part| CONSTRAINTS.contains(part) || matches!(*part, "US" | "GS"))
    }

    /// What follows the functional constraint: data object and attributes, separated by `$`.
    pub(super) fn path(&self) -> Option<&'a str> {
        self.constraint()?;
        self.item.splitn(3, '$').nth(2)
    }
}

fn text<'a>(element: &Element<'a>) -> &'a str {
    std::str::from_utf8(element.value).unwrap_or_default()
}

/// The variables of a variable access specification: a list [0], or the name of a list [1].
pub(super) fn variables<'a>(specification: &Element<'a>) -> impl Iterator<Item = Name<'a>> + use<'a> {
    let list = specification.number == 0;
    specification.inner().filter_map(move |element| {
        if !list {
            return Name::parse(&element);
        }
        // Each is a sequence whose first part chooses name [0], address [1] and others.
        let specification = element.inner().next()?;
        if specification.number == 0 { Name::parse(&specification.inner().next()?) } else { None }
    })
}

/// The variable access specification of a read, write or report.
pub(super) fn specification<'a>(service: u32, body: &Element<'a>) -> Option<Element<'a>> {
    match service {
        READ => return context(body, 1)?.inner().next(),
        0 | WRITE => {}
        _ => return None,
    }
    body.inner().next().filter(|first| first.class == Class::Context && matches!(first.number, 0 | 1))
}

/// A part of a sequence by its context tag.
pub(super) fn context<'a>(body: &Element<'a>, number: u32) -> Option<Element<'a>> {
    body.inner().find(|part| part.class == Class::Context && part.number == number)
}

/// Parts of a file name, joined as written.
pub(super) fn file(list: &Element<'_>) -> Text<160> {
    let mut joined = Text::default();
    for part in list.inner().filter(|part| part.is(GRAPHIC_STRING) || part.is(VISIBLE_STRING)) {
        let _ = std::fmt::Write::write_str(&mut joined, &crate::printable(part.value));
    }
    joined
}

/// The file that a request names.
pub(super) fn requested_file(service: u32, body: &Element<'_>) -> Option<Text<160>> {
    let list = match service {
        FILE_OPEN | FILE_RENAME | FILE_DIRECTORY => context(body, 0)?,
        OBTAIN_FILE => context(body, 1)?,
        FILE_DELETE => *body,
        _ => return None,
    };
    Some(file(&list))
}

/// The object that a confirmed request is about.
pub(super) fn requested<'a>(service: u32, body: &Element<'a>) -> Name<'a> {
    let first = || body.inner().next();
    let found = match service {
        READ | WRITE => specification(service, body).and_then(|list| variables(&list).next()),
        GET_NAME_LIST => context(body, 1)
            .and_then(|scope| scope.inner().next())
            .filter(|scope| scope.number == 1)
            .map(|scope| Name::domain(text(&scope))),
        DELETE_NAMED_VARIABLE_LIST => context(body, 1)
            .and_then(|list| list.inner().next())
            .and_then(|name| Name::parse(&name))
            .or_else(|| context(body, 2).map(|domain| Name::domain(text(&domain)))),
        // Domains and program invocations are named by one text.
        DOWNLOAD_SEGMENT | INITIATE_UPLOAD | 36 | 37 if !body.constructed => Some(Name::domain(text(body))),
        39 | 45 if !body.constructed => Some(Name::item(text(body))),
        26 | 28 | 32..=35 => context(body, 0).map(|domain| Name::domain(text(&domain))),
        38 | 40..=44 | 87 => context(body, 0).map(|name| Name::item(text(&name))),
        DEFINE_NAMED_VARIABLE_LIST => first().and_then(|name| Name::parse(&name)),
        0 | 2 | 30 | 31 | 46 | 63 | 64 | 71..=78 => None,
        // The name stands first, bare or under [0].
        _ => first().and_then(|part| {
            let inner = || part.inner().next().and_then(|name| Name::parse(&name));
            if part.constructed && part.number == 0 { inner() } else { Name::parse(&part) }
        }),
    };
    found.unwrap_or_default()
}

/// A number that stands for the whole body: identifiers of state machines.
pub(super) fn identifier(body: &Element<'_>) -> Option<u64> {
    if body.constructed {
        body.inner().find(|part| part.is(universal::INTEGER))?.unsigned()
    } else {
        body.unsigned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_iec_61850_come_apart() {
        let name = Name { domain: "IED1LD0", item: "XCBR1$CO$Pos$Oper" };
        assert_eq!(
            (name.logical_node(), name.constraint(), name.path()),
            (Some("XCBR1"), Some("CO"), Some("Pos$Oper"))
        );
        let other = Name { domain: "", item: "Bilateral_Table_ID" };
        assert_eq!((other.logical_node(), other.constraint(), other.path()), (None, None, None));
        let list = Name { domain: "IED1LD0", item: "LLN0$dataset1" };
        assert_eq!((list.logical_node(), list.constraint()), (Some("LLN0"), None));
    }
}
