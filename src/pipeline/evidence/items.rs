//! Entries of a list: "30 Minuten 78 €, 45 Minuten 112 €". A draft that gives one entry's value to another is found entry by entry,
//! where the words around a value in its clause say too little.

use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::line::{Line, Word};
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{Token, TokenKind};

/// Words between two entries.
const JOINTS: [&str; 12] = ["und", "oder", "sowie", "bzw", "aber", "dagegen", "and", "or", "but", "while", "whereas", "plus"];
/// From here on two words are one.
const SAME_WORD: f64 = 0.8;

/// Words that bound a value and name nothing.
const BOUNDING: [&str; 8] = ["mindest", "hochst", "maximal", "minim", "spatest", "fruhest", "jeweil", "insgesamt"];

/// What stands between two joints of a line.
#[derive(Debug)]
struct Item<'a> {
    words: Vec<&'a Lemma>,
    /// Those in front of the first value.
    lead: Vec<&'a Lemma>,
    facts: Vec<&'a Fact>,
    /// Entries between two semicolons share what the first of them names: "Brötchen 0,65 €, zehn Stück 5,50 €".
    group: usize,
}

impl Item<'_> {
    fn of_kind(&self, fact: &Fact) -> impl Iterator<Item = &&Fact> {
        self.facts.iter().filter(|other| other.kind == fact.kind)
    }

    /// Two values of a kind in one entry, such as the ends of a range, say nothing about which is whose.
    fn has_one(&self, fact: &Fact) -> bool {
        self.of_kind(fact).count() == 1
    }
}

fn says(words: &[&Lemma], lemma: &Lemma) -> bool {
    words.iter().any(|word| word.likeness(lemma) >= SAME_WORD)
}

fn without<'a>(words: &[&'a Lemma], others: &[&Lemma]) -> Vec<&'a Lemma> {
    words.iter().copied().filter(|word| !says(others, word)).collect()
}

/// Whether a line of the sources gives this value to another entry than the draft does.
pub fn is_exchanged(draft: &Line, fact: &Fact, sources: &[&Line]) -> bool {
    let all = items(draft);
    let Some(at) = all.iter().position(|item| item.facts.iter().any(|other| other.start == fact.start)) else { return false };
    let Some(ours) = all.get(at).filter(|item| item.has_one(fact)) else { return false };
    // What stands beside and has no value of the kind is about this one too: "Ab 20 Stück, A2-Plakate je 4,90 €".
    let beside = all.iter().filter(|item| item.of_kind(fact).next().is_none()).flat_map(|item| item.words.iter().copied());
    let told: Vec<&Lemma> = ours.words.iter().copied().chain(beside).collect();
    let mut exchanged = false;
    for line in sources {
        let entries = items(line);
        for (at, own) in entries.iter().enumerate().filter(|(_, item)| item.facts.iter().any(|other| fact.is_given_by(other))) {
            let shared: Vec<&Item<'_>> = entries.iter().take(at + 1).filter(|item| item.group == own.group).collect();
            let rivals = entries.iter().filter(|rival| rival.has_one(fact) && !rival.of_kind(fact).any(|other| fact.is_given_by(other)));
            if !own.has_one(fact) || !rivals.into_iter().any(|rival| means((ours, &told), rival, (own, &shared))) {
                return false;
            }
            exchanged = true;
        }
    }
    exchanged
}

/// Whether the draft's entry is about the rival and not about the value's own entry, nor about what that shares with the entries
/// before it.
fn means((draft, told): (&Item<'_>, &[&Lemma]), rival: &Item<'_>, (own, shared): (&Item<'_>, &[&Item<'_>])) -> bool {
    // "A2 posters £6.80 each, from 20 copies £4.90": a code names what all of its group is about.
    let (codes, one_group) = (draft.facts.iter().any(|fact| is_code(fact)), own.group == rival.group);
    let by_fact = !(codes && one_group)
        && draft.facts.iter().any(|fact| {
            let given = |item: &Item<'_>| item.of_kind(fact).any(|other| fact.is_given_by(other));
            own.of_kind(fact).next().is_some() && !shared.iter().any(|item| given(item)) && given(rival)
        });
    let inherited: Vec<&Lemma> = shared.iter().flat_map(|item| item.words.iter().copied()).collect();
    let unnamed = |words: &[&Lemma]| !words.is_empty() && !words.iter().any(|word| says(told, word));
    let names_rival = without(&rival.words, &inherited).iter().any(|word| says(&draft.words, word));
    // "Beratung 48 €, Folgeberatung 32 €": the rival's name is a part of the own one.
    let is_whole_rival = !rival.lead.is_empty()
        && rival.lead.iter().all(|word| says(&own.lead, word) && says(&draft.words, word))
        && unnamed(&without(&own.lead, &rival.words));
    by_fact || names_rival && unnamed(&without(&own.words, &rival.words)) || is_whole_rival
}

/// "A2", "C20": a name with a number in it.
fn is_code(fact: &Fact) -> bool {
    fact.text.starts_with(char::is_alphabetic) && fact.text.contains(|c: char| c.is_ascii_digit())
}

