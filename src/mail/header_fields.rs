//! Reads the raw value of a header field, unfolded (RFC 5322 §2.2.3): just enough to recognise our own mails.
//!
//! Never: decoding, or a judgement about a customer's mail; that is the parser's work.

/// The trimmed values of every field `name` in the header block at the start of `raw`.
pub fn values(raw: &[u8], name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some(value) = &mut open {
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
            continue;
        }
        found.extend(open.take());
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(field), Some(value)) = (parts.next(), parts.next()) else { continue };
        if field.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()) {
            open = Some(value.trim_ascii().to_vec());
        }
    }
    found.extend(open);
    found.iter().map(|value| String::from_utf8_lossy(value.trim_ascii()).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn unfolds_and_stops_at_the_body() {
        let raw = b"Message-ID:\r\n <a@b>\r\nX: 1\r\nx : 2\r\n\t3\r\n\r\nX: body\r\n";
        assert_eq!(values(raw, "message-id"), ["<a@b>"]);
        assert_eq!(values(raw, "X"), ["1", "2 3"]);
        assert!(values(b"", "X").is_empty() && values(b":\n::\n", "X").is_empty());
    }
}
