//! Which language a text is in: German, English, another one, or too little to tell.
//!
//! The small words decide, because they are right on texts too short for letter statistics; the statistics of `whatlang`
//! only say that a text is in neither of the two.

use crate::domain::Language;
use crate::knowledge::grams;
use crate::knowledge::words::{is_english, is_german, names_english_column, names_german_column};

/// Words looked at; a language shows long before.
const WORDS_MAX: usize = 2_000;

/// Letter statistics say little about fewer words.
const SENTENCE_WORDS: usize = 8;

pub fn of(text: &str) -> Language {
    let words: Vec<String> = grams::words(text).into_iter().take(WORDS_MAX).collect();
    let german = words.iter().filter(|word| is_german(word)).count();
    let english = words.iter().filter(|word| is_english(word)).count();
    let (best, hits, other) = if german >= english { (Language::De, german, english) } else { (Language::En, english, german) };
    // A seventh: even a list of prices has that many; French or Dutch share a few small words with ours, but not so many.
    if hits >= 2 && hits > other && hits * 7 >= words.len() {
        return best;
    }
    let detected = whatlang::detect(text);
    // A sentence or two in which hardly any of our small words occurs is in neither language, even where the letters leave doubt.
    let sure = detected.as_ref().is_some_and(|info| info.is_reliable()) || (words.len() >= SENTENCE_WORDS && hits * 7 < words.len());
    match detected.map(|info| info.lang()) {
        Some(whatlang::Lang::Deu) if sure => Language::De,
        Some(whatlang::Lang::Eng) if sure => Language::En,
        Some(_) if sure => Language::Other,
        _ if hits >= 1 && other == 0 => best,
        // "Helm zurückgeben?": few words, none of them small, and letters that English has not.
        _ if hits == 0 && words.len() < SENTENCE_WORDS && text.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü']) => Language::De,
        _ => Language::Unknown,
    }
}

/// The language of a source of a German company: another one only where whole sentences are in it, for lists and tables hold
/// names and figures, of which the letters say anything.
pub fn of_source(text: &str) -> Language {
    match of(text) {
        known @ (Language::De | Language::En) => return known,
        Language::Other | Language::Unknown => {}
    }
    let letters = |is: fn(char) -> bool| text.chars().filter(|c| c.is_alphabetic() && is(*c)).count();
    if letters(|c| c > '\u{24f}') > letters(|c| c <= '\u{24f}') {
        return Language::Other;
    }
    let is_sentence = |line: &&str| {
        // Letters set far apart are no words.
        let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.contains(|c: char| c.is_numeric());
        let words = line.split_whitespace().filter(is_word).count();
        words >= SENTENCE_WORDS && line.trim_end().ends_with(['.', '!', '?'])
    };
    if text.lines().filter(is_sentence).any(|line| of(line) == Language::Other) {
        return Language::Other;
    }
    let words: Vec<String> = grams::words(text).into_iter().filter(|word| word.len() > 1).take(WORDS_MAX).collect();
    let count = |is: fn(&str) -> bool| words.iter().filter(|word| is(word)).count();
    let english = count(is_english) + count(names_english_column);
    if english > count(is_german) + count(names_german_column) && !text.contains(['ä', 'ö', 'ü', 'ß']) {
        Language::En
    } else {
        Language::De
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_german_english_and_neither() {
        for (text, expected) in [
            ("Wie lange ist die Lieferzeit?", Language::De),
            ("Haben Sie samstags offen", Language::De),
            ("What is your return policy?", Language::En),
            ("How much is shipping", Language::En),
            ("Bonjour, je voudrais savoir quand ma commande sera livrée, merci beaucoup pour votre réponse.", Language::Other),
            ("Hola, quisiera saber cuándo llegará mi pedido y si puedo devolverlo sin gastos de envío.", Language::Other),
            ("Goedemiddag, ik wil graag weten wanneer mijn bestelling wordt geleverd en of ik het kan ruilen.", Language::Other),
            ("Bieten Sie Leasing an?", Language::De),
            ("Helm zurückgeben?", Language::De),
            ("4711", Language::Unknown),
            ("", Language::Unknown),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    /// Passages of another language are worth half, so a price list of a German company must not count as Danish.
    #[test]
    fn a_source_is_in_another_language_on_evidence_alone() {
        for (text, expected) in [
            ("Leistung Preis\nInspektion klein 49,00 EUR\nBremsen entlüften 35,00 EUR", Language::De),
            ("Mietrad Tag Wochenende Woche\nE-Bike 39 EUR 69 EUR 199 EUR\nTandem 59 EUR 99 EUR 299 EUR", Language::De),
            ("Land Versandkosten Laufzeit\nDeutschland 4,90 EUR 1-2 Tage\nNiederlande 9,90 EUR 3 Tage", Language::De),
            ("Schaltung Kette Ritzel\nShimano Deore KMC X10 11-36\nSRAM GX Eagle 10-52", Language::De),
            ("Artikel Preis Lieferzeit\nKinderhelm 39,00 EUR 3 Werktage\nSattel 49,00 EUR 5 Werktage", Language::De),
            ("Item Price\nHelmet 39.00 EUR\nLock 59.00 EUR\nPump 19.90 EUR\nSaddle 49.00 EUR", Language::En),
            ("Bonjour, je voudrais savoir quand ma commande sera livrée, merci beaucoup pour votre réponse.", Language::Other),
            ("G e d r e h t e S e i t e : d i e A n z a h l u n g w i r d v e r r e c h n e t .", Language::De),
            ("Ремонт велосипеда 25 EUR", Language::Other),
            ("4711", Language::De),
        ] {
            assert_eq!(of_source(text), expected, "{text}");
        }
    }
}
