//! Text in columns and lines that fit: widths are those of the terminal, not of bytes or `char`s.
//!
//! Never: a word cut in two; a control character of a mail on the terminal.

use unicode_width::UnicodeWidthStr;

/// Room between two columns.
const GAP: usize = 2;
/// Text in lines wider than this is hard to read.
const LINE_MAX: usize = 110;

/// The width of standard output where that is a terminal.
pub fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0)).filter(|width| *width >= 20)
}

/// Rows in columns as wide as their widest cell; the last column is free. `bold` marks the head.
pub fn table(head: &[String], rows: &[Vec<String>], bold: impl Fn(&str) -> String) -> String {
    let cells = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let widths: Vec<usize> =
        (0..head.len()).map(|n| cells().filter_map(|row| row.get(n)).map(|cell| cell.width()).max().unwrap_or(0)).collect();
    let line = |row: &[String]| {
        let last = row.len().saturating_sub(1);
        let cells = row.iter().zip(&widths).enumerate();
        cells.map(|(n, (cell, width))| if n == last { cell.clone() } else { padded(cell, width + GAP) }).collect::<String>()
    };
    std::iter::once(bold(&line(head))).chain(rows.iter().map(|row| line(row))).collect::<Vec<_>>().join("\n")
}

/// The text, filled up with spaces.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Words in lines that fit `width` with `indent` before each; no width: one line per line of the text.
pub fn wrapped(text: &str, indent: &str, width: Option<usize>) -> String {
    let room = width.map_or(usize::MAX, |width| width.min(LINE_MAX).saturating_sub(indent.width()).max(20));
    let mut lines = Vec::new();
    // An empty text is one empty line, with its indent.
    for paragraph in text.lines().chain(text.is_empty().then_some("")) {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.iter().map(|line| format!("{indent}{}", line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// What stands in a mail, without what would move the cursor or turn the reading direction.
pub fn printable(text: &str) -> String {
    let hidden = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !hidden(*c)).map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_with_umlauts() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let text = table(&row(&["Name", "Stand"]), &[row(&["Müller & Söhne", "geprüft"]), row(&["日本", "x"])], str::to_owned);
        let starts: Vec<usize> = text.lines().map(|line| line.rsplit_once("  ").unwrap().0.width()).collect();
        assert_eq!(text.lines().next(), Some("Name            Stand"));
        assert_eq!(starts.len(), 3);
        assert!(text.contains("日本            x"), "{text}");
    }

    #[test]
    fn lines_fit_and_keep_their_words() {
        let text = wrapped("eins zwei drei vier fünf sechs sieben acht", "  ", Some(24));
        assert_eq!(text, "  eins zwei drei vier\n  fünf sechs sieben acht");
        assert_eq!((wrapped("a\n\nb", "┃ ", None), wrapped("", "┃ ", None)), ("┃ a\n┃ \n┃ b".to_owned(), "┃ ".to_owned()));
    }

    #[test]
    fn no_mail_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c\r"), "a [2Jbc ");
    }
}
