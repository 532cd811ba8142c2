//! Dates, weekdays and times of day in the forms that German and English mail uses.
//!
//! A value that says more also gives the value that says less: 3 March 2026 supports "3 March", never the other way.

use crate::pipeline::evidence::numbers;
use crate::pipeline::evidence::token::{Token, TokenKind};

/// What a reading of some tokens asks for and what it can support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Alternatives, one of which a source must give.
    pub needs: Vec<String>,
    pub gives: Vec<String>,
    /// Tokens it took.
    pub taken: usize,
}

const MONTHS: [&[&str]; 12] = [
    &["januar", "january", "jänner", "jan"],
    &["februar", "february", "feb"],
    &["märz", "march", "maerz", "mär", "mrz", "mar"],
    &["april", "apr"],
    &["mai", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nov"],
    &["dezember", "december", "dez", "dec"],
];

const WEEKDAYS: [&[&str]; 7] = [
    &["montag", "montags", "monday", "mondays"],
    &["dienstag", "dienstags", "tuesday", "tuesdays"],
    &["mittwoch", "mittwochs", "wednesday", "wednesdays"],
    &["donnerstag", "donnerstags", "thursday", "thursdays"],
    &["freitag", "freitags", "friday", "fridays"],
    &["samstag", "samstags", "saturday", "saturdays", "sonnabend", "sonnabends"],
    &["sonntag", "sonntags", "sunday", "sundays"],
];
const SHORT_DAYS: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
/// English ones are no other words, except for "sat" and "sun", which want their capital.
const ENGLISH_DAYS: [&[&str]; 7] = [&["Mon"], &["Tue", "Tues"], &["Wed"], &["Thu", "Thur", "Thurs"], &["Fri"], &["Sat"], &["Sun"]];

fn month(word: &str) -> Option<u8> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(n, _)| n)
}

fn whole(token: Option<&Token>, range: std::ops::RangeInclusive<u16>) -> Option<u16> {
    let token = token.filter(|t| t.kind == TokenKind::Number && t.text.len() <= 4 && t.text.chars().all(|c| c.is_ascii_digit()))?;
    token.text.parse().ok().filter(|n| range.contains(n))
}

fn year(token: Option<&Token>) -> Option<u16> {
    whole(token, 1900..=2199)
}

fn full(year: Option<u16>, month: u8, day: u16, taken: usize) -> Reading {
    let short = format!("--{month:02}-{day:02}");
    match year {
        Some(year) => {
            let long = format!("{year}-{month:02}-{day:02}");
            let names = [format!("year {year}"), format!("month {year}-{month:02}"), format!("month {month:02}")];
            Reading { needs: vec![long.clone()], gives: [long, short].into_iter().chain(names).collect(), taken }
        }
        None => Reading { needs: vec![short.clone()], gives: vec![short, format!("month {month:02}")], taken },
    }
}

/// A date that begins at token `i`.
pub fn date_at(tokens: &[Token], i: usize) -> Option<Reading> {
    let at = |n: usize| tokens.get(i + n);
    numeric(tokens, i).or_else(|| day_first(tokens, i)).or_else(|| month_first(tokens, i)).or_else(|| end_of_year(tokens, i)).or_else(
        || {
            let value = match at(0)?.text.as_str() {
                "heute" | "today" | "Heute" | "Today" => "today",
                "morgen" | "tomorrow" | "Tomorrow" => "tomorrow",
                "übermorgen" | "Übermorgen" => "day after tomorrow",
                _ => return None,
            };
            Some(Reading { needs: vec![value.to_owned()], gives: vec![value.to_owned()], taken: 1 })
        },
    )
}

/// "Ende 2027", "the end of 2027"; a year alone after "im Jahr" or "in".
fn end_of_year(tokens: &[Token], i: usize) -> Option<Reading> {
    let number = year(tokens.get(i)).filter(|_| tokens.get(i).is_some_and(|t| t.text.len() == 4))?;
    let before = |n: usize| i.checked_sub(n).and_then(|p| tokens.get(p)).map_or("", |t| t.lower.as_str());
    match (before(2), before(1)) {
        (_, "ende") | ("end", "of") => Some(full(Some(number), 12, 31, 1)),
        (_, "anfang") | ("beginning" | "start", "of") => Some(full(Some(number), 1, 1, 1)),
        (_, "jahr" | "in" | "seit" | "since" | "year" | "saison") => {
            let value = format!("year {number}");
            Some(Reading { needs: vec![value.clone()], gives: vec![value], taken: 1 })
        }
        _ => None,
    }
}

