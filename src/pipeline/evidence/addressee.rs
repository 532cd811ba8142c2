//! Whom a draft greets: another customer's name in the salutation is the gravest mistake a letter can make.

use crate::knowledge::grams;

/// Words of a greeting and of courtesy, folded; what is left of a salutation is a name.
const NO_NAMES: [&str; 62] = [
    "sehr",
    "geehrte",
    "geehrter",
    "geehrtes",
    "geehrten",
    "werte",
    "werter",
    "liebe",
    "lieber",
    "liebes",
    "guten",
    "gute",
    "tag",
    "morgen",
    "abend",
    "hallo",
    "hi",
    "hey",
    "moin",
    "servus",
    "gruss",
    "gott",
    "gruezi",
    "grutzi",
    "herr",
    "herrn",
    "frau",
    "familie",
    "eheleute",
    "damen",
    "herren",
    "kunde",
    "kundin",
    "kunden",
    "team",
    "zusammen",
    "und",
    "dr",
    "prof",
    "professor",
    "dipl",
    "ing",
    "mag",
    "von",
    "van",
    "der",
    "zu",
    "dear",
    "hello",
    "good",
    "morning",
    "afternoon",
    "evening",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "sir",
    "madam",
    "customer",
    "and",
];

/// The names in a salutation, each as it is written.
pub fn names(salutation: &str) -> Vec<String> {
    // Behind the comma the letter itself may begin in the same line.
    let greeting = salutation.split([',', '!']).next().unwrap_or_default();
    let words = greeting.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’'));
    words.filter(|word| word.starts_with(char::is_uppercase) && is_name(word)).map(str::to_owned).collect()
}

fn is_name(word: &str) -> bool {
    let folded = grams::words(word).concat();
    folded.chars().count() > 1 && !NO_NAMES.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_salutation_is_a_name() {
        for (text, expected) in [
            ("Sehr geehrte Frau Dr. Muster-Vogt,", vec!["Muster-Vogt"]),
            ("Guten Tag Anna Muster,", vec!["Anna", "Muster"]),
            ("Sehr geehrte Damen und Herren,", vec![]),
            ("Liebe Frau Seidel,", vec!["Seidel"]),
            ("Dear Mr Marsh,", vec!["Marsh"]),
            ("Hello,", vec![]),
            ("Guten Tag!", vec![]),
            ("Hallo Herr von der Heide, Ihre Frage nach Berlin", vec!["Heide"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }
}
