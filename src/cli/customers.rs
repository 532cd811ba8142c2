//! `hauspost customers import`: one address a line; a line that is none is named by its number, and no list is taken for an
//! empty one unless that is said.

use crate::app::fault::Fault;
use crate::app::fault::system::{address_fault, unreadable};
use crate::app::request::Request;
use crate::domain::EmailAddress;
use anyhow::{Result, bail};
use std::path::Path;

pub fn import(file: &Path, allow_empty: bool, actor: &str) -> Result<Request> {
    let text = std::fs::read_to_string(file).map_err(|error| unreadable("customers", file, &error))?;
    let mut addresses = Vec::new();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match EmailAddress::parse(line) {
            Ok(address) => addresses.push(address),
            Err(why) => {
                let text = format!("{}, line {number}: {why}; allowed is one address a line", file.display());
                let fault = Fault::input("fault-customers-line", text).with("file", file.display()).with("line", number);
                bail!(fault.because("why", address_fault(why)));
            }
        }
    }
    // It ends the clearance of every customer, and a file that was never filled looks the same.
    if addresses.is_empty() && !allow_empty {
        let text = format!("{} holds no address, which would end the clearance of every customer (--allow-empty)", file.display());
        bail!(Fault::input("fault-customers-empty", text).with("file", file.display()));
    }
    Ok(Request::CustomersImport { addresses, actor: actor.to_owned() })
}
