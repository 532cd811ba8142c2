use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The entries of a language, each with the names of the values it holds. Help texts stand in German alone.
fn entries(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let of_line = |line: &str| {
        let (key, text) = line.split_once(" = ")?;
        let values = text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect();
        Some((key.to_owned(), values))
    };
    let lines = lang.sources().iter().flat_map(|source| source.lines());
    let own = lines.filter(|line| !line.starts_with(['#', ' '])).filter_map(of_line);
    own.filter(|(key, _)| {
        !key.starts_with("arg-") && !key.starts_with("value-") && (!key.starts_with("help-") || SHARED_HELP.contains(&key.as_str()))
    })
    .collect()
}

const SHARED_HELP: [&str; 6] = ["help-example", "help-commands", "help-options", "help-arguments", "help-possible", "help-default"];

/// Every `.rs` file below a folder of `src/`, without tests.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") && !path.to_string_lossy().ends_with("_tests.rs") {
                out.push((path.clone(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut out);
    assert!(!out.is_empty(), "{folder} holds no source");
    out
}

/// String literals of a source.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| line.split('"').skip(1).step_by(2))
}

#[test]
fn both_languages_say_the_same_things_with_the_same_values() {
    assert_eq!(entries(Lang::De), entries(Lang::En));
    for lang in [Lang::De, Lang::En] {
        for source in lang.sources() {
            assert!(FluentResource::try_new((*source).to_owned()).is_ok(), "{lang:?} {source:.80}");
        }
    }
}

#[test]
fn no_key_is_there_twice() {
    for lang in [Lang::De, Lang::En] {
        let mut seen = BTreeSet::new();
        let lines = lang.sources().iter().flat_map(|source| source.lines()).filter(|line| !line.starts_with(['#', ' ']));
        for key in lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key) {
            assert!(seen.insert(key), "{lang:?}: {key} is there twice");
        }
    }
}

#[test]
fn every_code_that_people_see_has_words() {
    use crate::domain::{clearance, outbox, policy, reason, stage};
    let mut codes: Vec<(&str, &str)> = Vec::new();
    codes.extend(stage::Stage::ALL.map(|it| ("stage", it.code())));
    codes.extend(reason::Reason::ALL.map(|it| ("reason", it.code())));
    codes.extend(policy::LegalBasis::ALL.map(|it| ("basis", it.code())));
    codes.extend(clearance::ConsentState::ALL.map(|it| ("consent", it.code())));
    codes.extend(outbox::OutboxState::ALL.map(|it| ("outbox", it.code())));
    codes.extend(crate::store::consent::Channel::ALL.map(|it| ("channel", it.code())));
    codes.extend(["public", "internal", "confidential"].map(|it| ("class", it)));
    codes.extend(["valid", "expired", "not_yet"].map(|it| ("document", it)));
    codes.extend(["review", "drafts"].map(|it| ("delivery", it)));
    codes.extend(["release", "hold", "hand_over"].map(|it| ("verdict", it)));
    for lang in [Lang::De, Lang::En] {
        let catalogue = Catalogue::new(lang);
        for (group, code) in &codes {
            assert!(catalogue.has(&code_key(group, code)), "{lang:?} {group} {code}");
        }
        for overlay in clearance::Overlay::ALL {
            assert!(catalogue.has(&code_key("rule", &format!("gate.overlay.{}", overlay.code()))), "{lang:?} {overlay:?}");
        }
    }
}

/// The ids of rules are literals of the form `group.name`; a new one without words fails here and not before a reader.
#[test]
fn every_rule_has_words() {
    const GROUPS: [&str; 16] = [
        "automatic",
        "withdrawal",
        "mail",
        "gate",
        "drafting",
        "evidence",
        "understanding",
        "review",
        "engine",
        "bounce",
        "filing",
        "outbox",
        "sync",
        "worker",
        "hot",
        "guard",
    ];
    // Events of records and logs, crash points, and columns, which are no rules.
    const NOT_RULES: [&str; 20] = [
        "mail.answered_by_person",
        "mail.cleared",
        "mail.done_by_person",
        "mail.drafted",
        "mail.received",
        "mail.requeued",
        "mail.screened",
        "filing.appended",
        "outbox.alarm",
        "outbox.filing_failed",
        "outbox.moved",
        "outbox.not_marked",
        "outbox.person",
        "outbox.search_failed",
        "outbox.settled",
        "sync.batch_committed",
        "sync.batch_written",
        "worker.drafted",
        "worker.leased",
        "worker.retry",
    ];
    let catalogue = Catalogue::new(Lang::De);
    let mut rules = BTreeSet::new();
    for folder in ["domain", "mail", "pipeline"] {
        for (_, text) in sources(folder) {
            for literal in literals(&text) {
                let good = literal.split('.').count() >= 2 && literal.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
                let group = literal.split('.').next().unwrap_or_default();
                if good && !literal.ends_with('.') && GROUPS.contains(&group) && !NOT_RULES.contains(&literal) {
                    rules.insert(literal.to_owned());
                }
            }
        }
    }
    assert!(rules.len() > 25, "{rules:?}");
    let silent: Vec<_> = rules.iter().filter(|rule| !catalogue.has(&code_key("rule", rule))).collect();
    assert!(silent.is_empty(), "without words in cli/text/codes_*.ftl: {silent:?}");
}

