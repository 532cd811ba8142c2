//! Second look at the charset of a text part: undeclared, unknown and wrongly declared ones.
//!
//! Never: silence. Each repair is a defect by name. What was declared rightly is left as mail-parser decoded it.

use crate::mail::parse::header::windows_1252;
use mail_parser::decoders::{base64::base64_decode, charsets::map::charset_decoder, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders};
use std::borrow::Cow;

/// The text and what was wrong with it.
pub fn repair<'a>(message: &Message<'_>, part: &MessagePart<'_>, text: &'a str) -> (Cow<'a, str>, Option<String>) {
    let declared = part.content_type().and_then(|t| t.attribute("charset")).map(str::to_ascii_lowercase);
    // mail-parser has no decoder for UTF-8 and its subset ASCII: it needs none.
    let known = declared
        .as_deref()
        .is_some_and(|c| matches!(c, "utf-8" | "utf8" | "us-ascii" | "ascii") || charset_decoder(c.as_bytes()).is_some());
    let unreadable = text.contains('\u{fffd}');
    let misread = known && looks_like_utf8_read_as_latin(text);
    if !unreadable && !misread {
        let unknown = declared.is_some() && !known && !text.is_ascii();
        return (Cow::Borrowed(text), unknown.then(|| "charset: unknown".to_owned()));
    }
    let Some(bytes) = decoded_bytes(message, part) else { return (Cow::Borrowed(text), Some("charset: unreadable".to_owned())) };
    if std::str::from_utf8(&bytes).is_ok() {
        // Valid UTF-8 by chance is next to impossible with umlauts in it.
        let honest = String::from_utf8_lossy(&bytes).into_owned();
        let changed = honest != text;
        return (Cow::Owned(honest), changed.then(|| "charset: utf-8 declared as another".to_owned()));
    }
    let utf8 = declared.as_deref().is_none_or(|c| matches!(c, "utf-8" | "utf8" | "us-ascii" | "ascii") || !known);
    if !utf8 {
        return (Cow::Borrowed(text), Some("charset: bytes do not fit".to_owned()));
    }
    let name = match declared.as_deref() {
        None => "charset: undeclared 8-bit",
        Some(_) if !known => "charset: unknown",
        Some(_) => "charset: bytes do not fit",
    };
    let mut fixed = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => fixed.push_str(line),
            Err(_) => fixed.push_str(&windows_1252(line)),
        }
    }
    (Cow::Owned(fixed), Some(name.to_owned()))
}

/// `Ã¼` where `ü` was meant.
fn looks_like_utf8_read_as_latin(text: &str) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        if matches!(before, 'Ã' | 'Â') && (matches!(c, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c))
        {
            return true;
        }
        before = c;
    }
    false
}

fn decoded_bytes(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content_type: &str, body: &[u8], expected: &str, defect: Option<&str>) {
        let raw = [b"From: a@b.de\nContent-Type: ", content_type.as_bytes(), b"\n\n", body].concat();
        let message = mail_parser::MessageParser::default().parse(&raw).unwrap();
        let part = &message.parts[0];
        let (text, found) = repair(&message, part, part.text_contents().unwrap());
        assert_eq!((text.trim(), found.as_deref()), (expected, defect), "{content_type}");
    }

    #[test]
    fn repairs_by_name() {
        check("text/plain; charset=utf-8", "Grüße".as_bytes(), "Grüße", None);
        check("text/plain; charset=iso-8859-1", b"Gr\xfc\xdfe", "Grüße", None);
        check("text/plain", b"Gr\xfc\xdfe", "Grüße", Some("charset: undeclared 8-bit"));
        check("text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Grüße", Some("charset: bytes do not fit"));
        check("text/plain; charset=x-nie-gehoert", b"Gr\xfc\xdfe", "Grüße", Some("charset: unknown"));
        check("text/plain; charset=iso-8859-1", "Grüße".as_bytes(), "Grüße", Some("charset: utf-8 declared as another"));
    }
}
