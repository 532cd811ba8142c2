//! `hauspost customers import`: one address a line; a line that is none is named by its number.

use crate::app::request::Request;
use crate::domain::EmailAddress;
use anyhow::{Context, Result};
use std::path::Path;

pub fn import(file: &Path, actor: &str) -> Result<Request> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Customer list {} cannot be read", file.display()))?;
    let mut addresses = Vec::new();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let address =
            EmailAddress::parse(line).with_context(|| format!("{}, line {number}: allowed is one address a line", file.display()))?;
        addresses.push(address);
    }
    Ok(Request::CustomersImport { addresses, actor: actor.to_owned() })
}
