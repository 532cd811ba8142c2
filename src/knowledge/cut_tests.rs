use super::*;

fn check(text: &str, expected: &[(&[&str], &str)]) {
    let cuts = markdown(text).unwrap();
    let seen: Vec<(Vec<&str>, &str)> = cuts.iter().map(|c| (c.heading.iter().map(String::as_str).collect(), c.text.as_str())).collect();
    let expected: Vec<(Vec<&str>, &str)> = expected.iter().map(|(path, text)| (path.to_vec(), *text)).collect();
    assert_eq!(seen, expected);
}

#[test]
fn headings_make_passages_and_their_path() {
    check(
        "# AGB\nAllgemeines.\n## Rückgabe\nSie haben **30 Tage**\nZeit.\n\nDas gilt nicht für _Helme_.\n## Versand\n4,90 EUR\n",
        &[
            (&["AGB"], "Allgemeines."),
            (&["AGB", "Rückgabe"], "Sie haben 30 Tage Zeit.\n\nDas gilt nicht für Helme."),
            (&["AGB", "Versand"], "4,90 EUR"),
        ],
    );
    check("Titel\n=====\nText", &[(&["Titel"], "Text")]);
}

#[test]
fn table_rows_stand_alone() {
    check(
        "# Preise\n| Leistung | Preis | Dauer |\n|---|---:|---|\n| Inspektion | 89,00 EUR | 2 Tage |\n| Platten | 25 EUR | |\n",
        &[(&["Preise"], "Inspektion – Preis: 89,00 EUR, Dauer: 2 Tage\nPlatten – Preis: 25 EUR")],
    );
    check("| Tag | Zeit |\n|--|--|\n| Montag | 9 bis 18 Uhr |", &[(&[], "Montag: 9 bis 18 Uhr")]);
}

#[test]
fn links_and_marks() {
    check(
        "Siehe [Formular](https://radhaus.example/retoure) oder [anna@example.org](mailto:anna@example.org), `code` und snake_case\\*.",
        &[(&[], "Siehe Formular (https://radhaus.example/retoure) oder anna@example.org (anna@example.org), code und snake_case*.")],
    );
}

#[test]
fn lists_and_answers_stay_whole() {
    let long = "Wort ".repeat(100);
    let text = format!("{long}\n\nWie geht das?\n\n{long}{long}\n\nDazu gehören:\n\n- eins\n- zwei,\n  und mehr\n1. drei");
    let cuts = markdown(&text).unwrap();
    assert!(cuts.iter().any(|c| c.text.starts_with("Wie geht das?") && c.text.len() > 900), "{cuts:?}");
    assert!(cuts.iter().any(|c| c.text.contains("Dazu gehören:\n\n- eins\n- zwei, und mehr\n1. drei")), "{cuts:?}");
}

#[test]
fn nothing_is_lost_and_nothing_is_too_long() {
    for text in ["ä".repeat(5_000), "Ein Satz mit Wörtern. ".repeat(400), "- Punkt ä\n".repeat(900)] {
        for cuts in [markdown(&text).unwrap(), plain(&text).unwrap()] {
            assert!(cuts.iter().all(|c| c.text.len() <= PASSAGE_BYTES_MAX));
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(cuts.iter().map(|c| strip(&c.text)).collect::<String>(), strip(&text));
        }
    }
}

#[test]
fn hostile_markdown_does_not_panic() {
    for text in ["[", "[a](", "](", "|", "||||", "# ", "####### x", "```\nnever closed", "*", "\\", "[ä](ö) \\ü", "_", "- ", "1) "] {
        assert!(markdown(text).is_ok(), "{text}");
    }
}

/// What each row and each passage repeats would make gigabytes of a small file.
#[test]
fn what_swells_is_refused() {
    let long = "Spalte ".repeat(SOURCE_TITLE_CHARS_MAX);
    let row = |name: &str| vec!["Rad".to_owned(), name.to_owned(), "rot".to_owned()];
    let answer = Piece::Answer { question: long.clone(), answer: "Ja".to_owned() };
    for piece in [Piece::Table(vec![row(&long), row("5")]), answer, Piece::Heading { level: 1, title: long.clone() }] {
        assert_eq!(passages(vec![piece]), Err(CutError::Title));
    }
    let title = "ä".repeat(SOURCE_TITLE_CHARS_MAX);
    let sections = |count: usize, title: &str| (0..count).map(|n| format!("## {title}\n\nAbsatz {n}.\n\n")).collect::<String>();
    assert_eq!(markdown(&sections(3, &title)).unwrap().len(), 3);
    assert_eq!(markdown(&format!("# {title}\n{}", sections(19_000, &title))), Err(CutError::TooMany), "bytes");
    assert_eq!(markdown(&sections(SOURCE_PASSAGES_MAX + 1, "x")), Err(CutError::TooMany), "passages");
    let mut rows = vec![row(&title)];
    rows.extend(std::iter::repeat_n(row("5 EUR"), 40_000));
    assert_eq!(passages(vec![Piece::Table(rows)]), Err(CutError::TooMany), "rows");
}

#[test]
fn cells_beyond_the_names_are_told() {
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let rows =
        vec![row(&["Leistung", "Preis"]), row(&["Inspektion", "89 EUR", "nur mit Termin"]), row(&["Probefahrt"]), row(&["", "5 EUR"])];
    let cuts = passages(vec![Piece::Table(rows)]).unwrap();
    assert_eq!(cuts[0].text, "Inspektion – Preis: 89 EUR, nur mit Termin\nProbefahrt\nPreis: 5 EUR");
}
