use super::*;

fn clauses_of(text: &str) -> Vec<String> {
    let line = Line::read(text);
    (0..line.clauses.len())
        .map(|clause| {
            let (from, to) = line.clause_span(clause);
            line.text.get(from..to).unwrap_or("").trim().to_owned()
        })
        .collect()
}

#[test]
fn clauses_part_where_a_reader_would() {
    for (text, expected) in [
        ("Ein Meister kostet 68 €, ein Geselle 56 €.", vec!["Ein Meister kostet 68 €,", "ein Geselle 56 €."]),
        ("Rosen, Stauden und Gehölze sind ausgenommen.", vec!["Rosen, Stauden und Gehölze sind ausgenommen."]),
        ("Montag, Dienstag 9–18 Uhr", vec!["Montag, Dienstag 9–18 Uhr"]),
        ("Samstag: 10 bis 14 Uhr", vec!["Samstag: 10 bis 14 Uhr"]),
        ("Gutscheine gelten drei Jahre und werden nicht ausgezahlt", vec!["Gutscheine gelten drei Jahre und", "werden nicht ausgezahlt"]),
    ] {
        assert_eq!(clauses_of(text), expected, "{text}");
    }
}

#[test]
fn a_cell_knows_its_row_and_its_column() {
    let text = "Preise\n| Leistung | Werktag | Samstag |\n|---|---|---|\n| Wartung | 50 € | 60 € |";
    let passage = Passage { id: "p".to_owned(), source: "a.md".to_owned(), heading: vec![], text: text.to_owned() };
    let texts: Vec<String> = lines_of(&passage).into_iter().map(|line| line.text).collect();
    assert!(texts.contains(&"Wartung Werktag 50 €".to_owned()) && texts.contains(&"Wartung Samstag 60 €".to_owned()), "{texts:?}");
}

#[test]
fn hostile_text_is_read_without_panic() {
    for text in ["|", "||||", "| |\n|-|", ":", ";;;", "„", "und", "ß: ", "\u{0}|5|\u{301}"] {
        let passage = Passage { id: "p".to_owned(), source: "a.md".to_owned(), heading: vec![text.to_owned()], text: text.repeat(50) };
        lines_of(&passage);
    }
}
