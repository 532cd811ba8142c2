//! What a person reads on the terminal, in German and English (Fluent). A missing sentence fails a test, not a user.

use crate::app::sentence::{Sentence, Value};
use fluent_bundle::types::{FluentNumber, FluentValue};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use std::ffi::OsString;
use unic_langid::LanguageIdentifier;

/// Language of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    De,
    En,
}

impl Lang {
    /// Sentences, faults, codes in words, and help texts. The English help stands in `arguments.rs`.
    pub(super) const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::De => &[
                include_str!("text/de.ftl"),
                include_str!("text/faults_de.ftl"),
                include_str!("text/codes_de.ftl"),
                include_str!("text/help_de.ftl"),
            ],
            Self::En => &[include_str!("text/en.ftl"), include_str!("text/faults_en.ftl"), include_str!("text/codes_en.ftl")],
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// `--lang`, else the locale, else German.
    pub fn choose(asked: Option<Self>, locale: Option<&str>) -> Self {
        asked
            .unwrap_or_else(|| if locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("en")) { Self::En } else { Self::De })
    }

    /// Before the command line is parsed: help and errors of the parser need a language too.
    pub fn ahead(arguments: &[OsString]) -> Self {
        let mut asked = None;
        let mut words = arguments.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let value = if word == "--lang" { words.next() } else { word.strip_prefix("--lang=") };
            asked = match value {
                Some("de") => Some(Self::De),
                Some("en") => Some(Self::En),
                _ => asked,
            };
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Self::choose(asked, locale.as_deref())
    }
}

pub struct Catalogue {
    pub lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    pub fn new(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        bundle.set_use_isolating(false);
        for source in lang.sources() {
            // A damaged catalogue is caught by the tests; what could be read of it is still of use.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(part, _)| part);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The sentence of a key; the key itself where there is none.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, number(value).unwrap_or_else(|| FluentValue::from(*value)));
        }
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// A sentence that came with its values. One that this catalogue does not know is quoted in a sentence that it does.
    pub fn sentence(&self, sentence: &Sentence) -> String {
        if !self.has(&sentence.key) {
            return self.say("fault-other", &[("detail", &plain(&sentence.text))]);
        }
        let values: Vec<(&str, String)> = sentence.values.iter().map(|(name, value)| (name.as_str(), self.value(value))).collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.say(&sentence.key, &values)
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => plain(text),
            Value::Words { group, codes } => codes.iter().map(|code| self.code(group, code)).collect::<Vec<_>>().join(", "),
            Value::Sentence(sentence) => self.sentence(sentence),
        }
    }

    /// A code of the house (stage, reason, rule) in words, or the code itself.
    pub fn code(&self, group: &str, code: &str) -> String {
        let key = code_key(group, code);
        let said = self.say(&key, &[]);
        if said == key { code.to_owned() } else { said }
    }

    /// A moment as people of this language write it, in the time zone of this machine.
    pub fn moment(&self, at: &str) -> String {
        let Ok(at) = at.parse::<jiff::Timestamp>() else { return at.to_owned() };
        let form = match self.lang {
            Lang::De => "%d.%m.%Y %H:%M",
            Lang::En => "%Y-%m-%d %H:%M",
        };
        at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime(form).to_string()
    }

    /// A day as people of this language write it.
    pub fn day(&self, day: jiff::civil::Date) -> String {
        match self.lang {
            Lang::De => day.strftime("%d.%m.%Y").to_string(),
            Lang::En => day.to_string(),
        }
    }
}

/// What is written as a count is one, so that a sentence can choose its words by it ("1 Mail", "2 Mails"). `007` and the like
/// stay text: they are names, and are printed as they are written.
fn number(text: &str) -> Option<FluentValue<'static>> {
    let count: u32 = text.parse().ok().filter(|count: &u32| count.to_string() == text)?;
    Some(FluentValue::from(FluentNumber::from(count)))
}

/// A value may come out of a foreign file; what moves the cursor does not reach the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `mail.too_large` of the group `rule` is `rule-mail-too-large`.
pub fn code_key(group: &str, code: &str) -> String {
    format!("{group}-{}", code.replace(['_', '.', ' '], "-"))
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
