//! The station that looks up passages: one search for each ask of a cleared mail.
//!
//! The service and the evaluation both come through here, so that what is measured is what works. Never: a search for an
//! uncleared mail, a passage that another mailbox keeps for itself.

use crate::domain::{Cleared, Message};
use crate::knowledge::{Found, Library, LibraryError, Query, View};
use crate::pipeline::understanding::Understanding;
use jiff::Timestamp;

/// Passages looked up for one ask.
const HITS_PER_ASK: usize = 8;

/// The passages of each ask, in the order of the asks. `mailbox`: also the sources that are open to it alone.
pub fn look_up(
    library: Library<'_>,
    mail: &Cleared<Message>,
    understood: &Understanding,
    mailbox: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Vec<Found>>, LibraryError> {
    let view = View { now, language: Some(understood.language) };
    let search = |ask: &str| {
        let query = Query::from_mail(mail, ask);
        let query = match mailbox {
            Some(name) => query.within(name),
            None => query,
        };
        library.search(&query, &view, HITS_PER_ASK)
    };
    understood.asks.iter().map(|ask| search(&ask.query)).collect()
}
