//! Numbers in digits and in words, German and English, in one canonical form.
//!
//! Canonical: digits without grouping, `.` before the fraction, no superfluous zeros. What can be read in two ways
//! (`1,500`: one and a half, or fifteen hundred) has two readings, and one of them must match.

/// The readings of a number written in digits; empty if it is none.
pub fn readings(text: &str) -> Vec<String> {
    let text: String = text.chars().filter(|c| !matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}' | ' ')).collect();
    let dots = text.matches('.').count();
    let commas = text.matches(',').count();
    if text.contains(':') || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let plain = |grouping: char, fraction: char| canonical(&text.replace(grouping, "").replace(fraction, "."));
    let grouped = |mark: char| {
        let mut parts = text.split(mark);
        parts.next().is_some_and(|first| (1..=3).contains(&first.len())) && parts.all(|part| part.len() == 3)
    };
    match (dots, commas) {
        (0, 0) => vec![canonical(&text)],
        (1, 0) if grouped('.') => vec![canonical(&text.replace('.', "")), canonical(&text)],
        (0, 1) if grouped(',') => vec![canonical(&text.replace(',', "")), canonical(&text.replace(',', "."))],
        (1, 0) => vec![canonical(&text)],
        (0, 1) => vec![canonical(&text.replace(',', "."))],
        (_, 0) if grouped('.') => vec![canonical(&text.replace('.', ""))],
        (0, _) if grouped(',') => vec![canonical(&text.replace(',', ""))],
        (_, 1) if text.rfind(',') > text.rfind('.') => vec![plain('.', ',')],
        (1, _) if text.rfind('.') > text.rfind(',') => vec![plain(',', '.')],
        // Something else, such as a version or a section: as written.
        _ => vec![text],
    }
}

fn canonical(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// A canonical number times a whole factor, where it can be had exactly.
pub fn times(number: &str, factor: u64) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u64 = format!("{whole}{fraction}").parse().ok()?;
    let product = digits.checked_mul(factor)?.to_string();
    let places = fraction.len();
    let padded = format!("{product:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - places)?;
    Some(canonical(&format!("{whole}.{fraction}")))
}

const ONES: [(&str, u64); 38] = [
    ("null", 0),
    ("eins", 1),
    ("eine", 1),
    ("einen", 1),
    ("einem", 1),
    ("einer", 1),
    ("eines", 1),
    ("ein", 1),
    ("zwei", 2),
    ("zwo", 2),
    ("drei", 3),
    ("vier", 4),
    ("fünf", 5),
    ("fuenf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwölf", 12),
    ("zwoelf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("fünfzehn", 15),
    ("fuenfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
];
const MORE: [(&str, u64); 13] = [
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("dutzend", 12),
];
const TENS: [(&str, u64); 18] = [
    ("zwanzig", 20),
    ("dreißig", 30),
    ("dreissig", 30),
    ("vierzig", 40),
    ("fünfzig", 50),
    ("fuenfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

fn lookup(table: &[(&str, u64)], word: &str) -> Option<u64> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// The value of one word, up to 999,999; lower case.
pub fn of_word(word: &str) -> Option<u64> {
    if let Some(value) = lookup(&ONES, word).or_else(|| lookup(&MORE, word)).or_else(|| lookup(&TENS, word)) {
        return Some(value);
    }
    for (name, unit) in [("tausend", 1000), ("hundert", 100)] {
        if let Some((before, after)) = word.split_once(name) {
            let factor = if before.is_empty() { 1 } else { of_word(before)? };
            let rest = after.strip_prefix("und").unwrap_or(after);
            let rest = if rest.is_empty() { 0 } else { of_word(rest)? };
            return (rest < unit && factor < 1000).then_some(factor * unit + rest);
        }
    }
    // einundzwanzig
    let (ones, tens) = word.split_once("und")?;
    let (ones, tens) = (lookup(&ONES, ones)?, lookup(&TENS, tens)?);
    (ones < 10).then_some(tens + ones)
}

/// English numbers over several words: `twenty-one`, `two hundred and fifty`. Returns the value and how many words it took.
pub fn of_words(words: &[&str]) -> Option<(u64, usize)> {
    let first = of_word(words.first()?)?;
    let next = words.get(1).copied();
    if lookup(&TENS, words.first()?).is_some()
        && let Some(ones) = next.and_then(|word| lookup(&ONES, word).or_else(|| lookup(&MORE, word))).filter(|n| (1..10).contains(n))
    {
        return Some((first + ones, 2));
    }
    let scale = match next {
        Some("hundred") => 100,
        Some("thousand") => 1000,
        _ => return Some((first, 1)),
    };
    let skip = if words.get(2) == Some(&"and") { 3 } else { 2 };
    match words.get(skip..).and_then(of_words) {
        Some((rest, taken)) if rest < scale => Some((first * scale + rest, skip + taken)),
        _ => Some((first * scale, 2)),
    }
}

/// Words that are an article as often as a number: a number only before a unit.
pub fn is_article(word: &str) -> bool {
    matches!(word, "ein" | "eine" | "einen" | "einem" | "einer" | "eines" | "one" | "a" | "an")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        for (text, expected) in [
            ("30", vec!["30"]),
            ("1.234,56", vec!["1234.56"]),
            ("1,234.56", vec!["1234.56"]),
            ("1.000", vec!["1000", "1"]),
            ("1,500", vec!["1500", "1.5"]),
            ("4,90", vec!["4.9"]),
            ("0042", vec!["42"]),
            ("1.000.000", vec!["1000000"]),
            ("2.1.3", vec!["2.1.3"]),
            ("1'000", vec!["1000"]),
        ] {
            assert_eq!(readings(text), expected, "{text}");
        }
    }

    #[test]
    fn words() {
        for (text, expected) in [
            ("vierzehn", Some(14)),
            ("einundzwanzig", Some(21)),
            ("neunundachtzig", Some(89)),
            ("hundertzwanzig", Some(120)),
            ("zweihundertfünfzig", Some(250)),
            ("zweitausendfünfhundert", Some(2500)),
            ("tisch", None),
            ("hund", None),
            ("unddrei", None),
        ] {
            assert_eq!(of_word(text), expected, "{text}");
        }
        assert_eq!(of_words(&["twenty", "one", "days"]), Some((21, 2)));
        assert_eq!(of_words(&["two", "hundred", "and", "fifty"]), Some((250, 4)));
        assert_eq!(of_words(&["fourteen", "days"]), Some((14, 1)));
        assert_eq!(times("1.5", 7), Some("10.5".to_owned()));
        assert_eq!(times("0.5", 60), Some("30".to_owned()));
    }
}
