//! Floor 0: the words of the house, as types. Pure values and pure functions.
//!
//! Never: input or output, a clock read, a random number, a dependency on any other room.

pub mod address;
pub mod category;
pub mod clearance;
pub mod clock;
pub mod company;
pub mod crashpoint;
pub mod draft;
pub mod ids;
pub mod knowledge;
pub mod language;
pub mod limits;
pub mod mailbox;
pub mod message;
pub mod message_id;
pub mod outbox;
pub mod overview;
pub mod personal;
pub mod policy;
pub mod reason;
pub mod stage;

pub use address::EmailAddress;
pub use category::Category;
pub use clearance::Cleared;
pub use clock::{Clock, Entropy};
pub use ids::PublicId;
pub use language::Language;
pub use message::Message;
pub use message_id::MessageId;
pub use personal::{Personal, Secret};
