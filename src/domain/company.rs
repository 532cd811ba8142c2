//! The particulars that German law demands on every business letter, and an e-mail is one.
//!
//! Never: a block with a gap. What is missing is named, and the mail is not written.
//! Sources: § 35a GmbHG (UG by § 5a GmbHG), § 80 AktG, § 37a HGB, § 125 HGB (oHG, KG, and by § 7 Abs. 5 PartGG the
//! partnership), § 25a GenG. For GbR, association and sole trader no such rule stands in their own law; the names that a
//! customer needs to know the contracting party are asked for all the same.

use crate::domain::Language;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalForm {
    Gmbh,
    /// Unternehmergesellschaft (haftungsbeschränkt).
    Ug,
    Ag,
    /// Registered merchant.
    Ek,
    Ohg,
    Kg,
    /// A KG or oHG without a natural person who is fully liable.
    GmbhCoKg,
    Gbr,
    /// A GbR in the Gesellschaftsregister.
    Egbr,
    Partnership,
    Cooperative,
    Association,
    /// A trader without an entry in the register.
    SoleTrader,
    /// Municipality, chamber, public institution.
    PublicBody,
}

/// Where the company is registered: `Amtsgericht Musterstadt`, `HRB 12345`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    pub court: String,
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyParticulars {
    /// The full name as registered, with its legal form.
    pub name: String,
    pub form: LegalForm,
    /// Seat of the company, place of business of a merchant, address of a GbR or trader.
    pub seat: String,
    #[serde(default)]
    pub register: Option<Register>,
    /// Managing directors, board, partners or owner, each with a given name.
    #[serde(default)]
    pub persons: Vec<String>,
    /// Chair of the board of an AG, where one is named (§ 80 Abs. 1 Satz 2 AktG).
    #[serde(default)]
    pub board_chair: Option<String>,
    /// Chair of the supervisory board; a must for AG and cooperative, for a GmbH where it has one.
    #[serde(default)]
    pub supervisory_chair: Option<String>,
    /// The particulars of the liable company of a GmbH & Co. KG.
    #[serde(default)]
    pub general_partner: Option<Box<CompanyParticulars>>,
}

/// What has to be filled in before a mail can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("name of the company")]
    Name,
    #[error("legal form in the name of the company")]
    FormInName,
    #[error("seat")]
    Seat,
    #[error("register court")]
    RegisterCourt,
    #[error("register number")]
    RegisterNumber,
    #[error("managing directors")]
    ManagingDirectors,
    #[error("members of the board")]
    Board,
    #[error("partners")]
    Partners,
    #[error("owner")]
    Owner,
    #[error("chair of the supervisory board")]
    SupervisoryChair,
    #[error("general partner")]
    GeneralPartner,
    #[error("given name of a person")]
    GivenName,
}

impl Missing {
    /// Where it is written in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name | Self::FormInName => "company.name",
            Self::Seat => "company.seat",
            Self::RegisterCourt => "company.register.court",
            Self::RegisterNumber => "company.register.number",
            Self::ManagingDirectors | Self::Board | Self::Partners | Self::Owner | Self::GivenName => "company.persons",
            Self::SupervisoryChair => "company.supervisory_chair",
            Self::GeneralPartner => "company.general_partner",
        }
    }
}

