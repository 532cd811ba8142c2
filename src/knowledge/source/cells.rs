//! What a cell of a workbook shows: its number as money, percentage, date or plain, as the office program displays it.
//!
//! Never: a formula worked out (the last shown value is stored beside it), or a number rounded to what its format shows:
//! what is stored is what is meant.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

/// How a style displays numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shown {
    #[default]
    Plain,
    Percent,
    Date,
    Time,
    /// Hours that may be more than a day has.
    Elapsed,
    DateTime,
    /// With this sign behind it.
    Money(&'static str),
    /// At least so many digits before the comma, between these words.
    Dressed {
        lead: usize,
        before: String,
        after: String,
    },
}

const SIGNS: [&str; 5] = ["€", "EUR", "CHF", "$", "£"];

/// ECMA-376 part 1, §18.8.30: the formats that need no code.
pub const fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=17 => Shown::Date,
        18..=21 | 45 | 47 => Shown::Time,
        46 => Shown::Elapsed,
        22 => Shown::DateTime,
        _ => Shown::Plain,
    }
}

/// The first part of a code, that for positive numbers, taken apart.
#[derive(Default)]
struct Code {
    before: String,
    after: String,
    /// Places of digits, with comma and point.
    places: String,
    /// Letters that stand for parts of dates.
    letters: String,
    elapsed: bool,
    /// Words stand between the digits.
    parted: bool,
}

impl Code {
    fn of(code: &str) -> Self {
        let mut parts = Self::default();
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                // A space as wide as a letter, and one as wide as there is room.
                '_' | '*' => {
                    chars.next();
                }
                '\\' => parts.word(chars.next()),
                '"' => chars.by_ref().take_while(|c| *c != '"').for_each(|c| parts.word(Some(c))),
                '[' => parts.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
                '0' | '#' | '?' | '.' | ',' | '/' => {
                    parts.parted |= !parts.after.trim().is_empty();
                    parts.places.push(c);
                }
                ' ' | '€' | '$' | '£' => parts.word(Some(c)),
                c => parts.letters.extend(c.to_lowercase()),
            }
        }
        parts.letters = parts.letters.replace("general", "").replace("standard", "");
        parts
    }

    fn word(&mut self, c: Option<char>) {
        let words = if self.places.is_empty() { &mut self.before } else { &mut self.after };
        words.extend(c);
    }

    /// `[$€-407]` is a sign and a language, `[h]` hours without end, `[Red]` and `[>100]` nothing to read.
    fn bracket(&mut self, text: &str) {
        if let Some(sign) = text.strip_prefix('$') {
            sign.split('-').next().unwrap_or_default().chars().for_each(|c| self.word(Some(c)));
        } else if !text.is_empty() && text.chars().all(|c| "hms".contains(c.to_ascii_lowercase())) {
            self.elapsed = true;
            self.letters.push_str(&text.to_lowercase());
        }
    }
}

/// The format that a code such as `#,##0.00\ "€"` or `dd/mm/yyyy` describes.
pub fn of_code(code: &str) -> Shown {
    let code = Code::of(code);
    let day = code.letters.contains(['y', 'd', 'j', 't']);
    let clock = code.letters.contains(['h', 's']);
    match (code.letters.contains('%'), day, clock) {
        (true, ..) => return Shown::Percent,
        (_, true, true) => return Shown::DateTime,
        (_, true, false) => return Shown::Date,
        (_, false, true) if code.elapsed => return Shown::Elapsed,
        (_, false, true) => return Shown::Time,
        (false, false, false) => {}
    }
    // Fractions, powers of ten, thousands left out, words between the digits: what is stored says it better.
    if code.parted || code.places.contains('/') || code.places.ends_with(',') || code.letters.contains('e') {
        return Shown::Plain;
    }
    let words = [code.before.trim(), code.after.trim()];
    if let Some(sign) = SIGNS.into_iter().find(|sign| words.contains(sign)) {
        return Shown::Money(if sign == "EUR" { "€" } else { sign });
    }
    let whole = code.places.split('.').next().unwrap_or_default();
    let lead = if whole.contains(',') { 1 } else { whole.matches('0').count() };
    if lead <= 1 && words.iter().all(|word| word.is_empty()) {
        return Shown::Plain;
    }
    Shown::Dressed { lead, before: code.before, after: code.after }
}

/// Zeros that a format may put before a number.
const LEAD_MAX: usize = 30;

/// How a workbook writes.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// Decimal comma, as in German.
    pub comma: bool,
    /// Days are counted from 1904.
    pub since_1904: bool,
}

