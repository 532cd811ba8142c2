//! How soon a person should look (F-16, R-127): hot words, deadlines, tone.
//!
//! Never: a judgement about the writer that is kept; the level is computed anew whenever a mail is shown.

use crate::domain::Message;
use crate::knowledge::grams;
use crate::pipeline::understanding::deadline::{Deadline, day_of};
use crate::pipeline::understanding::hot_words::Finding;

pub use crate::domain::overview::Priority;

/// A deadline this near is urgent; this near, high.
const URGENT_DAYS: i32 = 2;
const HIGH_DAYS: i32 = 7;

pub fn of(message: &Message, findings: &[Finding], deadlines: &[Deadline]) -> Priority {
    let by_rule = findings.iter().map(|finding| of_rule(&finding.rule.id)).max().unwrap_or_default();
    let written = day_of(message.date.as_deref());
    let by_date = deadlines.iter().map(|deadline| of_days(written.zip(deadline.date).and_then(|(from, to)| (to - from).get_days().into())));
    let text = format!("{} {}", message.subject, message.visible);
    let by_tone = if is_pressing(&text) || is_upset(&text) { Priority::High } else { Priority::Normal };
    by_rule.max(by_date.max().unwrap_or_default()).max(by_tone)
}

/// what runs against a clock or endangers somebody comes first. Also for mails of which only the rule is kept.
pub fn of_rule(rule: &str) -> Priority {
    match rule {
        "hot.legal" | "hot.authority" | "hot.termination" | "hot.threat" | "hot.self_harm" | "hot.security" | "hot.rights" => {
            Priority::Urgent
        }
        "hot.goodwill" | "hot.own_case" | "hot.availability" | "hot.advice" | "hot.cancellation" => Priority::Normal,
        other if other.starts_with("hot.") || other.starts_with("guard.injection") => Priority::High,
        _ => Priority::Normal,
    }
}

fn of_days(days: Option<i32>) -> Priority {
    match days {
        Some(days) if days <= URGENT_DAYS => Priority::Urgent,
        Some(days) if days <= HIGH_DAYS => Priority::High,
        Some(_) => Priority::Normal,
        // A date that cannot be told is near.
        None => Priority::High,
    }
}

const PRESSING: [&str; 22] = [
    "dringend",
    "dringende",
    "dringender",
    "eilt",
    "eilig",
    "notfall",
    "sofort",
    "umgehend",
    "schnellstmoglich",
    "unverzuglich",
    "asap",
    "urgent",
    "urgently",
    "emergency",
    "immediately",
    "rasch",
    "heute",
    "tonight",
    "mahnung",
    "frist",
    "deadline",
    "kundigung",
];

fn is_pressing(text: &str) -> bool {
    // "Heute" alone presses nobody; with a request it does.
    grams::words(text).iter().any(|word| PRESSING.contains(&word.as_str()) && !matches!(word.as_str(), "heute"))
}

const UPSET: [&str; 40] = [
    "unverschamt",
    "frechheit",
    "sauer",
    "wutend",
    "enttauscht",
    "katastroph",
    "lacherlich",
    "saftladen",
    "unfassbar",
    "unzumutbar",
    "skandal",
    "argerlich",
    "verargert",
    "zumutung",
    "stinksauer",
    "schlamperei",
    "pfusch",
    "nervt",
    "inakzeptabel",
    "unmoglich",
    "reicht",
    "nie wieder",
    "letzten mal",
    "unacceptable",
    "ridiculous",
    "furious",
    "disgust",
    "appalling",
    "worst",
    "useless",
    "angry",
    "fed up",
    "shocking",
    "disgrace",
    "terrible service",
    "third time",
    "still nothing",
    "keine antwort",
    "seit wochen",
    "dritten mal",
];
/// Two signs of anger make a mail an angry one.
const SIGNS: usize = 2;

fn is_upset(text: &str) -> bool {
    let folded = format!(" {} ", grams::words(text).join(" "));
    let words = UPSET.iter().filter(|word| folded.contains(&format!(" {}", grams::words(word).join(" ")))).count();
    let shouted: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 4).collect();
    let loud = shouted.iter().filter(|word| word.chars().all(char::is_uppercase)).count();
    let shouting = usize::from(loud >= 3 || loud >= 1 && loud * 2 >= shouted.len());
    let marks = usize::from(text.contains("!!") || text.contains("?!")) + usize::from(text.contains("!!!"));
    words + shouting + marks >= SIGNS
}

#[cfg(test)]
#[path = "priority_tests.rs"]
mod tests;