impl LegalForm {
    /// Spellings one of which must stand in the name; empty where the law asks for none.
    const fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::Gmbh => &["gmbh", "gesellschaft mit beschränkter haftung", "mbh"],
            Self::Ug => &["ug (haftungsbeschränkt)", "unternehmergesellschaft (haftungsbeschränkt)"],
            Self::Ag => &["ag", "aktiengesellschaft"],
            Self::Ek => &["e.k.", "e. k.", "e.kfm.", "e.kfr.", "eingetragener kaufmann", "eingetragene kauffrau"],
            Self::Ohg => &["ohg", "offene handelsgesellschaft"],
            Self::Kg => &["kg", "kommanditgesellschaft"],
            Self::GmbhCoKg => &["co. kg", "co. ohg", "co.kg", "co kg", "co. kommanditgesellschaft"],
            Self::Egbr => &["egbr", "eingetragene gesellschaft bürgerlichen rechts"],
            Self::Partnership => &["partner", "partnerschaft", "partg", "partgmbb"],
            Self::Cooperative => &["eg", "eingetragene genossenschaft"],
            Self::Association => &["e.v.", "e. v.", "eingetragener verein"],
            Self::Gbr | Self::SoleTrader | Self::PublicBody => &[],
        }
    }

    const fn is_registered(self) -> bool {
        match self {
            Self::Gmbh
            | Self::Ug
            | Self::Ag
            | Self::Ek
            | Self::Ohg
            | Self::Kg
            | Self::GmbhCoKg
            | Self::Egbr
            | Self::Partnership
            | Self::Cooperative
            | Self::Association => true,
            Self::Gbr | Self::SoleTrader | Self::PublicBody => false,
        }
    }

    /// What it means when no person is named; `None` where the law asks for none.
    const fn missing_persons(self) -> Option<Missing> {
        match self {
            Self::Gmbh | Self::Ug => Some(Missing::ManagingDirectors),
            Self::Ag | Self::Cooperative | Self::Association => Some(Missing::Board),
            Self::Gbr | Self::Egbr => Some(Missing::Partners),
            Self::SoleTrader => Some(Missing::Owner),
            Self::Ek | Self::Ohg | Self::Kg | Self::GmbhCoKg | Self::Partnership | Self::PublicBody => None,
        }
    }

    const fn persons_label(self, language: Language) -> &'static str {
        let german = !matches!(language, Language::En);
        match (self, german) {
            (Self::Gmbh | Self::Ug | Self::GmbhCoKg, true) => "Geschäftsführung",
            (Self::Gmbh | Self::Ug | Self::GmbhCoKg, false) => "Managing directors",
            (Self::Ag | Self::Cooperative | Self::Association, true) => "Vorstand",
            (Self::Ag | Self::Cooperative | Self::Association, false) => "Board",
            (Self::Gbr | Self::Egbr | Self::Ohg | Self::Kg, true) => "Gesellschafter",
            (Self::Gbr | Self::Egbr | Self::Ohg | Self::Kg | Self::Partnership, false) => "Partners",
            (Self::Partnership, true) => "Partner",
            (Self::Ek | Self::SoleTrader, true) => "Inhaber",
            (Self::Ek | Self::SoleTrader, false) => "Owner",
            (Self::PublicBody, true) => "Vertreten durch",
            (Self::PublicBody, false) => "Represented by",
        }
    }
}

impl CompanyParticulars {
    /// The first thing that is missing.
    pub fn check(&self) -> Result<(), Missing> {
        let need = |filled: bool, missing: Missing| if filled { Ok(()) } else { Err(missing) };
        need(is_filled(&self.name), Missing::Name)?;
        need(self.names_its_form(), Missing::FormInName)?;
        need(is_filled(&self.seat), Missing::Seat)?;
        if self.form.is_registered() {
            let register = self.register.as_ref();
            need(register.is_some_and(|r| is_filled(&r.court)), Missing::RegisterCourt)?;
            need(register.is_some_and(|r| is_filled(&r.number)), Missing::RegisterNumber)?;
        }
        if let Some(missing) = self.form.missing_persons() {
            need(!self.persons.is_empty() && self.persons.iter().all(|person| is_filled(person)), missing)?;
        }
        match self.form {
            LegalForm::Ag | LegalForm::Cooperative => {
                need(self.supervisory_chair.as_deref().is_some_and(is_filled), Missing::SupervisoryChair)?;
            }
            LegalForm::GmbhCoKg => {
                let partner = self.general_partner.as_deref().ok_or(Missing::GeneralPartner)?;
                // A company that hides behind another company behind a third is not read for ever.
                need(partner.general_partner.is_none(), Missing::GeneralPartner)?;
                partner.check()?;
            }
            LegalForm::Gmbh
            | LegalForm::Ug
            | LegalForm::Ek
            | LegalForm::Ohg
            | LegalForm::Kg
            | LegalForm::Gbr
            | LegalForm::Egbr
            | LegalForm::Partnership
            | LegalForm::Association
            | LegalForm::SoleTrader
            | LegalForm::PublicBody => {}
        }
        // § 35a GmbHG, § 80 AktG: the family name and at least one given name, written out.
        let people = self.persons.iter().chain(&self.board_chair).chain(&self.supervisory_chair);
        need(people.map(|name| name.split_whitespace().count()).all(|words| words >= 2), Missing::GivenName)
    }

