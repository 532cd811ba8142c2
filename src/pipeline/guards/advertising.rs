//! No advertising in an answer (R-025; § 7 UWG, BGH VI ZR 134/15): no offers, newsletters, apps, surveys, social links, unless
//! that is what the customer asked about.

use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::pipeline::guards::inspection::{Inspection, own_words};

/// A kind of advertising: how it sounds, and words of a mail that asks for it. Folded, from the beginning of a word.
struct Kind {
    promotes: &'static [&'static str],
    asked: &'static [&'static str],
}

const KINDS: [Kind; 6] = [
    Kind { promotes: &["newsletter"], asked: &["newsletter", "abmeld", "anmeld", "subscri", "mailing", "werbung"] },
    Kind {
        promotes: &[
            "sonderangebot",
            "sonderaktion",
            "rabattaktion",
            "rabattcode",
            "gutscheincode",
            "aktionscode",
            "jetzt bestellen",
            "jetzt sichern",
            "jetzt buchen",
            "jetzt kaufen",
            "nur fur kurze zeit",
            "nur noch heute",
            "exklusives angebot",
            "exklusive angebote",
            "schnappchen",
            "special offer",
            "discount code",
            "promo code",
            "voucher code",
            "order now",
            "buy now",
            "book now",
            "limited time",
            "don t miss",
            "nicht entgehen",
            "unsere angebote",
            "aktuellen angebot",
            "sale",
            "black friday",
            "empfehlen sie uns",
            "sparen sie jetzt",
            "wir empfehlen ihnen auch",
            "entdecken sie",
            "discover our",
            "you may also like",
            "profitieren sie",
        ],
        asked: &[
            "rabatt",
            "angebot",
            "aktion",
            "gutschein",
            "code",
            "discount",
            "offer",
            "sale",
            "voucher",
            "deal",
            "gunstig",
            "promo",
            "sparen",
            "vergunstig",
        ],
    },
    Kind {
        promotes: &[
            "laden sie unsere app",
            "lade unsere app",
            "unsere app herunter",
            "download our app",
            "get our app",
            "app store",
            "google play",
            "holen sie sich unsere app",
        ],
        asked: &["app", "apps", "smartphone", "handy"],
    },
    Kind {
        promotes: &[
            "umfrage",
            "zufriedenheitsbefragung",
            "bewerten sie",
            "bewerte uns",
            "bewertung auf",
            "bewertung abgeben",
            "uber eine bewertung",
            "kundenbefragung",
            "our survey",
            "take the survey",
            "short survey",
            "customer survey",
            "rate us",
            "leave a review",
            "leave us a review",
            "write a review",
            "your feedback on",
            "trustpilot",
            "weiterempfehlen",
            "recommend us",
        ],
        asked: &["umfrage", "bewert", "survey", "review", "rating", "feedback", "rezension"],
    },
    Kind {
        promotes: &[
            "facebook",
            "instagram",
            "tiktok",
            "linkedin",
            "youtube",
            "pinterest",
            "whatsapp kanal",
            "folgen sie uns",
            "folge uns",
            "follow us",
            "like us",
        ],
        asked: &["facebook", "instagram", "tiktok", "linkedin", "youtube", "pinterest", "whatsapp", "social", "folg", "follow", "video"],
    },
    Kind {
        promotes: &["gewinnspiel", "verlosung", "prize draw", "sweepstake", "win a"],
        asked: &["gewinn", "verlos", "prize", "win", "sweepstake"],
    },
];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let mail = grams::words(&inspection.mail_text());
    let draft = inspection.draft;
    let texts: Vec<String> =
        [&draft.salutation, &draft.closing].into_iter().cloned().chain(draft.sentences.iter().map(|s| own_words(&s.text))).collect();
    let found = KINDS.iter().any(|kind| {
        let asked = mail.iter().any(|word| kind.asked.iter().any(|stem| word.starts_with(stem)));
        !asked && texts.iter().any(|text| promotes(text, kind))
    });
    if found { vec![HandOver::new(Reason::PolicyRestriction, "guard.advertising")] } else { Vec::new() }
}

fn promotes(text: &str, kind: &Kind) -> bool {
    let folded = format!(" {} ", grams::words(text).join(" "));
    kind.promotes.iter().map(|phrase| grams::words(phrase).join(" ")).any(|phrase| {
        // Short words stand for themselves: "sale" is no "Saleh".
        if phrase.chars().count() < 6 { folded.contains(&format!(" {phrase} ")) } else { folded.contains(&format!(" {phrase}")) }
    })
}

/// What promotes in a line that stands under every answer, though it may answer a question in one of them.
const UNDER_EVERY_ANSWER: Kind = Kind {
    promotes: &[
        "rabatt",
        "gutschein",
        "sonderpreis",
        "unser angebot",
        "neue kollektion",
        "jetzt neu",
        "neu im sortiment",
        "neu bei uns",
        "besuchen sie unser",
        "besuche unser",
        "besuchen sie uns auf",
        "stobern sie",
        "kaufen sie",
        "testen sie",
        "buchen sie",
        "bestellen sie",
        "jetzt testen",
        "kostenlos testen",
        "gratis",
        "discount",
        "off your",
        "visit our",
        "shop now",
        "try it free",
        "new in",
    ],
    asked: &[],
};

/// Whether a line of the company's own, such as a signature, advertises: nobody has asked for it there. So does a percentage
/// (there is no other use for one in a signature).
pub fn advertises(text: &str) -> bool {
    KINDS.iter().chain([&UNDER_EVERY_ANSWER]).any(|kind| promotes(text, kind)) || text.contains('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r025_a_signature_does_not_advertise() {
        for line in [
            "Jetzt 20 % Rabatt sichern!",
            "Besuchen Sie unseren Shop!",
            "Folgen Sie uns auf Instagram",
            "Visit our store",
            "Neu im Sortiment: Lastenräder",
            "Bis Freitag 10% auf alles",
        ] {
            assert!(advertises(line), "{line}");
        }
        for line in
            ["Ihr Kundenservice", "Montag bis Freitag 9 bis 18 Uhr", "www.radhaus.example", "Telefon 030 1234567", "Mit dem Rad erreichbar"]
        {
            assert!(!advertises(line), "{line}");
        }
    }
}
