use super::*;

/// Whether a draft is found to say the opposite of a source.
fn opposite(draft: &str, source: &str) -> bool {
    let line = Line::read(source);
    let sources = [&line];
    !contradictions(&Line::read(draft), &sources, &Rarity::of(&sources)).is_empty()
}

#[test]
fn a_denial_needs_a_denial() {
    for (draft, source, expected) in [
        ("Klaviere verleihen wir ebenfalls.", "Klaviere verleihen wir nicht.", true),
        ("Klaviere verleihen wir leider nicht.", "Klaviere verleihen wir nicht.", false),
        ("Fahrräder nehmen wir zurück.", "Fahrräder sind von der Rücknahme ausgenommen.", true),
        ("Fahrräder nehmen wir nicht zurück.", "Fahrräder sind von der Rücknahme ausgenommen.", false),
        ("Linux is supported.", "Linux is not supported.", true),
        ("Wir verlegen keine Gedichte und keine Romane.", "Gedichte und Romane verlegen wir nicht.", false),
        // Another matter is no contradiction.
        ("Geigen stimmen wir.", "Klaviere verleihen wir nicht.", false),
        // A condition says when, and not that.
        ("Wenn Klaviere verliehen werden, sagen wir Bescheid.", "Klaviere verleihen wir nicht.", false),
    ] {
        assert_eq!(opposite(draft, source), expected, "{draft} | {source}");
    }
}

#[test]
fn two_denials_make_none() {
    for (text, denied) in [
        ("Das schließen wir nicht aus", false),
        ("Das geht nicht", true),
        ("Das ist nicht verboten", false),
        ("Mehr als zehn nehmen wir nicht auf", false),
        ("Der Kurs fällt aus", true),
        ("We do not only sell bikes", false),
    ] {
        let line = Line::read(text);
        assert_eq!(stance(&line.tokens, (0, text.len())).denied, denied, "{text}");
    }
}
