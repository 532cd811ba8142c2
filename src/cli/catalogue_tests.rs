use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The entries of a language, each with the names of the values it holds. Help texts stand in German alone.
fn entries(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let values = |text: &str| text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect::<Vec<_>>();
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in lang.sources().iter().flat_map(|source| source.lines()).filter(|line| !line.starts_with('#')) {
        match (line.split_once(" = "), found.last_mut()) {
            (Some((key, text)), _) if !line.starts_with(' ') => found.push((key.to_owned(), values(text).into_iter().collect())),
            // A sentence that goes on, such as the words for one and for many.
            (_, Some((_, before))) => before.extend(values(line)),
            (_, None) => {}
        }
    }
    let shared =
        |key: &str| !key.starts_with("arg-") && !key.starts_with("value-") && (!key.starts_with("help-") || SHARED_HELP.contains(&key));
    found.into_iter().filter(|(key, _)| shared(key)).collect()
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

/// One is not many: each sentence with a count in it, for 1 and for 2.
#[test]
fn counts_choose_their_words() {
    let cases = [
        ("mailbox-renumbered", "count", ["eine Mail bitte", "2 Mails bitte", "one mail yourself", "2 mails yourself"]),
        ("knowledge-added", "passages", ["; 1 Abschnitt", "; 2 Abschnitte", "; 1 passage", "; 2 passages"]),
        ("document-line", "passages", [" 1 Abschnitt,", " 2 Abschnitte,", " 1 passage,", " 2 passages,"]),
        ("warning-pages-without-text", "count", ["1 Seite ohne", "2 Seiten ohne", "1 page without", "2 pages without"]),
        ("warning-pages-unreadable", "count", ["1 Seite nicht", "2 Seiten nicht", "1 page cannot", "2 pages cannot"]),
        ("warning-hidden-parts", "count", ["1 ausgeblendeter Teil", "2 ausgeblendete Teile", "1 hidden part", "2 hidden parts"]),
        ("warning-columns-left-out", "count", ["1 Spalte neben", "2 Spalten neben", "1 column beside", "2 columns beside"]),
        ("audit-holds", "records", ["1 Eintrag,", "2 Einträge,", "1 record,", "2 records,"]),
        ("audit-holds", "checkpoints", ["1 Prüfpunkt.", "2 Prüfpunkte.", "1 checkpoint.", "2 checkpoints."]),
        ("demo-done", "mails", ["1 Mail,", "2 Mails,", "1 mail,", "2 mails,"]),
        ("demo-done", "drafts", ["1 Entwurf liegt", "2 Entwürfe liegen", "1 draft is", "2 drafts are"]),
        ("detail-inbox", "mails", ["1 Mail (", "2 Mails (", "1 mail (", "2 mails ("]),
    ];
    for (key, name, expected) in cases {
        let said = |lang, count| Catalogue::new(lang).say(key, &[(name, count)]);
        let found = [said(Lang::De, "1"), said(Lang::De, "2"), said(Lang::En, "1"), said(Lang::En, "2")];
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{key}: {expected:?} is not in {found:?}");
        }
    }
    let name = |name| Catalogue::new(Lang::De).say("detail-folder", &[("name", name)]);
    assert_eq!(["007", "1", "-1", "4711", "1.50"].map(name), ["007", "1", "-1", "4711", "1.50"]);
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
    codes.extend(crate::store::draft::DraftState::ALL.map(|it| ("draft", it.code())));
    codes.extend(stage::Stage::ALL.map(|it| ("stage", it.code())));
    codes.extend(reason::Reason::ALL.map(|it| ("reason", it.code())));
    codes.extend(policy::LegalBasis::ALL.map(|it| ("basis", it.code())));
    codes.extend(clearance::ConsentState::ALL.map(|it| ("consent", it.code())));
    codes.extend(outbox::OutboxState::ALL.map(|it| ("outbox", it.code())));
    codes.extend(crate::store::consent::Channel::ALL.map(|it| ("channel", it.code())));
    codes.extend(crate::store::health::Failure::ALL.map(|it| ("failure", it.code())));
    codes.extend(["order", "invoice", "customer"].map(|it| ("number-kind", it)));
    codes.extend(["default", "extractive", "model"].map(|it| ("drafter", it)));
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
    const BEGINNINGS: [&str; 16] = [
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
        "suite-",
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

/// "Freigabe" is a person's approval. What the law or a customer allows has words of its own.
#[test]
fn an_approval_is_no_clearance() {
    let of_clearance = |key: &str| key.starts_with("rule-gate-") || ["queue-mail", "fault-queue-void"].contains(&key);
    let lines = Lang::De.sources().iter().flat_map(|source| source.lines());
    let mut looked_at = 0;
    for (key, text) in lines.filter_map(|line| line.split_once(" = ")).filter(|(key, _)| of_clearance(key)) {
        looked_at += 1;
        assert!(!text.contains("reigabe") && !text.contains("reigegeben"), "{key}: {text}");
    }
    assert!(looked_at > 10, "{looked_at}");
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
