//! How many mails may go out without a person. A loop that every other guard has missed ends here.

use crate::domain::EmailAddress;
use crate::domain::limits::{AUTO_MAILS_PER_DOMAIN_HOUR_MAX, AUTO_MAILS_PER_RECIPIENT_DAY_MAX};
use jiff::{SignedDuration, Timestamp};

/// One mail that went out without a person, of the last 24 hours at least.
#[derive(Debug, Clone)]
pub struct SentAutomatically {
    pub recipient: EmailAddress,
    pub at: Timestamp,
}

/// The cap that stands in the way. The mail waits for a person instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CapReached {
    #[error("The recipient has had {AUTO_MAILS_PER_RECIPIENT_DAY_MAX} automatic mails in 24 hours")]
    Recipient,
    #[error("The domain has had {AUTO_MAILS_PER_DOMAIN_HOUR_MAX} automatic mails in an hour")]
    Domain,
}

/// A mail dated after `now` counts too: a clock that was set back must not open the gate.
pub fn may_send_automatically(history: &[SentAutomatically], recipient: &EmailAddress, now: Timestamp) -> Result<(), CapReached> {
    let since = |hours: i64| now.checked_sub(SignedDuration::from_secs(hours * 3_600)).unwrap_or(Timestamp::MIN);
    let (day, hour) = (since(24), since(1));
    let count = |wanted: &dyn Fn(&SentAutomatically) -> bool| u32::try_from(history.iter().filter(|mail| wanted(mail)).count());
    let to_recipient = count(&|mail| mail.at > day && mail.recipient.same_as(recipient)).unwrap_or(u32::MAX);
    let to_domain = count(&|mail| mail.at > hour && mail.recipient.domain() == recipient.domain()).unwrap_or(u32::MAX);
    if to_recipient >= AUTO_MAILS_PER_RECIPIENT_DAY_MAX {
        return Err(CapReached::Recipient);
    }
    if to_domain >= AUTO_MAILS_PER_DOMAIN_HOUR_MAX { Err(CapReached::Domain) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(recipient: &str, minute: i64) -> SentAutomatically {
        SentAutomatically { recipient: EmailAddress::parse(recipient).unwrap(), at: Timestamp::from_second(minute * 60).unwrap() }
    }

    fn check(history: &[SentAutomatically], recipient: &str, minute: i64, expected: Result<(), CapReached>) {
        let now = Timestamp::from_second(minute * 60).unwrap();
        assert_eq!(may_send_automatically(history, &EmailAddress::parse(recipient).unwrap(), now), expected, "{recipient} at {minute}");
    }

    /// three to one recipient in 24 hours.
    #[test]
    fn r128_three_to_a_recipient_in_a_day() {
        let history: Vec<_> = (0..3).map(|minute| sent("Anna@example.org", minute * 100)).collect();
        check(&history[..2], "anna@example.org", 300, Ok(()));
        check(&history, "anna@example.org", 300, Err(CapReached::Recipient));
        check(&history, "anna@example.org", 24 * 60 - 1, Err(CapReached::Recipient));
        check(&history, "anna@example.org", 24 * 60, Ok(()));
        check(&history, "otto@example.org", 300, Ok(()));
        check(&history, "anna@example.org", -500, Err(CapReached::Recipient));
    }

    /// twenty to one domain in an hour, so that a sender with ever new addresses is stopped too.
    #[test]
    fn r128_twenty_to_a_domain_in_an_hour() {
        let history: Vec<_> = (0..20).map(|number| sent(&format!("crm{number}@example.org"), number)).collect();
        check(&history[..19], "crm99@example.org", 20, Ok(()));
        check(&history, "crm99@EXAMPLE.org", 20, Err(CapReached::Domain));
        check(&history, "crm99@example.org", 60, Ok(()));
        check(&history, "crm99@example.net", 20, Ok(()));
    }

    /// two machines that answer each other stop at the cap, not at the next morning.
    #[test]
    fn r128_a_loop_ends() {
        let mut history = Vec::new();
        let recipient = EmailAddress::parse("robot@example.org").unwrap();
        for second in 0..10_000 {
            let now = Timestamp::from_second(second).unwrap();
            if may_send_automatically(&history, &recipient, now).is_ok() {
                history.push(SentAutomatically { recipient: recipient.clone(), at: now });
            }
        }
        assert_eq!(history.len(), 3);
    }
}
