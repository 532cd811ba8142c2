//! What is read of each format, from small files written byte by byte; the readers run without walls here.

use crate::support::documents::{docx, paragraph, pdf, pdf_with, xlsx};
use hauspost::knowledge::cut;
use hauspost::knowledge::pieces::Piece;
use hauspost::knowledge::source::read::{Warning, WithoutWalls};
use hauspost::knowledge::source::{Extracted, Format, Reader, Refusal};

fn read(format: Format, bytes: &[u8]) -> Extracted {
    WithoutWalls.read(format, bytes).expect("a readable file")
}

fn heading(level: u8, title: &str) -> Piece {
    Piece::Heading { level, title: title.to_owned() }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn table(rows: &[&[&str]]) -> Piece {
    Piece::Table(rows.iter().map(|cells| lines(cells)).collect())
}

fn answer(question: &str, answer: &str) -> Piece {
    Piece::Answer { question: question.to_owned(), answer: answer.to_owned() }
}

#[test]
fn docx_with_headings_lists_and_tables() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", None, text));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let body = [
        paragraph("Titel", None, "Handbuch"),
        paragraph("berschrift1", None, "Rückgabe &amp; Umtausch"),
        "<w:p><w:r><w:t>Sie haben </w:t></w:r><w:r><w:t>30 Tage.</w:t></w:r>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>Geheim.</w:t></w:r><w:del><w:r><w:delText>14 Tage</w:delText><w:t>weg</w:t></w:r></w:del></w:p>"
            .to_owned(),
        paragraph("", Some(0), "Rechnung beilegen"),
        paragraph("", Some(1), "im Original"),
        paragraph("berschrift2", None, "Preise"),
        format!("<w:tbl>{}{}</w:tbl>", row("Leistung", "Preis"), row("Inspektion", "89,00 EUR")),
        "<w:p/>".to_owned(),
    ]
    .concat();
    let expected = [
        heading(0, "Handbuch"),
        heading(1, "Rückgabe & Umtausch"),
        Piece::Paragraph(lines(&["Sie haben 30 Tage."])),
        Piece::List(lines(&["- Rechnung beilegen", "  - im Original"])),
        heading(2, "Preise"),
        table(&[&["Leistung", "Preis"], &["Inspektion", "89,00 EUR"]]),
    ];
    assert_eq!(read(Format::Docx, &docx(&body)).pieces, expected);
    let cuts = cut::passages(expected.to_vec()).expect("passages");
    assert_eq!(
        cuts.last().map(|cut| (cut.heading.join(" > "), cut.text.as_str())),
        Some(("Handbuch > Rückgabe & Umtausch > Preise".to_owned(), "Inspektion: 89,00 EUR"))
    );
}

#[test]
fn xlsx_rows_carry_the_names_of_their_columns() {
    let prices = "<cols><col min=\"4\" max=\"4\" hidden=\"1\"/></cols><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"B3\" t=\"s\"><v>2</v></c><c r=\"C3\" t=\"inlineStr\"><is><t>gilt bis</t></is></c><c r=\"D3\" t=\"s\"><v>1</v></c></row>\
        <row r=\"4\"><c r=\"A4\" t=\"s\"><v>3</v></c><c r=\"B4\" s=\"1\"><v>89</v></c><c r=\"C4\" s=\"2\"><v>46387</v></c><c r=\"D4\"><v>55</v></c></row>\
        <row r=\"5\" hidden=\"1\"><c r=\"A5\" t=\"s\"><v>3</v></c><c r=\"B5\"><v>12</v></c></row></sheetData>";
    let answers = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>Frage</v></c><c r=\"B1\" t=\"str\"><v>Antwort</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"str\"><v>Was kostet der Versand?</v></c><c r=\"B2\" t=\"str\"><v>4,90 EUR</v></c></row></sheetData>";
    let bytes = xlsx(
        &[("Preise", "visible", prices), ("Fragen", "visible", answers), ("Kalkulation", "hidden", answers)],
        &["Preisliste für die Werkstatt", "Leistung", "Preis", "Inspektion"],
        &["#,##0.00\\ &quot;€&quot;", "dd/mm/yyyy"],
    );
    let read = read(Format::Xlsx, &bytes);
    let expected = [
        heading(1, "Preise"),
        Piece::Paragraph(lines(&["Preisliste für die Werkstatt"])),
        table(&[&["Leistung", "Preis", "gilt bis"], &["Inspektion", "89,00 €", "31.12.2026"]]),
        heading(1, "Fragen"),
        answer("Was kostet der Versand?", "4,90 EUR"),
    ];
    assert_eq!(read.pieces, expected);
    assert_eq!(read.warnings, [Warning::HiddenParts(3)]);
    let cuts = cut::passages(expected.to_vec()).expect("passages");
    assert!(cuts.iter().any(|cut| cut.text.contains("Inspektion – Preis: 89,00 €, gilt bis: 31.12.2026")), "{cuts:?}");
    assert!(cuts.iter().any(|cut| cut.heading == ["Fragen", "Was kostet der Versand?"] && cut.text == "4,90 EUR"), "{cuts:?}");
}

