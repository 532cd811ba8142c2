//! Words, numbers and marks of a text with their places, the ground that facts are read off.

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// As written.
    pub text: String,
    /// Lower case.
    pub lower: String,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with hyphens inside taken as ends.
    Word,
    /// Digits with `.`, `,`, `:`, `'` or a no-break space between digits.
    Number,
    /// One character of anything else that is visible.
    Mark,
}

impl Token {
    pub fn is(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark && self.text.chars().eq(std::iter::once(mark))
    }
}

/// Tokens of a text. Spans in `masked` are passed over (addresses that were read before).
pub fn tokens(text: &str, masked: &[(usize, usize)]) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut all = Vec::new();
    let mut index = 0;
    while let Some((start, c)) = chars.get(index).copied() {
        if let Some((_, end)) = masked.iter().find(|(from, to)| (*from..*to).contains(&start)) {
            while chars.get(index).is_some_and(|(at, _)| at < end) {
                index += 1;
            }
            continue;
        }
        let kind = if is_digit(c) {
            TokenKind::Number
        } else if c.is_alphabetic() {
            TokenKind::Word
        } else {
            TokenKind::Mark
        };
        let mut next = index + 1;
        match kind {
            TokenKind::Number => {
                while continues_number(&chars, next) {
                    next += 1;
                }
            }
            TokenKind::Word => {
                while chars.get(next).is_some_and(|(_, c)| c.is_alphabetic() || *c == '\u{ad}' || *c == '\u{308}') {
                    next += 1;
                }
            }
            TokenKind::Mark => {}
        }
        let end = chars.get(next).map_or(text.len(), |(at, _)| *at);
        if let Some(piece) = text.get(start..end).filter(|_| !c.is_whitespace() && !c.is_control()) {
            all.push(Token { kind, text: piece.to_owned(), lower: piece.to_lowercase(), start, end });
        }
        index = next;
    }
    all
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn continues_number(chars: &[(usize, char)], index: usize) -> bool {
    let at = |index: usize| chars.get(index).map(|(_, c)| *c);
    match at(index) {
        Some(c) if is_digit(c) => true,
        // A separator only between digits; a no-break space only before exactly three of them.
        Some('.' | ',' | ':' | '\'' | '’') => at(index + 1).is_some_and(is_digit),
        // "2 000 Franken": a space groups where a currency or a measure follows the three digits.
        Some(' ') => {
            let digits = (1..=3).all(|n| at(index + n).is_some_and(is_digit)) && !at(index + 4).is_some_and(is_digit);
            let rest: String = chars.iter().skip(index + 4).take(10).map(|(_, c)| *c).collect();
            let head = chars.iter().take(index).rev().take_while(|(_, c)| is_digit(*c)).count();
            digits
                && (1..=3).contains(&head)
                && ["€", "EUR", "Euro", "CHF", "Franken", "Fr.", "kWh", "km", "kg"].iter().any(|unit| rest.trim_start().starts_with(unit))
        }
        Some('\u{a0}' | '\u{202f}') => (1..=3).all(|n| at(index + n).is_some_and(is_digit)) && !at(index + 4).is_some_and(is_digit),
        _ => false,
    }
}
