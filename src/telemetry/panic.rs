//! What a panic may say: where, and nothing else.
//!
//! Never: the message or the payload. A parser that panics quotes what it was parsing, and that is mail text or a
//! server's answer; the location is ours.

use std::io::Write;
use std::panic::Location;

/// Replaces the standard hook, which prints the message. To be called before anything else in `main`.
pub fn keep_quiet() {
    std::panic::set_hook(Box::new(|info| {
        let _ = writeln!(std::io::stderr().lock(), "{}", line(info.location()));
    }));
}

fn line(location: Option<&Location<'_>>) -> String {
    match location {
        Some(at) => format!("Hauspost: internal error at {}:{}:{}", at.file(), at.line(), at.column()),
        None => "Hauspost: internal error at an unknown place".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_a_place() {
        let text = line(Some(Location::caller()));
        assert!(text.starts_with("Hauspost: internal error at ") && text.contains("panic.rs:"), "{text}");
        assert!(line(None).ends_with("unknown place"));
    }
}
