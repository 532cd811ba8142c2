//! Which language a text is in: German, English, another one, or too little to tell.
//!
//! The small words decide, because they are right on texts too short for letter statistics; the statistics of `whatlang`
//! only say that a text is in neither of the two.

use crate::domain::Language;
use crate::knowledge::grams;
use crate::knowledge::words::{is_english, is_german};

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
}
