//! What is read of each format, from small files written byte by byte; the readers run without walls here.

use crate::support::documents::{docx, paragraph, pdf, pdf_of, pdf_with, xlsx, zip};
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

/// What a value stands under is what it says; a table without names says it without.
#[test]
fn merged_cells_and_tables_without_names() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph("", None, text));
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let (plain, across, begins, goes_on) = ("", "<w:gridSpan w:val=\"2\"/>", "<w:vMerge w:val=\"restart\"/>", "<w:vMerge/>");
    let body = [
        "<w:tbl>".to_owned(),
        row(&[cell(plain, "Rad"), cell(plain, "Dauer"), cell(plain, "Preis")]),
        row(&[cell(begins, "E-Bike"), cell(plain, "1 Tag"), cell(plain, "39 EUR")]),
        row(&[cell(goes_on, ""), cell(plain, "1 Woche"), cell(plain, "199 EUR")]),
        row(&[cell(plain, "Tandem"), cell(across, "auf Anfrage")]),
        "</w:tbl><w:tbl>".to_owned(),
        row(&[cell(plain, "Montag bis Freitag"), cell(plain, "9 bis 18 Uhr")]),
        row(&[cell(plain, "Samstag"), cell(plain, "10 bis 14 Uhr")]),
        "</w:tbl>".to_owned(),
    ]
    .concat();
    let expected = [
        table(&[
            &["Rad", "Dauer", "Preis"],
            &["E-Bike", "1 Tag", "39 EUR"],
            &["E-Bike", "1 Woche", "199 EUR"],
            &["Tandem", "auf Anfrage", "auf Anfrage"],
        ]),
        Piece::Paragraph(lines(&["Montag bis Freitag: 9 bis 18 Uhr", "Samstag: 10 bis 14 Uhr"])),
    ];
    assert_eq!(read(Format::Docx, &docx(&body)).pieces, expected);

    let page = "<table><caption>Kurse</caption><tr><th>Kurs<th>Ort<th>Preis<tr><td rowspan=2>Fahrtechnik<td>Ulm<td>49 EUR\
        <tr><td>Neustadt<td>39 EUR<tr><td colspan=2>Reparatur<td>25 EUR</table>\
        <table><tr><td>Telefon Werkstatt</td><td>8 bis 12 Uhr</td></tr><tr><td>Telefon Verkauf</td><td>9 bis 18 Uhr</td></tr></table>";
    let expected = [
        Piece::Paragraph(lines(&["Kurse"])),
        table(&[
            &["Kurs", "Ort", "Preis"],
            &["Fahrtechnik", "Ulm", "49 EUR"],
            &["Fahrtechnik", "Neustadt", "39 EUR"],
            &["Reparatur", "", "25 EUR"],
        ]),
        Piece::Paragraph(lines(&["Telefon Werkstatt: 8 bis 12 Uhr", "Telefon Verkauf: 9 bis 18 Uhr"])),
    ];
    assert_eq!(read(Format::Html, page.as_bytes()).pieces, expected);

    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"str\"><v>{text}</v></c>");
    let sheet = [
        "<sheetData><row r=\"1\">".to_owned(),
        text("A1", "Preisliste Werkstatt") + &text("B1", "Stand 2026"),
        "</row><row r=\"2\">".to_owned(),
        text("A2", "Rad") + &text("B2", "Dauer") + &text("C2", "Preis"),
        "</row><row r=\"3\">".to_owned(),
        text("A3", "E-Bike") + &text("B3", "1 Tag") + &text("C3", "39 EUR"),
        "</row><row r=\"4\">".to_owned(),
        text("B4", "1 Woche") + &text("C4", "199 EUR"),
        "</row><row r=\"5\">".to_owned(),
        text("A5", "Tandem") + &text("B5", "auf Anfrage"),
        "</row></sheetData><mergeCells><mergeCell ref=\"A3:A4\"/><mergeCell ref=\"B5:C5\"/></mergeCells>".to_owned(),
    ]
    .concat();
    let expected = [
        heading(1, "Mieten"),
        heading(2, "Preisliste Werkstatt – Stand 2026"),
        table(&[
            &["Rad", "Dauer", "Preis"],
            &["E-Bike", "1 Tag", "39 EUR"],
            &["E-Bike", "1 Woche", "199 EUR"],
            &["Tandem", "auf Anfrage", "auf Anfrage"],
        ]),
    ];
    assert_eq!(read(Format::Xlsx, &xlsx(&[("Mieten", "visible", &sheet)], &[], &[])).pieces, expected);
}

