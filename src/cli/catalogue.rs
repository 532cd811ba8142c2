//! What a person reads on the terminal, in German and English (Fluent). A missing sentence fails a test, not a user.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

/// Language of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    De,
    En,
}

impl Lang {
    const fn source(self) -> &'static str {
        match self {
            Self::De => include_str!("text/de.ftl"),
            Self::En => include_str!("text/en.ftl"),
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
}

pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    pub fn new(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        bundle.set_use_isolating(false);
        // A damaged catalogue is caught by the tests; what could be read of it is still of use.
        let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(part, _)| part);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The sentence of a key; the key itself where there is none.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// A code of the house (stage, reason, rule) in words, or the code itself.
    pub fn code(&self, group: &str, code: &str) -> String {
        let key = format!("{group}-{}", code.replace(['_', '.'], "-"));
        let said = self.say(&key, &[]);
        if said == key { code.to_owned() } else { said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(lang: Lang) -> BTreeSet<String> {
        lang.source()
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']))
            .filter_map(|line| line.split_once(" = "))
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    #[test]
    fn both_languages_say_the_same_things_without_a_fault() {
        assert_eq!(keys(Lang::De), keys(Lang::En));
        for lang in [Lang::De, Lang::En] {
            assert!(FluentResource::try_new(lang.source().to_owned()).is_ok(), "{lang:?}");
        }
    }

    #[test]
    fn every_stage_and_reason_has_words() {
        for lang in [Lang::De, Lang::En] {
            let catalogue = Catalogue::new(lang);
            let has = |group: &str, code: &str| catalogue.bundle.has_message(&format!("{group}-{}", code.replace('_', "-")));
            for stage in crate::domain::stage::Stage::ALL {
                assert!(has("stage", stage.code()), "{lang:?} {stage:?}");
            }
            for reason in crate::domain::reason::Reason::ALL {
                assert!(has("reason", reason.code()), "{lang:?} {reason:?}");
            }
        }
    }

    #[test]
    fn the_language_follows_flag_then_locale_then_german() {
        assert_eq!(Lang::choose(Some(Lang::En), Some("de_DE")), Lang::En);
        assert_eq!(Lang::choose(None, Some("en_GB.UTF-8")), Lang::En);
        assert_eq!(Lang::choose(None, Some("fr_FR")), Lang::De);
        assert_eq!(Lang::choose(None, None), Lang::De);
    }
}