/// Keys of sentences are literals in app/ and cli/.
#[test]
fn every_sentence_that_is_said_is_there() {
    const BEGINNINGS: [&str; 15] = [
        "knowledge-",
        "document-",
        "warning-",
        "fault-",
        "io-",
        "config-",
        "allowed-",
        "particular-",
        "unread-",
        "address-",
        "usage-",
        "detail-",
        "demo-",
        "done-",
        "shown-",
    ];
    let (de, mut said) = (Catalogue::new(Lang::De), BTreeSet::new());
    for folder in ["app", "cli"] {
        for (_, text) in sources(folder) {
            let own = |literal: &&str| BEGINNINGS.iter().any(|beginning| literal.starts_with(beginning));
            let plain = |literal: &&str| literal.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !literal.ends_with('-');
            said.extend(literals(&text).filter(own).filter(plain).map(str::to_owned));
        }
    }
    assert!(said.len() > 100, "{said:?}");
    let silent: Vec<_> = said.iter().filter(|key| !de.has(key)).collect();
    assert!(silent.is_empty(), "without a sentence: {silent:?}");
}

#[test]
fn every_refusal_of_a_foreign_file_has_a_sentence() {
    let text = include_str!("../knowledge/source/refusal.rs");
    let codes: Vec<&str> = literals(text).filter(|literal| literal.chars().all(|c| c.is_ascii_lowercase() || c == '-')).collect();
    let catalogue = Catalogue::new(Lang::De);
    assert_eq!(codes.len(), 12, "{codes:?}");
    for code in codes {
        assert!(catalogue.has(&format!("unread-{code}")), "{code}");
    }
}

/// Each reason for which a file is not read, with all its values, in both languages.
#[test]
fn every_reason_of_an_unread_file_is_said() {
    use crate::knowledge::import::Unread;
    use crate::knowledge::reading::{Known, ReadingError};
    use crate::knowledge::source::Refusal;
    use crate::knowledge::terms::TermsError;
    let key = || ReadingError::UnknownKey("colour".to_owned());
    let mut reasons = vec![Unread::TooLarge(1024 * 1024), Unread::UnknownMailbox, Unread::CodeTaken];
    reasons.extend([ReadingError::NotText, ReadingError::Empty, ReadingError::OpenFrontMatter, key()].map(Unread::Text));
    reasons.extend(Known::ALL.map(|known| Unread::Text(ReadingError::BadValue(known))));
    reasons.extend([TermsError::Backwards, TermsError::OutOfRange, TermsError::NoOwner].map(Unread::Terms));
    reasons.extend([Refusal::TooLarge, Refusal::Encrypted, Refusal::Bomb].map(Unread::Foreign));
    reasons.extend([std::io::ErrorKind::PermissionDenied, std::io::ErrorKind::Other].map(Unread::File));
    for lang in [Lang::De, Lang::En] {
        let catalogue = Catalogue::new(lang);
        for reason in &reasons {
            let sentence = crate::app::fault::library::unread(reason);
            let said = catalogue.sentence(&sentence);
            assert!(catalogue.has(&sentence.key), "{lang:?} {reason:?}");
            assert!(!said.contains("{ $") && !said.contains("{$"), "{lang:?} {reason:?}: {said}");
        }
    }
}

#[test]
fn every_model_error_has_a_sentence() {
    let text = include_str!("../inference/refused.rs");
    let codes: Vec<&str> =
        literals(text).filter(|literal| literal.chars().all(|c| c.is_ascii_lowercase() || c == '-') && literal.len() > 1).collect();
    let catalogue = Catalogue::new(Lang::De);
    assert!(codes.len() > 12, "{codes:?}");
    for code in codes {
        assert!(catalogue.has(&format!("model-{code}")), "{code}");
    }
}

#[test]
fn a_sentence_puts_codes_and_causes_into_words() {
    let why = Sentence::new("io-permission", "permission denied");
    let sentence =
        Sentence::new("fault-file", "a.pw cannot be read").with_word("what", "file", "password").with("file", "a.pw").because("why", why);
    let said = |lang| Catalogue::new(lang).sentence(&sentence);
    assert_eq!(said(Lang::De), "Die Kennwortdatei a.pw lässt sich nicht lesen: der Zugriff ist nicht erlaubt.");
    assert_eq!(said(Lang::En), "The password file a.pw cannot be read: access is not allowed.");
    let json = sentence.json();
    assert_eq!((json["code"].as_str(), json["values"]["what"].as_str()), (Some("file"), Some("password")));
}

#[test]
fn what_has_no_sentence_is_quoted_in_one() {
    let unknown = Sentence::new("fault-of-a-later-version", "The moon is \u{1b}[31m full");
    assert_eq!(
        Catalogue::new(Lang::De).sentence(&unknown),
        "Das ging nicht. Technische Meldung: „The moon is \u{1b}[31m full“".replace('\u{1b}', " ")
    );
}

#[test]
fn the_language_follows_flag_then_locale_then_german() {
    assert_eq!(Lang::choose(Some(Lang::En), Some("de_DE")), Lang::En);
    assert_eq!(Lang::choose(None, Some("en_GB.UTF-8")), Lang::En);
    assert_eq!(Lang::choose(None, Some("fr_FR")), Lang::De);
    assert_eq!(Lang::choose(None, None), Lang::De);
    let ahead = |words: &[&str]| Lang::ahead(&words.iter().map(Into::into).collect::<Vec<_>>());
    assert_eq!((ahead(&["hauspost", "--lang", "en", "run"]), ahead(&["hauspost", "queue", "list", "--lang=en"])), (Lang::En, Lang::En));
    assert_eq!(ahead(&["hauspost", "--lang", "de"]), Lang::De);
}
