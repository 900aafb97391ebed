//! Commands of the control connection.

use crate::Category;
use crate::headers::trim;

/// What may be shown of a command's argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// Nothing: it is a name or a secret.
    Nothing,
    /// The argument.
    Argument,
    /// The argument, which is a file or directory.
    Path,
}

/// Longest command word.
const LONGEST: usize = 8;

/// The word of a command line and what follows; the word is empty when it cannot be one.
pub(super) fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if (3..=LONGEST).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic) {
        (word, trim(rest))
    } else {
        (&[], text)
    }
}

/// Function, category and what is shown of its argument, by the specifications that name the command.
pub(super) fn describe(word: &[u8]) -> Option<(&'static str, Category, Shows)> {
    use Category::{Authentication, Diagnostics, FileTransfer, Other, Read, Session};
    use Shows::{Argument, Nothing, Path};
    let mut upper = [0u8; LONGEST];
    let upper = upper.get_mut(..word.len())?;
    upper.copy_from_slice(word);
    upper.make_ascii_uppercase();
    Some(match &*upper {
        // RFC 959 clause 4.1.
        b"USER" => ("user", Authentication, Nothing),
        b"PASS" => ("pass", Authentication, Nothing),
        b"ACCT" => ("acct", Authentication, Nothing),
        b"CWD" => ("cwd", Other, Path),
        b"CDUP" => ("cdup", Other, Argument),
        b"SMNT" => ("smnt", Other, Path),
        b"QUIT" => ("quit", Session, Argument),
        b"REIN" => ("rein", Session, Argument),
        b"PORT" => ("port", Session, Argument),
        b"PASV" => ("pasv", Session, Argument),
        b"TYPE" => ("type", Session, Argument),
        b"STRU" => ("stru", Session, Argument),
        b"MODE" => ("mode", Session, Argument),
        b"RETR" => ("retr", FileTransfer, Path),
        b"STOR" => ("stor", FileTransfer, Path),
        b"STOU" => ("stou", FileTransfer, Path),
        b"APPE" => ("appe", FileTransfer, Path),
        b"ALLO" => ("allo", Other, Argument),
        b"REST" => ("rest", Other, Argument),
        b"RNFR" => ("rnfr", Other, Path),
        b"RNTO" => ("rnto", Other, Path),
        b"ABOR" => ("abor", Session, Argument),
        b"DELE" => ("dele", Other, Path),
        b"RMD" => ("rmd", Other, Path),
        b"MKD" => ("mkd", Other, Path),
        b"PWD" => ("pwd", Read, Argument),
        b"LIST" => ("list", Read, Path),
        b"NLST" => ("nlst", Read, Path),
        b"SITE" => ("site", Other, Argument),
        b"SYST" => ("syst", Diagnostics, Argument),
        b"STAT" => ("stat", Diagnostics, Argument),
        b"HELP" => ("help", Diagnostics, Argument),
        b"NOOP" => ("noop", Session, Argument),
        // RFC 775, kept by servers.
        b"XCWD" => ("xcwd", Other, Path),
        b"XCUP" => ("xcup", Other, Argument),
        b"XMKD" => ("xmkd", Other, Path),
        b"XPWD" => ("xpwd", Read, Argument),
        b"XRMD" => ("xrmd", Other, Path),
        // RFC 2228 and 4217.
        b"AUTH" => ("auth", Session, Argument),
        b"ADAT" => ("adat", Authentication, Nothing),
        b"PBSZ" => ("pbsz", Session, Argument),
        b"PROT" => ("prot", Session, Argument),
        b"CCC" => ("ccc", Session, Argument),
        b"MIC" => ("mic", Session, Nothing),
        b"CONF" => ("conf", Session, Nothing),
        b"ENC" => ("enc", Session, Nothing),
        // RFC 2389, 2428, 2640, 3659, 7151.
        b"FEAT" => ("feat", Diagnostics, Argument),
        b"OPTS" => ("opts", Session, Argument),
        b"EPRT" => ("eprt", Session, Argument),
        b"EPSV" => ("epsv", Session, Argument),
        b"LANG" => ("lang", Session, Argument),
        b"MDTM" => ("mdtm", Read, Path),
        b"MLSD" => ("mlsd", Read, Path),
        b"MLST" => ("mlst", Read, Path),
        b"SIZE" => ("size", Read, Path),
        b"MFMT" => ("mfmt", Other, Path),
        b"HOST" => ("host", Session, Argument),
        b"CLNT" => ("clnt", Session, Argument),
        _ => return None,
    })
}

/// Commands that mail, news and chat do not have.
pub(super) fn is_own(word: &[u8]) -> bool {
    let shared: [&[u8]; 12] = [
        b"USER", b"PASS", b"QUIT", b"HELP", b"NOOP", b"LIST", b"STAT", b"AUTH", b"HOST", b"LANG", b"SITE",
        b"MODE",
    ];
    describe(word).is_some() && !shared.iter().any(|each| word.eq_ignore_ascii_case(each))
}
