//! Whether a table names its columns, and what it is made into: a table with names, or lines that say what its cells say.
//!
//! Never: a row lost, or a value put under a word that is no name. Where a row is not surely one of names, the table is told
//! without any.

use crate::knowledge::grams::words;
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::grid::Rows;
use crate::knowledge::words::names_column;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Rows looked at from the top; above the names there may be a title and a date.
const PROBE_ROWS: usize = 3;
const NAME_CHARS_MAX: usize = 60;
const NAME_WORDS_MAX: usize = 6;

/// What stands in cells and is no name, though it holds no digit.
static VALUES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let all = "kostenlos kostenfrei gratis frei inklusive inkl ja nein geschlossen ruhetag geöffnet anfrage vereinbarung absprache \
               keine kein keiner entfällt sofort täglich möglich vorhanden free yes no closed open included none request daily";
    words(all).into_iter().collect()
});
static WEEKDAYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let all = "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag feiertag mo di mi do fr sa so werktags \
               monday tuesday wednesday thursday friday saturday sunday weekdays";
    words(all).into_iter().collect()
});

/// Whether a table stands alone, so that its title is a heading, or within a text, whose headings are not its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Alone,
    InText,
}

pub fn pieces(rows: Rows, stands: Stands) -> Vec<Piece> {
    let Rows { mut rows, mut head } = rows;
    let mut out = Vec::new();
    let width = rows.iter().map(|cells| filled_width(cells)).max().unwrap_or(0);
    if width <= 1 {
        let lines: Vec<String> = rows.into_iter().flatten().filter(|cell| !cell.is_empty()).collect();
        out.extend((!lines.is_empty()).then_some(Piece::Paragraph(lines)));
        return out;
    }
    // A marked row with one cell is the title of the others.
    while head > 0 && rows.first().is_some_and(|cells| filled(cells) == 1) {
        out.push(title(rows.remove(0), stands));
        head -= 1;
    }
    if head == 0
        && let Some(at) = (0..PROBE_ROWS.min(rows.len())).find(|at| names(&rows, *at, width))
    {
        out.extend(rows.drain(..at).map(|cells| title(cells, stands)));
        head = 1;
    }
    if head == 0 {
        out.push(Piece::Paragraph(rows.iter().map(|cells| line(cells, width)).filter(|line| !line.is_empty()).collect()));
        return out;
    }
    let body = rows.split_off(head);
    let mut table = vec![joined(&rows)];
    table.extend(body);
    out.push(Piece::Table(table));
    out
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.is_empty()).count()
}

fn filled_width(cells: &[String]) -> usize {
    cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1)
}

fn title(cells: Vec<String>, stands: Stands) -> Piece {
    let title = cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" – ");
    match stands {
        Stands::Alone => Piece::Heading { level: 2, title },
        Stands::InText => Piece::Paragraph(vec![title]),
    }
}

/// A row without names: `Samstag: 10 bis 14 Uhr`, or `Inspektion – 89 EUR – 2 Tage`.
pub fn line(cells: &[String], width: usize) -> String {
    let told: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    told.join(if width == 2 && !cells.first().is_some_and(|cell| cell.ends_with([':', '?', '.', '!'])) { ": " } else { " – " })
}

