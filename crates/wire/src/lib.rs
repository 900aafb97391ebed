//! Link, network and transport headers, and the tunnels between them.
