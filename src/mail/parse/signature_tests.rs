use super::*;

#[test]
fn closings() {
    for line in [
        "Mit freundlichen Grüßen",
        "Mit freundlichen Gruessen,",
        "Viele Grüße",
        "Viele Grüße, Anna",
        "Liebe Grüße aus Hamburg",
        "LG Anna",
        "VG",
        "MfG",
        "Beste Grüße!",
        "Vielen Dank und freundliche Grüße",
        "Freundliche Grüsse",
        "Gruß, Max",
        "Kind regards,",
        "Best regards",
        "Regards,",
        "Cheers, Bob",
        "Best,",
        "Sincerely yours,",
        "Mit besten Grüßen aus München",
        "Herzliche Grüße",
        "Mit freundlichem Gruß",
        "Schöne Grüße",
        "Thanks and regards",
    ] {
        assert!(is_closing(line), "{line}");
    }
    for line in [
        "Das ist die beste Lösung",
        "Best wäre es am Montag, wenn Sie kommen.",
        "Vielen Dank",
        "Danke!",
        "Viele Fragen habe ich noch",
        "Regarding my order",
        "Gibt es Grüße?",
        "Best price for 3 bikes please",
        "Thanks",
        "Hallo",
        "Schöne Räder haben Sie",
    ] {
        assert!(!is_closing(line), "{line}");
    }
}

#[test]
fn mobile_footers() {
    for line in [
        "Von meinem iPhone gesendet",
        "Gesendet von meinem iPhone",
        "Sent from my iPhone",
        "Gesendet mit der GMX Mail App",
        "Get Outlook for iOS<https://aka.ms/x>",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Outlook für Android beziehen",
        "Sent from Yahoo Mail on Android",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Gesendet von Outlook für Android <https://aka.ms/y>",
        "Gesendet mit Proton Mail",
        "Sent from my BlackBerry",
    ] {
        assert!(is_mobile_footer(line), "{line}");
    }
    for line in [
        "Das Paket wurde von meinem Nachbarn gesendet, aber nie angenommen",
        "Ich habe es gestern gesendet",
        "Sent from the warehouse on Monday, it never came",
    ] {
        assert!(!is_mobile_footer(line), "{line}");
    }
}

#[test]
fn disclaimers() {
    for text in [
        "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen.",
        "Wenn Sie nicht der richtige Adressat sind oder diese E-Mail irrtümlich erhalten haben, informieren Sie bitte sofort den Absender und vernichten Sie diese Mail.",
        "This email and any attachments are confidential and intended solely for the addressee.",
        "If you are not the intended recipient, please notify the sender and delete this message.",
        "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken.",
        "CAUTION: This email originated from outside of the organization.",
    ] {
        assert!(is_disclaimer(text), "{text}");
    }
    for text in [
        "Bitte behandeln Sie meine Anfrage vertraulich.",
        "Ich habe die Rechnung irrtümlich erhalten.",
        "Is this offer confidential? I want to show it to my wife.",
    ] {
        assert!(!is_disclaimer(text), "{text}");
    }
}

fn check(text: &str, sender: &str, expected: Option<usize>) {
    let lines: Vec<&str> = text.split('\n').collect();
    assert_eq!(start(&lines, Some(sender), None, false), expected, "{text}");
}

#[test]
fn starts() {
    check("Hallo,\n\nText\n\nViele Grüße\nAnna", "Anna Muster", Some(4));
    check("Text\n-- \nAnna", "", Some(1));
    check("Text\n\nAnna", "Anna Muster", Some(2));
    check("Text\n\nAnna", "Bob", None);
    check("Danke!", "Anna", None);
    check("Meine neue Adresse:\n\nAnna Muster\nTel. 0123 4567\nanna@example.org", "Anna Muster", None);
    check("Bitte rufen.\n\nAnna Muster\nTel. 0123 4567\nanna@example.org", "Anna Muster", Some(2));
}
