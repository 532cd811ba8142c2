//! Names of people, firms and products that a draft brings in, and nouns that no source knows.
//!
//! German writes every noun with a capital, so a capital alone is no name: titles, first names, forms of companies, quotation
//! marks and runs of capitals tell. A noun that stands in no source, is no everyday word of a letter and no other form
//! of a known one is a fact from nowhere.

use crate::domain::draft::ClaimKind;
use crate::knowledge::grams;
use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::line::Line;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{Token, TokenKind};
use std::collections::HashSet;
use std::sync::LazyLock;

const TITLES: [&str; 16] =
    ["herr", "herrn", "frau", "mr", "mrs", "ms", "dr", "prof", "miss", "familie", "fräulein", "sir", "madam", "mx", "doktor", "professor"];
const FORMS: [&str; 20] = [
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "gbr",
    "mbh",
    "ltd",
    "inc",
    "plc",
    "llc",
    "se",
    "eg",
    "bank",
    "versicherung",
    "airlines",
    "airways",
    "stiftung",
    "verlag",
    "versicherungen",
];

type Words = LazyLock<HashSet<String>>;

fn set(text: &str) -> HashSet<String> {
    text.split_whitespace().map(|word| grams::words(word).concat()).collect()
}

static FIRST_NAMES: Words = LazyLock::new(|| {
    set(
        "Anna Anne Anja Andrea Angela Antje Astrid Barbara Beate Berta Birgit Brigitte Carla Carola Charlotte Christa Christina Claudia Clara Cornelia \
Daniela Doris Dorothea Elena Elisabeth Elke Ella Emilia Emma Erika Eva Franziska Frieda Gabi Gabriele Greta Gisela Hannah Heike Helena Helga Hilde Ida Ilse \
Ines Inga Ingrid Irene Jana Jasmin Jennifer Jessica Johanna Jolanta Julia Jutta Karin Karla Katharina Kathrin Katja Kerstin Kirsten Klara Laura Lea Lena Leonie \
Lina Linda Lisa Lotte Luisa Maja Manuela Mareike Margarete Maria Marie Marion Marlene Martina Melanie Mia Michaela Mila Mira Miriam Monika Nadine Natalie \
Nele Nicole Nina Nora Olga Patricia Paula Petra Pia Regina Renate Rita Ronja Rosa Ruth Sabine Sabrina Sandra Sara Sarah Silke Simone Sofia Sonja Sophie \
Stefanie Stella Susanne Svenja Sylvia Tanja Tatjana Theresa Ulrike Ursula Ute Vanessa Vera Verena Veronika Wiebke Yvonne Selin Aylin Ayse Fatma Elif Zeynep \
Achim Adam Albert Alexander Ali Andreas Anton Arne Arno Axel Ben Benjamin Bernd Bernhard Bjoern Björn Boris Bruno Carl Carsten Christian Christoph Daniel David \
Dennis Dieter Dirk Dominik Eberhard Eduard Elias Emil Emre Erich Erik Ernst Fabian Felix Finn Florian Frank Franz Friedrich Fritz Georg Gerd Gerhard Gregor \
Guenter Günter Günther Gustav Hannes Hans Harald Heiko Heinrich Heinz Helmut Henrik Henry Herbert Hermann Holger Horst Ingo Ivan Jakob Jan Jannik Jens Joachim \
Jochen Johann Johannes Jonas Jörg Josef Julian Jürgen Kai Karl Karsten Kevin Kilian Klaus Konrad Konstantin Kurt Lars Lasse Leo Leon Lennart Linus Lorenz Ludwig \
Luca Lukas Manfred Marc Marcel Marco Marcus Mario Mark Markus Martin Mathias Matthias Max Maximilian Mehmet Michael Mirko Moritz Murat Mustafa Niklas Nico Nils \
Noah Norbert Ole Olaf Oliver Oskar Otto Pascal Patrick Paul Peter Philipp Rainer Ralf Ralph Raphael Reinhard Rene Richard Robert Robin Roland Rolf Roman Rudi \
Rudolf Rüdiger Sascha Sebastian Simon Stefan Steffen Stephan Sven Theo Thomas Thorsten Till Tim Timo Tobias Tom Torsten Udo Uli Ulrich Uwe Viktor Volker \
Walter Werner Wilhelm Wolfgang Yusuf Pavel Adrian Jacek Alice Amanda Amy Andrew Anthony Brian Catherine Charles Chris Diana Edward Elizabeth Emily \
Fiona Gary George Grace Hannah Harry Helen James Jane Jason Jeremy John Joseph Karen Kate Kenneth Kevin Laura Lucy Margaret Matthew Megan Nancy Nicholas Olivia \
Rachel Rebecca Roger Ryan Samantha Samuel Scott Sean Stephen Steven Susan Teresa Timothy Victoria William",
    )
});

