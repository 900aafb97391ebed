//! Capture files, filters and packet sources.