#[test]
fn what_a_reader_of_a_document_sees() {
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let boxed = "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>Rechnung aufheben.</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
        <mc:Fallback><w:t>doppelt</w:t></mc:Fallback></mc:AlternateContent></w:r>";
    let body = [
        "<w:p>".to_owned(),
        run("", "Die Garantie gilt fünf Jahre."),
        "<w:r><w:footnoteReference w:id=\"2\"/></w:r>".to_owned(),
        boxed.to_owned(),
        run("", " Auf Akkus zwei."),
        run("<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>", " Sichtbar."),
        run("<w:rStyle w:val=\"Versteckt\"/>", " Geheim."),
        run("<w:strike/>", " 89 EUR"),
        run("<w:sz w:val=\"2\"/>", " winzig"),
        "</w:p><w:p><w:pPr><w:pStyle w:val=\"Absatz\"/></w:pPr>".to_owned(),
        run("", "Einkaufspreis"),
        "</w:p>".to_owned(),
    ]
    .concat();
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    let styles = "<w:styles><w:style w:styleId=\"Versteckt\"><w:rPr><w:vanish/></w:rPr></w:style>\
        <w:style w:styleId=\"Absatz\"><w:basedOn w:val=\"Versteckt\"/></w:style></w:styles>";
    let notes = "<w:footnotes><w:footnote w:id=\"2\"><w:p><w:r><w:t>Nicht auf Verschleiß.</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let relations = "<Relationships><Relationship Type=\"http://x/officeDocument\" Target=\"/word/document2.xml\"/></Relationships>";
    let bytes = zip(&[
        ("_rels/.rels", relations.as_bytes()),
        ("word/document2.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
    ]);
    let expected = [
        Piece::Paragraph(lines(&["Rechnung aufheben."])),
        Piece::Paragraph(lines(&["Die Garantie gilt fünf Jahre. Auf Akkus zwei. Sichtbar.", "Nicht auf Verschleiß."])),
    ];
    assert_eq!(read(Format::Docx, &bytes).pieces, expected);
}

#[test]
fn what_a_reader_of_a_page_sees() {
    let page = |body: &str| {
        let pieces = read(Format::Html, body.as_bytes()).pieces;
        pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" / ")
    };
    for (html, expected) in [
        ("<p>Versand<p style='font-size:0.9em'>Inselzuschlag 12 EUR", "Versand / Inselzuschlag 12 EUR"),
        ("<p>Bahn<p hidden>Intern<p>Auto<h2>Parken</h2><p>2 EUR", "Bahn / Auto / Parken / 2 EUR"),
        ("<ul><li>eins<li hidden>intern<ul><li>tief</ul><li>zwei</ul>", "- eins\n- zwei"),
        ("<div><p hidden>intern</div><p>offen", "offen"),
        ("<h2><button>Wie lange?</button></h2><div>30 Tage.</div>", "Wie lange? / 30 Tage."),
        ("<head><title>T</title><meta charset=utf-8><body><h1>Gutscheine</h1>", "Gutscheine"),
        ("<title>Zahlung</title><h1>Zahlung</h1><p>bar", "Zahlung / bar"),
        ("<p>a</p><div style='display:none'/>geheim</div><p>b", "a / b"),
        ("<p>a</p><script/>var b;</script><p>c", "a / c"),
        ("<p>Jacke <del>89 EUR</del> <s>85 EUR</s> 79 EUR", "Jacke 79 EUR"),
        ("<style>.x{display:none}</style><p class='y x'>geheim<p>offen", "offen"),
        ("<style>.x{display:none}.x.da{display:block}</style><p class=x>Antwort", "Antwort"),
        ("<p style='color:#fff;background:white'>weiß<p style='position:absolute;left:-9999px'>fern<p style='opacity:0.0'>klar<p>da", "da"),
        ("<?xml version='1.0'?><p>a</p><div hidden='hidden'/><script src='x'/><p>b</p>", "a / b"),
        ("<table><tr><th>Rad<th hidden>Einkauf<th>Preis<tr><td>A<td hidden>5 EUR<td>9 EUR</table>", "Rad  Preis\nA  9 EUR"),
    ] {
        assert_eq!(page(html), expected, "{html}");
    }
    assert_eq!(read(Format::Html, b"<style>.x{display:none}</style><p class=x>a<p>b").warnings, [Warning::HiddenParts(1)]);
    let wide: Vec<u8> = "\u{feff}<p>Größe S".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(Format::Html, &wide).pieces, [Piece::Paragraph(lines(&["Größe S"]))]);
    let spans = "<table>".to_owned() + &"<tr><td colspan=1000 rowspan=60000>x".repeat(2_000);
    assert_eq!(WithoutWalls.read(Format::Html, spans.as_bytes()), Err(Refusal::TooMuchText));
}

