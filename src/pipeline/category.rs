//! Which of the company's categories a mail belongs to, by the words that both share.
//!
//! A category is known by its name, its description and, where there are some, example mails; words are compared as the
//! search compares them, so that "zurückgeben" finds "Rückgabe". Never: a model, a category that the company does not have.

use crate::domain::{Cleared, Message};
use crate::knowledge::grams;
use crate::knowledge::lemma::Lemma;
use crate::knowledge::words::is_content;
use crate::pipeline::asks;

/// A category as the company describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub name: String,
    pub description: String,
    /// Mails that belong to it, or sentences of such.
    pub examples: Vec<String>,
}

/// What people write about one matter in many words, folded; the words that companies name their categories with are among them.
const MATTERS: [&str; 14] = [
    "ruckgabe rucksendung retoure zuruckgeben zuruckschicken zurucksenden umtausch umtauschen widerruf return returns exchange send back",
    "lieferung versand lieferzeit liefern paket sendung zustellung angekommen shipping delivery deliver parcel shipment tracking arrive",
    "rechnung zahlung bezahlen mahnung lastschrift uberweisung abbuchung invoice payment billing pay bill charged",
    "preis kosten kostet teuer angebot gebuhr tarif price cost quote fee",
    "reparatur werkstatt wartung inspektion reparieren service repair workshop maintenance",
    "garantie gewahrleistung reklamation defekt kaputt schaden mangel warranty guarantee broken damaged defect",
    "kundigung kundigen stornierung stornieren abbestellen cancel cancellation terminate",
    "termin terminvereinbarung vereinbaren buchen buchung reservierung reservieren verschieben appointment booking book reserve",
    "offnungszeiten geoffnet offen anfahrt parken standort filiale adresse opening hours open location parking directions",
    "bestellung bestellen auftrag verfugbar vorratig lager order stock available availability",
    "beschwerde beschweren unzufrieden arger enttauscht complaint complain disappointed",
    "konto passwort anmelden login zugang registrierung account password sign",
    "bewerbung stelle job praktikum ausbildung application vacancy internship",
    "datenschutz daten loschen auskunft privacy data erase",
];
/// What a word of the same matter is worth beside the word itself.
const RELATED: f64 = 0.5;
/// Another form of the word, or a part of the compound.
const ALIKE: f64 = 0.8;
/// What a word counts: in the name, the description, an example.
const NAME: f64 = 1.5;
const DESCRIPTION: f64 = 1.0;
const EXAMPLE: f64 = 0.7;
/// What a word of the mail counts: in the subject or an ask, elsewhere.
const SUBJECT: f64 = 1.5;
const BODY: f64 = 0.5;
/// The subject of a mail stands in far fewer words.
const WORDS_MAX: usize = 200;
/// Names of the category for what fits no other.
const REST: [&str; 10] = ["other", "others", "sonstige", "sonstiges", "anderes", "allgemein", "allgemeines", "general", "misc", "rest"];

/// The category that fits best; the company's category for everything else where no word fits; none where it has none.
pub fn category<'c>(mail: &Cleared<Message>, categories: &'c [Category]) -> Option<&'c Category> {
    let message = mail.get();
    let asked = asks::find(&message.visible, &message.subject);
    let mut words: Vec<(String, f64)> = Vec::new();
    let texts = std::iter::once((message.subject.as_str(), SUBJECT)).chain(asked.iter().map(|ask| (ask.ask.as_str(), SUBJECT)));
    for (text, weight) in texts.chain(std::iter::once((message.visible.as_str(), BODY))) {
        for word in content(text) {
            if words.len() < WORDS_MAX && !words.iter().any(|(known, _)| *known == word) {
                words.push((word, weight));
            }
        }
    }
    let known: Vec<Vec<(String, f64)>> = categories.iter().map(words_of).collect();
    let best = categories.iter().zip(&known).map(|(category, own)| (category, score(&words, own, &known)));
    let best = best.fold(None, |best: Option<(&Category, f64)>, next| match best {
        Some(known) if known.1 >= next.1 => Some(known),
        Some(_) | None => Some(next),
    });
    let rest = || categories.iter().find(|category| content(&category.name.replace('_', " ")).iter().any(|w| REST.contains(&w.as_str())));
    best.filter(|(_, score)| *score > 0.0).map(|(category, _)| category).or_else(rest)
}

