//! `evaluate drafts`: companies with their knowledge, mails to them, and what an answer must hold. The format, and how its
//! lines belong together; `drafts_run` lets each mail go its way, `drafts_figures` counts.

use crate::domain::Language;
use crate::domain::language::AddressForm;
use crate::pipeline::suite::{self, Ids, Place, Problem, SuiteError};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Company(Company),
    Passage(Passage),
    Case(Box<Case>),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    pub id: String,
    pub name: String,
    #[serde(deserialize_with = "suite::language")]
    pub language: Language,
    /// `null` where the company writes no German.
    #[serde(deserialize_with = "Option::deserialize")]
    pub address_form: Option<AddressForm>,
    pub signature: String,
    pub categories: Vec<CategoryLine>,
}

impl Company {
    pub fn form(&self) -> AddressForm {
        self.address_form.unwrap_or(AddressForm::Sie)
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryLine {
    pub name: String,
    pub description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    pub company: String,
    pub id: String,
    pub title: String,
    pub text: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub company: String,
    pub id: String,
    #[serde(deserialize_with = "suite::language")]
    pub language: Language,
    /// How the writer addresses the company; the answer keeps the company's form.
    #[serde(deserialize_with = "Option::deserialize", rename = "address_form")]
    pub _address_form: Option<AddressForm>,
    #[serde(rename = "tags")]
    pub _tags: Vec<String>,
    pub mail: Mail,
    pub asks: Vec<Ask>,
    pub category: String,
    pub outcome: Outcome,
    pub forbidden: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub from: String,
    pub subject: String,
    pub body: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub ask: String,
    pub passages: Vec<String>,
    pub facts: Vec<String>,
}

impl Ask {
    /// An ask without passages cannot be answered from the knowledge.
    pub const fn is_answerable(&self) -> bool {
        !self.passages.is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Answer,
    Partial,
    HandOver,
}

impl Outcome {
    /// Whether the suite wants a draft.
    pub const fn wants_draft(self) -> bool {
        match self {
            Self::Answer | Self::Partial => true,
            Self::HandOver => false,
        }
    }
}

/// A company with what belongs to it, in the order of the suite.
pub struct Desk {
    pub company: Company,
    pub passages: Vec<Passage>,
    /// Each with its number in the suite.
    pub cases: Vec<(usize, Case)>,
}

/// A suite whose references hold.
pub struct Suite {
    pub desks: Vec<Desk>,
    pub cases: usize,
}

impl std::fmt::Debug for Suite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suite({} companies, {} cases)", self.desks.len(), self.cases)
    }
}

pub fn load(files: &[PathBuf]) -> Result<Suite, SuiteError> {
    let mut sorter = Sorter::default();
    let mut rest = Vec::new();
    // A line may stand before the company that it names.
    for (place, line) in suite::read::<Line>(files)? {
        match line {
            Line::Company(company) => sorter.company(company, &place)?,
            Line::Passage(_) | Line::Case(_) => rest.push((place, line)),
        }
    }
    let mut cases = Vec::new();
    for (place, line) in rest {
        match line {
            Line::Passage(passage) => sorter.passage(passage, &place)?,
            Line::Case(case) => cases.push((place, case)),
            Line::Company(_) => {}
        }
    }
    let count = cases.len();
    for (number, (place, case)) in cases.into_iter().enumerate() {
        sorter.case(number, *case, &place)?;
    }
    if count == 0 {
        return Err(SuiteError::Empty("case"));
    }
    Ok(Suite { desks: sorter.desks, cases: count })
}

/// Sorts lines to their companies and says where one does not belong.
#[derive(Default)]
struct Sorter {
    desks: Vec<Desk>,
    at: HashMap<String, usize>,
    companies: Ids,
    passages: HashMap<String, Ids>,
    cases: Ids,
}

impl Sorter {
    fn company(&mut self, company: Company, place: &Place) -> Result<(), SuiteError> {
        self.companies.take(&company.id, place)?;
        let mut names = Ids::default();
        for category in &company.categories {
            names.take(&category.name, place)?;
        }
        self.at.insert(company.id.clone(), self.desks.len());
        self.desks.push(Desk { company, passages: Vec::new(), cases: Vec::new() });
        Ok(())
    }

    fn desk(&mut self, company: &str, place: &Place) -> Result<&mut Desk, SuiteError> {
        let desk = self.at.get(company).and_then(|at| self.desks.get_mut(*at));
        desk.ok_or_else(|| SuiteError::at(place, Problem::NoCompany(company.to_owned())))
    }

    fn passage(&mut self, passage: Passage, place: &Place) -> Result<(), SuiteError> {
        self.passages.entry(passage.company.clone()).or_default().take(&passage.id, place)?;
        self.desk(&passage.company, place)?.passages.push(passage);
        Ok(())
    }

    fn case(&mut self, number: usize, case: Case, place: &Place) -> Result<(), SuiteError> {
        self.cases.take(&case.id, place)?;
        let known = self.passages.get(&case.company);
        let unknown = case.asks.iter().flat_map(|ask| &ask.passages).find(|id| !known.is_some_and(|ids| ids.has(id)));
        let unknown = unknown.cloned();
        let desk = self.desk(&case.company, place)?;
        if let Some(id) = unknown {
            return Err(SuiteError::at(place, Problem::NoPassageOf { company: case.company, id }));
        }
        if !desk.company.categories.iter().any(|category| category.name == case.category) {
            let allowed = desk.company.categories.iter().map(|category| category.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(SuiteError::at(place, Problem::NoCategory { category: case.category, company: case.company, allowed }));
        }
        desk.cases.push((number, case));
        Ok(())
    }
}
