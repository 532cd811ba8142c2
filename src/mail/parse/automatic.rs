//! Did a person write this mail to us? (R-017, RFC 3834, contract §2)
//!
//! Never: one weak sign as proof. To call a customer's mail automatic is as bad as to answer a machine. The kinds are asked in the order
//! of the contract; the first that fits holds, with the reason that a person can check in the mail.

use crate::domain::EmailAddress;
use crate::domain::message::{Automatic, AutomaticKind, Correspondent};
use crate::mail::parse::body::Body;
use crate::mail::parse::header::Headers;
use crate::mail::parse::reports::Outcome;
use crate::mail::parse::{notices, reports, senders, signature};
use crate::mail::threading;

/// Reasons that rest on words alone, or on nothing but the sender's name: customers use such words too ("Die Zustellung meines
/// Pakets ist fehlgeschlagen"), and some are called `root@`.
const NAMED_LIKE_A_MACHINE: &str = "sender is named like a machine";
const WORDS_OF_A_MAIL_SYSTEM: &str = "subject and text of a mail system";
const WORDS_OF_A_RECEIPT: &str = "subject and text of a read receipt";
const SUBJECT_OF_ABSENCE: &str = "subject of an absence notice";
const WORDS_OF_ABSENCE: &str = "subject and text of an absence notice";
const TEXT_OF_ABSENCE: &str = "text of an absence notice";

/// Whether no header of a machine speaks for it.
pub fn is_weak(automatic: &Automatic) -> bool {
    [NAMED_LIKE_A_MACHINE, WORDS_OF_A_MAIL_SYSTEM, WORDS_OF_A_RECEIPT, SUBJECT_OF_ABSENCE, WORDS_OF_ABSENCE, TEXT_OF_ABSENCE]
        .contains(&automatic.reason.as_str())
}

/// What the rules look at.
pub struct Facts<'a> {
    pub headers: &'a Headers,
    pub body: &'a Body,
    pub from: Option<&'a Correspondent>,
    pub reply_to: &'a [Correspondent],
    pub own: &'a [EmailAddress],
    pub subject: &'a str,
    pub visible: &'a str,
    /// Everything that is not quoted or forwarded.
    pub unquoted: &'a str,
}

/// Facts, and what several rules need of them.
struct Case<'a> {
    facts: &'a Facts<'a>,
    headers: &'a Headers,
    /// Folded head of the whole text, and of the writer's own.
    head: String,
    own_head: String,
    subject: String,
    /// `Re:` or `Fwd:` stood before the subject: somebody talks about the notice.
    answered: bool,
}

type Verdict = Option<String>;
type Rule<'a> = fn(&Case<'a>) -> Verdict;

