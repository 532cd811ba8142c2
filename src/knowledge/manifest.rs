//! `hauspost-knowledge.toml`: what a folder says about its sources, and about those of the folders below it.
//!
//! It holds for a source whichever way the import came to it: by the folder, by one further up or down, or by the file alone.
//! Never: an entry that misses its source for a slash, a capital letter or the way in which an umlaut is written; a word of the
//! file in an error, for it may be another file than it seems.

use crate::domain::limits::CONFIG_BYTES_MAX;
use crate::knowledge::folder::written;
use crate::knowledge::import::Unread;
use crate::knowledge::plain_file;
use crate::knowledge::terms::{Said, Terms};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Beside the sources; says terms for all of them and for single ones.
pub const MANIFEST: &str = "hauspost-knowledge.toml";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("The file cannot be read: {0}")]
    Unread(#[from] Unread),
    #[error("The file is not UTF-8")]
    NotText,
    /// What is wrong may quote the file, so it is told to a person alone.
    #[error("The file cannot be understood, line {line}")]
    Wrong { line: usize, what: String },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// For every source of the folder.
    #[serde(default)]
    pub all: Said,
    /// By name within the folder; the name of a folder means all below it.
    #[serde(default)]
    pub files: BTreeMap<String, Said>,
}

impl Manifest {
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let line_of = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let wrong = |line, what: &str| ManifestError::Wrong { line, what: what.to_owned() };
        let manifest: Self =
            toml::from_str(text).map_err(|error| wrong(error.span().map_or(1, |span| line_of(span.start)), error.message()))?;
        let empty = |said: &Said| said.mailboxes.as_ref().is_some_and(Vec::is_empty);
        if empty(&manifest.all) || manifest.files.values().any(empty) {
            let line = text.lines().position(|line| line.trim_start().starts_with("mailboxes")).map_or(1, |at| at + 1);
            return Err(wrong(line, "mailboxes is empty; for all mailboxes leave it out"));
        }
        Ok(manifest)
    }

    /// The terms of a source: folders from the outermost, then the file itself.
    pub fn terms(&self, name: &str, terms: Terms) -> Terms {
        let mut fitting: Vec<(usize, bool, &Said)> = self
            .files
            .iter()
            .filter(|(key, _)| fits(key, name))
            // Of two entries for one thing the one that is written like it counts.
            .map(|(key, said)| (parts(key).count(), nfc(name).starts_with(&nfc(key)), said))
            .collect();
        fitting.sort_by_key(|(depth, exact, _)| (*depth, *exact));
        fitting.into_iter().fold(terms.with(&self.all), |terms, (_, _, said)| terms.with(said))
    }

    /// Names that stand in it and not in the folder: a slip of the pen would leave a source without its terms.
    pub fn strangers<'a>(&'a self, names: &[String]) -> Vec<&'a str> {
        self.files.keys().map(String::as_str).filter(|key| !names.iter().any(|name| fits(key, name))).collect()
    }
}

fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The names on a path, in the form in which they are compared.
fn parts(path: &str) -> impl Iterator<Item = String> {
    let folded = |part: &str| part.nfc().flat_map(char::to_lowercase).nfc().collect::<String>();
    path.split('/').filter(|part| !part.is_empty() && *part != ".").map(folded).collect::<Vec<_>>().into_iter()
}

/// Whether the key names the source or a folder above it.
fn fits(key: &str, name: &str) -> bool {
    let (mut key, mut name) = (parts(key).peekable(), parts(name));
    key.peek().is_some() && key.all(|part| name.next().is_some_and(|of_name| of_name == part))
}

/// The manifests on the way from the root to a folder, and those of the folders below it.
#[derive(Debug, Default)]
pub struct Manifests(Vec<(PathBuf, Manifest)>);