    /// What is written where `missing` is to stand.
    pub fn written(&self, missing: Missing) -> String {
        let register = self.register.as_ref();
        match missing {
            Missing::Name | Missing::FormInName => self.name.clone(),
            Missing::Seat => self.seat.clone(),
            Missing::RegisterCourt => register.map(|register| register.court.clone()).unwrap_or_default(),
            Missing::RegisterNumber => register.map(|register| register.number.clone()).unwrap_or_default(),
            Missing::ManagingDirectors | Missing::Board | Missing::Partners | Missing::Owner | Missing::GivenName => {
                self.persons.join(", ")
            }
            Missing::SupervisoryChair => self.supervisory_chair.clone().unwrap_or_default(),
            Missing::GeneralPartner => String::new(),
        }
    }

    fn names_its_form(&self) -> bool {
        let spellings = self.form.spellings();
        let name = self.name.to_lowercase();
        // As a word of its own: `Magazin` does not say `AG`.
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        spellings.is_empty()
            || spellings.iter().any(|form| {
                name.match_indices(form).any(|(at, _)| {
                    let before = name.get(..at).and_then(|text| text.chars().next_back());
                    let after = name.get(at + form.len()..).and_then(|text| text.chars().next());
                    // `Stadtwerkegesellschaft mbH`, `Wohnbau-GmbH`: only what follows must be an edge for the long forms.
                    edge(after) && (edge(before) || form.len() > 4)
                })
            })
    }

    /// The block as it stands under a mail. Labels follow the language of the mail, names stay as they are.
    pub fn lines(&self, language: Language) -> Vec<String> {
        let german = !matches!(language, Language::En);
        let pick = |de: &'static str, en: &'static str| if german { de } else { en };
        let mut lines = vec![self.name.trim().to_owned()];
        let seat = match self.form {
            LegalForm::Ek => pick("Ort der Handelsniederlassung", "Place of business"),
            LegalForm::Gbr | LegalForm::SoleTrader | LegalForm::PublicBody => pick("Anschrift", "Address"),
            LegalForm::Gmbh
            | LegalForm::Ug
            | LegalForm::Ag
            | LegalForm::Ohg
            | LegalForm::Kg
            | LegalForm::GmbhCoKg
            | LegalForm::Egbr
            | LegalForm::Partnership
            | LegalForm::Cooperative
            | LegalForm::Association => pick("Sitz", "Registered office"),
        };
        lines.push(format!("{seat}: {}", self.seat.trim()));
        if let Some(register) = &self.register {
            lines.push(format!("{}: {}, {}", pick("Registergericht", "Register court"), register.court.trim(), register.number.trim()));
        }
        if !self.persons.is_empty() {
            lines.push(format!("{}: {}", self.form.persons_label(language), self.persons.join(", ")));
        }
        if let Some(chair) = &self.board_chair {
            lines.push(format!("{}: {chair}", pick("Vorsitz des Vorstands", "Chair of the board")));
        }
        if let Some(chair) = &self.supervisory_chair {
            lines.push(format!("{}: {chair}", pick("Vorsitz des Aufsichtsrats", "Chair of the supervisory board")));
        }
        if let Some(partner) = &self.general_partner {
            let label = pick("Persönlich haftende Gesellschafterin", "General partner");
            let mut block = partner.lines(language).into_iter();
            lines.extend(block.next().map(|name| format!("{label}: {name}")));
            lines.extend(block);
        }
        lines
    }
}

fn is_filled(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
#[path = "company_tests.rs"]
mod tests;