pub fn classify(facts: &Facts<'_>) -> Option<Automatic> {
    let stripped = threading::strip(facts.subject);
    let case = Case {
        facts,
        headers: facts.headers,
        head: notices::head(&facts.body.text),
        own_head: notices::head(facts.visible),
        subject: stripped.base.to_owned(),
        answered: stripped.reply || stripped.forward,
    };
    let rules: [(AutomaticKind, Rule<'_>); 9] = [
        (AutomaticKind::Bounce, Case::bounce),
        (AutomaticKind::Delayed, Case::delayed),
        (AutomaticKind::Receipt, Case::receipt),
        (AutomaticKind::Calendar, Case::calendar),
        (AutomaticKind::Own, Case::own),
        (AutomaticKind::AutoReply, Case::auto_reply),
        (AutomaticKind::MailingList, Case::mailing_list),
        (AutomaticKind::Bulk, Case::bulk),
        (AutomaticKind::NoReply, Case::no_reply),
    ];
    rules.iter().find_map(|(kind, rule)| rule(&case).map(|reason| Automatic { kind: *kind, reason }))
}

impl Case<'_> {
    fn field(&self, name: &str) -> Verdict {
        let value = self.headers.first(name)?;
        let value: String = value.chars().take(60).collect();
        let name: String = name.split('-').map(capital).collect::<Vec<_>>().join("-");
        Some(format!("header {name}: {value}"))
    }

    fn has_any(&self, names: &[&str]) -> Verdict {
        names.iter().find_map(|n| self.field(n))
    }

    fn daemon(&self) -> bool {
        self.facts.from.is_some_and(|f| senders::is_daemon(&f.address, f.name.as_ref().map(|n| n.reveal().as_str())))
            || (self.null_path() && self.facts.from.is_none_or(|f| senders::is_postmaster(&f.address)))
    }

    /// RFC 5321 §4.5.5: notifications have an empty reverse path.
    fn null_path(&self) -> bool {
        self.headers.first("return-path").is_some_and(|v| v.replace(' ', "") == "<>")
    }

    fn is_report(&self, kind: &str) -> bool {
        self.facts.body.types.first().is_some_and(|t| t.starts_with("multipart/report") && t.contains(kind))
    }

    /// Delivery reports without machine-readable fields: the sender must be a mail system, or the whole form must be that of one.
    fn in_words(&self, subject: bool, text: bool) -> Verdict {
        let daemon = self.daemon() || self.facts.from.is_some_and(|f| senders::is_postmaster(&f.address));
        let report = self.is_report("delivery-status") || self.headers.has("x-failed-recipients");
        if subject && (daemon || report || (self.null_path() && !self.answered)) {
            return Some("subject and sender of a mail system".to_owned());
        }
        if text && (self.daemon() || report) {
            return Some("text and sender of a mail system".to_owned());
        }
        (subject && text && !self.answered).then(|| WORDS_OF_A_MAIL_SYSTEM.to_owned())
    }

    fn bounce(&self) -> Verdict {
        match reports::delivery(&self.facts.body.reports) {
            Some((Outcome::Failed, status)) => {
                return Some(format!("delivery report: failed {}", status.unwrap_or_default()).trim().to_owned());
            }
            Some((Outcome::Delayed | Outcome::Delivered, _)) => return None,
            None => {}
        }
        let late =
            notices::is_delay_subject(&self.subject) || (notices::says_delay(&self.head) && !notices::is_bounce_subject(&self.subject));
        if late {
            return None;
        }
        self.in_words(notices::is_bounce_subject(&self.subject), notices::says_bounce(&self.head))
    }

    fn delayed(&self) -> Verdict {
        match reports::delivery(&self.facts.body.reports) {
            Some((Outcome::Delayed, _)) => return Some("delivery report: delayed".to_owned()),
            Some((Outcome::Failed | Outcome::Delivered, _)) => return None,
            None => {}
        }
        self.in_words(notices::is_delay_subject(&self.subject), notices::says_delay(&self.head))
    }

    fn receipt(&self) -> Verdict {
        if let Some((Outcome::Delivered, _)) = reports::delivery(&self.facts.body.reports) {
            return Some("delivery report: delivered".to_owned());
        }
        if self.is_report("disposition-notification")
            || self.facts.body.types.iter().any(|t| t.starts_with("message/disposition-notification"))
        {
            return Some("disposition notification".to_owned());
        }
        let subject = notices::is_receipt_subject(&self.subject) && !self.answered;
        let named = ["lesebest", "read receipt", "return receipt"].iter().any(|n| signature::fold(&self.subject).starts_with(n));
        let bare = self.own_head.trim().is_empty() && (self.headers.has("in-reply-to") || self.null_path());
        if subject && (notices::says_receipt(&self.head) || bare || (named && !self.own_head.contains('?') && self.own_head.len() < 400)) {
            return Some(WORDS_OF_A_RECEIPT.to_owned());
        }
        None
    }

    fn calendar(&self) -> Verdict {
        let method: String = self.facts.body.calendar.as_ref()?.chars().filter(char::is_ascii_alphabetic).take(20).collect();
        Some(format!("text/calendar METHOD {}", method.to_uppercase()))
    }

    fn own(&self) -> Verdict {
        let ours = |c: &Correspondent| self.facts.own.iter().any(|o| o.same_as(&c.address));
        if self.facts.from.is_some_and(ours) {
            return Some("sender is one of our own addresses".to_owned());
        }
        // Answering such a mail would write to ourselves.
        (!self.facts.reply_to.is_empty() && self.facts.reply_to.iter().all(ours)).then(|| "Reply-To is one of our own addresses".to_owned())
    }

    fn auto_reply(&self) -> Verdict {
        let submitted = self.headers.lower("auto-submitted").unwrap_or_default();
        if submitted.starts_with("auto-replied") || submitted.starts_with("auto_replied") {
            return self.field("auto-submitted");
        }
        for name in [
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-autoreply-from",
            "x-mail-autoreply",
            "x-auto-reply",
            "x-auto-reply-from",
            "x-autogenerated-reply",
            "x-ms-exchange-autoreply",
        ] {
            if self.headers.lower(name).is_some_and(|v| v != "no" && v != "false") {
                return self.field(name);
            }
        }
        let says = |name: &str, words: &[&str]| self.headers.lower(name).is_some_and(|v| words.iter().any(|w| v.contains(w)));
        for (name, words) in [
            ("precedence", &["auto_reply", "auto-reply", "autoreply"][..]),
            ("preference", &["auto_reply"][..]),
            ("delivered-to", &["autoresponder"][..]),
            ("x-autogenerated", &["reply"][..]),
            ("x-post-messageclass", &["autoresponder"][..]),
            ("x-ms-exchange-generated-message-source", &["mailbox rules agent", "oof"][..]),
            ("x-mailer", &["autorespon", "auto-respon", "vacation"][..]),
            ("x-message-flag", &["autoresponder"][..]),
        ] {
            if says(name, words) {
                return self.field(name);
            }
        }
        // Zammad's finding: All together with the loop mark is Exchange's absence assistant; either alone is no proof.
        if says("x-auto-response-suppress", &["all"]) && self.headers.has("x-ms-exchange-inbox-rules-loop") {
            return self.field("x-ms-exchange-inbox-rules-loop");
        }
        if notices::is_absence_subject(&self.subject) && !self.answered {
            return Some(SUBJECT_OF_ABSENCE.to_owned());
        }
        if notices::is_absence_subject(&self.subject) && notices::is_absence_text(&self.subject, &self.own_head) {
            return Some(WORDS_OF_ABSENCE.to_owned());
        }
        if submitted != "no" && notices::is_absence_text(&self.subject, &self.own_head) {
            return Some(TEXT_OF_ABSENCE.to_owned());
        }
        self.acknowledgement()
    }

    /// Ticket systems: what they acknowledge, and a sign that no person typed it.
    fn acknowledgement(&self) -> Verdict {
        if self.is_form() || !notices::acknowledges(&self.own_head) {
            return None;
        }
        let ticket_header = [
            "x-otrs-loop",
            "x-znuny-loop",
            "x-zammad-ticket-id",
            "x-zendesk-ticket",
            "x-zendesk-from-account-id",
            "x-freshdesk-ticket-id",
            "x-fd-ticket-id",
            "x-jira-fingerprint",
            "x-rt-loop-prevention",
            "rt-ticket",
            "x-osticket-loop",
            "x-kayako-ticket",
            "x-helpscout-event",
            "x-odoo-objects",
            "x-gus-ticket",
        ]
        .iter()
        .find(|n| self.headers.has(n));
        let mailer = ["x-mailer", "x-powered-by", "user-agent"].iter().any(|n| {
            self.headers.lower(n).is_some_and(|v| {
                ["zendesk", "otrs", "znuny", "zammad", "freshdesk", "jira", "osticket", "kayako", "help scout"]
                    .iter()
                    .any(|w| v.contains(w))
            })
        });
        let ticket = ticket_header.is_some() || mailer || notices::is_ticket_subject(self.facts.subject);
        let machine = self.generated()
            || self.sends_no_reply()
            || notices::calls_itself_automatic(&self.own_head)
            || notices::asks_not_to_answer(&self.own_head);
        let suppressed =
            self.headers.has("x-auto-response-suppress") || self.headers.lower("precedence").is_some_and(|p| p.contains("bulk"));
        if ticket && (machine || suppressed || ticket_header.is_some() || mailer) {
            return Some("acknowledgement of a ticket system".to_owned());
        }
        let thread = self.headers.has("in-reply-to") || self.headers.has("references") || self.answered;
        (machine && (thread || notices::calls_itself_automatic(&self.own_head)) && !self.headers.has("list-unsubscribe"))
            .then(|| "acknowledgement written by a machine".to_owned())
    }

    fn mailing_list(&self) -> Verdict {
        let posting = self.headers.lower("list-post").is_some_and(|v| !v.starts_with("no") && !v.is_empty());
        if self.headers.has("list-id") && posting {
            return self.field("list-id");
        }
        if posting {
            return self.field("list-post");
        }
        if self.headers.lower("precedence").is_some_and(|p| p.trim() == "list") {
            return self.field("precedence");
        }
        if let Some(found) = self.has_any(&[
            "mailing-list",
            "x-mailing-list",
            "x-beenthere",
            "x-mailman-version",
            "x-ml-name",
            "x-listname",
            "x-majordomo",
            "x-sympa-to",
            "x-list-server",
        ]) {
            return Some(found);
        }
        let delivered = self.headers.all("delivered-to").any(|v| v.to_lowercase().starts_with("mailing list"));
        let sender = self.headers.lower("sender").unwrap_or_default();
        let list_sender = ["owner-", "-admin@", "-owner@", "-bounces@", "-request@", "-errors@"].iter().any(|m| sender.contains(m));
        if delivered || (list_sender && !self.headers.has("list-unsubscribe")) {
            return Some("header Sender of a mailing list".to_owned());
        }
        None
    }

    fn bulk(&self) -> Verdict {
        if let Some(found) = self.has_any(&[
            "list-unsubscribe",
            "list-id",
            "x-campaign",
            "x-campaignid",
            "x-campaign-id",
            "x-mc-user",
            "x-mailchimp-campaign-id",
            "x-csa-complaints",
            "x-newsletter",
            "x-list-unsubscribe",
            "x-rapidmail",
            "x-cleverreach",
            "x-mailingid",
            "x-mailing-id",
            "x-nl-id",
            "x-job",
            "x-cid",
            "x-bulkmail",
            "x-emarsys-identify",
        ]) {
            return Some(found);
        }
        if self.headers.lower("precedence").is_some_and(|p| p.starts_with("bulk") || p.starts_with("junk")) {
            return self.field("precedence");
        }
        const TOOLS: [&str; 17] = [
            "mailchimp",
            "cleverreach",
            "newsletter",
            "rapidmail",
            "sendinblue",
            "brevo",
            "inxmail",
            "emarsys",
            "optivo",
            "evalanche",
            "klicktipp",
            "acymailing",
            "phplist",
            "campaign",
            "getresponse",
            "mailworx",
            "bulkmail",
        ];
        if self.headers.lower("x-mailer").is_some_and(|v| TOOLS.iter().any(|t| v.contains(t))) {
            return self.field("x-mailer");
        }
        let thread = self.headers.has("in-reply-to") || self.answered;
        (!thread && notices::offers_unsubscription(&signature::fold(self.facts.unquoted))).then(|| "text offers to unsubscribe".to_owned())
    }

    fn no_reply(&self) -> Verdict {
        if self.is_form() {
            return None;
        }
        if let Some(from) = self.facts.from.filter(|_| self.sends_no_reply()) {
            let reason =
                if senders::is_named_like_a_machine(&from.address) { NAMED_LIKE_A_MACHINE } else { "sender is a no-reply address" };
            return Some(reason.to_owned());
        }
        if self.facts.from.is_some_and(|f| senders::is_daemon(&f.address, None)) {
            return Some("sender is a mail system".to_owned());
        }
        if self.generated() {
            return self
                .field("auto-submitted")
                .or_else(|| self.field("autosubmitted"))
                .or_else(|| self.field("x-autogenerated"))
                .or_else(|| self.field("x-auto-generated"));
        }
        let calls = notices::calls_itself_automatic(&self.own_head);
        let thread = self.headers.has("in-reply-to") || self.answered;
        if calls && (notices::asks_not_to_answer(&self.own_head) || !thread) {
            return Some("text calls itself automatic".to_owned());
        }
        None
    }

    fn sends_no_reply(&self) -> bool {
        self.facts.from.is_some_and(|f| senders::is_no_reply(&f.address))
    }

    /// RFC 3834 §5: anything but `no` was made by a machine.
    fn generated(&self) -> bool {
        let submitted = self.headers.lower("auto-submitted").or_else(|| self.headers.lower("autosubmitted"));
        submitted.is_some_and(|v| !v.is_empty() && !v.starts_with("no"))
            || ["x-autogenerated", "x-auto-generated", "x-fc-machinegenerated"]
                .iter()
                .any(|n| self.headers.lower(n).is_some_and(|v| v != "no" && v != "false"))
    }

    /// A web form sends from a machine's address in a person's name: the person is in Reply-To, in another domain.
    fn is_form(&self) -> bool {
        let Some(from) = self.facts.from else { return false };
        self.facts.reply_to.iter().any(|r| {
            !senders::is_no_reply(&r.address)
                && r.address.domain() != from.address.domain()
                && !self.facts.own.iter().any(|o| o.same_as(&r.address))
        }) && !self.headers.has("list-unsubscribe")
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(test)]
#[path = "automatic_tests.rs"]
mod tests;