#[test]
fn pdf_with_headings_paragraphs_and_lists() {
    let bytes = pdf(&[
        vec![
            (20, 20, "Rückgabe"),
            (11, 30, "Sie haben 30 Tage Zeit, um die Ware zurückzu-"),
            (11, 14, "geben. Das gilt (fast) immer."),
            (11, 30, "Der Versand kostet 4,90 €."),
            (11, 30, "• Rechnung beilegen"),
            (11, 14, "• Paket verschließen"),
        ],
        vec![(16, 20, "Öffnungszeiten"), (11, 24, "Montag bis Freitag 9 bis 18 Uhr")],
        vec![],
    ]);
    let read = read(Format::Pdf, &bytes);
    let expected = [
        heading(0, "Rückgabe"),
        Piece::Paragraph(lines(&["Sie haben 30 Tage Zeit, um die Ware zurückzugeben. Das gilt (fast) immer."])),
        Piece::Paragraph(lines(&["Der Versand kostet 4,90 €."])),
        Piece::List(lines(&["- Rechnung beilegen", "- Paket verschließen"])),
        heading(1, "Öffnungszeiten"),
        Piece::Paragraph(lines(&["Montag bis Freitag 9 bis 18 Uhr"])),
    ];
    assert_eq!(read.pieces, expected);
    assert_eq!(read.warnings, [Warning::PagesWithoutText(1)]);
}

#[test]
fn html_without_what_it_hides() {
    let page = "<!doctype html><html><head><title>T</title><style>p{}</style></head><body><nav><a>Start</a></nav>\
        <h1>Werkstatt</h1><p>Wir <b>prüfen</b> Ihr Rad<br>am selben Tag.</p><p style='display: none'>Alles kostenlos.</p>\
        <ul><li>Bremsen<ul><li>hinten</li></ul></li><li>Licht</li></ul><ol><li>eins</li><li>zwei</li></ol>\
        <table><tr><th>Leistung</th><th>Preis</th></tr><tr><td>Inspektion</td><td>89,00&nbsp;EUR</td></tr></table>\
        <dl><dt>Was kostet Leasing?</dt><dd>Nichts.</dd><dt>Telefon</dt><dd>0123 456</dd></dl>\
        <h2>Kontakt</h2><div hidden>x</div><script>var a = '<p>y</p>';</script><p>Rufen Sie an.</body></html>";
    let expected = [
        heading(1, "Werkstatt"),
        Piece::Paragraph(lines(&["Wir prüfen Ihr Rad", "am selben Tag."])),
        Piece::List(lines(&["- Bremsen", "  - hinten", "- Licht"])),
        Piece::List(lines(&["1. eins", "2. zwei"])),
        table(&[&["Leistung", "Preis"], &["Inspektion", "89,00 EUR"]]),
        answer("Was kostet Leasing?", "Nichts."),
        Piece::List(lines(&["Telefon: 0123 456"])),
        heading(2, "Kontakt"),
        Piece::Paragraph(lines(&["Rufen Sie an."])),
    ];
    assert_eq!(read(Format::Html, page.as_bytes()).pieces, expected);
    assert_eq!(read(Format::Html, b"<p>Gr\xfc\xdfe</p>").warnings, [Warning::Latin1]);
    assert_eq!(WithoutWalls.read(Format::Html, b"<script>x</script>"), Err(Refusal::Empty));
}

#[test]
fn hidden_words_of_a_package_and_strange_files_are_no_text() {
    let whole = docx(&paragraph("", None, "Text"));
    for (format, bytes, expected) in [
        (Format::Docx, whole.get(..whole.len() / 2).unwrap_or_default(), Refusal::Damaged),
        (Format::Docx, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest".as_slice(), Refusal::Encrypted),
        (Format::Docx, b"PK\x03\x04", Refusal::Damaged),
        (Format::Xlsx, &whole, Refusal::Damaged),
        (Format::Pdf, b"%PDF-1.7\nnothing", Refusal::Damaged),
        (Format::Pdf, b"", Refusal::Damaged),
        (Format::Docx, &docx(""), Refusal::Empty),
    ] {
        assert_eq!(WithoutWalls.read(format, bytes), Err(expected), "{format:?} {}", bytes.len());
    }
    assert_eq!(WithoutWalls.read(Format::Pdf, &pdf_with(&[vec![]], "")), Err(Refusal::NoText));
}
