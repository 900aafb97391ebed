//! Application protocols: one file each, one registry.
