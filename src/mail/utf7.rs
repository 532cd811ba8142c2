//! Modified UTF-7 of folder names (RFC 3501 §5.1.3): `Entwürfe` travels as `Entw&APw-rfe`.
//!
//! Never: a guess. A name that is not well formed is not decoded, and then matches no folder we look for.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Writes a folder name for the wire.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Vec<u16> = Vec::new();
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            close(&mut out, &mut shifted);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            shifted.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    close(&mut out, &mut shifted);
    out
}

fn close(out: &mut String, shifted: &mut Vec<u16>) {
    if shifted.is_empty() {
        return;
    }
    out.push('&');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in shifted.drain(..).flat_map(u16::to_be_bytes) {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            push_sextet(out, held >> bits);
        }
    }
    if bits > 0 {
        push_sextet(out, held << (6 - bits));
    }
    out.push('-');
}

fn push_sextet(out: &mut String, value: u32) {
    if let Some(byte) = ALPHABET.get((value & 63) as usize) {
        out.push(char::from(*byte));
    }
}

/// Reads a folder name from the wire. `None` where it is not well formed.
pub fn decode(wire: &str) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((plain, tail)) = rest.split_once('&') {
        out.push_str(plain);
        let (shifted, tail) = tail.split_once('-')?;
        if shifted.is_empty() {
            out.push('&');
        } else {
            out.push_str(&decode_shifted(shifted)?);
        }
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

fn decode_shifted(text: &str) -> Option<String> {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut units = Vec::new();
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == byte)?;
        held = ((held << 6) | u32::try_from(value).ok()?) & 0x3F_FFFF;
        bits += 6;
        if bits >= 16 {
            bits -= 16;
            units.push(u16::try_from((held >> bits) & 0xFFFF).ok()?);
        }
    }
    // What is left is padding: fewer than six bits, all zero.
    let clean = bits < 6 && held & ((1 << bits) - 1) == 0;
    if clean { String::from_utf16(&units).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_names() {
        for (name, wire) in [
            ("Entwürfe", "Entw&APw-rfe"),
            ("Gesendete Objekte", "Gesendete Objekte"),
            ("Müller & Söhne", "M&APw-ller &- S&APY-hne"),
            ("台北", "&U,BTFw-"),
            ("😀", "&2D3eAA-"),
            ("", ""),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire).as_deref(), Some(name));
        }
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for bad in ["&", "&APw", "&A-", "&AP-", "&!!!-", "&2D0-"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC*") {
            let wire = encode(&name);
            prop_assert!(wire.is_ascii());
            prop_assert_eq!(decode(&wire), Some(name));
        }

        #[test]
        fn any_wire_text_is_read_without_panic(wire in "[&A-Za-z0-9+,\\- ä]*") {
            let _ = decode(&wire);
        }
    }
}