/// Names in several rows are one for each column.
fn joined(rows: &[Vec<String>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let name = |at: usize| {
        let mut parts: Vec<&str> =
            rows.iter().filter_map(|cells| cells.get(at)).map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.dedup();
        parts.join(" ")
    };
    (0..width).map(name).collect()
}

/// Whether this row names the columns of those below it.
fn names(rows: &[Vec<String>], at: usize, width: usize) -> bool {
    let (Some(head), Some(above), Some(below)) = (rows.get(at), rows.get(..at), rows.get(at + 1..)) else { return false };
    if filled(head) < 2 || above.iter().any(|cells| filled(cells) >= filled(head)) {
        return false;
    }
    let cells = || head.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
    if cells().all(|(_, cell)| is_short(cell) && !has_digit(cell) && words(cell).iter().any(|word| names_column(word))) {
        return true;
    }
    // What else names columns shows in what stands below: figures, where the name has none. Two columns are told without names
    // anyway, so a row that may be one of them is kept.
    let distinct: HashSet<&String> = cells().map(|(_, cell)| cell).collect();
    let figures = |at: usize| {
        let values = || below.iter().filter_map(|cells| cells.get(at)).filter(|cell| !cell.is_empty());
        let with = values().filter(|cell| has_digit(cell)).count();
        (with > 0 && with * 2 > values().count(), values().any(|cell| is_year(cell)))
    };
    let looks = |(at, cell): (usize, &String)| {
        let (has, years) = figures(at);
        could_name(cell, at) && (!has_digit(cell) || (is_year(cell) && has && !years))
    };
    width > 2 && distinct.len() == filled(head) && cells().all(looks) && cells().any(|(at, _)| at > 0 && figures(at).0)
}

fn has_digit(cell: &str) -> bool {
    cell.contains(|c: char| c.is_numeric())
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20")) && cell.chars().all(|c| c.is_ascii_digit())
}

fn is_short(cell: &str) -> bool {
    cell.chars().count() <= NAME_CHARS_MAX
        && cell.split_whitespace().count() <= NAME_WORDS_MAX
        && !cell.contains(['\n', '€', '$', '£', '?', '!'])
}

/// A noun, as names of columns are; in English any word.
fn could_name(cell: &str, at: usize) -> bool {
    let words = words(cell);
    is_short(cell)
        && cell.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
        && !words.iter().any(|word| VALUES.contains(word) || (at == 0 && WEEKDAYS.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Rows {
        Rows { rows: rows.iter().map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect()).collect(), head: 0 }
    }

    fn told(of: &[&[&str]]) -> (bool, Vec<String>) {
        let pieces = pieces(rows(of), Stands::Alone);
        let named = matches!(pieces.last(), Some(Piece::Table(_)));
        (
            named,
            crate::knowledge::cut::passages(pieces).unwrap().into_iter().map(|cut| [cut.heading.join(" > "), cut.text].join("|")).collect(),
        )
    }

    #[test]
    fn names_are_found() {
        for table in [
            [["Leistung", "Preis", "Dauer"].as_slice(), &["Inspektion", "89,00 EUR", "2 Tage"]],
            [["Schaltung", "Kette", "Ritzel"].as_slice(), &["Shimano Deore", "KMC X10", "11-36"]],
            [["Modell", "2025", "2026"].as_slice(), &["Tourer", "1.999 EUR", "2.099 EUR"]],
            [["", "Tag", "Woche"].as_slice(), &["E-Bike", "39 EUR", "199 EUR"]],
            [["Kurs", "Montag", "Dienstag"].as_slice(), &["Yoga", "9 Uhr", "18 Uhr"]],
            [["Leistung", "Preis"].as_slice(), &["Inspektion", "89,00 EUR"]],
            [["leistung", "preis"].as_slice(), &["Probefahrt", "kostenlos"]],
        ] {
            assert!(told(&table).0, "{table:?}");
        }
    }

    /// A first row taken for names would be lost, and its words stand before the values of all others.
    #[test]
    fn rows_that_name_nothing_are_all_told() {
        for (table, expected) in [
            (
                [["Inspektion", "89,00 EUR", "2 Tage"].as_slice(), &["Reifenwechsel", "15,00 EUR", "1 Tag"]],
                "|Inspektion – 89,00 EUR – 2 Tage\nReifenwechsel – 15,00 EUR – 1 Tag",
            ),
            (
                [["Montag bis Freitag", "9 bis 18 Uhr"].as_slice(), &["Samstag", "10 bis 14 Uhr"]],
                "|Montag bis Freitag: 9 bis 18 Uhr\nSamstag: 10 bis 14 Uhr",
            ),
            ([["Sonntag", "geschlossen"].as_slice(), &["Montag", "9 bis 18 Uhr"]], "|Sonntag: geschlossen\nMontag: 9 bis 18 Uhr"),
            (
                [["Sonntag", "Vormittag", "Nachmittag"].as_slice(), &["Montag", "9 Uhr", "18 Uhr"]],
                "|Sonntag – Vormittag – Nachmittag\nMontag – 9 Uhr – 18 Uhr",
            ),
            (
                [["Beratung", "Kostenlos", "Ohne Termin"].as_slice(), &["Inspektion", "89 EUR", "2 Tage"]],
                "|Beratung – Kostenlos – Ohne Termin\nInspektion – 89 EUR – 2 Tage",
            ),
            (
                [["Anna", "Ulm", "Werkstatt"].as_slice(), &["Berta", "Neustadt", "Verkauf"]],
                "|Anna – Ulm – Werkstatt\nBerta – Neustadt – Verkauf",
            ),
        ] {
            assert_eq!(told(&table), (false, vec![expected.to_owned()]), "{table:?}");
        }
    }

    #[test]
    fn a_title_above_the_names_is_a_heading() {
        let table = [["Preisliste", "Stand 2026", ""].as_slice(), &["Leistung", "Preis", "Dauer"], &["Nabe", "29 EUR", "1 Tag"]];
        assert_eq!(told(&table), (true, vec!["Preisliste – Stand 2026|Nabe – Preis: 29 EUR, Dauer: 1 Tag".to_owned()]));
        let mut marked = rows(&[&["Mieten"], &["Rad", "Preis"], &["", "Tag"], &["E-Bike", "39 EUR"]]);
        marked.head = 3;
        let expected = rows(&[&["Rad", "Preis Tag"], &["E-Bike", "39 EUR"]]).rows;
        assert_eq!(pieces(marked, Stands::InText), [Piece::Paragraph(vec!["Mieten".to_owned()]), Piece::Table(expected)]);
    }
}
