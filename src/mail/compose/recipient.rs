//! To whom an answer goes: to the one address in `From`, or to nobody until a person has looked.
//!
//! Never: Cc, Bcc, an address out of a text, or an address whose spelling could be read as two recipients.

use crate::domain::EmailAddress;
use crate::domain::message::Message;
use crate::domain::reason::{HandOver, Reason};

/// The only recipient that an answer to this mail may have.
pub fn recipient_of(original: &Message) -> Result<EmailAddress, HandOver> {
    let hand_over = |rule: &str| Err(HandOver::new(Reason::PolicyRestriction, rule));
    let Some(from) = &original.from else {
        return hand_over("mail.no_sender");
    };
    if original.reply_to.iter().any(|other| !other.address.same_as(&from.address)) {
        return hand_over("mail.reply_to_differs");
    }
    if !is_plain(&from.address) {
        return hand_over("mail.sender_address_unusual");
    }
    Ok(from.address.clone())
}

/// A dot-atom in ASCII before the `@`, a host name behind it (RFC 5321 §4.1.2).
///
/// A quoted local part may hold `>`, `,` and `@`, so that a header and a server could read one address as several; an
/// address beyond ASCII needs SMTPUTF8 on the whole way. Both are rare, and a person can answer them.
pub fn is_plain(address: &EmailAddress) -> bool {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let local = address.local().split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let label = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    local && address.domain().split('.').all(label) && lettre::Address::new(address.local(), address.domain()).is_ok()
}
