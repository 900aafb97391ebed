//! One pass from frames to events.
