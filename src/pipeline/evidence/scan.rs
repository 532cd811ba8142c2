//! Reads the facts off a text: what they are, their value in one form, and where they stand.

use crate::domain::draft::ClaimKind;
use crate::pipeline::evidence::contacts::contacts;
use crate::pipeline::evidence::dates::{Reading, date_at, time_at, weekday_at};
use crate::pipeline::evidence::numbers;
use crate::pipeline::evidence::token::{Token, TokenKind, tokens};

/// A fact of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub kind: ClaimKind,
    /// Alternative readings, one of which a source must give; empty: nothing can support it.
    pub needs: Vec<String>,
    /// Values that it supports.
    pub gives: Vec<String>,
    /// Byte offsets into the text.
    pub start: usize,
    pub end: usize,
    pub text: String,
}

impl Fact {
    pub fn is_given_by(&self, other: &Self) -> bool {
        if self.kind == ClaimKind::Name && other.kind == ClaimKind::Name {
            return self.gives.iter().any(|value| other.gives.contains(value));
        }
        // A quarter is 25 %, but a bare 25 is not.
        let compares = |value: &String| self.kind == other.kind || self.is_share() && other.is_share() && value.starts_with(SHARE);
        if self.needs.iter().any(|value| compares(value) && other.gives.contains(value)) {
            return true;
        }
        self.lacks_only_the_unit_of(other) && self.written_number().is_some_and(|n| other.written_number() == Some(n))
    }

    const fn is_share(&self) -> bool {
        matches!(self.kind, ClaimKind::Percent | ClaimKind::Number)
    }

    fn is_bare(&self) -> bool {
        self.kind == ClaimKind::Number && self.gives.iter().all(|value| !value.contains(' '))
    }

    /// "fünf bis sieben" beside "fünf bis sieben Werktage" says less than its source. The other way round a unit would be
    /// made up, but for an age: "18 Jahre" beside "ab 18".
    fn lacks_only_the_unit_of(&self, other: &Self) -> bool {
        let counts = match other.kind {
            ClaimKind::Duration | ClaimKind::Percent | ClaimKind::Time | ClaimKind::Number => true,
            ClaimKind::Amount => other.text.contains([',', '.']),
            ClaimKind::Date | ClaimKind::Iban | ClaimKind::Url | ClaimKind::Email | ClaimKind::Phone | ClaimKind::Address => false,
            ClaimKind::Name | ClaimKind::Promise | ClaimKind::Statement => false,
        };
        let years = self.kind == ClaimKind::Duration && unit(self) == Some("month") && other.is_bare();
        self.is_bare() && !other.is_bare() && counts || years
    }

    /// The number as it was written, without its unit.
    fn written_number(&self) -> Option<String> {
        let first = self.text.split(|c: char| c.is_whitespace() || c == '-').next()?;
        numbers::readings(first).into_iter().next().or_else(|| numbers::of_word(&first.to_lowercase()).map(|n| n.to_string()))
    }

    /// Whether the other could be the same fact with another value: same kind, and where the unit is what counts, same unit.
    pub fn could_be(&self, other: &Self) -> bool {
        self.kind == other.kind && (unit(self) == unit(other) || self.kind == ClaimKind::Duration)
    }
}

fn unit(fact: &Fact) -> Option<&str> {
    fact.gives.first().and_then(|value| value.split_once(' ')).map(|(unit, _)| unit)
}

/// Before the value of a part of a whole, in percent.
const SHARE: &str = "share ";

/// The facts of a text in their order.
pub fn facts(text: &str) -> Vec<Fact> {
    let mut all = contacts(text);
    let masked: Vec<(usize, usize)> = all.iter().map(|f| (f.start, f.end)).collect();
    let tokens = tokens(text, &masked);
    let mut i = 0;
    while i < tokens.len() {
        let Some((kind, reading)) = fact_at(&tokens, i) else {
            i += 1;
            continue;
        };
        let start = tokens.get(i).map_or(0, |t| t.start);
        let last = i + reading.taken.max(1) - 1;
        let end = tokens.get(last).map_or(text.len(), |t| t.end);
        let written = text.get(start..end).unwrap_or("").to_owned();
        all.push(Fact { kind, needs: reading.needs, gives: reading.gives, start, end, text: written });
        i = last + 1;
    }
    all.sort_by_key(|f| f.start);
    all
}

