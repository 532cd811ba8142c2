//! Does the writer take the consent back? By keyword or in a sentence of their own, at any mailbox, without any formality.
//!
//! Taking one too many for a withdrawal costs a draft; missing one costs a right, so doubt counts as yes, and a person reads
//! what says more than the keyword. Never: a question ("Geht das ohne KI?"), somebody else's consent, a bare "Widerruf", which
//! may mean a purchase (§ 355 BGB).

use crate::domain::message::{Message, SpanKind};

/// Words that may follow a keyword in its line.
const KEYWORD_LINE_WORDS: usize = 7;
/// A refusal and the AI that it refuses stand at most so many words apart.
const REFUSAL_WORDS: usize = 7;
const SHORT_WORDS: usize = 4;

const KEYWORDS: [(&[&str], &str); 8] = [
    (&["ki", "nein"], "withdrawal.ki_nein"),
    (&["keine", "ki"], "withdrawal.ki_nein"),
    (&["ki", "stopp"], "withdrawal.ki_stopp"),
    (&["ki", "stop"], "withdrawal.ki_stopp"),
    (&["no", "ai"], "withdrawal.no_ai"),
    (&["ai", "no"], "withdrawal.no_ai"),
    (&["opt", "out"], "withdrawal.no_ai"),
    (&["stop", "ai"], "withdrawal.no_ai"),
];
/// What may stand beside a keyword that says nothing else.
const COURTESY: [&str; 10] = ["bitte", "danke", "vielen", "dank", "besten", "herzlichen", "please", "thanks", "thank", "you"];
const REPLY_MARKS: [&str; 8] = ["aw", "re", "antwort", "wg", "fw", "fwd", "antw", "sv"];
const CONSENT: [&str; 9] = [
    "einwilligung",
    "einverständnis",
    "zustimmung",
    "erlaubnis",
    "einverständniserklärung",
    "consent",
    "permission",
    "approval",
    "agreement",
];
/// Before the consent: somebody else's; or what is done with it ("mit Zustimmung").
const FOREIGN: [&str; 17] = [
    "ihre", "ihrer", "ihrem", "ihren", "ihr", "seine", "seiner", "seinen", "eure", "deine", "euer", "dein", "your", "his", "her", "their",
    "mit",
];
const TAKES: [&str; 22] = [
    "widerrufe",
    "widerrufen",
    "widerruf",
    "widerrufene",
    "zurückziehen",
    "zurückgezogen",
    "zurücknehmen",
    "zurückgenommen",
    "entziehe",
    "entziehen",
    "entzogen",
    "zurückziehe",
    "zurücknehme",
    "annulliere",
    "beende",
    "withdraw",
    "withdrawn",
    "withdrawing",
    "revoke",
    "revoked",
    "revoking",
    "cancel",
];
/// Verbs whose second part stands at the end: "ich ziehe … zurück", "I take … back".
const PARTED: [(&str, &str); 6] =
    [("ziehe", "zurück"), ("ziehen", "zurück"), ("nehme", "zurück"), ("nehmen", "zurück"), ("take", "back"), ("taking", "back")];
const MACHINES: [&str; 9] = ["ki", "ai", "intelligenz", "intelligence", "bot", "bots", "chatbot", "roboter", "robot"];
const REFUSES: [&str; 10] = ["nicht", "kein", "keine", "keiner", "ohne", "no", "not", "don't", "without", "stop"];
/// What such a sentence is about: the writer's mail, or a wish.
const WISHES: [&str; 33] = [
    "möchte",
    "möchten",
    "will",
    "wollen",
    "wünsche",
    "bitte",
    "soll",
    "sollen",
    "darf",
    "dürfen",
    "mails",
    "mail",
    "nachrichten",
    "nachricht",
    "daten",
    "anfrage",
    "anfragen",
    "gelesen",
    "bearbeitet",
    "verarbeitet",
    "beantwortet",
    "want",
    "please",
    "read",
    "reads",
    "process",
    "processed",
    "emails",
    "email",
    "messages",
    "answered",
    "wish",
    "consent",
];