/// 03.03.2026, 3.3.26, 2026-03-03, 03/03/2026.
fn numeric(tokens: &[Token], i: usize) -> Option<Reading> {
    let at = |n: usize| tokens.get(i + n);
    let first = at(0).filter(|t| t.kind == TokenKind::Number)?;
    let parts: Vec<u16> = first.text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>().unwrap_or_default();
    if let [day @ 1..=31, month @ 1..=12, year] = parts.as_slice() {
        let year = if *year < 100 { 2000 + year } else { *year };
        return Some(full(Some(year), u8::try_from(*month).ok()?, *day, 1));
    }
    if let [day @ 1..=31, month @ 1..=12] = parts.as_slice() {
        let led = i.checked_sub(1).and_then(|p| tokens.get(p)).is_some_and(|t| {
            matches!(
                t.lower.as_str(),
                "am" | "vom"
                    | "bis"
                    | "zum"
                    | "den"
                    | "dem"
                    | "ab"
                    | "zwischen"
                    | "und"
                    | "datum"
                    | "anreise"
                    | "abreise"
                    | "termin"
                    | "seit"
                    | "von"
                    | "the"
                    | "on"
            ) || t.is('–')
                || t.is('-')
                || t.is(',')
                || t.is('(')
        });
        let dot = at(1).is_some_and(|t| t.is('.') && t.start == first.end);
        let dash = at(1).is_some_and(|t| t.is('–') || t.is('-'));
        if dash && led && !dot {
            return None;
        }
        // "Abreise 1.9" at the end of a text.
        let bare = at(1).is_none()
            && i > 0
            && tokens.get(i - 1).is_some_and(|t| matches!(t.lower.as_str(), "abreise" | "anreise" | "termin" | "am" | "vom"));
        if bare {
            return u8::try_from(*month).ok().map(|m| full(None, m, *day, 1));
        }
        return (led && dot).then(|| u8::try_from(*month).ok().map(|m| full(None, m, *day, 2)))?;
    }
    for mark in ['-', '/'] {
        if !(at(1)?.is(mark) && at(3).is_some_and(|t| t.is(mark))) {
            continue;
        }
        if mark == '-' {
            let month = u8::try_from(whole(at(2), 1..=12)?).ok()?;
            return Some(full(Some(year(at(0))?), month, whole(at(4), 1..=31)?, 5));
        }
        let (a, b, y) = (whole(at(0), 1..=31)?, whole(at(2), 1..=31)?, year(at(4))?);
        let orders = [(a, b), (b, a)];
        let readings = orders.iter().filter(|(_, m)| *m <= 12).filter_map(|(d, m)| Some(full(Some(y), u8::try_from(*m).ok()?, *d, 5)));
        let all: Vec<Reading> = readings.collect();
        let join = |f: fn(&Reading) -> &Vec<String>| all.iter().flat_map(|r| f(r).clone()).collect::<Vec<_>>();
        return Some(Reading { needs: join(|r| &r.needs), gives: join(|r| &r.gives), taken: 5 });
    }
    None
}

/// 3. März 2026, 3 March 2026, 3rd of March.
fn day_first(tokens: &[Token], i: usize) -> Option<Reading> {
    let day = whole(tokens.get(i), 1..=31)?;
    let mut n = i + 1;
    if tokens.get(n).is_some_and(|t| t.is('.') || matches!(t.lower.as_str(), "st" | "nd" | "rd" | "th")) {
        n += 1;
    }
    if tokens.get(n).is_some_and(|t| t.lower == "of") {
        n += 1;
    }
    // "1. bis 15. Mai": the first borrows the month of the second.
    if tokens.get(n).is_some_and(|t| matches!(t.lower.as_str(), "bis" | "und" | "to" | "and") || t.is('–') || t.is('-')) && n > i + 1 {
        let second = whole(tokens.get(n + 1), 1..=31)?;
        let dot = usize::from(tokens.get(n + 2).is_some_and(|t| t.is('.') || matches!(t.lower.as_str(), "st" | "nd" | "rd" | "th")));
        let borrowed = month(&tokens.get(n + 2 + dot)?.lower)?;
        let year = year(tokens.get(n + 3 + dot));
        return (second >= day).then(|| full(year, borrowed, day, n - i));
    }
    let month = month(&tokens.get(n)?.lower)?;
    n += 1;
    if tokens.get(n).is_some_and(|t| t.is('.')) && year(tokens.get(n + 1)).is_some() {
        n += 1;
    }
    let year = year(tokens.get(n));
    Some(full(year, month, day, n - i + usize::from(year.is_some())))
}

