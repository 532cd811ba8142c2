//! Text as character 5-grams, the retriever that did best on German questions and needs no dictionary.
//!
//! A word is folded so that every way of writing it is the same: "Straße" and "Strasse", "Kündigung", "Kuendigung" and
//! "Kundigung" (a lost umlaut). `ae`, `oe` and `ue` fold like the umlauts, which also shortens words such as "neue";
//! both sides of the comparison lose the same. The grams of a compound hold those of its parts.

use unicode_normalization::UnicodeNormalization;

/// Characters in one gram.
const GRAM_CHARS: usize = 5;
/// Marks both ends of a word. A letter, because FTS5's tokenizer drops everything else.
const EDGE: char = 'þ';

/// The words of a text in their folded form.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let folded: Vec<char> = text.nfkc().flat_map(char::to_lowercase).nfd().collect();
    for (index, &c) in folded.iter().enumerate() {
        // Combining marks of the decomposition: ü is u + diaeresis, é is e + acute.
        if ('\u{300}'..='\u{36f}').contains(&c) {
            continue;
        }
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else if c == 'ß' {
            word.push_str("ss");
        } else if c == 'e' && index > 0 && folded.get(index - 1).is_some_and(|p| matches!(p, 'a' | 'o' | 'u')) {
            // The second half of ae, oe, ue.
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The grams of one folded word; a word of up to three letters is one gram.
pub fn grams_of(word: &str) -> Vec<String> {
    let padded: Vec<char> = std::iter::once(EDGE).chain(word.chars()).chain(std::iter::once(EDGE)).collect();
    if padded.len() <= GRAM_CHARS {
        return vec![padded.into_iter().collect()];
    }
    padded.windows(GRAM_CHARS).map(|window| window.iter().collect()).collect()
}

/// All grams of a text, in order, with repetitions.
pub fn grams(text: &str) -> Vec<String> {
    words(text).iter().flat_map(|word| grams_of(word)).collect()
}

/// What is stored in the index for a mail: the grams of its subject and its text, separated by spaces.
pub fn of_mail(subject: &str, text: &str) -> String {
    [subject, text].into_iter().flat_map(grams).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_word_is_the_same() {
        for (left, right) in [
            ("Straße", "strasse"),
            ("Kündigung", "kundigung"),
            ("Kündigung", "KUENDIGUNG"),
            ("Kündigung", "ku\u{308}ndigung"),
            ("café", "Cafe"),
            ("ﬁnden", "finden"),
            ("Öffnungszeiten", "oeffnungszeiten"),
        ] {
            assert_eq!(words(left), words(right), "{left} {right}");
        }
    }

    #[test]
    fn a_compound_holds_the_grams_of_its_part() {
        let compound = grams("Wärmepumpenversicherung");
        let part = grams("Versicherung");
        let shared = part.iter().filter(|gram| compound.contains(gram)).count();
        assert_eq!(shared, part.len() - 1, "only the gram of the word's beginning differs");
    }

    #[test]
    fn short_words_numbers_and_strange_text() {
        assert_eq!(grams("in 30"), ["þinþ", "þ30þ"]);
        assert!(grams(" \u{0}\u{301} …\"* ").is_empty());
    }
}
