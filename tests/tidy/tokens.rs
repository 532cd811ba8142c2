//! Rust source as tokens, as far as the house rules need them: words, literals and signs with their line.
//!
//! Comments (and with them doctests) are left out and a literal is one token, so that no rule is fooled by prose.
//! Never: a full parser. A tree would know more and would break with every edition; the rules look for short sequences.

use std::iter::Peekable;
use std::str::Chars;

/// One token. `text` of a literal is what stands between its quotes, escapes untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Identifier, keyword or number; `r#type` is the word `type`.
    Word,
    /// String of any sort.
    Literal,
    /// Character or byte.
    Char,
    /// One punctuation mark; `::` is one sign.
    Sign,
}

impl Token {
    pub fn is_word(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }

    pub fn is_sign(&self, text: &str) -> bool {
        self.kind == Kind::Sign && self.text == text
    }
}

/// Reads a whole file. An unfinished literal or comment ends with the file.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { chars: text.chars().peekable(), line: 1, out: Vec::new() };
    while let Some(c) = reader.next() {
        reader.token(c);
    }
    reader.out
}

/// True at `i` where the words and signs of `pattern` stand in this order.
pub fn matches(tokens: &[Token], i: usize, pattern: &[&str]) -> bool {
    pattern.iter().enumerate().all(|(k, want)| tokens.get(i + k).is_some_and(|t| t.is_word(want) || t.is_sign(want)))
}

/// The index of the token that closes the bracket at `open`, or the end of the file.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open).filter(|(_, t)| t.kind == Kind::Sign) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len()
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    line: usize,
    out: Vec<Token>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.next()?;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn at(&mut self, want: char) -> bool {
        self.chars.peek() == Some(&want)
    }

    /// The character after the next one.
    fn second(&self) -> Option<char> {
        self.chars.clone().nth(1)
    }

    fn push(&mut self, kind: Kind, text: impl Into<String>, line: usize) {
        self.out.push(Token { kind, text: text.into(), line });
    }

    fn token(&mut self, c: char) {
        let line = self.line;
        match c {
            '/' if self.at('/') => while self.next().is_some_and(|c| c != '\n') {},
            '/' if self.at('*') => self.block_comment(),
            '"' => self.string(line),
            '\'' => self.quote(line),
            ':' if self.at(':') => {
                self.next();
                self.push(Kind::Sign, "::", line);
            }
            c if c.is_whitespace() => {}
            c if c.is_alphanumeric() || c == '_' => self.word(c, line),
            c => self.push(Kind::Sign, c.to_string(), line),
        }
    }

    fn block_comment(&mut self) {
        self.next();
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some('*') if self.at('/') => {
                    self.next();
                    depth -= 1;
                }
                Some('/') if self.at('*') => {
                    self.next();
                    depth += 1;
                }
                Some(_) => {}
                None => return,
            }
        }
    }

    fn string(&mut self, line: usize) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => {
                    text.push(c);
                    text.extend(self.next());
                }
                c => text.push(c),
            }
        }
        self.push(Kind::Literal, text, line);
    }

    /// A character, or a lifetime, which no rule asks for.
    fn quote(&mut self, line: usize) {
        if self.at('\\') || self.second() == Some('\'') {
            let mut text = String::new();
            while let Some(c) = self.next() {
                match c {
                    '\'' => break,
                    '\\' => {
                        text.push(c);
                        text.extend(self.next());
                    }
                    c => text.push(c),
                }
            }
            return self.push(Kind::Char, text, line);
        }
        while self.chars.peek().is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            self.next();
        }
    }

    fn word(&mut self, first: char, line: usize) {
        let mut text = String::from(first);
        while let Some(c) = self.chars.peek().copied().filter(|c| c.is_alphanumeric() || *c == '_') {
            text.push(c);
            self.next();
        }
        match text.as_str() {
            "b" | "c" if self.at('"') => {
                self.next();
                self.string(line);
            }
            "b" if self.at('\'') => {
                self.next();
                self.quote(line);
            }
            "r" | "br" | "cr" if self.at('"') => self.raw(line),
            "r" | "br" | "cr" if self.at('#') => match self.second() {
                Some('"' | '#') => self.raw(line),
                _ => {
                    self.next();
                    if let Some(c) = self.next() {
                        self.word(c, line);
                    }
                }
            },
            _ => self.push(Kind::Word, text, line),
        }
    }

    fn raw(&mut self, line: usize) {
        let mut hashes = 0_usize;
        while self.at('#') {
            self.next();
            hashes += 1;
        }
        self.next();
        let end = format!("\"{}", "#".repeat(hashes));
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if text.ends_with(&end) {
                text.truncate(text.len() - end.len());
                break;
            }
        }
        self.push(Kind::Literal, text, line);
    }
}

fn check(input: &str, expected: &[&str]) {
    let found: Vec<String> = tokens(input)
        .into_iter()
        .map(|t| match t.kind {
            Kind::Literal => format!("<{}>", t.text),
            Kind::Char => format!("'{}'", t.text),
            Kind::Word | Kind::Sign => t.text,
        })
        .collect();
    assert_eq!(found, expected, "{input}");
}

#[test]
fn comments_and_doctests_are_left_out() {
    check("a // crate::x\nb", &["a", "b"]);
    check("//! use crate::store;\n/// ```\n/// crate::y\n/// ```\nfn f", &["fn", "f"]);
    check("a /* b /* c */ d */ e", &["a", "e"]);
    check("a /", &["a", "/"]);
    check("/* open", &[]);
}

#[test]
fn literals_are_one_token() {
    check(r#"f("a \" // b", 1)"#, &["f", "(", r#"<a \" // b>"#, ",", "1", ")"]);
    check(r###"r#"a " b"# x"###, &[r#"<a " b>"#, "x"]);
    check(r#"br"a\" b"z" c"y""#, &[r"<a\>", "<z>", "<y>"]);
    check("'\"' '\\'' b'x' 'a: &'static str", &["'\"'", "'\\''", "'x'", ":", "&", "str"]);
    check("r#type::r#fn", &["type", "::", "fn"]);
}

#[test]
fn lines_are_counted_through_comments_and_literals() {
    let lines: Vec<usize> = tokens("a\n/* \n */ b\n\"x\ny\" c").iter().map(|t| t.line).collect();
    assert_eq!(lines, [1, 3, 4, 5]);
}

#[test]
fn brackets_close_where_they_should() {
    let list = tokens("f(a[1], {b}) c");
    assert_eq!(list[closing(&list, 1)].line, 1);
    assert!(list[closing(&list, 1) + 1].is_word("c"));
    assert_eq!(closing(&tokens("(a"), 0), 2);
}