fn fact_at(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    francs(tokens, i)
        .or_else(|| postal(tokens, i).map(|r| (ClaimKind::Address, r)))
        .or_else(|| code(tokens, i).map(|r| (ClaimKind::Number, r)))
        .or_else(|| date_at(tokens, i).map(|r| (ClaimKind::Date, r)))
        .or_else(|| weekday_at(tokens, i).map(|r| (ClaimKind::Date, r)))
        .or_else(|| amount_after_currency(tokens, i))
        .or_else(|| time_at(tokens, i).map(|r| (ClaimKind::Time, r)))
        .or_else(|| always(tokens, i))
        .or_else(|| fraction(tokens, i).map(|r| (ClaimKind::Number, r)))
        .or_else(|| tokens.get(i).and_then(often).map(|r| (ClaimKind::Number, r)))
        .or_else(|| lone_unit(tokens, i))
        .or_else(|| quantity(tokens, i))
}

fn same(value: String, taken: usize) -> Reading {
    Reading { needs: vec![value.clone()], gives: vec![value], taken }
}

/// "Musterstraße 12a", "12345 Beispielstadt", "12 High Street".
fn postal(tokens: &[Token], i: usize) -> Option<Reading> {
    let first = tokens.get(i)?;
    let capital = |t: &Token| t.kind == TokenKind::Word && t.text.starts_with(char::is_uppercase);
    if first.kind == TokenKind::Number {
        let second = tokens.get(i + 1).filter(|t| capital(t))?;
        let german = first.text.len() == 5 && first.text.chars().all(|c| c.is_ascii_digit());
        if german && unit_at(tokens, i + 1).is_none() {
            return Some(same(format!("plz {} {}", first.text, second.lower), 2));
        }
        let street = tokens.get(i + 2).filter(|t| matches!(t.lower.as_str(), "street" | "road" | "avenue" | "lane" | "square"))?;
        return Some(same(format!("street {} {} {}", second.lower, street.lower, first.text), 3));
    }
    const ENDS: [&str; 14] =
        ["straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "ufer", "damm", "chaussee", "steig", "hof", "markt"];
    let stem = ENDS.iter().find_map(|end| first.lower.strip_suffix(end).map(|stem| (stem, *end)))?;
    if !capital(first) {
        return None;
    }
    let mut n = i + 1;
    if stem.1 == "str" && tokens.get(n)?.is('.') {
        n += 1;
    }
    let number = tokens.get(n).filter(|t| t.kind == TokenKind::Number && t.text.len() <= 4)?;
    n += 1;
    let letter = tokens.get(n).filter(|t| t.kind == TokenKind::Word && t.text.chars().count() == 1 && t.start <= number.end + 1);
    let named = |t: &&Token| capital(t) && t.end + 2 > first.start && t.kind == TokenKind::Word;
    let before = if stem.0.is_empty() {
        i.checked_sub(1).and_then(|p| tokens.get(p)).filter(named).map_or("", |t| t.lower.as_str())
    } else {
        stem.0
    };
    let end = if matches!(stem.1, "straße" | "strasse" | "str") { "str" } else { stem.1 };
    let value = format!("street {before}{end} {}{}", number.text, letter.map_or("", |t| t.lower.as_str()));
    Some(same(value, n - i + usize::from(letter.is_some())))
}

/// A name of a product or a file with digits in it: RB-700, X200, CO2. Letters first, joined without space.
fn code(tokens: &[Token], i: usize) -> Option<Reading> {
    let first = tokens.get(i).filter(|t| t.kind == TokenKind::Word && t.text.starts_with(char::is_uppercase))?;
    if i > 0 && tokens.get(i - 1).is_some_and(|p| p.end == first.start && (p.kind != TokenKind::Mark || p.is('-'))) {
        return None;
    }
    let mut value = first.lower.clone();
    let (mut n, mut end, mut digits) = (i + 1, first.end, false);
    while let Some(next) = tokens.get(n).filter(|t| t.start == end) {
        let joint = (next.is('-') || next.is('/')) && tokens.get(n + 1).is_some_and(|t| t.start == next.end && t.kind != TokenKind::Mark);
        if next.kind == TokenKind::Mark && !joint {
            break;
        }
        digits |= next.kind == TokenKind::Number;
        value.push_str(&next.lower);
        end = next.end;
        n += 1;
    }
    digits.then(|| same(format!("code {value}"), n - i))
}

/// "Fr. 12.50".
fn francs(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    // "Fr. 12.50": francs, where cents or a dash follow; a Friday has hours.
    let francs = tokens.get(i)?.text == "Fr" && tokens.get(i + 1).is_some_and(|t| t.is('.'));
    if let Some(number) = tokens.get(i + 2).filter(|t| francs && t.kind == TokenKind::Number) {
        let cents = number.text.rsplit_once('.').is_some_and(|(_, cents)| cents.len() == 2);
        let dash = tokens.get(i + 3).is_some_and(|t| t.is('.')) && tokens.get(i + 4).is_some_and(|t| t.is('–') || t.is('-'));
        let hours = tokens.get(i + 3).is_some_and(|t| t.is('-') || t.is('–') || t.lower == "uhr" || t.lower == "bis");
        if cents && !hours || dash {
            let values = amounts(("CHF", false), &numbers::readings(&number.text))?;
            return Some((ClaimKind::Amount, Reading { needs: values.clone(), gives: values, taken: 3 + 2 * usize::from(dash) }));
        }
    }
    None
}

/// "EUR 89", "€ 1.234,56", and a column "Preis (EUR): 89".
fn amount_after_currency(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    let code = currency(tokens.get(i)?)?;
    let mut n = i + 1;
    while n < i + 4 && tokens.get(n).is_some_and(|t| t.is(')') || t.is(':')) {
        n += 1;
    }
    let number = tokens.get(n).filter(|t| t.kind == TokenKind::Number)?;
    // "89 EUR 14 Tage": the currency belongs to what stands before it.
    let adjacent = tokens.get(i).is_some_and(|t| t.kind == TokenKind::Mark && t.end == number.start);
    if i > 0 && tokens.get(i - 1).is_some_and(|t| t.kind == TokenKind::Number) && n == i + 1 && !adjacent {
        return None;
    }
    let values = amounts(code, &numbers::readings(&number.text))?;
    Some((ClaimKind::Amount, Reading { needs: values.clone(), gives: values, taken: n - i + 1 }))
}

fn amounts(currency: (&str, bool), readings: &[String]) -> Option<Vec<String>> {
    let (code, cents) = currency;
    let scaled = readings.iter().map(|r| if cents { hundredth(r) } else { Some(r.clone()) });
    // Cents are of euros or of dollars.
    let codes: &[&str] = if cents && code == "EUR" { &["EUR", "USD"] } else { &[code] };
    let values: Vec<String> = scaled.flatten().flat_map(|r| codes.iter().map(move |code| format!("{code} {r}"))).collect();
    (!values.is_empty()).then_some(values)
}

fn hundredth(number: &str) -> Option<String> {
    if number.contains('.') {
        return None;
    }
    let padded = format!("{number:0>3}");
    let (whole, cents) = padded.split_at_checked(padded.len() - 2)?;
    numbers::readings(&format!("{whole}.{cents}")).pop()
}

/// Code of the currency, and whether it is its hundredth part.
fn currency(token: &Token) -> Option<(&'static str, bool)> {
    Some(match token.lower.as_str() {
        "€" | "eur" | "euro" | "euros" => ("EUR", false),
        "cent" | "cents" | "ct" => ("EUR", true),
        "$" | "usd" | "dollar" | "dollars" => ("USD", false),
        "£" | "gbp" | "pounds" | "pound" | "pfund" => ("GBP", false),
        "chf" | "franken" | "sfr" => ("CHF", false),
        "rappen" => ("CHF", true),
        _ => return None,
    })
}

enum Unit {
    Currency((&'static str, bool)),
    Percent,
    /// Canonical unit and how many of it one is.
    Duration(&'static str, u64),
    Measure(String),
    /// "zwei Mal": the number alone counts.
    Count,
}

fn duration(word: &str) -> Option<(&'static str, u64)> {
    Some(match word {
        "sekunde" | "sekunden" | "second" | "seconds" => ("second", 1),
        "minute" | "minuten" | "minutes" | "min" | "mins" | "minütige" | "minütigen" => ("minute", 1),
        "stunde" | "stunden" | "std" | "hour" | "hours" | "hrs" | "h" | "stündige" | "stündigen" | "stündiger" => ("minute", 60),
        "tag" | "tage" | "tagen" | "tages" | "day" | "days" | "kalendertage" | "kalendertagen" | "tägig" | "tägige" | "tägigen"
        | "tägiges" | "tägiger" | "tägigem" => ("day", 1),
        "werktag" | "werktags" | "arbeitstags" | "werktage" | "werktagen" | "werktages" | "arbeitstag" | "arbeitstage" | "arbeitstagen"
        | "bankarbeitstage" | "bankarbeitstagen" => ("workday", 1),
        "woche" | "wochen" | "week" | "weeks" | "wöchig" | "wöchige" | "wöchigen" | "wöchiges" | "wöchiger" => ("day", 7),
        "monat" | "monate" | "monaten" | "monats" | "month" | "months" | "monatig" | "monatige" | "monatigen" | "monatiger" => ("month", 1),
        "halbjahr" | "halbjahre" | "halbjahren" | "halbjahres" => ("month", 6),
        "fortnight" | "fortnights" => ("day", 14),
        "viertelstunde" | "viertelstunden" => ("minute", 15),
        "dreiviertelstunde" | "dreiviertelstunden" => ("minute", 45),
        "quartal" | "quartale" | "quartalen" => ("month", 3),
        "jahr" | "jahre" | "jahren" | "jahres" | "year" | "years" | "jährig" | "jährige" | "jährigen" | "jähriges" | "jähriger" => {
            ("month", 12)
        }
        _ => return None,
    })
}

fn unit_at(tokens: &[Token], i: usize) -> Option<(Unit, usize)> {
    let token = tokens.get(i)?;
    if token.is('-') {
        // 14-day, 14-tägig: joined by a hyphen.
        let joined = tokens.get(i + 1).is_some_and(|next| next.start == token.end)
            && i > 0
            && tokens.get(i - 1).is_some_and(|p| p.end == token.start);
        return if joined { unit_at(tokens, i + 1).map(|(unit, taken)| (unit, taken + 1)) } else { None };
    }
    // 89,- EUR, 12.– Franken
    if (token.is(',') || token.is('.')) && tokens.get(i + 1).is_some_and(|t| t.is('-') || t.is('–') || t.is('—')) {
        return match tokens.get(i + 2).and_then(currency) {
            Some(code) => Some((Unit::Currency(code), 3)),
            None => Some((Unit::Currency(("EUR", false)), 2)),
        };
    }
    // "500 £44": the sign belongs to what it stands before.
    let before_number =
        token.kind == TokenKind::Mark && tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Number && t.start == token.end);
    if let Some(code) = currency(token).filter(|_| !before_number || i > 0 && tokens.get(i - 1).is_some_and(|t| t.end == token.start)) {
        return Some((Unit::Currency(code), 1));
    }
    if token.is('%') || matches!(token.lower.as_str(), "prozent" | "percent") {
        return Some((Unit::Percent, 1));
    }
    let next = tokens.get(i + 1).map_or("", |t| t.lower.as_str());
    if token.lower == "per" && next == "cent" {
        return Some((Unit::Percent, 2));
    }
    if matches!(token.lower.as_str(), "business" | "working") && matches!(next, "day" | "days") {
        return Some((Unit::Duration("workday", 1), 2));
    }
    if matches!(token.lower.as_str(), "calendar" | "full" | "volle" | "vollen" | "ganze" | "ganzen") && duration(next).is_some() {
        return unit_at(tokens, i + 1).map(|(unit, taken)| (unit, taken + 1));
    }
    if let Some((unit, factor)) = duration(&token.lower) {
        return Some((Unit::Duration(unit, factor), 1));
    }
    measure(tokens, i)
}

fn measure(tokens: &[Token], i: usize) -> Option<(Unit, usize)> {
    let token = tokens.get(i)?;
    let name = match token.lower.as_str() {
        "kg" | "kilo" | "kilogramm" | "kilogram" | "kilograms" => "kg",
        "g" | "gramm" | "gram" | "grams" => "g",
        "mile" | "miles" => "mile",
        "pence" => "pence",
        "p" if i > 0 && tokens.get(i - 1).is_some_and(|t| t.kind == TokenKind::Number && t.end == token.start) => "pence",
        "km" | "kilometer" | "kilometers" | "kilometern" => {
            if tokens.get(i + 1).is_some_and(|t| t.is('/')) && tokens.get(i + 2).is_some_and(|t| t.lower == "h") {
                return Some((Unit::Measure("kmh".to_owned()), 3));
            }
            "km"
        }
        "m" | "meter" | "metern" | "metres" | "meters" => {
            if let Some(power) = tokens.get(i + 1).filter(|t| t.start == token.end && (t.is('²') || t.is('³'))) {
                return Some((Unit::Measure(if power.is('²') { "m2" } else { "m3" }.to_owned()), 2));
            }
            "m"
        }
        "cm" | "zentimeter" => "cm",
        "mm" | "millimeter" => "mm",
        "zoll" | "inch" | "inches" => "inch",
        "l" | "liter" | "litres" | "liters" => "l",
        "kwh" | "kilowattstunde" | "kilowattstunden" => "kwh",
        "qm" | "quadratmeter" | "quadratmetern" | "sqm" => "m2",
        "cbm" | "kubikmeter" | "kubikmetern" => "m3",
        "µm" | "mikrometer" | "μm" => "um",
        "ml" | "milliliter" => "ml",
        "ghz" => "ghz",
        "mbit" => "mbit",
        "tb" => "tb",
        "dpi" => "dpi",
        "grad" if !numbers::is_article(tokens.get(i.wrapping_sub(1)).map_or("", |t| t.lower.as_str())) => "degree",
        "hz" => "hz",
        "seiten" | "pages" | "page" | "seite" => "page",
        "wh" => "wh",
        "kw" => "kw",
        "w" | "watt" => "w",
        "v" | "volt" => "v",
        "nm" => "nm",
        "bar" => "bar",
        "gb" => "gb",
        "mb" => "mb",
        "°" | "degree" | "degrees" => "degree",
        "mio" | "million" | "millionen" | "millions" => "million",
        "mal" | "times" => return Some((Unit::Count, 1)),
        _ => return None,
    };
    Some((Unit::Measure(name.to_owned()), 1))
}

/// A number in digits or words, its unit, and the unit it borrows in "3 bis 5 Tage".
fn quantity(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    let token = tokens.get(i)?;
    if let Some(found) = adjective(token) {
        return Some((if token.lower.contains("prozentig") { ClaimKind::Percent } else { ClaimKind::Duration }, found));
    }
    let (readings, taken) = number(tokens, i)?;
    let after = i + taken;
    let own = unit_at(tokens, after).or_else(|| plus_sign(tokens, after));
    let borrowed = || -> Option<(Unit, usize)> {
        let joint = tokens.get(after)?;
        let joins =
            joint.is('-') || joint.is('–') || joint.is('/') || matches!(joint.lower.as_str(), "bis" | "to" | "und" | "and" | "oder" | "or");
        let (_, more) = number(tokens, after + 1).filter(|_| joins)?;
        unit_at(tokens, after + 1 + more).map(|(unit, _)| (unit, 0))
    };
    let written_as_article = token.kind == TokenKind::Word && numbers::is_article(&token.lower) || is_half(&token.lower);
    match own.or_else(borrowed) {
        Some((Unit::Currency(_) | Unit::Percent | Unit::Measure(_) | Unit::Count, _)) if is_half(&token.lower) => None,
        Some((unit, more)) => with_unit(unit, &readings, taken + more),
        None if written_as_article || is_list_mark(tokens, i) => None,
        None => Some((ClaimKind::Number, Reading { needs: readings.clone(), gives: readings, taken })),
    }
}

/// "within a month", "eine Viertelstunde": the article is the number.
fn lone_unit(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    tokens.get(i).filter(|t| matches!(t.lower.as_str(), "a" | "an"))?;
    let led = i.checked_sub(1).and_then(|p| tokens.get(p)).is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "within" | "in" | "for" | "of" | "about" | "than" | "after" | "least" | "takes" | "lasts" | "to" | "every" | "half"
        )
    });
    let (unit, factor) = tokens.get(i + 1).and_then(|t| duration(&t.lower))?;
    if !led {
        return None;
    }
    let half = tokens.get(i + 2).is_some_and(|t| t.lower == "and")
        && tokens.get(i + 3).is_some_and(|t| t.lower == "a")
        && tokens.get(i + 4).is_some_and(|t| t.lower == "half");
    let (value, taken) = if half { (numbers::times("1.5", factor)?, 5) } else { (factor.to_string(), 2) };
    let values = durations(unit, &value);
    Some((ClaimKind::Duration, Reading { needs: values.clone(), gives: values, taken }))
}

