//! What the engine hands over at a time.

use crate::files::FileContent;
use crate::table::Row;
use crate::{
    ActivityRow, AnomalyRow, ArpRow, EndpointRow, FileRow, FlowRow, MatchRow, ObservationRow, OccurrenceRow,
    RelationRow, ValueRow,
};

/// Events of every kind, each list in frame order.
#[derive(Debug, Default)]
pub struct Events {
    /// Senders.
    pub endpoints: Vec<EndpointRow>,
    /// Conversations.
    pub flows: Vec<FlowRow>,
    /// Activities.
    pub activities: Vec<ActivityRow>,
    /// Single acts.
    pub occurrences: Vec<OccurrenceRow>,
    /// Totals of pairs in a protocol.
    pub relations: Vec<RelationRow>,
    /// Facts about devices.
    pub observations: Vec<ObservationRow>,
    /// Process variables.
    pub values: Vec<ValueRow>,
    /// Out-of-spec traffic.
    pub anomalies: Vec<AnomalyRow>,
    /// Rules that fired.
    pub matches: Vec<MatchRow>,
    /// ARP statements.
    pub arps: Vec<ArpRow>,
    /// Files.
    pub files: Vec<FileRow>,
    /// What was in each of `files`; empty where contents are not asked for.
    pub contents: Vec<FileContent>,
    /// What single intervals brought; empty where they are not asked for.
    pub intervals: Intervals,
}

/// Rows of intervals, each list in frame order of the last frame of its rows. They repeat what the totals sum up, so
/// they are kept apart.
#[derive(Debug, Default)]
pub struct Intervals {
    /// Conversations.
    pub flows: Vec<FlowRow>,
    /// Activities.
    pub activities: Vec<ActivityRow>,
    /// Pairs in a protocol.
    pub relations: Vec<RelationRow>,
    /// Process variables.
    pub values: Vec<ValueRow>,
}

impl Intervals {
    fn append(&mut self, mut part: Self) {
        self.flows.append(&mut part.flows);
        self.activities.append(&mut part.activities);
        self.relations.append(&mut part.relations);
        self.values.append(&mut part.values);
    }

    fn sort(&mut self) {
        self.flows.sort_by_key(Row::order);
        self.activities.sort_by_key(Row::order);
        self.relations.sort_by_key(Row::order);
        self.values.sort_by_key(Row::order);
    }
}

macro_rules! each {
    ($macro:ident) => {
        $macro!(
            endpoints,
            flows,
            activities,
            occurrences,
            relations,
            observations,
            values,
            anomalies,
            matches,
            arps,
            files
        )
    };
}

impl Events {
    /// Rows of all kinds together.
    pub fn len(&self) -> usize {
        macro_rules! sum {
            ($($list:ident),*) => { [$(self.$list.len()),*].into_iter().sum() };
        }
        each!(sum)
    }

    /// True without any row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds files, each with its content where contents are asked for.
    pub(crate) fn add_files(&mut self, files: impl IntoIterator<Item = (FileRow, Option<FileContent>)>) {
        for (row, content) in files {
            self.files.push(row);
            self.contents.extend(content);
        }
    }

    /// Merges the events of several workers into frame order; rows of one frame come from one worker and keep theirs.
    pub(crate) fn merge(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        for mut part in parts {
            macro_rules! extend {
                ($($list:ident),*) => { $(all.$list.append(&mut part.$list);)* };
            }
            each!(extend);
            all.contents.append(&mut part.contents);
            all.intervals.append(part.intervals);
        }
        all.intervals.sort();
        macro_rules! sort {
            ($($list:ident),*) => { $(all.$list.sort_by_key(Row::order);)* };
        }
        each!(sort);
        // The sort is stable and the orders are those of the files, so each content keeps its file's place.
        all.contents.sort_by_key(|content| content.order);
        all
    }
}

/// A batch of events, and whether it is the last.
#[derive(Debug, Default)]
pub struct Batch {
    /// The events.
    pub events: Events,
    /// Frames read so far.
    pub frames: u64,
    /// Bytes of them, as captured.
    pub bytes: u64,
    /// True on the batch that holds the totals.
    pub last: bool,
}
