//! The small words of German and English: they tell the language, and they say nothing about the subject.
//!
//! Written for this product, in folded form (see [`crate::knowledge::grams::words`]); no dictionary, no licence.

use crate::knowledge::grams::words;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that occur in German and hardly ever in English.
const GERMAN: &str = "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ist sind war \
waren bin wird werden wurde hat haben habe hatte ich du er sie es wir ihr mich mir dich dir uns euch ihnen ihre ihrer ihren ihrem mein \
meine meinen meinem meiner dein deine deinen sein seine unser unsere zu zum zur von vom mit bei beim nach aus auf fur durch gegen ohne um \
uber unter vor im am als wie wo wann warum wieso weshalb welche welcher welches welchen wer wen wem was dass weil wenn ob noch nur auch \
schon sehr hier dort da dann denn doch mal bitte danke vielen gruss grusse freundlichen hallo guten tag konnen kann konnte konnten mochte \
mochten muss mussen soll sollen darf durfen wollen gibt gerne gern sich man bis seit jetzt heute leider moglich sollte wurden hatten \
wieder mehr ihn ja nein gar etwas alle allem allen dies diese dieser dieses diesen diesem damit dazu dafur davon daran dabei darf";

/// Words that occur in English and hardly ever in German.
const ENGLISH: &str = "the a and or but not no is are were be been being has have had do dos did i you he she it we they me \
him her us them my your his its our their to of from with at by for on into about as how what when where why which who whom that this \
these those if then than there here can could would should shall may might must please thanks thank hello hi dear regards kind best \
any some yes just only very get got like want need want know let im ive id dont cant isnt its more much many still again already";

/// Words of a request that say nothing about its subject.
const FRAME: &str = "frage fragen frag qustion qustions wissen sagen mitteilen schreiben schicken senden send tell geehrte geehrter \
damen herren herr frau team liebe lieber liebes mail nachricht anfrage antwort ruckmeldung information informationen info help hilfe \
wonder wondering possible hatte gern bitten gerne weiter voraus vorab kurz mal eigentlich denn bzw zb eg ie lassen wurd an in was am also will so komme komm kommen kommt lautet lauten heisst finde finden gehen geht machen macht hab habt hast haben";

/// What names the columns of tables in German and hardly in English, and the other way round; written as people write it.
const GERMAN_COLUMNS: &str = "leistung leistungen preis preise artikel produkt produkte modell modelle menge anzahl rabatt dauer zeit zeiten \
öffnungszeit öffnungszeiten tag tage uhrzeit von bis ab gilt gültig land ort adresse anschrift telefon nummer nr bezeichnung beschreibung \
kosten versandkosten versand porto laufzeit lieferzeit gewicht größe grösse rahmengröße farbe kategorie thema bereich frage antwort gebühr \
betrag mwst netto brutto termin datum beginn ende kurs filiale standort ansprechpartner hinweis bemerkung bestand lager hersteller marke \
einheit art paket sperrgut stückzahl inhalt garantie frist rad mietrad woche wochenende monat jahr stunde stunden mietpreis mietdauer \
reichweite werktage montag dienstag mittwoch donnerstag freitag samstag sonntag";
const ENGLISH_COLUMNS: &str = "item items price prices article product products quantity amount discount duration time times hours opening \
day days until valid country city address phone number description cost costs shipping delivery weight size colour color category topic \
question answer fee date start course location contact notes stock brand unit type value week weekend month year warranty monday tuesday \
wednesday thursday friday saturday sunday";
/// The same in both.
const COLUMNS: &str = "name status material service zone tarif test text set code email mail model";

type Words = LazyLock<HashSet<&'static str>>;

static GERMAN_WORDS: Words = LazyLock::new(|| GERMAN.split_ascii_whitespace().collect());
static ENGLISH_WORDS: Words = LazyLock::new(|| ENGLISH.split_ascii_whitespace().collect());
static FRAME_WORDS: Words = LazyLock::new(|| FRAME.split_ascii_whitespace().collect());

type Folded = LazyLock<HashSet<String>>;

static GERMAN_COLUMN_WORDS: Folded = LazyLock::new(|| words(GERMAN_COLUMNS).into_iter().collect());
static ENGLISH_COLUMN_WORDS: Folded = LazyLock::new(|| words(ENGLISH_COLUMNS).into_iter().collect());
static COLUMN_WORDS: Folded = LazyLock::new(|| words(COLUMNS).into_iter().collect());

/// Whether a folded word is one that names columns.
pub fn names_column(word: &str) -> bool {
    names_german_column(word) || names_english_column(word) || COLUMN_WORDS.contains(word)
}

pub fn names_german_column(word: &str) -> bool {
    GERMAN_COLUMN_WORDS.contains(word)
}

pub fn names_english_column(word: &str) -> bool {
    ENGLISH_COLUMN_WORDS.contains(word)
}

pub fn is_german(word: &str) -> bool {
    GERMAN_WORDS.contains(word)
}

pub fn is_english(word: &str) -> bool {
    ENGLISH_WORDS.contains(word)
}

/// Whether a folded word says something about a subject.
pub fn is_content(word: &str) -> bool {
    !(is_german(word) || is_english(word) || FRAME_WORDS.contains(word))
}
