//! Link, network and transport headers, and the tunnels between them.

mod address;
mod reader;

pub use address::{Ip, Mac};
pub use reader::{Reader, Short};
