//! How a company of a suite writes: its form of address, and what stands under its answers.
//!
//! In life the lines of the signature are put under an answer at its approval, behind the check. Here the closing formula and
//! the names of the signature close the draft; lines that carry a fact (telephone, address) are left to the approval.

use crate::domain::Language;
use crate::pipeline::evaluation::drafts::Company;
use crate::pipeline::evidence::scan::facts;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::frame::CompanyTone;

const GERMAN: [&str; 3] = ["grüße", "grüßen", "gruß"];
const ENGLISH: [&str; 4] = ["regards", "wishes", "sincerely", "faithfully"];

pub fn tone(company: &Company) -> CompanyTone {
    let house = CompanyTone::default();
    let lines: Vec<&str> = company.signature.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (formula, names) = match lines.split_first() {
        Some((first, rest)) if language_of(first).is_some() => (Some(*first), rest),
        Some(_) | None => (None, lines.as_slice()),
    };
    let names: Vec<&str> = names.iter().copied().filter(|line| facts(line).is_empty() && promises(line).is_empty()).collect();
    let closing = |language: Language| {
        let own = formula.filter(|formula| language_of(formula) == Some(language)).unwrap_or_else(|| house.closing(language));
        std::iter::once(own).chain(names.iter().copied()).collect::<Vec<_>>().join("\n")
    };
    let own_words = company.signature.lines().map(str::to_owned).chain(std::iter::once(company.name.clone())).collect();
    CompanyTone { address_form: company.form(), closing_de: closing(Language::De), closing_en: closing(Language::En), own_words }
}

/// The language of a closing formula; none: the line is none.
fn language_of(line: &str) -> Option<Language> {
    let lower = line.to_lowercase();
    let says = |words: &[&str]| lower.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word));
    match () {
        () if says(&GERMAN) => Some(Language::De),
        () if says(&ENGLISH) => Some(Language::En),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::AddressForm;

    #[test]
    fn the_signature_closes_the_draft_without_its_facts() {
        for (signature, german, english) in [
            ("Ihr Radhaus-Team", "Mit freundlichen Grüßen\nIhr Radhaus-Team", "Kind regards\nIhr Radhaus-Team"),
            ("Viele Grüße\nDein Team\nTel. 030 23125000", "Viele Grüße\nDein Team", "Kind regards\nDein Team"),
            ("Best regards,\nThe Team", "Mit freundlichen Grüßen\nThe Team", "Best regards,\nThe Team"),
            ("Herzliche Grüße vom See\nIhr Empfang", "Herzliche Grüße vom See\nIhr Empfang", "Kind regards\nIhr Empfang"),
            ("", "Mit freundlichen Grüßen", "Kind regards"),
        ] {
            let company = Company {
                id: "rad".to_owned(),
                name: "Radhaus".to_owned(),
                language: Language::De,
                address_form: Some(AddressForm::Du),
                signature: signature.to_owned(),
                categories: vec![],
            };
            let tone = tone(&company);
            assert_eq!((tone.closing_de.as_str(), tone.closing_en.as_str(), tone.address_form), (german, english, AddressForm::Du));
        }
    }
}