/// Nouns and forms of address that every letter uses; they are about no fact of the firm.
static EVERYDAY: Words = LazyLock::new(|| {
    set(
        "Sie Ihr Ihre Ihren Ihrem Ihrer Ihres Ihnen Du Dein Deine Dich Dir Herr Frau Herrn Familie Dame Damen Herren Team Nachricht Mail Email Anfrage Frage \
Fragen Antwort Rückfrage Rückfragen Hilfe Dank Gruß Grüße Grüßen Geduld Verständnis Interesse Mühe Umstände Unannehmlichkeiten Verzögerung Entschuldigung Bitte Wunsch Wünsche Fall Fälle \
Zeit Tag Tage Tagen Woche Wochen Monat Monate Jahr Jahre Stunde Stunden Minute Minuten Uhr Euro Cent Prozent Ende Anfang Mitte Beginn Datum Frist Zeitraum \
Dauer Termin Uhrzeit Wochentag Werktag Werktage Werktagen Werktags Vormittag Nachmittag Abend Morgen Mittag Kollege Kollegin Kollegen Kolleginnen \
Mitarbeiter Mitarbeiterin Person Personen Kunde Kunden Kundin Angabe Angaben Auskunft Information Informationen Unterlagen Details Einzelheiten Punkt Punkte Thema \
Möglichkeit Möglichkeiten Voraussetzung Voraussetzungen Ausnahme Ausnahmen Regel Regelung Bedingung Bedingungen Weise Art Form Teil Teile Stück Höhe Betrag \
Summe Preis Preise Kosten Gebühr Wert Zahlung Rechnung Bestellung Auftrag Vertrag Lieferung Sendung Paket Ware Artikel Produkt Angebot Leistung Service \
Konto Nummer Adresse Anschrift Telefon Rufnummer Durchwahl Seite Webseite Website Internet Link Formular Schreiben Brief Post Kontakt Ansprechpartner Ansprechpartnerin \
Haus Ort Stelle Grund Gründe Anspruch Recht Pflicht Problem Lösung Schritt Schritte Weg Woche Anliegen Vorgang Sache Situation Vorteil Hinweis Hinweise \
Kenntnis Verfügung Rückmeldung Bescheid Stand Ablauf Nachweis Beispiel Ordnung Vertrauen Freude Kauf Entfernung Menge Anzahl Größe Gewicht Vergleich Zusammenhang Sommer Winter \
Frühling Herbst Januar Februar März April Mai Juni Juli August September Oktober November Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag \
Montags Dienstags Mittwochs Donnerstags Freitags Samstags Sonntags Wochenende Feiertag EUR Mo Di Mi Do Fr Sa So Nr Tel Ja Nein Hallo Guten Sehr Liebe Lieber Moin \
Servus Gern Gerne Leider Danke Vielen Herzlichen Mit Freundlichen Freundliche Beste Viele Herzliche Erhalt Empfang Eingang Vorlage Abgabe Auswahl Wahl Bedarf Übrige Übrigen Weitere Genaue Folgende Folgendes \
Beides Alles Nichts Etwas Neues Zukunft Vergangenheit Moment Augenblick Absprache Vereinbarung Rahmen Laufe Umkreis Nähe Bereich Zweck Sicherheit Besuch Erfolg \
I You We They He She It The A An Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays January February March May June \
July October December Dear Hello Hi Thank Thanks Kind Best Regards Yours Sincerely Please Yes No Our Your German English Germany Mr Mrs Ms VAT EU UK GB PDF OK AM PM ID IBAN BIC \
MwSt USt AGB FAQ Email E Christmas Easter Weihnachten Ostern Deutschland Deutschlands Umsatzsteuer Mehrwertsteuer Netto Brutto Aufpreis Zuschlag Quadratmeter Quadratmetern Kilometer Kilometern Meter Metern \
Kubikmeter Gramm Kilogramm Liter Grad Pauschale Gesamt Inland Ausland Familienname Vorname Cc Re Ps Stunde Viertelstunde Halbjahr Quartal Drittel Viertel Hälfte Geduldig Tagen Vorlauf Vorab Pfund Celsius Obergeschoss Erdgeschoss Kalenderwoche Kalenderwochen Worten Wort Worte Wohnung Wohnungen Flasche Flaschen Dienst Früh Frühe Geben Hund Hunde Kind Kinder Fahrzeug Gebäude Eingang Ausgang Monats Kilowattstunde Kilowattstunden Kilowatt Watt Volt Pence Teilnehmer Teilnehmerin Gastgeber Durchschnitt Anlage Monatsersten Monatserste Monatsende Monatsanfang Tarif Tarife Unfortunately Hauptsache Ansprechpartnern Gesamtpreis Endpreis Station Stationen Raum Räume Etage Stock Tisch Platz Plätze Eltern Familien Nachbarn Tür Packung Packungen Wagen Zimmer Zimmern Bestellwert Warenwert Auftragswert Einkaufswert Mindestbestellwert Nacht Buch Bücher Karte Karten Kurs Kurse Stadt Land Firma Unternehmen Betrieb Laden Geschäft Filiale Büro Werkstatt Abteilung Zentrale Stammdaten Bearbeitung Fertigstellung Abholung Zusendung Zustellung Ankunft Anreise Abreise",
    )
});

