//! Days as people write them, German and English, relative to a given day: "Freitag", "3. März", "14 Tagen", "end of the week".
//!
//! Never: a day without a starting point where the words need one; then the place is found and the day stays open.

use jiff::Span;
use jiff::civil::{Date, Weekday};

/// A word as written, and without its marks in lower case.
pub struct Word<'a> {
    pub text: &'a str,
    pub lower: String,
}

pub fn words(sentence: &str) -> Vec<Word<'_>> {
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    sentence.split_whitespace().map(|text| Word { text, lower: bare(text) }).filter(|word| !word.lower.is_empty()).collect()
}

/// Words that may stand between "bis" and the day.
const FILLERS: [&str; 26] = [
    "zum",
    "zur",
    "am",
    "den",
    "dem",
    "der",
    "die",
    "das",
    "kommenden",
    "kommender",
    "nächsten",
    "nächster",
    "nächstem",
    "diesen",
    "dieser",
    "diesem",
    "einschließlich",
    "spätestens",
    "the",
    "this",
    "coming",
    "next",
    "on",
    "is",
    "von",
    "of",
];
const FILLERS_MAX: usize = 4;

/// The day at the beginning of `words`, and how many of them it takes.
pub fn when(words: &[Word<'_>], from: Option<Date>) -> Option<(Option<Date>, usize)> {
    (0..=FILLERS_MAX.min(words.len()))
        .take_while(|skipped| words.iter().take(*skipped).all(|word| FILLERS.contains(&word.lower.as_str())))
        .find_map(|skipped| {
            let next = words.iter().take(skipped).any(|word| word.lower.starts_with("nächste") || word.lower == "next");
            let (date, taken) = bare(words.get(skipped..)?, from, next)?;
            Some((date, skipped + taken))
        })
}

fn bare(words: &[Word<'_>], from: Option<Date>, next: bool) -> Option<(Option<Date>, usize)> {
    let first = words.first()?;
    if let Some(found) = spoken(words, from, next).or_else(|| counted(words, from)) {
        return Some(found);
    }
    if let Some(date) = iso(&first.lower).or_else(|| dotted(&first.lower, from)) {
        return Some((Some(date), 1));
    }
    // "3. März 2026", "3rd of March", "March 3, 2026".
    let (day, month, taken) = match (day_number(first), month_of(&first.lower)) {
        (Some(day), _) => {
            let second = words.get(1).filter(|word| word.lower != "of").map_or(2, |_| 1);
            match words.get(second).and_then(|word| month_of(&word.lower)) {
                Some(month) => (day, Some(month), second + 1),
                None if first.text.trim_end_matches([',', '!', '?']).ends_with('.') => (day, None, 1),
                None => return None,
            }
        }
        (None, Some(month)) => (day_number(words.get(1)?)?, Some(month), 2),
        (None, None) => return None,
    };
    let year = words.get(taken).and_then(|word| word.lower.parse::<i16>().ok()).filter(|year| (2000..2100).contains(year));
    let date = match (month, year, from) {
        (Some(month), Some(year), _) => Date::new(year, month, day).ok(),
        (Some(month), None, Some(from)) => coming(from, month, day),
        (None, _, Some(from)) => coming_day(from, day),
        (_, None, None) | (None, Some(_), None) => None,
    };
    let valid = date.is_some() || from.is_none();
    valid.then_some((date, taken + usize::from(year.is_some() && month.is_some())))
}

/// "morgen", "Freitag", "Ende der Woche".
fn spoken(words: &[Word<'_>], from: Option<Date>, next: bool) -> Option<(Option<Date>, usize)> {
    let first = words.first()?.lower.as_str();
    let after = |days: i64| from.and_then(|from| from.checked_add(Span::new().days(days)).ok());
    let friday = |weeks: i64| from.and_then(|from| day_in_week(from, Weekday::Friday)?.checked_add(Span::new().weeks(weeks)).ok());
    if let Some(weekday) = weekday_of(first) {
        return Some((from.and_then(|from| on_or_after(from, weekday)), 1));
    }
    let has = |at: usize, list: &[&str]| words.get(at).is_some_and(|word| list.contains(&word.lower.as_str()));
    let date = match first {
        "heute" | "today" | "tonight" | "eod" => after(0),
        "morgen" | "tomorrow" => after(1),
        "übermorgen" => after(2),
        "wochenende" | "weekend" | "eow" | "wochenschluss" => friday(0),
        "monatsende" | "ultimo" => from.map(Date::last_of_month),
        "jahresende" => from.map(Date::last_of_year),
        "woche" | "week" if next => friday(1),
        "ende" | "end" => return end_of(words, from),
        "mitte" if has(1, &["woche"]) || has(1, &["der"]) && has(2, &["woche"]) => {
            from.and_then(|from| on_or_after(from, Weekday::Wednesday))
        }
        _ => return None,
    };
    Some((date, 1))
}

/// "Ende der Woche", "end of March", "Ende nächster Woche".
fn end_of(words: &[Word<'_>], from: Option<Date>) -> Option<(Option<Date>, usize)> {
    let skipped = words.iter().skip(1).take(3).take_while(|word| {
        matches!(
            word.lower.as_str(),
            "der" | "des" | "dieser" | "diesen" | "dieses" | "of" | "the" | "this" | "nächster" | "nächsten" | "next" | "kommender"
        )
    });
    let skipped: Vec<&str> = skipped.map(|word| word.lower.as_str()).collect();
    let next = skipped.iter().any(|word| matches!(*word, "nächster" | "nächsten" | "next" | "kommender"));
    let at = 1 + skipped.len();
    let unit = words.get(at)?.lower.as_str();
    let date = match unit {
        "woche" | "week" => from
            .and_then(|from| day_in_week(from, Weekday::Friday))
            .and_then(|friday| friday.checked_add(Span::new().weeks(i64::from(next))).ok()),
        "monats" | "monat" | "month" => {
            from.and_then(|from| from.first_of_month().checked_add(Span::new().months(i64::from(next))).ok()).map(Date::last_of_month)
        }
        "jahres" | "year" => from.map(Date::last_of_year),
        "business" | "day" => from,
        other => {
            let month = month_of(other)?;
            from.and_then(|from| coming(from, month, 28)).map(Date::last_of_month)
        }
    };
    Some((date, at + 1))
}

/// "14 Tagen", "zwei Wochen", "48 hours".
fn counted(words: &[Word<'_>], from: Option<Date>) -> Option<(Option<Date>, usize)> {
    let number = number_of(&words.first()?.lower)?;
    let mut at = 1;
    while words.get(at).is_some_and(|word| matches!(word.lower.as_str(), "weiteren" | "working" | "business" | "more" | "vollen")) {
        at += 1;
    }
    let working = words.get(1).is_some_and(|word| matches!(word.lower.as_str(), "working" | "business"));
    let unit = words.get(at)?.lower.as_str();
    let add = |span: Span| from.and_then(|from| from.checked_add(span).ok());
    let date = match unit {
        "tag" | "tage" | "tagen" | "tages" | "kalendertagen" | "day" | "days" if !working => add(Span::new().days(number)),
        "werktag" | "werktage" | "werktagen" | "arbeitstage" | "arbeitstagen" | "day" | "days" => {
            from.and_then(|from| working_days(from, number))
        }
        "woche" | "wochen" | "week" | "weeks" => add(Span::new().weeks(number)),
        "monat" | "monate" | "monaten" | "month" | "months" => add(Span::new().months(number)),
        "stunde" | "stunden" | "hour" | "hours" => add(Span::new().days(number.div_euclid(24) + i64::from(number % 24 != 0))),
        _ => return None,
    };
    Some((date, at + 1))
}

fn working_days(from: Date, number: i64) -> Option<Date> {
    let (mut day, mut left) = (from, number);
    while left > 0 {
        day = day.tomorrow().ok()?;
        left -= i64::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    Some(day)
}

fn number_of(word: &str) -> Option<i64> {
    const NUMBERS: [(&str, &str, i64); 14] = [
        ("ein", "a", 1),
        ("einer", "an", 1),
        ("einem", "one", 1),
        ("eines", "one", 1),
        ("zwei", "two", 2),
        ("drei", "three", 3),
        ("vier", "four", 4),
        ("fünf", "five", 5),
        ("sechs", "six", 6),
        ("sieben", "seven", 7),
        ("acht", "eight", 8),
        ("zehn", "ten", 10),
        ("vierzehn", "fourteen", 14),
        ("dreißig", "thirty", 30),
    ];
    let written = || NUMBERS.iter().find(|(german, english, _)| word == *german || word == *english).map(|(_, _, number)| *number);
    word.parse::<i64>().ok().filter(|number| (1..=366).contains(number)).or_else(written)
}

fn weekday_of(word: &str) -> Option<Weekday> {
    const DAYS: [(&str, &str, Weekday); 8] = [
        ("montag", "monday", Weekday::Monday),
        ("dienstag", "tuesday", Weekday::Tuesday),
        ("mittwoch", "wednesday", Weekday::Wednesday),
        ("donnerstag", "thursday", Weekday::Thursday),
        ("freitag", "friday", Weekday::Friday),
        ("samstag", "saturday", Weekday::Saturday),
        ("sonnabend", "saturday", Weekday::Saturday),
        ("sonntag", "sunday", Weekday::Sunday),
    ];
    let fits = |(german, english, _): &&(&str, &str, Weekday)| {
        word == *english
            || word.strip_prefix(*german).is_some_and(|rest| matches!(rest, "" | "s" | "abend" | "mittag" | "vormittag" | "nachmittag"))
    };
    DAYS.iter().find(fits).map(|(_, _, day)| *day)
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [(&str, &str, &str); 12] = [
        ("januar", "january", "jan"),
        ("februar", "february", "feb"),
        ("märz", "march", "mar"),
        ("april", "april", "apr"),
        ("mai", "may", "mai"),
        ("juni", "june", "jun"),
        ("juli", "july", "jul"),
        ("august", "august", "aug"),
        ("september", "september", "sep"),
        ("oktober", "october", "oct"),
        ("november", "november", "nov"),
        ("dezember", "december", "dec"),
    ];
    let more = |word: &str| match word {
        "maerz" | "mär" | "mrz" => Some(3),
        "okt" => Some(10),
        "sept" => Some(9),
        "dez" => Some(12),
        "jänner" => Some(1),
        _ => None,
    };
    let listed = (1_i8..).zip(MONTHS).find(|(_, (german, english, short))| word == *german || word == *english || word == *short);
    listed.map(|(month, _)| month).or_else(|| more(word))
}

/// "3.", "3rd", "3".
fn day_number(word: &Word<'_>) -> Option<i8> {
    let digits = word.lower.trim_end_matches(char::is_alphabetic);
    let ending = word.lower.get(digits.len()..)?;
    let known = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "ten");
    digits.parse::<i8>().ok().filter(|day| known && (1..=31).contains(day))
}

fn iso(word: &str) -> Option<Date> {
    (word.len() == 10 && word.as_bytes().get(4) == Some(&b'-')).then(|| word.parse().ok())?
}

/// "03.03.2026", "3.3.26", "3.3", "3/3/2026" (day first, as in Europe).
fn dotted(word: &str, from: Option<Date>) -> Option<Date> {
    let separator = if word.contains('/') { '/' } else { '.' };
    let parts: Vec<&str> = word.split(separator).filter(|part| !part.is_empty()).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<i16>().ok());
    let (day, month) = (i8::try_from(number(0)?).ok()?, i8::try_from(number(1)?).ok()?);
    if parts.iter().take(2).any(|part| part.len() > 2) {
        return None;
    }
    match (parts.len(), number(2)) {
        (3, Some(year)) => Date::new(if year < 100 { 2000 + year } else { year }, month, day).ok(),
        // "3/3" may be a fraction, "9.30" a time; "30.4." is a day.
        (2, _) if separator == '.' => coming(from?, month, day),
        _ => None,
    }
}

/// The next such day that is not before `from`.
fn coming(from: Date, month: i8, day: i8) -> Option<Date> {
    let this = Date::new(from.year(), month, day).ok();
    this.filter(|date| *date >= from).or_else(|| Date::new(from.year() + 1, month, day).ok())
}

fn coming_day(from: Date, day: i8) -> Option<Date> {
    let this = Date::new(from.year(), from.month(), day).ok().filter(|date| *date >= from);
    this.or_else(|| {
        let next = from.first_of_month().checked_add(Span::new().months(1)).ok()?;
        Date::new(next.year(), next.month(), day).ok()
    })
}

fn on_or_after(from: Date, weekday: Weekday) -> Option<Date> {
    from.nth_weekday(1, weekday).ok()
}

/// That day of the present week, or of the next where it is over.
fn day_in_week(from: Date, weekday: Weekday) -> Option<Date> {
    if from.weekday() == weekday { Some(from) } else { from.nth_weekday(1, weekday).ok() }
}
