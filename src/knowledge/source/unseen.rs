//! Text of a PDF page that nobody sees: drawn without ink, or white on paper that nothing has coloured.
//!
//! Never: on a page that also holds pictures, areas or forms. There white letters stand on a bar, and letters without ink are
//! the text layer of a scan.

use pdf_extract::content::{Content, Operation};
use pdf_extract::{Document, Object, ObjectId};

/// What colours paper.
const PAINTS: [&str; 11] = ["f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI", "EI"];
/// Without one of these a page is not looked at: most pages have none.
const SIGNS: [&[u8]; 7] = [b"3 Tr", b"7 Tr", b"1 g", b"1.0 g", b" 1 rg", b"1.0 rg", b"0 k"];

/// How the letters to come are drawn (ISO 32000-1, §8.6.8 and §9.3.6).
#[derive(Debug, Clone, Copy, Default)]
struct Ink {
    none: bool,
    white: bool,
}

/// Takes the text that is not seen off a page. What cannot be understood stays as it is.
pub fn take_off(document: &mut Document, page: ObjectId) {
    let Ok(bytes) = document.get_page_content(page) else { return };
    if !SIGNS.iter().any(|sign| bytes.windows(sign.len()).any(|window| window == *sign)) {
        return;
    }
    let Ok(content) = Content::decode(&bytes) else { return };
    let Some(operations) = seen(&content.operations) else { return };
    if let Ok(bytes) = (Content { operations }).encode()
        && Content::decode(&bytes).is_ok()
    {
        // The page is then read as it was.
        let _ = document.change_page_content(page, bytes);
    }
}

/// The operations without those that show unseen text; none where all is seen.
fn seen(operations: &[Operation]) -> Option<Vec<Operation>> {
    if operations.iter().any(|operation| PAINTS.contains(&operation.operator.as_str())) {
        return None;
    }
    let (mut ink, mut kept_inks, mut dropped) = (Ink::default(), Vec::new(), false);
    let mut kept = Vec::with_capacity(operations.len());
    for operation in operations {
        let all = |value: f32, count: usize| {
            operation.operands.len() == count && operation.operands.iter().all(|operand| operand.as_float().is_ok_and(|it| it == value))
        };
        match operation.operator.as_str() {
            "q" => kept_inks.push(ink),
            "Q" => ink = kept_inks.pop().unwrap_or_default(),
            "Tr" => ink.none = matches!(operation.operands.first(), Some(Object::Integer(3 | 7))),
            "g" => ink.white = all(1.0, 1),
            "rg" => ink.white = all(1.0, 3),
            "k" => ink.white = all(0.0, 4),
            "cs" | "sc" | "scn" => ink.white = false,
            "Tj" | "TJ" if ink.none || ink.white => {
                dropped = true;
                continue;
            }
            // They also begin a new line.
            "'" | "\"" if ink.none || ink.white => {
                dropped = true;
                kept.push(Operation::new("T*", Vec::new()));
                continue;
            }
            _ => {}
        }
        kept.push(operation.clone());
    }
    dropped.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> Option<Vec<String>> {
        let operations = Content::decode(content.as_bytes()).expect(content).operations;
        let kept = seen(&operations)?;
        let texts = kept.iter().filter(|operation| operation.operator == "Tj");
        Some(texts.map(|operation| String::from_utf8_lossy(operation.operands[0].as_str().unwrap()).into_owned()).collect())
    }

    #[test]
    fn only_what_lies_on_plain_paper_is_unseen() {
        let text = "BT (a) Tj 3 Tr (b) Tj 0 Tr q 1 g (c) Tj Q 1 1 1 rg (d) Tj 0 g (e) Tj 0 0 0 0 k (f) Tj ET";
        assert_eq!(shown(text), Some(vec!["a".to_owned(), "e".to_owned()]));
        assert_eq!(shown("BT (a) Tj ET"), None);
        assert_eq!(shown("0 0 9 9 re f BT 1 g (auf einem Balken) Tj ET"), None);
        assert_eq!(shown("/Im1 Do BT 3 Tr (Textebene) Tj ET"), None);
    }
}