/// March 3, 2026; März 2026; im März.
fn month_first(tokens: &[Token], i: usize) -> Option<Reading> {
    let name = tokens.get(i)?;
    let number = month(&name.lower)?;
    let mut n = i + 1;
    if name.lower.len() <= 4 && tokens.get(n).is_some_and(|t| t.is('.')) {
        n += 1;
    }
    if let Some(day) = whole(tokens.get(n), 1..=31) {
        n += 1;
        if tokens.get(n).is_some_and(|t| matches!(t.lower.as_str(), "st" | "nd" | "rd" | "th")) {
            n += 1;
        }
        let comma = usize::from(tokens.get(n).is_some_and(|t| t.is(',')));
        let year = year(tokens.get(n + comma));
        return Some(full(year, number, day, n - i + year.map_or(0, |_| comma + 1)));
    }
    let value = format!("month {number:02}");
    if let Some(year) = year(tokens.get(n)) {
        let long = format!("month {year}-{number:02}");
        return Some(Reading { needs: vec![long.clone()], gives: vec![long, value], taken: n - i + 1 });
    }
    // "November bis März", "Okt.–März": also the months between.
    let joint = tokens.get(n).is_some_and(|t| t.is('-') || t.is('–') || matches!(t.lower.as_str(), "bis" | "to" | "until" | "through"));
    if joint && let Some(last) = tokens.get(n + 1).and_then(|t| month(&t.lower)).filter(|_| name.text.starts_with(char::is_uppercase)) {
        let mut gives = vec![value.clone()];
        let mut between = number % 12 + 1;
        while between != last && gives.len() < 12 {
            gives.push(format!("month {between:02}"));
            between = between % 12 + 1;
        }
        return Some(Reading { needs: vec![value], gives, taken: n - i });
    }
    let ended = i >= 2
        && tokens.get(i - 1).is_some_and(|t| t.is('-') || t.is('–'))
        && tokens.get(i - 2).is_some_and(|t| t.is('.') || month(&t.lower).is_some());
    if ended && name.text.starts_with(char::is_uppercase) {
        return Some(Reading { needs: vec![value.clone()], gives: vec![value], taken: 1 });
    }
    // "may" and "mar" are words too: a month alone is written out, and led by a preposition where it could be a verb.
    let before = i.checked_sub(1).and_then(|p| tokens.get(p)).map_or("", |t| t.lower.as_str());
    let led =
        matches!(before, "in" | "im" | "of" | "until" | "by" | "since" | "from" | "bis" | "ab" | "seit" | "ende" | "anfang" | "mitte");
    let sure =
        (name.lower.len() > 4 || name.lower == "märz" || led) && name.text.starts_with(char::is_uppercase) && (name.lower != "may" || led);
    (sure && (led || name.lower != "august")).then(|| Reading { needs: vec![value.clone()], gives: vec![value], taken: 1 })
}

