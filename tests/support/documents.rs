//! Small real files of foreign formats, and hostile ones, written byte by byte: no file of anybody else is needed.
//!
//! Used by the tests of the rooms and by the journeys and benches alike.

use std::fmt::Write as _;
use std::io::Write as _;

/// A ZIP archive of these parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    zip_of(parts.iter().map(|(name, bytes)| (*name, 1, *bytes)))
}

/// A ZIP archive whose parts repeat their bytes so many times; they never stand in memory as a whole.
pub fn zip_of<'a>(parts: impl Iterator<Item = (&'a str, usize, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, times, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
        zip.start_file(name, options).expect("a part");
        for _ in 0..times {
            zip.write_all(bytes).expect("bytes of a part");
        }
    }
    zip.finish().expect("an archive").into_inner()
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A DOCX with this body, and with the heading styles of a German Word.
pub fn docx(body: &str) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document {W}><w:body>{body}</w:body></w:document>");
    let styles = format!(
        "<w:styles {W}><w:style w:type=\"paragraph\" w:styleId=\"Titel\"><w:name w:val=\"Title\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"berschrift1\"><w:name w:val=\"heading 1\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"berschrift2\"><w:name w:val=\"heading 2\"/></w:style></w:styles>"
    );
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes()), ("word/styles.xml", styles.as_bytes())])
}

