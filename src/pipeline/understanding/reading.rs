//! Reads a cleared mail with all rules at once.
//!
//! What cannot be told, and what the rules keep for people (F-26), goes to a person. Never: a word of the model.

use crate::config::Config;
use crate::domain::language::AddressForm;
use crate::domain::overview::{DeadlineView, NumberView, Overview};
use crate::domain::reason::{HandOver, Reason};
use crate::domain::{Cleared, Language, Message, Personal};
use crate::knowledge::language;
use crate::pipeline::understanding::asks::{self, FoundAsk};
use crate::pipeline::understanding::category::{self, Category};
use crate::pipeline::understanding::deadline::{self, Deadline};
use crate::pipeline::understanding::hot_words::{self, Finding, Reach};
use crate::pipeline::understanding::priority::{self, Priority};
use crate::pipeline::understanding::references::{self, NumberPattern, Reference};
use crate::pipeline::understanding::salutation::signed_name;
use crate::pipeline::understanding::summary;

/// What the company told us about its own mail.
#[derive(Debug, Clone, Default)]
pub struct Guide {
    pub categories: Vec<Category>,
    pub numbers: Vec<NumberPattern>,
}

impl Guide {
    pub fn of(config: &Config) -> Self {
        Self { categories: config.category.clone(), numbers: NumberPattern::of(&config.number) }
    }
}

/// What the rules read off a mail.
#[derive(Debug, Clone)]
pub struct Understanding {
    pub language: Language,
    /// The company's own form; the writer's does not change it (F-23).
    pub address_form: AddressForm,
    pub asks: Vec<FoundAsk>,
    /// First and last name as the writer gave them; none: a neutral salutation.
    pub salutation_name: Option<Personal<String>>,
    /// Why a person has to answer; empty: a draft may be tried.
    pub needs_person: Vec<HandOver>,
    /// What only a person answers, with where it stands.
    pub findings: Vec<Finding>,
    /// Name and confidence; none where the company has no categories or nothing fits.
    pub category: Option<(String, f64)>,
    pub priority: Priority,
    pub deadlines: Vec<Deadline>,
    pub references: Vec<Reference>,
    /// Two sentences of the mail, word for word (F-17).
    pub summary: Personal<String>,
}

impl Understanding {
    /// What a reviewer is shown, and what is sealed with the draft.
    pub fn overview(&self) -> Overview {
        let deadline =
            |found: &Deadline| DeadlineView { date: found.date.map(|date| date.to_string()), words: found.words.reveal().clone() };
        let number =
            |found: &Reference| NumberView { kind: found.kind.clone(), number: found.number.reveal().clone(), checks: found.checks };
        Overview {
            summary: self.summary.reveal().clone(),
            category: self.category.as_ref().map(|(name, _)| name.clone()),
            confidence: self.category.as_ref().map_or(0.0, |(_, confidence)| *confidence),
            priority: self.priority,
            deadlines: self.deadlines.iter().map(deadline).collect(),
            numbers: self.references.iter().map(number).collect(),
        }
    }

    /// Whether this ask, by its place in [`Self::asks`], is for a person although the rest of the mail is not.
    pub fn is_for_person(&self, ask: usize) -> bool {
        let Some(ask) = self.asks.get(ask) else { return false };
        self.findings.iter().any(|finding| finding.rule.reach == Reach::Ask && finding.stands_in(&ask.ask))
    }
}

pub fn understand(mail: &Cleared<Message>, address_form: AddressForm) -> Understanding {
    understand_with(mail, address_form, &Guide::default())
}

pub fn understand_with(mail: &Cleared<Message>, address_form: AddressForm, guide: &Guide) -> Understanding {
    let message = mail.get();
    let language = match message.language {
        Language::De | Language::En | Language::Other => message.language,
        Language::Unknown => language::of(&format!("{}\n{}", message.visible, message.subject)),
    };
    let asks = asks::find(&message.visible, &message.subject);
    let findings = hot_words::find(&message.subject, &message.visible);
    let deadlines = deadline::find(&message.visible, message.date.as_deref());
    let mut needs_person = Vec::new();
    match language {
        Language::De | Language::En => {}
        Language::Other | Language::Unknown => needs_person.push(HandOver::new(Reason::UnsupportedRequest, "understanding.language")),
    }
    needs_person.extend(for_a_person(&findings, &asks));
    if asks.is_empty() {
        needs_person.push(HandOver::new(Reason::Ambiguous, "understanding.no_ask"));
    }
    Understanding {
        priority: priority::of(message, &findings, &deadlines),
        category: category::guess_with(message, &guide.categories, &findings).map(|guess| (guess.category.name.clone(), guess.confidence)),
        references: references::find(&format!("{}\n{}", message.subject, message.visible), &guide.numbers),
        summary: Personal::new(summary::of(message, &asks)),
        salutation_name: signed_name(message),
        language,
        address_form,
        asks,
        needs_person,
        findings,
        deadlines,
    }
}

/// Findings that take the whole mail. One that touches a single ask leaves the others to be answered, if there are any.
fn for_a_person(findings: &[Finding], asks: &[FoundAsk]) -> Vec<HandOver> {
    let touched = |ask: &FoundAsk| findings.iter().any(|finding| finding.stands_in(&ask.ask));
    let all_asks = asks.iter().all(touched);
    let takes_all = |finding: &Finding| match finding.rule.reach {
        Reach::Mail => true,
        Reach::Ask => all_asks || !asks.iter().any(|ask| finding.stands_in(&ask.ask)),
    };
    findings.iter().filter(|finding| takes_all(finding)).map(Finding::hand_over).collect()
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