fn content(text: &str) -> Vec<String> {
    grams::words(text).into_iter().filter(|word| word.chars().count() > 2 && is_content(word)).collect()
}

/// The words of a category with what each counts, the strongest reading of each.
fn words_of(category: &Category) -> Vec<(String, f64)> {
    let mut words: Vec<(String, f64)> = Vec::new();
    let mut add = |word: String, weight: f64| match words.iter_mut().find(|(known, _)| *known == word) {
        Some(known) => known.1 = known.1.max(weight),
        None => words.push((word, weight)),
    };
    let name = category.name.replace(['_', '-'], " ");
    let texts = [(name.as_str(), NAME), (category.description.as_str(), DESCRIPTION)];
    let examples = category.examples.iter().map(|text| (text.as_str(), EXAMPLE));
    for (text, weight) in texts.into_iter().chain(examples) {
        for word in content(text) {
            for matter in MATTERS.iter().filter(|matter| matter.split(' ').any(|related| related == word)) {
                for related in matter.split(' ').filter(|related| *related != word) {
                    add(related.to_owned(), weight * RELATED);
                }
            }
            add(word, weight);
        }
    }
    words
}

/// Per word of the mail its best match in the category, a word that many categories know counting less.
fn score(mail: &[(String, f64)], own: &[(String, f64)], all: &[Vec<(String, f64)>]) -> f64 {
    mail.iter()
        .map(|(word, weight)| {
            let knowing = all.iter().map(|words| best_match(word, words)).sum::<f64>();
            let here = best_match(word, own);
            if knowing > 0.0 { weight * here * here / knowing } else { 0.0 }
        })
        .sum()
}

fn best_match(word: &str, words: &[(String, f64)]) -> f64 {
    let fits = |(other, weight): &(String, f64)| match () {
        () if other == word => *weight,
        () if Lemma::of(other).is_like(&Lemma::of(word)) => weight * ALIKE,
        () => 0.0,
    };
    words.iter().map(fits).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::samples::cleared;

    fn categories() -> Vec<Category> {
        let one = |name: &str, description: &str| Category { name: name.to_owned(), description: description.to_owned(), examples: vec![] };
        vec![
            one("return", "Rückgabe, Umtausch, Widerruf eines Kaufs"),
            one("delivery", "Versand, Lieferzeit, Sendungsverfolgung"),
            one("repair", "Werkstatt, Reparatur, Inspektion"),
            one("hours", "Öffnungszeiten, Anfahrt, Parken"),
            one("other", "Alles andere"),
        ]
    }

    #[test]
    fn words_lead_to_the_category() {
        for (subject, body, expected) in [
            ("Helm", "Kann ich den Helm zurückgeben?", "return"),
            ("", "Wann kommt mein Paket an?", "delivery"),
            ("Inspektion", "Was kostet das?", "repair"),
            ("", "How long does delivery take?", "delivery"),
            ("", "Haben Sie samstags geöffnet?", "hours"),
            ("", "Kann ich den Kauf widerrufen?", "return"),
            ("", "Wie heißt euer Hund?", "other"),
        ] {
            let mail = cleared("Anna Muster", subject, body);
            assert_eq!(category(&mail, &categories()).map(|c| c.name.as_str()), Some(expected), "{subject} {body}");
        }
    }

    #[test]
    fn nothing_fits_where_there_is_nothing() {
        let mail = cleared("Anna Muster", "", "Wie heißt euer Hund?");
        assert_eq!(category(&mail, &[]), None);
        assert_eq!(category(&mail, &categories()[..2]), None);
    }
}