#[test]
fn what_a_reader_of_a_sheet_sees() {
    let sheet = "<cols><col min=\"2\" max=\"2\" width=\"0\"/></cols><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"str\"><v>Artikel</v></c><c r=\"B1\" t=\"str\"><v>Einkauf</v></c><c r=\"C1\" t=\"str\"><v>Preis</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"str\"><v>Sattel</v></c><c r=\"B2\"><v>13</v></c><c r=\"C2\"><f>B2*2</f><v></v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c><c r=\"C3\"><v>31</v></c></row>\
        <row r=\"4\" ht=\"0\"><c r=\"A4\" t=\"str\"><v>Geheim</v></c></row></sheetData>";
    let mut bytes = xlsx(&[("A", "visible", sheet)], &["x"], &[]);
    let read_as = |bytes: &[u8]| read(Format::Xlsx, bytes);
    let seen = read_as(&bytes);
    assert_eq!(seen.pieces, [heading(1, "A"), table(&[&["Artikel", "Preis"], &["Sattel", ""], &["x", "31"]])]);
    assert_eq!(seen.warnings, [Warning::HiddenParts(2), Warning::FormulasWithoutValue(1)]);
    bytes = xlsx(&[("A", "visible", sheet)], &["</t><r><rPr><strike/></rPr><t>alt</t></r><r><t>neu</t></r><t>"], &[]);
    let seen = read_as(&bytes);
    assert_eq!(seen.pieces, [heading(1, "A"), table(&[&["Artikel", "Preis"], &["Sattel", ""], &["neu", "31"]])]);
}

#[test]
fn text_that_nobody_sees_on_a_page_is_none() {
    let content = "BT /F1 11 Tf 50 800 Td (Ein Leihhelm kostet 5 EUR.) Tj ET BT /F1 0.1 Tf 50 760 Td (winzig) Tj ET\
        BT /F1 11 Tf -500 740 Td (draussen) Tj ET BT 1 g 50 720 Td (weiss) Tj 0 g 3 Tr 0 -20 Td (ohne Tinte) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let bytes = pdf_of(&objects.map(String::into_bytes), "");
    assert_eq!(read(Format::Pdf, &bytes).pieces, [Piece::Paragraph(lines(&["Ein Leihhelm kostet 5 EUR."]))]);
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