/// "über 50+ EUR".
fn plus_sign(tokens: &[Token], i: usize) -> Option<(Unit, usize)> {
    tokens.get(i).filter(|t| t.is('+'))?;
    unit_at(tokens, i + 1).map(|(unit, taken)| (unit, taken + 1))
}

fn is_list_mark(tokens: &[Token], i: usize) -> bool {
    let mark = tokens.get(i + 1).is_some_and(|t| t.is('.') || t.is(')'));
    i == 0 && mark && tokens.get(i + 2).is_some_and(|t| t.kind == TokenKind::Word)
}

fn is_half(word: &str) -> bool {
    matches!(word, "halbe" | "halben" | "halber" | "halbes" | "half" | "anderthalb" | "eineinhalb")
}

fn number(tokens: &[Token], i: usize) -> Option<(Vec<String>, usize)> {
    let token = tokens.get(i)?;
    match token.kind {
        TokenKind::Number => {
            let half = tokens.get(i + 1).filter(|t| t.start == token.end).and_then(|t| match t.text.as_str() {
                "½" => Some(".5"),
                "¼" => Some(".25"),
                "¾" => Some(".75"),
                _ => None,
            });
            match half {
                Some(half) if token.text.chars().all(|c| c.is_ascii_digit()) => Some((vec![format!("{}{half}", token.text)], 2)),
                _ => Some((numbers::readings(&token.text), 1)).filter(|(readings, _)| !readings.is_empty()),
            }
        }
        TokenKind::Word => match token.lower.as_str() {
            "anderthalb" | "eineinhalb" => Some((vec!["1.5".to_owned()], 1)),
            word if word.ends_with("einhalb") => {
                let whole = numbers::of_word(word.strip_suffix("einhalb")?)?;
                Some((vec![format!("{whole}.5")], 1))
            }
            "half" if tokens.get(i + 1).is_some_and(|t| matches!(t.lower.as_str(), "a" | "an")) => Some((vec!["0.5".to_owned()], 2)),
            half if is_half(half) => Some((vec!["0.5".to_owned()], 1)),
            _ => {
                let words: Vec<&str> = tokens.iter().skip(i).filter(|t| !t.is('-')).take(6).map(|t| t.lower.as_str()).collect();
                let hyphen = usize::from(tokens.get(i + 1).is_some_and(|t| t.is('-')));
                let (value, taken) = numbers::of_words(&words)?;
                if hyphen == 0 && words.get(taken).is_some_and(|word| matches!(*word, "dutzend" | "dozen")) {
                    return Some((vec![(value * 12).to_string()], taken + 1));
                }
                let after: Vec<&str> = words.iter().skip(taken).take(3).copied().collect();
                if hyphen == 0 && matches!(after.as_slice(), ["and", "a", "half"]) {
                    return Some((vec![format!("{value}.5")], taken + 3));
                }
                Some((vec![value.to_string()], if taken > 1 { taken + hyphen } else { 1 }))
            }
        },
        TokenKind::Mark => None,
    }
}

