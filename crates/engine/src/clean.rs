//! Wire text made fit to show: bounded, no control characters.

use std::fmt::Write as _;

/// Longest text in bytes that leaves the engine in a column.
pub(crate) const MAX_TEXT: usize = 512;

/// Text with control characters and Unicode format characters escaped, cut to [`MAX_TEXT`] bytes.
pub(crate) fn clean(text: &str) -> Box<str> {
    if text.len() <= MAX_TEXT && text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.into();
    }
    let mut cleaned = String::with_capacity(text.len().min(MAX_TEXT));
    for character in text.chars() {
        if cleaned.len() >= MAX_TEXT {
            break;
        }
        push(&mut cleaned, character);
    }
    cleaned.into()
}

/// Adds one character, escaped where it could act on a terminal or reorder the line it is shown in.
pub(crate) fn push(text: &mut String, character: char) {
    match character {
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
            let _ = write!(text, "\\x{:02x}", u32::from(character));
        }
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}' => {
            let _ = write!(text, "\\u{{{:x}}}", u32::from(character));
        }
        _ => text.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_reordering_marks_are_escaped() {
        assert_eq!(&*clean("a\x1b[31mb\u{202e}c\n"), "a\\x1b[31mb\\u{202e}c\\x0a");
        assert_eq!(&*clean("Grüße 温度"), "Grüße 温度");
    }

    #[test]
    fn text_is_bounded() {
        assert!(clean(&"é".repeat(70_000)).len() <= MAX_TEXT + 8);
    }
}