fn weekday(tokens: &[Token], i: usize) -> Option<usize> {
    let token = tokens.get(i)?;
    if let Some(day) = WEEKDAYS.iter().position(|names| names.contains(&token.lower.as_str())) {
        return Some(day);
    }
    if let Some(day) = ENGLISH_DAYS.iter().position(|names| names.contains(&token.text.as_str())) {
        return Some(day);
    }
    // "So" and "Do" are words; as days they stand beside another short day, a time or their full stop.
    let short = |t: Option<&Token>| t.and_then(|t| SHORT_DAYS.iter().position(|day| *day == t.text));
    let day = short(Some(token))?;
    let near = |from: usize| {
        let next = tokens.get(from)?;
        let joins = |t: &Token| {
            ['-', '–', '—', '.', ',', ':', '/', '&', '+'].iter().any(|m| t.is(*m))
                || matches!(t.lower.as_str(), "bis" | "und" | "u" | "sowie" | "oder" | "von" | "ab")
        };
        let beyond = tokens.iter().skip(from).take(4).find(|t| !joins(t)).filter(|_| joins(next) || next.kind != TokenKind::Mark)?;
        (beyond.kind == TokenKind::Number || short(Some(beyond)).is_some()).then_some(())
    };
    let after = near(i + 1).is_some();
    let before = i >= 2
        && tokens
            .iter()
            .take(i)
            .rev()
            .take(4)
            .find(|t| {
                !(['-', '–', '—', '/', ',', '.', '&', '+'].iter().any(|m| t.is(*m))
                    || matches!(t.lower.as_str(), "bis" | "und" | "u" | "sowie"))
            })
            .is_some_and(|t| short(Some(t)).is_some());
    (after || before).then_some(day)
}

/// A weekday; "Montag bis Freitag" also gives the days between.
pub fn weekday_at(tokens: &[Token], i: usize) -> Option<Reading> {
    // "werktags" gives each of its days, and asks for none by name.
    if matches!(tokens.get(i)?.lower.as_str(), "werktags" | "wochentags" | "weekdays") {
        let mut gives: Vec<String> = (0..5).map(|day| format!("weekday {day}")).collect();
        gives.push("weekdays 0-4".to_owned());
        gives.push("workdays".to_owned());
        return Some(Reading { needs: vec!["weekdays 0-4".to_owned(), "workdays".to_owned(), "weekdays 0-5".to_owned()], gives, taken: 1 });
    }
    let day = weekday(tokens, i)?;
    let mut gives = vec![format!("weekday {day}")];
    let dot = usize::from(tokens.get(i + 1).is_some_and(|t| t.is('.')));
    let to = tokens.get(i + 1 + dot).is_some_and(|t| {
        t.is('-') || t.is('–') || t.is('—') || matches!(t.lower.as_str(), "bis" | "to" | "through" | "until" | "till" | "thru")
    });
    if to && let Some(last) = weekday(tokens, i + 2 + dot) {
        let mut between = (day + 1) % 7;
        while between != last && gives.len() < 7 {
            gives.push(format!("weekday {between}"));
            between = (between + 1) % 7;
        }
        // A range that is written asks for the same range: "Tuesday to Friday" is true of Monday to Friday, and wrong.
        let range = format!("weekdays {day}-{last}");
        gives.push(range.clone());
        return Some(Reading { needs: vec![range], gives, taken: 1 });
    }
    Some(Reading { needs: gives.iter().take(1).cloned().collect(), gives, taken: 1 })
}

