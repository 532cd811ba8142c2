use super::*;
use crate::pipeline::samples::cleared;

#[test]
fn r011_the_salutation_is_the_name_as_signed_and_never_a_gender() {
    for (from, body, expected) in [
        ("Anna Muster", "Wie lange?\n\nViele Grüße\nAnna Muster", Some("Anna Muster")),
        ("Muster, Anna", "Wie lange?", Some("Anna Muster")),
        ("A. Muster", "Wie lange?\n\nGruß\nAnna Muster-Beispiel", Some("Anna Muster-Beispiel")),
        ("Andrea Muster", "Wie lange?", Some("Andrea Muster")),
        ("jonas", "Wie lange?", None),
        ("Radhaus Beispiel GmbH", "Wie lange?", None),
        ("Team Service", "Wie lange?", None),
        ("Anna <script>", "Wie lange?", None),
        ("Familie Muster", "Viele Grüße", None),
        ("", "Wie lange?", None),
    ] {
        let understood = understand(&cleared(from, "", body), AddressForm::Sie);
        assert_eq!(understood.salutation_name.as_ref().map(|n| n.reveal().as_str()), expected, "{from}");
    }
}

#[test]
fn another_language_or_no_ask_needs_a_person() {
    let rules = |body: &str| -> Vec<String> {
        understand(&cleared("Anna Muster", "", body), AddressForm::Sie).needs_person.into_iter().map(|h| h.rule).collect()
    };
    assert!(rules("Wie lange ist die Lieferzeit?").is_empty());
    assert_eq!(rules("Bonjour, je voudrais savoir quand ma commande sera livrée, merci beaucoup?"), ["understanding.language"]);
    assert_eq!(rules("Vielen Dank für die schnelle Lieferung, das Rad ist schön."), ["understanding.no_ask"]);
}