fn with_unit(unit: Unit, readings: &[String], taken: usize) -> Option<(ClaimKind, Reading)> {
    let (kind, values) = match unit {
        Unit::Currency(code) => (ClaimKind::Amount, amounts(code, readings)?),
        Unit::Percent => (ClaimKind::Percent, readings.iter().flat_map(|r| [r.clone(), format!("{SHARE}{r}")]).collect()),
        Unit::Duration(name, factor) => {
            let values = readings.iter().filter_map(|r| numbers::times(r, factor)).flat_map(|r| durations(name, &r));
            (ClaimKind::Duration, values.collect())
        }
        Unit::Count => (ClaimKind::Number, readings.to_vec()),
        Unit::Measure(name) => (ClaimKind::Number, readings.iter().map(|r| format!("{name} {r}")).collect()),
    };
    Some((kind, Reading { needs: values.clone(), gives: values, taken }))
}

/// 48 hours are two days as well.
fn durations(unit: &str, value: &str) -> Vec<String> {
    let mut all = vec![format!("{unit} {value}")];
    if unit == "minute"
        && let Some(days) = value.parse::<u64>().ok().filter(|minutes| *minutes >= 1440 && minutes % 1440 == 0)
    {
        all.push(format!("day {}", days / 1440));
    }
    all
}

