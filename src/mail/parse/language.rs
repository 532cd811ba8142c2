//! German, English, another language, or too little text to tell.
//!
//! Never: a guess on one unknown word. Stop words decide short texts, trigrams (whatlang) the long ones, for trigrams are dice below a
//! few sentences.

use crate::domain::Language;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words read per text; more would not change the result.
const WORDS_MAX: usize = 400;

/// Words that only German has among the languages here.
const GERMAN: &str = "aber als auch auf aus bei beim bin bis bitte bitten dann darf dass dein deine dem den denn der des dich die dies diese \
diesem diesen dieser dir doch durch ein eine einem einen einer eines entschuldigung er erst es etwas euch euer eure falls frau freundliche \
freundlichen für ganz gar geehrte geehrter geehrten gerne gern grüße gruß grüsse grüßen guten habe haben hallo hatte heute herr hier ich ihm \
ihn ihnen ihr ihre ihrem ihren ihrer ist ja jetzt kann kein keine können könnte könnten leider liebe lieber mal mehr mein meine meinem meinen \
meiner mich mir mit moin möchte möchten muss müssen nach nein nicht nichts noch nun nur oder ohne schon sehr sein seit sich sie sind soll \
sollte sondern über um und uns unser unsere vielen viele vom von vor wann wäre warum weil welche wenn wer werde werden wie wieder wir wird wo \
wurde würde zu zum zur zwischen danke dank vielleicht morgen gestern tag paket bestellung rechnung lieferung kündigung kündigen rückgabe \
wieviel preis hilfe frage fragen servus grüezi passt erledigt bestätige einverstanden hiermit anbei";
const ENGLISH: &str = "a about after again all am and any anyone are as at be because been before but by can cannot could dear did do does don't \
for from get got had have haven't he hello help her hey hi his how i i'd i'll i'm i've if is isn't it it's its just kind know like me my need \
no not now of on one only or order our out please received regards send sent she should since so some soon still thank thanks than that the \
their them then there these they this those to too unfortunately up us very was we were what when where which who why with won't would \
yes yet you your you're morning invoice delivery refund return cancel question problem package parcel sounds great good cheers best okay";
/// Words of both lists' spelling that the other language uses too.
const SHARED: &str =
    "in so am an was war man die also hat will bald gift rat stern art an i a on he bin gut be no do at by all us up des er es um den she";
const OTHER: &str = "le la les et est une des pour vous nous avec dans merci bonjour cordialement je suis votre notre pas que qui \
el los las por para con una usted gracias hola buenos días saludos estoy quiero muchas \
il gli che per non sono grazie buongiorno ciao cordiali saluti della questo molto \
het een van niet voor zijn dat ik je wij met hallo groeten bedankt dank graag goedemorgen vriendelijke \
och det att som inte är jag på för tack hej med hälsningar \
jeg ikke og på tak venlig hilsen mvh \
nie się jest dziękuję proszę dzień dobry pozdrawiam czy oraz mam \
ve bir bu için teşekkürler merhaba iyi lütfen değil ben \
não uma você obrigado obrigada olá bom dia com \
děkuji dobrý den prosím jsem není se \
köszönöm szia kérem nem vagyok és hogy";

static DE: LazyLock<HashSet<&str>> = LazyLock::new(|| words_of(GERMAN));
static EN: LazyLock<HashSet<&str>> = LazyLock::new(|| words_of(ENGLISH));
static BOTH: LazyLock<HashSet<&str>> = LazyLock::new(|| words_of(SHARED));
static REST: LazyLock<HashSet<&str>> = LazyLock::new(|| words_of(OTHER));

fn words_of(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// Language of what the writer wrote; `fallback` (the whole text) is asked where that is empty.
pub fn detect(visible: &str, fallback: &str) -> Language {
    let text = if visible.chars().any(char::is_alphabetic) { visible } else { fallback };
    let text = without_links(text);
    let lower = text.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphabetic() || c == '\''))
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty())
        .take(WORDS_MAX)
        .collect();
    if words.is_empty() {
        return if text.chars().any(char::is_alphabetic) { Language::Other } else { Language::Unknown };
    }
    let score = count(&words);
    let latin = lower.chars().filter(|c| c.is_alphabetic()).all(|c| u32::from(c) < 0x250);
    if !latin && foreign_script(&lower) {
        return Language::Other;
    }
    if words.len() < 12 { short(&lower, &words, &score) } else { long(&lower, &words, &score) }
}

#[derive(Debug, Default)]
struct Score {
    de: usize,
    en: usize,
    other: usize,
}

fn count(words: &[&str]) -> Score {
    let mut score = Score::default();
    for word in words {
        let (de, en, other) = (DE.contains(word), EN.contains(word), REST.contains(word));
        if BOTH.contains(word) {
            // Half a vote each way is no vote.
            continue;
        }
        score.de += usize::from(de);
        score.en += usize::from(en && !de);
        score.other += usize::from(other && !de && !en);
    }
    score
}

fn short(lower: &str, words: &[&str], score: &Score) -> Language {
    let sharp = lower.contains('ß');
    let umlaut = lower.contains(['ä', 'ö', 'ü']);
    if score.other > score.de.max(score.en) {
        return Language::Other;
    }
    if score.de > score.en || (score.de == score.en && sharp) {
        return Language::De;
    }
    if score.en > score.de {
        return Language::En;
    }
    if umlaut && score.other == 0 && !lower.contains(['å', 'ø', 'ı', 'ş', 'ğ', 'é', 'ñ', 'õ', 'č']) {
        return Language::De;
    }
    if words.len() >= 5
        && let Some(info) = whatlang::detect(lower)
        && info.confidence() > 0.8
    {
        return of(info.lang());
    }
    Language::Unknown
}

fn long(lower: &str, words: &[&str], score: &Score) -> Language {
    // Running text in its own language has a stop word in every third place.
    let share = |n: usize| n * 100 / words.len();
    let (de, en) = (share(score.de), share(score.en));
    if de >= 15 && de >= 2 * en {
        return Language::De;
    }
    if en >= 15 && en >= 2 * de && score.other * 3 < score.en {
        return Language::En;
    }
    let Some(info) = whatlang::detect(lower) else { return Language::Unknown };
    match of(info.lang()) {
        Language::Other if de >= 8 && de > 2 * en && de > share(score.other) => Language::De,
        Language::Other if en >= 8 && en > 2 * de && en > share(score.other) => Language::En,
        Language::Other if !info.is_reliable() && score.other == 0 && score.de + score.en > 0 => {
            if score.de >= score.en {
                Language::De
            } else {
                Language::En
            }
        }
        Language::Other if !info.is_reliable() && score.other == 0 => Language::Unknown,
        found => found,
    }
}

const fn of(lang: whatlang::Lang) -> Language {
    match lang {
        whatlang::Lang::Deu => Language::De,
        whatlang::Lang::Eng => Language::En,
        _ => Language::Other,
    }
}

/// More letters of another script than of ours.
fn foreign_script(lower: &str) -> bool {
    let (mut ours, mut theirs) = (0_usize, 0_usize);
    for c in lower.chars().filter(|c| c.is_alphabetic()) {
        if u32::from(c) < 0x250 { ours += 1 } else { theirs += 1 }
    }
    theirs * 2 > ours
}

/// Addresses and links have no language.
fn without_links(text: &str) -> String {
    text.split_whitespace().filter(|w| !(w.contains("://") || w.contains('@') || w.starts_with("www."))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;