/// "KI NEIN" and its kin: as a line, at its beginning, as the subject, or in the signature.
pub fn keyword(message: &Message) -> Option<&'static str> {
    let signature = message.spans.iter().filter(|span| span.kind == SpanKind::Signature);
    let signature = signature.filter_map(|span| message.text.get(span.start..span.end)).flat_map(str::lines);
    let mut lines = message.visible.lines().chain(signature).map(words);
    let in_lines = lines.find_map(|line| {
        let rule = begins(&line)?;
        (line.len() <= KEYWORD_LINE_WORDS).then_some(rule)
    });
    in_lines.or_else(|| begins(&own_subject(message)))
}

/// The keyword is all that the mail says: nothing is left for a person to read.
pub fn is_all(message: &Message) -> bool {
    let mut lines: Vec<_> = message.visible.lines().map(words).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        lines.push(own_subject(message));
    }
    message.attachments.is_empty() && lines.iter().all(|line| is_courtesy(after_keyword(line).unwrap_or(line)))
}

fn is_courtesy(words: &[String]) -> bool {
    words.iter().all(|word| is(&COURTESY, word))
}

/// The words of the subject without the marks of a reply.
fn own_subject(message: &Message) -> Vec<String> {
    words(&message.subject).into_iter().skip_while(|word| is(&REPLY_MARKS, word)).collect()
}

fn begins(line: &[String]) -> Option<&'static str> {
    keyword_of(line).map(|(_, rule)| *rule)
}

fn after_keyword(line: &[String]) -> Option<&[String]> {
    line.get(keyword_of(line)?.0.len()..)
}

fn keyword_of(line: &[String]) -> Option<&'static (&'static [&'static str], &'static str)> {
    let fits = |keyword: &[&str]| line.len() >= keyword.len() && line.iter().zip(keyword).all(|(word, part)| word == part);
    KEYWORDS.iter().find(|(keyword, _)| fits(keyword))
}

/// A sentence that takes the consent back or refuses the AI.
pub fn phrase(message: &Message) -> Option<&'static str> {
    let told = sentences(&message.visible).filter(|sentence| !sentence.ends_with('?'));
    let mut told = told.map(|sentence| words(&sentence));
    told.any(|sentence| takes_back(&sentence) || refuses(&sentence)).then_some("withdrawal.phrase")
}

/// "Ich widerrufe meine Einwilligung", "I take my consent back".
fn takes_back(sentence: &[String]) -> bool {
    let has = |word: &str| sentence.iter().any(|known| known == word);
    let owned = sentence.windows(2).any(|pair| matches!(pair, [owner, consent] if !is(&FOREIGN, owner) && is(&CONSENT, consent)));
    let taken = sentence.iter().any(|word| is(&TAKES, word)) || PARTED.iter().any(|(verb, part)| has(verb) && has(part));
    let denied = sentence.windows(2).any(|pair| matches!(pair, [word, not] if (is(&CONSENT, word) || word == "ich") && not == "nicht"))
        || sentence.windows(2).any(|pair| matches!(pair, [not, verb] if (not == "not" || not == "don't") && is(&TAKES, verb)));
    owned && taken && !denied
}

/// "Ich möchte nicht, dass eine KI meine Mails liest", "Bitte ohne KI", "I do not want AI to read my mails".
fn refuses(sentence: &[String]) -> bool {
    let at = |list: &[&str]| -> Vec<usize> { sentence.iter().enumerate().filter(|(_, word)| is(list, word)).map(|(at, _)| at).collect() };
    let (machines, refusals) = (at(&MACHINES), at(&REFUSES));
    let near = machines.iter().any(|machine| refusals.iter().any(|refusal| machine.abs_diff(*refusal) <= REFUSAL_WORDS));
    // A short sentence of a refusal and the AI says nothing else: "Keine KI bitte", "No bots".
    near && (sentence.len() <= SHORT_WORDS || sentence.iter().any(|word| is(&WISHES, word)))
}

fn is(list: &[&str], word: &str) -> bool {
    list.contains(&word)
}

/// Lower-cased words; marks, quotes and the number of blanks do not matter.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    parts.filter(|part| !part.is_empty()).map(|part| part.to_lowercase().replace('’', "'")).collect()
}

/// Sentences with their end mark. A single line break wraps a sentence, an empty line ends it.
fn sentences(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("\n\n").flat_map(|paragraph| {
        let joined = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        joined.split_inclusive(['.', '!', '?']).map(|sentence| sentence.trim().to_owned()).collect::<Vec<_>>()
    })
}

#[cfg(test)]
#[path = "withdrawal_tests.rs"]
mod tests;
