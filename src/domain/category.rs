//! A company's own category of mail, as its configuration or console describes it (F-15).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub name: String,
    pub description: String,
    /// Mails that belong to it, or sentences of such. Written for the purpose, never a customer's.
    #[serde(default)]
    pub examples: Vec<String>,
}
