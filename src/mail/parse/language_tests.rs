use super::*;

fn check(text: &str, expected: Language) {
    assert_eq!(detect(text, ""), expected, "{text}");
}

#[test]
fn short_texts() {
    for text in [
        "Danke!",
        "Wo ist mein Paket?",
        "ok danke",
        "Hallo",
        "Guten Tag",
        "Moin",
        "Ja, passt.",
        "Kündigung",
        "Vielen Dank",
        "LG und bis bald",
        "Bitte um Rückruf",
        "JA KI",
        "Ist das da?",
        "Wann kommt die Ware an?",
        "Viele Grüße",
    ] {
        check(text, Language::De);
    }
    for text in [
        "Thanks!",
        "Where is my parcel?",
        "Thank you",
        "Hi there",
        "yes please",
        "Any news on this?",
        "It was great",
        "Hello",
        "What is the price?",
    ] {
        check(text, Language::En);
    }
    for text in [
        "Merci beaucoup",
        "Hola, ¿dónde está mi pedido?",
        "Grazie mille",
        "Dziękuję bardzo",
        "Спасибо большое",
        "谢谢你",
        "Bedankt, met vriendelijke groeten",
    ] {
        check(text, Language::Other);
    }
    for text in ["", "ok", "123 456", "https://example.org/das/ist", ":-)", "RX-8812"] {
        check(text, Language::Unknown);
    }
}

#[test]
fn long_texts() {
    check(
        "Sehr geehrte Damen und Herren, am 3. März habe ich bei Ihnen ein Fahrrad bestellt, das bis heute nicht angekommen ist.",
        Language::De,
    );
    check(
        "Dear team, on March 3rd I ordered a bicycle from you which has not arrived until today. Could you please look into it?",
        Language::En,
    );
    check(
        "Bonjour, j'ai commandé un vélo le 3 mars et il n'est toujours pas arrivé. Pouvez-vous me dire quand il sera livré ?",
        Language::Other,
    );
    check(
        "Goedemorgen, ik heb op 3 maart een fiets bij u besteld en die is nog steeds niet aangekomen. Wanneer wordt hij geleverd?",
        Language::Other,
    );
    check("hallo ich hab vor 2 wochen was bestellt und es is immernoch nix da was soll das bitte ich will mein geld zurueck", Language::De);
    check(
        "Guten Tag, das Download-Center zeigt den Error \"Invalid license key\" in der Business Edition, Version 4.2 auf Windows Server.",
        Language::De,
    );
}

#[test]
fn an_empty_reply_falls_back_to_the_whole_text() {
    assert_eq!(detect("", "> Wo ist mein Paket?"), Language::De);
}
