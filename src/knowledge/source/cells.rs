//! What a cell of a workbook shows: its number as money, percentage, date or plain, as the office program displays it.
//!
//! Never: a formula worked out (the last shown value is stored beside it), or a number rounded to what its format shows:
//! what is stored is what is meant.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

/// How a style displays numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    #[default]
    Plain,
    Percent,
    Date,
    Time,
    DateTime,
    /// With this sign behind it.
    Money(&'static str),
}

/// ECMA-376 part 1, §18.8.30: the formats that need no code.
pub const fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=17 => Shown::Date,
        18..=21 | 45..=47 => Shown::Time,
        22 => Shown::DateTime,
        _ => Shown::Plain,
    }
}

/// The format that a code such as `#,##0.00\ "€"` or `dd/mm/yyyy` describes.
pub fn of_code(code: &str) -> Shown {
    for (sign, shown) in [("€", "€"), ("EUR", "€"), ("CHF", "CHF"), ("$", "$"), ("£", "£")] {
        // `[$-407]` is a language and no money.
        if code.replace("[$-", "[").contains(sign) {
            return Shown::Money(shown);
        }
    }
    let (mut bare, mut quoted, mut bracket, mut escaped) = (String::new(), false, false, false);
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            ';' if !quoted && !bracket => break,
            c if !quoted && !bracket => bare.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let day = bare.contains(['y', 'd', 'j', 't']);
    let clock = bare.contains(['h', 's']);
    match (bare.contains('%'), day, clock) {
        (true, ..) => Shown::Percent,
        (_, true, true) => Shown::DateTime,
        (_, true, false) => Shown::Date,
        (_, false, true) => Shown::Time,
        _ => Shown::Plain,
    }
}

/// How a workbook writes.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// Decimal comma, as in German.
    pub comma: bool,
    /// Days are counted from 1904.
    pub since_1904: bool,
}

/// A stored number as text; what is no number stays as it is.
pub fn number(raw: &str, shown: Shown, writing: Writing) -> String {
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

fn clock(serial: f64) -> String {
    let minutes = ((serial - serial.floor()) * 24.0 * 60.0).round().clamp(0.0, 1_439.0) as i64;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("0\\ \"Stück\"", Shown::Plain),
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
        ] {
            assert_eq!(number(raw, shown, writing), expected, "{raw}");
        }
    }
}
