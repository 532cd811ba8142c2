//! Puts characters together from the bytes of tokens.
//!
//! Never: half a character. One token may end within an ä, and a broken sequence becomes U+FFFD instead of an error.

#[derive(Debug, Default)]
pub struct Utf8Assembler {
    rest: Vec<u8>,
}

impl Utf8Assembler {
    /// The characters that are complete now.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let mut out = String::new();
        let mut consumed = 0;
        for chunk in self.rest.utf8_chunks() {
            out.push_str(chunk.valid());
            consumed += chunk.valid().len();
            let broken = chunk.invalid();
            let at_end = consumed + broken.len() == self.rest.len();
            // An incomplete character at the very end may go on in the next token.
            let may_go_on = at_end && std::str::from_utf8(broken).is_err_and(|error| error.error_len().is_none());
            if broken.is_empty() || may_go_on {
                break;
            }
            out.push(char::REPLACEMENT_CHARACTER);
            consumed += broken.len();
        }
        self.rest.drain(..consumed);
        out
    }

    /// What is left when no token follows.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.rest).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_character_waits_for_its_last_byte() {
        let mut assembler = Utf8Assembler::default();
        assert_eq!(assembler.push(b"Gr\xc3"), "Gr");
        assert_eq!(assembler.push(b"\xbc\xc3\x9fe \xe2\x82"), "üße ");
        assert_eq!(assembler.push(b"\xac\xff!"), "€\u{fffd}!");
        assert_eq!(assembler.push(b"\xf0\x9f"), "");
        assert_eq!(assembler.push(b"x"), "\u{fffd}x");
        assert_eq!(assembler.push(b"\xf0"), "");
        assert_eq!(assembler.finish(), "\u{fffd}");
    }

    proptest! {
        #[test]
        fn text_survives_any_cut(text in ".{0,40}", cut in 1_usize..5) {
            let mut assembler = Utf8Assembler::default();
            let mut out: String = text.as_bytes().chunks(cut).map(|piece| assembler.push(piece)).collect();
            out.push_str(&assembler.finish());
            prop_assert_eq!(out, text);
        }
    }
}
