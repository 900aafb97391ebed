//! What a message is in a conversation and what it does to the plant.

macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$doc])* $variant,)* }

        impl $type {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in every output.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The value with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// The part a message plays between its two ends.
    Kind {
        /// Asks for something; pairs with a response where the protocol pairs them.
        Request "request",
        /// Answers a request, with a result or an error.
        Response "response",
        /// Sent without being asked: announcements, reports, cyclic data.
        Event "event",
        /// Set-up, keep-alive and teardown of the protocol's own session.
        Control "control",
    }
}

named! {
    /// What a function does, independent of its protocol, so that one detection serves all protocols.
    Category {
        /// Reads process data or state.
        Read "read",
        /// Writes process data.
        Write "write",
        /// Starts, stops, resets or changes the mode of a device or process.
        Control "control",
        /// Sends a program or block into a controller.
        ProgramDownload "program_download",
        /// Takes a program or block out of a controller.
        ProgramUpload "program_upload",
        /// Replaces firmware.
        FirmwareUpdate "firmware_update",
        /// Changes the configuration of a device.
        Configuration "configuration",
        /// Proves who somebody is, or fails to.
        Authentication "authentication",
        /// Moves files.
        FileTransfer "file_transfer",
        /// Finds devices, names and services.
        Discovery "discovery",
        /// Asks for identity, health and counters.
        Diagnostics "diagnostics",
        /// Sets or distributes time.
        TimeSync "time_sync",
        /// Reports or acknowledges alarms and events.
        Alarm "alarm",
        /// Opens, keeps and closes sessions.
        Session "session",
        /// None of the others.
        Other "other",
    }
}

impl Category {
    /// Categories of which every single act is kept as evidence, up to a cap.
    pub const fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::Write
                | Self::Control
                | Self::ProgramDownload
                | Self::ProgramUpload
                | Self::FirmwareUpdate
                | Self::Configuration
                | Self::Authentication
                | Self::FileTransfer
        )
    }
}

/// How an act ended, as far as this message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A request: nothing known yet.
    Pending,
    /// A response that says it was done.
    Ok,
    /// A response that refuses; the protocol's own name of the error, snake_case.
    Error(&'static str),
    /// An event that nobody answers.
    Event,
}
