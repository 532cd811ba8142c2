use super::*;

fn company(name: &str, form: LegalForm) -> CompanyParticulars {
    CompanyParticulars {
        name: name.to_owned(),
        form,
        seat: "Musterstadt".to_owned(),
        register: Some(Register { court: "Amtsgericht Musterstadt".to_owned(), number: "HRB 12345".to_owned() }),
        persons: vec!["Erika Beispiel".to_owned()],
        board_chair: None,
        supervisory_chair: None,
        general_partner: None,
    }
}

/// A complete company of each legal form.
fn complete() -> Vec<CompanyParticulars> {
    let chaired = |name, form| CompanyParticulars { supervisory_chair: Some("Max Beispiel".to_owned()), ..company(name, form) };
    vec![
        company("Radhaus Beispiel GmbH", LegalForm::Gmbh),
        company("Radhaus UG (haftungsbeschränkt)", LegalForm::Ug),
        chaired("Beispiel AG", LegalForm::Ag),
        CompanyParticulars { persons: Vec::new(), ..company("Radhaus Erika Beispiel e.K.", LegalForm::Ek) },
        company("Beispiel & Söhne oHG", LegalForm::Ohg),
        company("Beispiel KG", LegalForm::Kg),
        CompanyParticulars {
            persons: Vec::new(),
            general_partner: Some(Box::new(company("Beispiel Verwaltungs-GmbH", LegalForm::Gmbh))),
            ..company("Beispiel GmbH & Co. KG", LegalForm::GmbhCoKg)
        },
        CompanyParticulars { register: None, ..company("Praxis Beispiel und Muster GbR", LegalForm::Gbr) },
        company("Beispiel eGbR", LegalForm::Egbr),
        company("Kanzlei Beispiel PartG mbB", LegalForm::Partnership),
        chaired("Wohnbau Beispiel eG", LegalForm::Cooperative),
        company("Hilfe Beispiel e.V.", LegalForm::Association),
        CompanyParticulars { register: None, ..company("Radladen Beispiel", LegalForm::SoleTrader) },
        CompanyParticulars { register: None, persons: Vec::new(), ..company("Stadt Musterstadt", LegalForm::PublicBody) },
    ]
}

#[test]
fn r048_each_legal_form_can_be_complete() {
    for company in complete() {
        assert_eq!(company.check(), Ok(()), "{:?}", company.form);
    }
}

/// what is taken away is named, for each legal form.
#[test]
fn r048_a_missing_field_is_named() {
    let without = |form: LegalForm, change: fn(&mut CompanyParticulars)| {
        let mut company = complete().into_iter().find(|company| company.form == form).unwrap();
        change(&mut company);
        company.check()
    };
    let seat: fn(&mut CompanyParticulars) = |c| c.seat = " ".into();
    let register: fn(&mut CompanyParticulars) = |c| c.register = None;
    let number: fn(&mut CompanyParticulars) = |c| c.register.as_mut().unwrap().number.clear();
    let persons: fn(&mut CompanyParticulars) = |c| c.persons.clear();
    let chair: fn(&mut CompanyParticulars) = |c| c.supervisory_chair = None;
    let anonymous: fn(&mut CompanyParticulars) = |c| c.name = "Radhaus Beispiel".into();
    for form in complete().iter().map(|company| company.form) {
        assert_eq!(without(form, seat), Err(Missing::Seat), "{form:?}");
        assert_eq!(without(form, |c| c.name.clear()), Err(Missing::Name), "{form:?}");
        let registered = !matches!(form, LegalForm::Gbr | LegalForm::SoleTrader | LegalForm::PublicBody);
        assert_eq!(without(form, register), if registered { Err(Missing::RegisterCourt) } else { Ok(()) }, "{form:?}");
        assert_eq!(without(form, anonymous), if registered { Err(Missing::FormInName) } else { Ok(()) }, "{form:?}");
    }
    for (form, change, missing) in [
        (LegalForm::Gmbh, number, Missing::RegisterNumber),
        (LegalForm::Gmbh, persons, Missing::ManagingDirectors),
        (LegalForm::Ug, persons, Missing::ManagingDirectors),
        (LegalForm::Ag, persons, Missing::Board),
        (LegalForm::Ag, chair, Missing::SupervisoryChair),
        (LegalForm::Cooperative, chair, Missing::SupervisoryChair),
        (LegalForm::Association, persons, Missing::Board),
        (LegalForm::Gbr, persons, Missing::Partners),
        (LegalForm::Egbr, persons, Missing::Partners),
        (LegalForm::SoleTrader, persons, Missing::Owner),
        (LegalForm::GmbhCoKg, |c| c.general_partner = None, Missing::GeneralPartner),
        (LegalForm::GmbhCoKg, |c| c.general_partner.as_mut().unwrap().persons.clear(), Missing::ManagingDirectors),
        (LegalForm::Gmbh, |c| c.persons = vec!["Beispiel".into()], Missing::GivenName),
    ] {
        assert_eq!(without(form, change), Err(missing), "{form:?}");
    }
}

#[test]
fn r048_the_form_is_read_as_a_word() {
    for (name, form, expected) in [
        ("Wohnbau-GmbH", LegalForm::Gmbh, true),
        ("Stadtwerke Beispiel Gesellschaft mbH", LegalForm::Gmbh, true),
        ("Magazin Beispiel", LegalForm::Ag, false),
        ("Verlag Beispiel", LegalForm::Ag, false),
        ("Regenrad", LegalForm::Cooperative, false),
        ("Beispiel UG", LegalForm::Ug, false),
    ] {
        assert_eq!(company(name, form).names_its_form(), expected, "{name}");
    }
}

#[test]
fn r048_the_block_names_everything() {
    let all = complete();
    let text = all[6].lines(Language::De).join("\n");
    assert_eq!(
        text,
        "Beispiel GmbH & Co. KG\nSitz: Musterstadt\nRegistergericht: Amtsgericht Musterstadt, HRB 12345\n\
         Persönlich haftende Gesellschafterin: Beispiel Verwaltungs-GmbH\nSitz: Musterstadt\n\
         Registergericht: Amtsgericht Musterstadt, HRB 12345\nGeschäftsführung: Erika Beispiel"
    );
    assert!(all[2].lines(Language::En).contains(&"Chair of the supervisory board: Max Beispiel".to_owned()));
}