/// A stored number as text; what is no number stays as it is.
pub fn number(raw: &str, shown: &Shown, writing: Writing) -> String {
    let Some(value) = raw.trim().parse::<f64>().ok().filter(|value| value.is_finite()) else {
        return raw.trim().to_owned();
    };
    let decimal = |text: String| if writing.comma { text.replace('.', ",") } else { text };
    match shown {
        Shown::Plain => decimal(value.to_string()),
        // Shifted as text would be exact; as a number it is so after rounding to what a double holds.
        Shown::Percent => format!("{} %", decimal(((value * 1e12).round() / 1e10).to_string())),
        Shown::Money(sign) => format!("{} {sign}", decimal(format!("{value:.2}"))),
        Shown::Date => day(value, writing).map_or_else(|| raw.to_owned(), |day| written(day, writing)),
        Shown::Time => clock(value),
        Shown::Elapsed => elapsed(value),
        Shown::Dressed { lead, before, after } => {
            let money = SIGNS.iter().any(|sign| before.contains(sign) || after.contains(sign));
            let text = if money { format!("{:.2}", value.abs()) } else { value.abs().to_string() };
            let whole = text.find('.').unwrap_or(text.len());
            let zeros = "0".repeat(lead.saturating_sub(whole).min(LEAD_MAX));
            let minus = if value < 0.0 { "-" } else { "" };
            format!("{before}{minus}{zeros}{}{after}", decimal(text)).trim().to_owned()
        }
        Shown::DateTime => day(value, writing).map_or_else(|| raw.to_owned(), |day| format!("{} {}", written(day, writing), clock(value))),
    }
}

fn written(day: Date, writing: Writing) -> String {
    if writing.comma { day.strftime("%d.%m.%Y").to_string() } else { day.to_string() }
}

fn day(serial: f64, writing: Writing) -> Option<Date> {
    // Excel takes 1900 for a leap year, so its count starts a day early.
    let epoch = if writing.since_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    let whole = serial.floor();
    if !(0.0..=2_958_465.0).contains(&whole) {
        return None;
    }
    let days: Span = (whole as i64).days();
    epoch.checked_add(days).ok()
}

fn elapsed(serial: f64) -> String {
    let minutes = (serial * 24.0 * 60.0).round().clamp(0.0, 1e9) as i64;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn clock(serial: f64) -> String {
    let minutes = ((serial - serial.floor()) * 24.0 * 60.0).round().clamp(0.0, 1_439.0) as i64;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(lead: usize, before: &str, after: &str) -> Shown {
        Shown::Dressed { lead, before: before.to_owned(), after: after.to_owned() }
    }

    #[test]
    fn formats() {
        for (code, expected) in [
            ("General", Shown::Plain),
            ("0.00%", Shown::Percent),
            ("#,##0.00\\ \"€\"", Shown::Money("€")),
            ("#,##0.00\\ [$€-407];[Red]-#,##0.00", Shown::Money("€")),
            ("[$-407]d/\\ mmmm\\ yyyy", Shown::Date),
            ("dd.mm.yyyy hh:mm", Shown::DateTime),
            ("hh:mm", Shown::Time),
            ("[h]:mm", Shown::Elapsed),
            ("0\\ \"Stück\"", dressed(1, "", " Stück")),
            ("0\" km\"", dressed(1, "", " km")),
            ("000000", dressed(6, "", "")),
            ("#,##0.00\" EUR/Tag\"", dressed(1, "", " EUR/Tag")),
            // What a German Excel calls "Komma": the sign is but a width.
            ("_-* #,##0.00\\ _€_-;\\-* #,##0.00\\ _€_-;_-* \"-\"??\\ _€_-;_-@_-", Shown::Plain),
            ("_-* #,##0.00\\ \"€\"_-;\\-* #,##0.00\\ \"€\"_-", Shown::Money("€")),
            ("0,,\" Mio\"", Shown::Plain),
            ("# ?/?", Shown::Plain),
            ("Standard", Shown::Plain),
        ] {
            assert_eq!(of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn numbers() {
        let german = Writing { comma: true, since_1904: false };
        let english = Writing { comma: false, since_1904: false };
        for (raw, shown, writing, expected) in [
            ("89.900000000000006", Shown::Plain, german, "89,9"),
            ("89.9", Shown::Money("€"), german, "89,90 €"),
            ("0.19", Shown::Percent, german, "19 %"),
            ("0.075", Shown::Percent, english, "7.5 %"),
            ("46083", Shown::Date, german, "02.03.2026"),
            ("46083", Shown::Date, english, "2026-03-02"),
            ("46083.75", Shown::DateTime, german, "02.03.2026 18:00"),
            ("0.375", Shown::Time, german, "09:00"),
            ("1e300", Shown::Date, german, "1e300"),
            ("NaN", Shown::Plain, german, "NaN"),
            ("12", Shown::Plain, english, "12"),
            ("120", dressed(1, "", " km"), german, "120 km"),
            ("22.5", dressed(1, "", " kg"), german, "22,5 kg"),
            ("4711", dressed(6, "", ""), german, "004711"),
            ("39", dressed(1, "ab ", " EUR/Tag"), german, "ab 39,00 EUR/Tag"),
            ("1.25", Shown::Elapsed, german, "30:00"),
        ] {
            assert_eq!(number(raw, &shown, writing), expected, "{raw}");
        }
    }
}
