//! Browser frames ([MS-BRWS] 2.2).

use crate::tell::{Teller, take_until_nul, until_nul};
use crate::{Function, Reader, Sink, Text, Visitor, printable};

const HOST_ANNOUNCEMENT: u8 = 0x01;
const ANNOUNCEMENT_REQUEST: u8 = 0x02;
const REQUEST_ELECTION: u8 = 0x08;
const GET_BACKUP_LIST_REQUEST: u8 = 0x09;
const GET_BACKUP_LIST_RESPONSE: u8 = 0x0a;
const BECOME_BACKUP: u8 = 0x0b;
const DOMAIN_ANNOUNCEMENT: u8 = 0x0c;
const MASTER_ANNOUNCEMENT: u8 = 0x0d;
const RESET_STATE: u8 = 0x0e;
const LOCAL_MASTER_ANNOUNCEMENT: u8 = 0x0f;
/// Names of a backup list that are shown at most; the count is one byte.
const MAX_SERVERS: usize = 255;
/// Server types ([MS-BRWS] 2.2.6: as in the server enumeration of [MS-SRVS]).
const SERVER_TYPES: &[(u8, &str)] = &[
    (0, "workstation"),
    (1, "server"),
    (2, "sql_server"),
    (3, "domain_controller"),
    (4, "backup_domain_controller"),
    (5, "time_source"),
    (6, "apple_file_server"),
    (7, "novell_server"),
    (8, "domain_member"),
    (9, "print_server"),
    (10, "dial_in_server"),
    (11, "unix_server"),
    (12, "nt_workstation"),
    (13, "windows_for_workgroups"),
    (14, "netware_file_server"),
    (15, "nt_server"),
    (16, "potential_browser"),
    (17, "backup_browser"),
    (18, "master_browser"),
    (19, "domain_master_browser"),
    (20, "osf"),
    (21, "vms"),
    (22, "windows_95"),
    (23, "dfs_root"),
    (24, "cluster"),
    (25, "terminal_server"),
    (26, "virtual_cluster_server"),
    (31, "domain_enumeration"),
];
/// Of these, the ones that say what the host is for.
const ROLES: u32 = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 18 | 1 << 19 | 1 << 24 | 1 << 25;

/// One browser frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announcement<'a> {
    pub(super) command: u8,
    /// The bytes after the command.
    rest: &'a [u8],
    /// The fixed part of its command is not there.
    pub(super) short: bool,
}

/// Fixed part of an announcement of a host, master or domain.
struct Server<'a> {
    update_count: u8,
    periodicity_ms: u32,
    name: &'a [u8],
    os: (u8, u8),
    offers: u32,
    browser: (u8, u8),
    signature: u16,
    comment: &'a [u8],
}

