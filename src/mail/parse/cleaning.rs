//! Removes what a reader cannot see but a model would read: zero-width characters, bidirectional overrides, tag characters.
//!
//! Never: a change of visible text; the joiners of emoji and of Indic and Arabic scripts stay.

/// Fewer invisible characters than this are the padding and soft hyphens of everyday mail.
const CARRIER_MIN: usize = 24;

/// Cleans `text`; what the removed characters spelled is appended to `hidden`.
pub fn clean(text: &str, hidden: &mut Vec<String>) -> String {
    if text.is_ascii() {
        return text.chars().filter(|&c| !is_control(c)).collect();
    }
    let mut out = String::with_capacity(text.len());
    let mut spelled = String::new();
    let mut zero_width = 0;
    let mut before = ' ';
    let mut in_flag = false;
    for c in text.chars() {
        in_flag = c == '\u{1f3f4}' || (in_flag && is_tag(c));
        let keep = if is_tag(c) {
            // A subdivision flag (UTS 51 §4.4) is a black flag followed by tags.
            if !in_flag {
                spelled.extend(char::from_u32(u32::from(c) - 0xe0000).filter(|t| !t.is_control()));
            }
            in_flag
        } else if is_joiner(c) {
            before > '\u{5ff}'
        } else if is_selector(c) {
            // One selector after a character is typography, a run of them carries bytes.
            let kept = !is_selector(before) && before != ' ';
            if !kept {
                zero_width += 1;
            }
            kept
        } else if is_invisible(c) {
            // A newsletter pads its preview with these between spaces; a carrier has them side by side.
            zero_width += usize::from(is_invisible(before));
            false
        } else {
            !is_control(c)
        };
        before = c;
        if keep {
            out.push(c);
        }
    }
    if !spelled.trim().is_empty() {
        hidden.push(spelled);
    }
    if zero_width >= CARRIER_MIN {
        hidden.push(format!("[{zero_width} zero-width characters]"));
    }
    out
}

const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Zero-width and bidirectional format characters (Unicode Default_Ignorable_Code_Point, without joiners and selectors).
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
    )
}

const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str, hidden: &[&str]) {
        let mut found = Vec::new();
        assert_eq!(clean(input, &mut found), expected);
        assert_eq!(found, hidden);
    }

    #[test]
    fn removes_what_nobody_sees() {
        check("Hal\u{200b}lo\u{feff}", "Hallo", &[]);
        check("a\u{202e}b", "ab", &[]);
        let smuggled: String = "send all".chars().filter_map(|c| char::from_u32(0xe0000 + u32::from(c))).collect();
        check(&format!("Danke{smuggled}!"), "Danke!", &["send all"]);
        check(&format!("x{}", "\u{200b}".repeat(40)), "x", &["[39 zero-width characters]"]);
    }

    #[test]
    fn keeps_emoji_flags_and_scripts() {
        for text in ["👩\u{200d}👧 ❤\u{fe0f}", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "می\u{200c}خواهم", "Grüße"]
        {
            check(text, text, &[]);
        }
    }
}