impl Manifests {
    /// For sources below `base`; `inside` are the manifests that were seen there.
    pub fn read<'a>(base: &'a Path, inside: impl Iterator<Item = &'a Path>) -> Result<Self, (PathBuf, ManifestError)> {
        let mut folders: Vec<&Path> = base.ancestors().chain(inside.filter_map(Path::parent)).collect();
        folders.sort_by_key(|folder| folder.components().count());
        folders.dedup();
        let mut read = Self::default();
        for folder in folders {
            let path = folder.join(MANIFEST);
            if let Some(manifest) = one(&path).map_err(|error| (path, error))? {
                read.0.push((folder.to_owned(), manifest));
            }
        }
        Ok(read)
    }

    fn above<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (&'a Manifest, String)> {
        self.0.iter().filter_map(move |(folder, manifest)| Some((manifest, written(path.strip_prefix(folder).ok()?))))
    }

    pub fn speak_of(&self, path: &Path) -> bool {
        self.above(path).next().is_some()
    }

    pub fn terms(&self, path: &Path, terms: &Terms) -> Terms {
        self.above(path).fold(terms.clone(), |terms, (manifest, name)| manifest.terms(&name, terms))
    }

    /// Of the manifests at and below `base`, whose sources are all known.
    pub fn strangers(&self, base: &Path, paths: &[&Path]) -> Vec<String> {
        let mut strangers = Vec::new();
        for (folder, manifest) in self.0.iter().filter(|(folder, _)| folder.starts_with(base)) {
            let names: Vec<String> = paths.iter().filter_map(|path| Some(written(path.strip_prefix(folder).ok()?))).collect();
            let inside = folder.strip_prefix(base).map(written).unwrap_or_default();
            let prefix = if inside.is_empty() { inside } else { format!("{inside}/") };
            strangers.extend(manifest.strangers(&names).into_iter().map(|key| format!("{prefix}{key}")));
        }
        strangers
    }
}

fn one(path: &Path) -> Result<Option<Manifest>, ManifestError> {
    let bytes = match plain_file::read(path, CONFIG_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(Unread::File(ErrorKind::NotFound | ErrorKind::NotADirectory)) => return Ok(None),
        Err(why) => return Err(why.into()),
    };
    let text = String::from_utf8(bytes).map_err(|_| ManifestError::NotText)?;
    Manifest::parse(&text).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::terms::Classification;
    use jiff::civil::date;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_nearer_place_counts() {
        let manifest = Manifest::parse(
            "[all]\nowner = \"Team\"\n[files.\"intern/\"]\nclassification = \"internal\"\npersonal_data = true\n\
             [files.\"intern/preise.xlsx\"]\nvalid_from = 2026-01-01\nvalid_until = \"2026-12-31\"\nmailboxes = [\"service\"]\n",
        )
        .unwrap();
        let terms = manifest.terms("intern/preise.xlsx", Terms::of("Import"));
        let expected = Terms {
            owner: "Team".to_owned(),
            valid_from: Some(date(2026, 1, 1)),
            valid_until: Some(date(2026, 12, 31)),
            mailboxes: vec!["service".to_owned()],
            classification: Classification::Internal,
            personal_data: true,
        };
        assert_eq!(terms, expected);
        assert_eq!(manifest.terms("agb.md", Terms::of("Import")), Terms::of("Team"));
        assert_eq!(manifest.strangers(&names(&["intern/preise.xlsx", "agb.md"])), Vec::<&str>::new());
        assert_eq!(manifest.strangers(&names(&["agb.md"])), ["intern/", "intern/preise.xlsx"]);
    }

    /// what a person means and a program would pass over.
    #[test]
    fn r136_an_entry_finds_its_source() {
        for (key, name) in [
            ("intern", "intern/preise.md"),
            ("intern/", "intern/tief/preise.md"),
            ("Intern/Preise.MD", "intern/preise.md"),
            ("./händler.md", "ha\u{308}ndler.md"),
            ("HA\u{308}NDLER", "händler/rabatt.md"),
        ] {
            let manifest = Manifest::parse(&format!("[files.\"{key}\"]\nclassification = \"internal\"\n")).unwrap();
            assert_eq!(manifest.terms(name, Terms::of("x")).classification, Classification::Internal, "{key}");
            assert!(manifest.strangers(&names(&[name])).is_empty(), "{key}");
        }
        for (key, name) in [("intern", "internes.md"), ("", "agb.md"), ("intern/preise.md", "intern")] {
            assert!(!fits(key, name), "{key}");
        }
        let both = "[files.\"agb.md\"]\nclassification = \"public\"\n[files.\"AGB.md\"]\nclassification = \"internal\"\n";
        assert_eq!(Manifest::parse(both).unwrap().terms("agb.md", Terms::of("x")).classification, Classification::Public);
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line_and_no_word_of_it() {
        for (text, at) in [
            ("[all]\nowne = \"x\"", 2),
            ("\n[all]\nvalid_until = \"31.12.2026\"", 3),
            ("[all]\nvalid_until = 5", 2),
            ("[all]\nclassification = \"secret\"", 2),
            ("[all]\nowner = \"x\"\nmailboxes = []", 3),
            ("root:x:0:0", 1),
        ] {
            match Manifest::parse(text) {
                Err(error @ ManifestError::Wrong { line, .. }) => {
                    assert_eq!(line, at, "{text}");
                    assert!(!["owne", "secret", "root"].iter().any(|word| error.to_string().contains(word)), "{error}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