/// "zweimal", "dreifach", "twice": how often.
fn often(token: &Token) -> Option<Reading> {
    let value = match token.lower.as_str() {
        "twice" => 2,
        "thrice" => 3,
        word => ["mal", "fach", "fache", "fachen", "malig", "maligen"].iter().find_map(|end| numbers::of_word(word.strip_suffix(end)?))?,
    };
    Some(same(value.to_string(), 1))
}

/// "24/7" is no number.
fn always(tokens: &[Token], i: usize) -> Option<(ClaimKind, Reading)> {
    let word = |n: usize| tokens.get(i + n).map_or("", |t| t.text.as_str());
    (word(0) == "24" && word(1) == "/" && word(2) == "7").then(|| {
        let value = "minute 1440".to_owned();
        (ClaimKind::Duration, Reading { needs: vec![value.clone(), "day 1".to_owned()], gives: vec![value, "day 1".to_owned()], taken: 3 })
    })
}

/// "ein Drittel", "zwei Drittel", "a third", "three quarters".
fn fraction(tokens: &[Token], i: usize) -> Option<Reading> {
    let first = tokens.get(i).filter(|t| t.kind == TokenKind::Word)?;
    let next = tokens.get(i + 1)?;
    let part = match next.lower.as_str() {
        "drittel" | "third" | "thirds" => 3,
        "viertel" | "quarter" | "quarters" => 4,
        "fünftel" | "fifth" | "fifths" => 5,
        "zehntel" | "tenth" | "tenths" => 10,
        _ => return None,
    };
    let count = match first.lower.as_str() {
        "a" | "one" => 1,
        word => numbers::of_word(word)?,
    };
    // "a third party", "the third day": an ordinal before a noun.
    let of = tokens
        .get(i + 2)
        .is_none_or(|t| t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "of" | "der" | "des" | "von" | "vom" | "off"));
    (of || first.lower != "a").then(|| {
        let mut values = vec![format!("part {count}/{part}")];
        if 100 * count % part == 0 {
            values.push(format!("{SHARE}{}", 100 * count / part));
        }
        Reading { needs: values.clone(), gives: values, taken: 2 }
    })
}

/// "zweiwöchig", "dreimonatige".
fn adjective(token: &Token) -> Option<Reading> {
    if let Some(value) = token.lower.find("prozentig").and_then(|at| numbers::of_word(token.lower.get(..at)?)) {
        return Some(same(value.to_string(), 1));
    }
    const STEMS: [&str; 6] = ["tägig", "wöchig", "monatig", "jährig", "stündig", "minütig"];
    let (at, _) = STEMS.iter().find_map(|stem| token.lower.find(stem).map(|at| (at, stem)))?;
    let (number, unit) = token.lower.split_at_checked(at)?;
    let value = numbers::of_word(number)?;
    let (name, factor) = duration(unit)?;
    Some(same(format!("{name} {}", numbers::times(&value.to_string(), factor)?), 1))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