/// A time of day that begins at token `i`: 9 Uhr, 9:30, 9.30 Uhr, 9 Uhr 30, 9 a.m., 6 pm.
pub fn time_at(tokens: &[Token], i: usize) -> Option<Reading> {
    let token = tokens.get(i)?;
    if matches!(token.lower.as_str(), "noon" | "midday") {
        return Some(at_time(&[12 * 60], 1));
    }
    if matches!(token.lower.as_str(), "mitternacht" | "midnight") {
        return Some(at_time(&[0, 24 * 60], 1));
    }
    // "12 noon".
    if token.text == "12" && tokens.get(i + 1).is_some_and(|t| matches!(t.lower.as_str(), "noon" | "midday" | "midnight")) {
        return Some(at_time(&[12 * 60, 0], 2));
    }
    if let Some(reading) = bare_range(tokens, i).or_else(|| spoken(tokens, i)) {
        return Some(reading);
    }
    let (minutes, words) = match token.kind {
        TokenKind::Number => (clock(&token.text)?, false),
        TokenKind::Word => (u16::try_from(numbers::of_word(&token.lower).filter(|n| *n <= 24)?).ok()? * 60, true),
        TokenKind::Mark => return None,
    };
    let colon = token.text.contains(':');
    if let Some((unit, taken)) = clock_unit(tokens, i + 1) {
        let extra = (unit == Clock::Hours).then(|| whole(tokens.get(i + 1 + taken), 1..=59)).flatten();
        let followed = extra.is_some_and(|_| tokens.get(i + 2 + taken).is_none_or(|t| t.kind != TokenKind::Word || t.lower == "bis"));
        let minutes = minutes + if followed { extra.unwrap_or(0) } else { 0 };
        let taken = 1 + taken + usize::from(followed);
        return Some(match half_of_day(tokens, i + taken) {
            Some((half, more)) if unit == Clock::Hours => at_time(&[half.of(minutes)], taken + more),
            _ => at_time(&[unit.of(minutes)], taken),
        });
    }
    if token.text.contains('.')
        && let Some((half, more)) = half_of_day(tokens, i + 1)
    {
        return Some(at_time(&[half.of(minutes)], 1 + more));
    }
    if words || (token.text.contains('.') && !colon) && !range_to_clock(tokens, i + 1) {
        return None;
    }
    // "9 bis 18 Uhr", "10 to 6 pm": the unit stands after the second.
    if range_to_clock(tokens, i + 1) {
        let half = tokens.get(i + 2).and_then(|_| clock_unit(tokens, i + 3)).is_some_and(|(unit, _)| unit == Clock::Pm);
        return Some(if half && minutes < 12 * 60 { at_time(&[minutes, minutes + 12 * 60], 1) } else { at_time(&[minutes], 1) });
    }
    colon.then(|| at_time(&[minutes], 1))
}

/// "Friday 9–4.30": hours of opening behind a weekday need no unit; which half of the day is left open.
fn bare_range(tokens: &[Token], i: usize) -> Option<Reading> {
    let dash = |n: usize| tokens.get(n).is_some_and(|t| t.is('-') || t.is('–'));
    let day = |n: Option<usize>| n.is_some_and(|n| weekday(tokens, n).is_some());
    let number = |n: usize| tokens.get(n).filter(|t| t.kind == TokenKind::Number).and_then(|t| clock(&t.text));
    let first =
        number(i).is_some() && dash(i + 1) && number(i + 2).is_some() && day(i.checked_sub(1)) && clock_unit(tokens, i + 3).is_none();
    let second = number(i).is_some()
        && i >= 3
        && dash(i - 1)
        && number(i - 2).is_some()
        && day(i.checked_sub(3))
        && clock_unit(tokens, i + 1).is_none();
    let minutes = number(i).filter(|_| first || second)?;
    let other = if minutes < 12 * 60 { minutes + 12 * 60 } else { minutes };
    Some(at_time(&[minutes, other], 1))
}

/// "half two days" would be a quantity.
fn is_counted(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_some_and(|t| {
        t.kind == TokenKind::Word && !matches!(t.lower.as_str(), "in" | "on" | "and" | "to" | "until" | "at" | "am" | "pm" | "or")
    })
}

/// "abends", "in the afternoon".
fn half_of_day(tokens: &[Token], i: usize) -> Option<(Clock, usize)> {
    let word = |n: usize| tokens.get(i + n).map_or("", |t| t.lower.as_str());
    match (word(0), word(1), word(2)) {
        ("abends" | "nachmittags", _, _) => Some((Clock::Pm, 1)),
        ("morgens" | "vormittags" | "früh", _, _) => Some((Clock::Am, 1)),
        ("in", "the", "afternoon" | "evening") => Some((Clock::Pm, 3)),
        ("in", "der", "früh") => Some((Clock::Am, 3)),
        ("mittags", _, _) => Some((Clock::Hours, 1)),
        ("in", "the", "morning") => Some((Clock::Am, 3)),
        ("at", "night", _) => Some((Clock::Pm, 2)),
        _ => None,
    }
}