fn is_everyday(folded: &str) -> bool {
    EVERYDAY.contains(folded)
}

/// Firms that everybody knows and letters like to name.
const FIRMS: [&str; 26] = [
    "dhl",
    "ups",
    "dpd",
    "gls",
    "hermes",
    "fedex",
    "tnt",
    "paypal",
    "klarna",
    "visa",
    "mastercard",
    "amazon",
    "ebay",
    "google",
    "apple",
    "microsoft",
    "bosch",
    "shimano",
    "schufa",
    "tuv",
    "adac",
    "allianz",
    "sparkasse",
    "whatsapp",
    "facebook",
    "instagram",
];

/// Names of a text: facts whose `needs` are their words, folded, and whose `gives` is the last of them.
pub fn names(text: &str, tokens: &[Token]) -> Vec<Fact> {
    let mut found = quoted(text);
    let mut i = 0;
    while i < tokens.len() {
        let run = run_at(tokens, i);
        if run == 0 {
            i += 1;
            continue;
        }
        let words: Vec<&Token> = tokens.iter().skip(i).take(run).filter(|t| t.kind == TokenKind::Word).collect();
        found.extend(name_of(&words, tokens, i));
        i += run;
    }
    found
}

/// Tokens of a run of capitals: words, and the full stop of a title or a hyphen between them.
fn run_at(tokens: &[Token], i: usize) -> usize {
    let capital = |t: &Token| t.kind == TokenKind::Word && t.text.starts_with(char::is_uppercase);
    let mut n = i;
    loop {
        match tokens.get(n) {
            Some(t) if capital(t) => n += 1,
            Some(t) if n > i && (t.is('.') || t.is('-') || t.is('&')) => {
                let short =
                    tokens.get(n - 1).is_some_and(|p| TITLES.contains(&p.lower.as_str()) || p.text.chars().count() == 1 || !t.is('.'));
                let next = tokens.get(n + 1).is_some_and(|next| capital(next) && (!t.is('-') || next.start == t.end));
                if short && next { n += 1 } else { return n - i }
            }
            _ => return n - i,
        }
    }
}

fn name_of(words: &[&Token], tokens: &[Token], at: usize) -> Option<Fact> {
    let folded: Vec<String> = words.iter().map(|t| grams::words(&t.text).concat()).collect();
    let titled = folded.iter().position(|word| TITLES.contains(&word.as_str()) || word == "fraulein");
    let first = folded.iter().position(|word| FIRST_NAMES.contains(word));
    let form = folded.iter().rposition(|word| FORMS.contains(&word.as_str()));
    let known = folded.iter().position(|word| FIRMS.contains(&word.as_str()));
    let opens = at == 0 || tokens.get(at - 1).is_some_and(|t| ['.', '!', '?', ':'].iter().any(|m| t.is(*m)));
    let (from, to) = if let Some(title) = titled {
        (title + 1, words.len())
    } else if let Some(first) = first.filter(|first| words.len() > first + 1 || !opens || words.len() == 1 && at + 1 >= tokens.len()) {
        (first, words.len())
    } else if let Some(form) = form.filter(|form| *form > 0) {
        (form.saturating_sub(2).max(usize::from(opens && form > 2)), form + 1)
    } else if let Some(known) = known {
        (known, known + 1)
    } else {
        return None;
    };
    let chosen: Vec<&&Token> =
        words.iter().skip(from).take(to.saturating_sub(from)).filter(|t| !TITLES.contains(&t.lower.as_str())).collect();
    let (start, end) = (chosen.first()?.start, chosen.last()?.end);
    let text = chosen.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
    let words = chosen.iter().map(|t| grams::words(&t.text).concat()).filter(|w| !w.is_empty()).collect();
    Some(fact(text, words, start, end))
}

fn fact(text: String, words: Vec<String>, start: usize, end: usize) -> Fact {
    let last = words.last().cloned().unwrap_or_default();
    Fact { kind: ClaimKind::Name, needs: words, gives: vec![format!("name {last}")], start, end, text }
}