/// A paragraph of a DOCX: style (or none), list level (or none), text.
pub fn paragraph(style: &str, level: Option<u8>, text: &str) -> String {
    let style = if style.is_empty() { String::new() } else { format!("<w:pStyle w:val=\"{style}\"/>") };
    let list = level.map_or_else(String::new, |level| format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr>"));
    format!("<w:p><w:pPr>{style}{list}</w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// An XLSX: its sheets with name, state and the XML of their rows; shared texts; number formats from style 1 on.
pub fn xlsx(sheets: &[(&str, &str, &str)], texts: &[&str], formats: &[&str]) -> Vec<u8> {
    let (mut book, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let n = index + 1;
        let _ = write!(book, "<sheet name=\"{name}\" sheetId=\"{n}\" state=\"{state}\" r:id=\"rId{n}\"/>");
        let _ = write!(relations, "<Relationship Id=\"rId{n}\" Type=\"worksheet\" Target=\"worksheets/sheet{n}.xml\"/>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), format!("<worksheet>{rows}</worksheet>")));
    }
    parts.push(("xl/workbook.xml".to_owned(), format!("<workbook xmlns:r=\"r\"><sheets>{book}</sheets></workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")));
    let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    parts.push(("xl/sharedStrings.xml".to_owned(), format!("<sst>{texts}</sst>")));
    let codes = formats.iter().enumerate();
    let codes: String = codes.map(|(n, code)| format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", 164 + n)).collect();
    let styles: String = (0..formats.len()).map(|n| format!("<xf numFmtId=\"{}\"/>", 164 + n)).collect();
    let styles = format!("<styleSheet><numFmts>{codes}</numFmts><cellXfs><xf numFmtId=\"0\"/>{styles}</cellXfs></styleSheet>");
    parts.push(("xl/styles.xml".to_owned(), styles));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect();
    zip(&parts)
}

/// A workbook whose one sheet unpacks to `mib` MiB.
pub fn huge_xlsx(mib: usize) -> Vec<u8> {
    let row = b"<row><c t=\"inlineStr\"><is><t>Inspektion 89,00 EUR</t></is></c></row>";
    let times = mib * 1024 * 1024 / row.len();
    let once = |name: &'static str, bytes: &'static [u8]| (name, 1, bytes);
    let book = once("xl/workbook.xml", b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"A\" r:id=\"a\"/></sheets></workbook>");
    let relations = once("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"a\" Target=\"s.xml\"/></Relationships>");
    zip_of([book, relations, ("xl/s.xml", times, row.as_slice())].into_iter())
}

/// A PDF of these objects; object 1 is the catalogue.
pub fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        let _ = writeln!(pdf, "{} 0 obj", index + 1);
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let start = pdf.len();
    let _ = write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(pdf, "{offset:010} 00000 n ");
    }
    let _ = write!(pdf, "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    pdf
}

/// A line on a page: size of the font, distance from the line above, text (Latin-1).
pub type TextLine<'a> = (u32, u32, &'a str);

/// A PDF with a text layer.
pub fn pdf(pages: &[Vec<TextLine<'_>>]) -> Vec<u8> {
    pdf_with(pages, "")
}

pub fn pdf_with(pages: &[Vec<TextLine<'_>>], trailer: &str) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|n| format!("{} 0 R ", 4 + n * 2)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} /MediaBox [0 0 595 842] >>", pages.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (n, lines) in pages.iter().enumerate() {
        objects.push(
            format!("<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>", 5 + n * 2).into_bytes(),
        );
        let mut content = b"BT 1 0 0 1 50 800 Tm\n".to_vec();
        for (size, down, text) in lines {
            let _ = write!(content, "/F1 {size} Tf 0 -{down} Td (");
            content.extend(text.chars().flat_map(|c| match c {
                '(' | ')' | '\\' => vec![b'\\', c as u8],
                '€' => vec![0x80],
                '•' => vec![0x95],
                c => vec![c as u8],
            }));
            content.extend_from_slice(b") Tj\n");
        }
        content.extend_from_slice(b"ET");
        objects.push(stream("", &content));
    }
    pdf_of(&objects, trailer)
}

fn stream(keys: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {keys} >>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(content);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A PDF that needs a password: the keys of its owner and user fit no empty one.
pub fn encrypted_pdf() -> Vec<u8> {
    let key = "<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>";
    let encrypt = format!("/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -44 >> /ID [<00> <00>]");
    pdf_with(&[vec![(12, 20, "Geheim")]], &encrypt)
}

/// Pages whose tree leads back to its root.
pub fn looping_pdf() -> Vec<u8> {
    pdf_of(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>".to_vec()], "")
}

/// A page of pictures alone.
pub fn scanned_pdf() -> Vec<u8> {
    pdf(&[vec![]])
}

/// A page whose content is a few kilobytes and unpacks to `mib` MiB, packed twice over.
pub fn pdf_bomb(mib: usize) -> Vec<u8> {
    let inner = deflated(std::iter::repeat_n([b' '; 1024 * 1024].as_slice(), mib));
    let outer = deflated(std::iter::once(inner.as_slice()));
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>".to_vec();
    pdf_of(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            page,
            stream("/Filter [/FlateDecode /FlateDecode]", &outer),
        ],
        "",
    )
}

/// Arrays within arrays, deeper than a stack.
pub fn deep_pdf(depth: usize) -> Vec<u8> {
    let deep = [vec![b'['; depth], vec![b']'; depth]].concat();
    pdf_of(&[b"<< /Type /Catalog /Pages 2 0 R /Deep 3 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(), deep], "")
}

/// A zlib stream, taken out of the ZIP archive that a deflater of ours can write.
fn deflated<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
    zip.start_file("a", options).expect("a part");
    let (mut low, mut high) = (1_u32, 0_u32);
    for piece in pieces {
        zip.write_all(piece).expect("bytes");
        for byte in piece {
            low = (low + u32::from(*byte)) % 65_521;
            high = (high + low) % 65_521;
        }
    }
    let bytes = zip.finish().expect("an archive").into_inner();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("an archive");
    let mut raw = archive.by_index_raw(0).expect("a part");
    let mut out = vec![0x78, 0x9c];
    std::io::copy(&mut raw, &mut out).expect("bytes");
    // RFC 1950 §2.2: the checksum of Adler stands behind it.
    out.extend_from_slice(&((high << 16) | low).to_be_bytes());
    out
}
