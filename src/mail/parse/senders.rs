//! Addresses behind which no person reads: no-reply, daemons, machine accounts.
//!
//! Never: a judgement by domain. `info@`, `service@`, `postmaster@` may be people.

use crate::domain::EmailAddress;

/// Nobody reads there: the address says so, or is named like a machine.
pub fn is_no_reply(address: &EmailAddress) -> bool {
    declines_replies(address) || is_named_like_a_machine(address)
}

/// `noreply@`, `nicht-antworten@`, `shop-noreply@` …
fn declines_replies(address: &EmailAddress) -> bool {
    const INSIDE: [&str; 11] = [
        "noreply",
        "donotreply",
        "dontreply",
        "nichtantworten",
        "nichtbeantworten",
        "keineantwort",
        "nepasrepondre",
        "noresponder",
        "noresponse",
        "noreplies",
        "norespond",
    ];
    let local: String = address.local().to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    INSIDE.iter().any(|word| local.contains(word))
}

/// `root@`, `automat@`, `alerts@` …: a machine as a rule, but a person may be called so.
pub fn is_named_like_a_machine(address: &EmailAddress) -> bool {
    const WHOLE: [&str; 32] = [
        "mailer",
        "automailer",
        "automail",
        "autoconfirm",
        "autoresponder",
        "notification",
        "notifications",
        "notify",
        "notifier",
        "alert",
        "alerts",
        "bounce",
        "bounces",
        "daemon",
        "cron",
        "cronjob",
        "root",
        "nobody",
        "wwwdata",
        "apache",
        "wwwrun",
        "httpd",
        "automat",
        "automated",
        "robot",
        "unattended",
        "benachrichtigung",
        "benachrichtigungen",
        "systemmail",
        "shipmenttracking",
        "orderupdate",
        "emailnotifications",
    ];
    let base: String = address.local().to_lowercase().split('+').next().unwrap_or("").chars().filter(|c| c.is_alphanumeric()).collect();
    WHOLE.contains(&base.as_str())
}

/// A mail system's own address.
pub fn is_daemon(address: &EmailAddress, name: Option<&str>) -> bool {
    const LOCALS: [&str; 9] = [
        "mailerdaemon",
        "maildaemon",
        "mailerd",
        "mailsystem",
        "maildeliverysystem",
        "maildelivery",
        "mdaemon",
        "majordomo",
        "deliverysystem",
    ];
    let local: String = address.local().to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let name = name.unwrap_or("").to_lowercase();
    LOCALS.contains(&local.as_str())
        || local.starts_with("microsoftexchange")
        || ["mail delivery s", "mailer-daemon", "mailer daemon", "internet mail delivery", "mail administrator"]
            .iter()
            .any(|n| name.contains(n))
}

pub fn is_postmaster(address: &EmailAddress) -> bool {
    matches!(address.local().to_lowercase().as_str(), "postmaster" | "mailadmin" | "mail-admin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_machines_from_people() {
        let a = |local: &str| EmailAddress::parse(&format!("{local}@example.org")).unwrap();
        for local in [
            "noreply",
            "no-reply",
            "No.Reply",
            "do_not_reply",
            "shop-noreply",
            "nicht-antworten",
            "noreply+abc",
            "notifications",
            "www-data",
            "bounces+12-ab",
        ] {
            assert!(is_no_reply(&a(local)), "{local}");
        }
        for local in ["anna", "info", "service", "reply", "postmaster", "alertus", "robert", "antworten", "notar"] {
            assert!(!is_no_reply(&a(local)), "{local}");
        }
        assert!(is_daemon(&a("MAILER-DAEMON"), None));
        assert!(is_daemon(&a("x"), Some("Mail Delivery Subsystem")));
        assert!(!is_daemon(&a("anna"), Some("Anna Muster")));
    }
}