/// What stands in quotation marks with a capital: the name of a product or a document.
fn quoted(text: &str) -> Vec<Fact> {
    let mut all = Vec::new();
    let mut open: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if !matches!(c, '"' | '„' | '“' | '”' | '«' | '»') {
            continue;
        }
        match open.take() {
            Some(start) => {
                let inner = text.get(start..at).unwrap_or("");
                let short = inner.split_whitespace().count() <= 4 && !inner.ends_with('?');
                if short && inner.starts_with(char::is_uppercase) {
                    all.push(fact(inner.to_owned(), grams::words(inner), start, at));
                }
            }
            None => open = Some(at + c.len_utf8()),
        }
    }
    all
}

/// Nouns, and "un-" words, that none of the known words explains.
pub fn novelties(line: &Line, known: &[Lemma]) -> Vec<String> {
    let named = |start: usize| line.names.iter().any(|name| (name.start..name.end).contains(&start));
    let in_fact = |start: usize| line.facts.iter().any(|fact| (fact.start..fact.end).contains(&start));
    let mut found = Vec::new();
    for word in &line.words {
        if named(word.start) || in_fact(word.start) || is_everyday(&word.lemma.folded) || is_everyday(&word.lemma.stem) {
            continue;
        }
        let folded = word.lemma.folded.as_str();
        // "ungeöffnet", "unopened", but not "unser", "unter", "ungefähr".
        let opposite = ["unge", "unbe", "unver", "uner", "unent", "unan", "unaus", "unop", "unwor", "unus"]
            .iter()
            .any(|begin| folded.starts_with(begin))
            && folded.chars().count() >= 6
            && !folded.starts_with("ungefahr");
        let noun = word.capital && !word.opens;
        if !noun && !opposite {
            continue;
        }
        let explained = known.iter().any(|lemma| explains(lemma, &word.lemma)) || compound_is_known(folded, known);
        if !explained {
            found.push(word.text.clone());
        }
    }
    found
}

/// The same word, another of its matter, or a part of it; a longer compound of a known word says more than the source.
fn explains(known: &Lemma, word: &Lemma) -> bool {
    known.is_like(word)
        && !(known.is_part_of(word) && !word.is_part_of(known) && known.likeness(word) <= 0.8 && known.concepts != word.concepts)
}

/// What may stand before any noun.
const HEADS: [&str; 9] = ["mindest", "hochst", "gesamt", "rest", "teil", "haupt", "einzel", "jahres", "monats"];

/// "Rückgabefrist" where the sources know "Rückgabe" and everybody knows "Frist".
fn compound_is_known(folded: &str, known: &[Lemma]) -> bool {
    let cuts = folded.char_indices().map(|(at, _)| at).filter(|at| *at >= 4 && folded.len() - at >= 3);
    cuts.into_iter().any(|at| {
        let (head, tail) = folded.split_at(at);
        let head = head.strip_suffix('s').filter(|h| h.len() >= 4).unwrap_or(head);
        let knows = |part: &str| {
            let lemma = Lemma::of(part);
            is_everyday(part)
                || HEADS.contains(&part)
                || is_everyday(&lemma.stem)
                || known.iter().any(|k| k.folded == lemma.folded || k.stem == lemma.stem)
        };
        knows(head) && knows(tail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::lemma::lemmas;

    #[test]
    fn titles_first_names_forms_and_quotes_make_names() {
        for (text, expected) in [
            ("Für Sie ist Frau Dr. Elke Tamm da.", vec!["Elke Tamm"]),
            ("Fragen Sie nach Jonas Weber.", vec!["Jonas Weber"]),
            ("Das liefert die Pedalio Leasing AG.", vec!["Pedalio Leasing AG"]),
            ("Nutzen Sie die App \"K7 Coach\".", vec!["K7 Coach"]),
            ("Wir versenden mit DHL.", vec!["DHL"]),
            ("Die Lieferung dauert drei Tage.", vec![]),
        ] {
            let seen: Vec<String> = Line::read(text).names.into_iter().map(|name| name.text).collect();
            assert_eq!(seen, expected, "{text}");
        }
    }

    #[test]
    fn a_noun_from_nowhere_is_found() {
        let known = lemmas("Kontaktlinsen und Brillen tauschen wir innerhalb der Rückgabe um");
        for (text, expected) in [
            ("Ihre Linsen tauschen wir.", vec![]),
            ("Die Rückgabefrist ist kurz.", vec![]),
            ("Ihre Zahnbürste tauschen wir.", vec!["Zahnbürste"]),
            ("Nur ungeöffnete Linsen tauschen wir.", vec!["ungeöffnete"]),
            ("Das gilt ungefähr für unsere Brillen.", vec![]),
        ] {
            assert_eq!(novelties(&Line::read(text), &known), expected, "{text}");
        }
    }
}