impl<'a> Announcement<'a> {
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let (command, rest) = data.split_first()?;
        let mut parsed = Self { command: *command, rest, short: false };
        parsed.short = match *command {
            HOST_ANNOUNCEMENT | DOMAIN_ANNOUNCEMENT | LOCAL_MASTER_ANNOUNCEMENT => parsed.server().is_none(),
            REQUEST_ELECTION => rest.len() < 14,
            GET_BACKUP_LIST_REQUEST | GET_BACKUP_LIST_RESPONSE => rest.len() < 5,
            _ => rest.is_empty(),
        };
        Some(parsed)
    }

    pub(super) const fn function(&self) -> Function {
        Function::Known(match self.command {
            HOST_ANNOUNCEMENT => "host_announcement",
            ANNOUNCEMENT_REQUEST => "announcement_request",
            REQUEST_ELECTION => "request_election",
            GET_BACKUP_LIST_REQUEST => "get_backup_list_request",
            GET_BACKUP_LIST_RESPONSE => "get_backup_list_response",
            BECOME_BACKUP => "become_backup",
            DOMAIN_ANNOUNCEMENT => "domain_announcement",
            MASTER_ANNOUNCEMENT => "master_announcement",
            RESET_STATE => "reset_browser_state",
            LOCAL_MASTER_ANNOUNCEMENT => "local_master_announcement",
            other => return Function::Unknown(other as u32),
        })
    }

    fn server(&self) -> Option<Server<'a>> {
        let mut reader = Reader::new(self.rest);
        let update_count = reader.u8().ok()?;
        let periodicity_ms = reader.le_u32().ok()?;
        let name = until_nul(reader.take(16).ok()?);
        let os = (reader.u8().ok()?, reader.u8().ok()?);
        let offers = reader.le_u32().ok()?;
        let browser = (reader.u8().ok()?, reader.u8().ok()?);
        let signature = reader.le_u16().ok()?;
        let comment = take_until_nul(&mut reader);
        Some(Server { update_count, periodicity_ms, name, os, offers, browser, signature, comment })
    }

    /// Candidate of an election: after version, criteria, uptime and four reserved bytes.
    fn candidate(&self) -> Option<(u8, u32, u32, &'a [u8])> {
        let mut reader = Reader::new(self.rest);
        let version = reader.u8().ok()?;
        let (criteria, uptime) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
        reader.skip(4).ok()?;
        Some((version, criteria, uptime, take_until_nul(&mut reader)))
    }

    /// Tells what the frame says about its sender.
    pub(super) fn observe(&self, told: Teller, sink: &mut dyn Sink) {
        match self.command {
            HOST_ANNOUNCEMENT | LOCAL_MASTER_ANNOUNCEMENT => {
                let Some(server) = self.server() else { return };
                told.tell("hostname", &printable(server.name), sink);
                let (major, minor) = server.os;
                told.tell_shown("os_version", format_args!("{major}.{minor}"), sink);
                told.tell("description", &printable(server.comment), sink);
                for (_, name) in names(server.offers & ROLES) {
                    told.tell("role", name, sink);
                }
                // A workstation or server of the NT family: Windows, or a program that says so.
                if server.offers & (1 << 12 | 1 << 15 | 1 << 22) != 0 && server.offers & 1 << 11 == 0 {
                    told.tell_shown("os", format_args!("Windows {major}.{minor}"), sink);
                }
            }
            DOMAIN_ANNOUNCEMENT => {
                if let Some(server) = self.server() {
                    told.tell("domain", &printable(server.name), sink);
                }
            }
            REQUEST_ELECTION => {
                if let Some((.., name)) = self.candidate() {
                    told.tell("hostname", &printable(name), sink);
                }
            }
            MASTER_ANNOUNCEMENT => told.tell("hostname", &printable(until_nul(self.rest)), sink),
            _ => {}
        }
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("command", u64::from(self.command));
        if self.visit_command(visitor).is_none() {
            visitor.bytes("data", self.rest);
        }
    }

    fn visit_command(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.rest);
        match self.command {
            HOST_ANNOUNCEMENT | DOMAIN_ANNOUNCEMENT | LOCAL_MASTER_ANNOUNCEMENT => {
                let server = self.server()?;
                visitor.uint("update_count", u64::from(server.update_count));
                visitor.uint("periodicity_ms", u64::from(server.periodicity_ms));
                visitor.text("server", &printable(server.name));
                visitor.text("os_version", version(server.os).as_str());
                visitor.uint("server_type", u64::from(server.offers));
                visitor.begin_list("server_type_names");
                for (_, name) in names(server.offers) {
                    visitor.text("", name);
                }
                visitor.end_list();
                visitor.text("browser_version", version(server.browser).as_str());
                visitor.uint("signature", u64::from(server.signature));
                visitor.text("comment", &printable(server.comment));
            }
            ANNOUNCEMENT_REQUEST => {
                reader.skip(1).ok()?;
                visitor.text("response_name", &printable(take_until_nul(&mut reader)));
            }
            REQUEST_ELECTION => {
                let (election_version, criteria, uptime, name) = self.candidate()?;
                visitor.uint("election_version", u64::from(election_version));
                visitor.uint("criteria", u64::from(criteria));
                visitor.uint("uptime_ms", u64::from(uptime));
                visitor.text("server", &printable(name));
            }
            GET_BACKUP_LIST_REQUEST | GET_BACKUP_LIST_RESPONSE => {
                visitor.uint("count", u64::from(reader.u8().ok()?));
                visitor.uint("token", u64::from(reader.le_u32().ok()?));
                if self.command == GET_BACKUP_LIST_RESPONSE {
                    visitor.begin_list("backup_servers");
                    for _ in 0..MAX_SERVERS {
                        let name = take_until_nul(&mut reader);
                        if name.is_empty() {
                            break;
                        }
                        visitor.text("", &printable(name));
                    }
                    visitor.end_list();
                }
            }
            BECOME_BACKUP | MASTER_ANNOUNCEMENT => visitor.text("server", &printable(until_nul(self.rest))),
            RESET_STATE => visitor.uint("reset_flags", u64::from(reader.u8().ok()?)),
            _ => return None,
        }
        Some(())
    }
}

fn version((major, minor): (u8, u8)) -> Text<8> {
    Text::of(format_args!("{major}.{minor}"))
}

fn names(bits: u32) -> impl Iterator<Item = &'static (u8, &'static str)> {
    SERVER_TYPES.iter().filter(move |(bit, _)| bits >> bit & 1 != 0)
}