/// "halb acht", "half past nine", "Viertel nach drei", "quarter to six": without a half of the day both are meant.
fn spoken(tokens: &[Token], i: usize) -> Option<Reading> {
    let word = |n: usize| tokens.get(i + n).map_or("", |t| t.lower.as_str());
    let hour = |n: usize| -> Option<u16> {
        let token = tokens.get(i + n)?;
        let value =
            if token.kind == TokenKind::Number { token.text.parse().ok()? } else { u16::try_from(numbers::of_word(&token.lower)?).ok()? };
        (1..=12).contains(&value).then_some(value)
    };
    let (minutes, taken): (u16, usize) = match (word(0), word(1), word(2)) {
        ("halb", _, _) => (hour(1)? * 60 - 30, 2),
        ("half", _, _) if hour(1).is_some() && !is_counted(tokens, i + 2) => (hour(1)? * 60 + 30, 2),
        ("half", "past", _) => (hour(2)? * 60 + 30, 3),
        ("viertel" | "quarter", "nach" | "past", _) => (hour(2)? * 60 + 15, 3),
        ("viertel" | "quarter", "vor" | "to", _) => (hour(2)? * 60 - 15, 3),
        ("dreiviertel", _, _) => (hour(1)? * 60 - 15, 2),
        _ => return None,
    };
    let minutes = minutes % (12 * 60);
    let uhr = usize::from(tokens.get(i + taken).is_some_and(|t| t.lower == "uhr"));
    Some(match clock_unit(tokens, i + taken) {
        Some((Clock::Pm, more)) => at_time(&[minutes + 12 * 60], taken + more),
        Some((Clock::Am, more)) => at_time(&[minutes], taken + more),
        Some((Clock::Hours, _)) | None => match half_of_day(tokens, i + taken + uhr) {
            Some((half, more)) => at_time(&[half.of(minutes)], taken + uhr + more),
            None => at_time(&[minutes, minutes + 12 * 60], taken + uhr),
        },
    })
}

fn range_to_clock(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_some_and(|t| t.is('-') || t.is('–') || matches!(t.lower.as_str(), "bis" | "to" | "until" | "till" | "und" | "and"))
        && tokens.get(i + 1).is_some_and(|t| clock(&t.text).is_some())
        && (clock_unit(tokens, i + 2).is_some())
}

fn at_time(minutes: &[u16], taken: usize) -> Reading {
    let values: Vec<String> = minutes.iter().map(|m| format!("{:02}:{:02}", m / 60, m % 60)).collect();
    Reading { needs: values.clone(), gives: values, taken }
}

/// Minutes since midnight of `9`, `09:30` or `9.30`.
fn clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "00"));
    if hours.len() > 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Clock {
    Hours,
    Am,
    Pm,
}

impl Clock {
    const fn of(self, minutes: u16) -> u16 {
        match self {
            Self::Pm if minutes < 12 * 60 => minutes + 12 * 60,
            Self::Am if minutes >= 12 * 60 => minutes - 12 * 60,
            Self::Hours | Self::Am | Self::Pm => minutes,
        }
    }
}

fn clock_unit(tokens: &[Token], i: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(i)?;
    match token.lower.as_str() {
        "uhr" => return Some((Clock::Hours, 1)),
        // "9-12h", "20:00h".
        "h" if i > 0
            && tokens.get(i - 1).is_some_and(|t| {
                let written = t.end == token.start && t.text.contains(':');
                written || i > 1 && tokens.get(i - 2).is_some_and(|d| d.is('-') || d.is('–') || matches!(d.lower.as_str(), "ab" | "um"))
            }) =>
        {
            return Some((Clock::Hours, 1));
        }
        // German "am" follows a time as a preposition: "um 9 am Montag" has no unit, "9am" and "9 am" in English have.
        "am" if tokens
            .get(i + 1)
            .is_none_or(|t| t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "to" | "and" | "until" | "on" | "or")) =>
        {
            return Some((Clock::Am, 1));
        }
        "pm" => return Some((Clock::Pm, 1)),
        "o" if tokens.get(i + 2).is_some_and(|t| t.lower == "clock") => return Some((Clock::Hours, 3)),
        _ => {}
    }
    let dotted = tokens.get(i + 1)?.is('.') && tokens.get(i + 2)?.lower == "m";
    let half = match token.lower.as_str() {
        "a" if dotted => Clock::Am,
        "p" if dotted => Clock::Pm,
        _ => return None,
    };
    Some((half, 3 + usize::from(tokens.get(i + 3).is_some_and(|t| t.is('.')))))
}

pub fn is_month(word: &str) -> bool {
    month(word).is_some()
}