/// The entries of a line. What has no value of its own belongs to the next one: it is what that value is about.
fn items(line: &Line) -> Vec<Item<'_>> {
    let facts: Vec<&Fact> = line.facts.iter().chain(&line.names).collect();
    let inside = |at: usize| facts.iter().any(|fact| (fact.start..fact.end).contains(&at));
    let names = |word: &&Word| !inside(word.start) && !BOUNDING.iter().any(|begin| word.lemma.folded.starts_with(begin));
    // "96 € (Inland)" is one entry, "380 € (gültig 6 Monate)" are two.
    let remark = |open: &Token| {
        let close = line.tokens.iter().find(|token| token.start > open.start && token.is(')')).map_or(line.text.len(), |token| token.start);
        !facts.iter().any(|fact| (open.start..close).contains(&fact.start))
    };
    let cuts = line.tokens.iter().filter(|token| parts(token) && !inside(token.start) && !(token.is('(') && remark(token)));
    let cuts = cuts.map(|token| (token.start, token.is(';') || token.is('|'))).chain([(line.text.len(), false)]);
    let (mut items, mut from, mut group) = (Vec::new(), line.label, 0);
    for (to, ends_group) in cuts.filter(|(cut, _)| *cut >= line.label) {
        let within = |at: usize| (from..to).contains(&at);
        let own: Vec<&Fact> = facts.iter().copied().filter(|fact| within(fact.start)).collect();
        if let Some(first) = own.iter().map(|fact| fact.start).min() {
            let words = line.words.iter().filter(|word| within(word.start)).filter(names);
            let (lead, rest): (Vec<_>, Vec<_>) = words.partition(|word| word.start < first);
            let lead: Vec<&Lemma> = lead.into_iter().map(|word| &word.lemma).collect();
            let words = lead.iter().copied().chain(rest.into_iter().map(|word| &word.lemma)).collect();
            items.push(Item { words, lead, facts: own, group });
            from = to;
        }
        group += usize::from(ends_group);
    }
    items
}

fn parts(token: &Token) -> bool {
    match token.kind {
        TokenKind::Mark => token.is(',') || token.is(';') || token.is('|') || token.is('('),
        TokenKind::Word => JOINTS.contains(&token.lower.as_str()),
        TokenKind::Number => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanged(source: &str, draft: &str, value: &str) -> bool {
        let (source, draft) = (Line::read(source), Line::read(draft));
        let fact = draft.facts.iter().chain(&draft.names).find(|fact| fact.text.contains(value)).expect("a fact");
        is_exchanged(&draft, fact, &[&source])
    }

    #[test]
    fn a_value_of_another_entry_is_found() {
        let lessons = "Einzelunterricht 30 Minuten 78 €, 45 Minuten 112 €; Zweiergruppe 45 Minuten 59 €.";
        assert!(exchanged(lessons, "45 Minuten Einzelunterricht kosten 78 €, 30 Minuten 112 €.", "78"));
        assert!(!exchanged(lessons, "30 Minuten Einzelunterricht kosten 78 €, 45 Minuten 112 €.", "112"));
        assert!(!exchanged(lessons, "Einzelunterricht von 45 Minuten kostet 112 €.", "112"));
        let dogs = "Hundesteuer: erster Hund 60 € im Jahr, jeder weitere 120 €.";
        assert!(exchanged(dogs, "Für den ersten Hund zahlen Sie 120 Euro, für jeden weiteren 60 Euro.", "60"));
        assert!(!exchanged(dogs, "Für den ersten Hund zahlen Sie 60 Euro, für jeden weiteren 120 Euro.", "120"));
        let hours = "Consultation £48, repeat consultation £32.";
        assert!(exchanged(hours, "A consultation costs £32.", "32"));
        assert!(!exchanged(hours, "A repeat consultation costs £32.", "32"));
        let rolls = "Preise: Buchweizenbrot 500 g 6,20 €; Brötchen 0,65 €, zehn Stück 5,50 €.";
        assert!(!exchanged(rolls, "Zehn Brötchen kosten 5,50 €.", "5,50"));
        let posters = "250 business cards £32, 500 £44; A2 posters £6.80 each, from 20 copies £4.90 each.";
        assert!(!exchanged(posters, "From twenty copies, A2 posters cost £4.90 each.", "4.90"));
        assert!(exchanged(posters, "500 business cards cost £32.", "32"));
        let paper = "Jahrespreis 96,00 € (Inland), 118,80 € (Ausland), Studierende 72,00 €.";
        assert!(!exchanged(paper, "Studierende zahlen 72 Euro, im Inland kostet es 96 Euro.", "96"));
        let sessions = "Personal training: 1 session £45, 10 sessions £380 (valid six months).";
        assert!(!exchanged(sessions, "Ten sessions cost £380 and are valid for half a year.", "380"));
        assert!(exchanged(sessions, "Ten sessions cost £45.", "45"));
    }
}
