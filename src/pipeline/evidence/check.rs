//! Compares every fact of a draft with its sources and says what it found.
//!
//! A fact is supported by a passage that its sentence cites, an allowed field or an approved block; else it is the customer's
//! own word given back; else it is a fault, also where some passage that is not cited happens to hold it.

use crate::domain::Language;
use crate::domain::draft::{Claim, ClaimKind, ClaimState, Draft, Sentence};
use crate::domain::knowledge::Passage;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::knowledge::lemma::{Lemma, lemmas};
use crate::knowledge::words::{is_english, is_german};
use crate::pipeline::evidence::addressee;
use crate::pipeline::evidence::bind::{Rarity, Subject, around, likeness, names_the_rival};
use crate::pipeline::evidence::bounds::bound;
use crate::pipeline::evidence::classes::{class, is_strict};
use crate::pipeline::evidence::conditions::{done_without, drops_condition};
use crate::pipeline::evidence::items::is_exchanged;
use crate::pipeline::evidence::line::{Line, lines_of};
use crate::pipeline::evidence::names::novelties;
use crate::pipeline::evidence::polarity::{contradictions, opposites};
use crate::pipeline::evidence::restated::is_restated;
use crate::pipeline::evidence::scan::{Fact, facts};
use crate::pipeline::evidence::statements::{keeps, promise_words, promises};
use std::collections::BTreeMap;

/// What a draft may rest on.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// All passages that were offered; a sentence rests only on those that it cites.
    pub passages: &'a [Passage],
    /// What the customer wrote in this mail and its subject.
    pub mail: &'a str,
    /// Fields of the customer's record that may be told to this customer, by name.
    pub fields: &'a BTreeMap<String, String>,
    /// Text blocks that a person approved.
    pub blocks: &'a [String],
}

/// What the check saw.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct EvidenceReport {
    pub claims: Vec<Claim>,
    /// The text that would be sent is made of the checked sentences and nothing else.
    pub body_is_checked: bool,
}

/// The verdict about support alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    Clean,
    Faulty,
}

impl EvidenceReport {
    pub fn verdict(&self) -> Support {
        if self.reasons().is_empty() { Support::Clean } else { Support::Faulty }
    }

    /// Why the draft must not go as it is; empty: it may as far as this guard is concerned.
    pub fn reasons(&self) -> Vec<HandOver> {
        let any = |state| self.claims.iter().any(|claim| claim.state == state);
        let mut reasons = Vec::new();
        if any(ClaimState::Contradicted) {
            reasons.push(HandOver::new(Reason::MissingKnowledge, "evidence.contradicted"));
        }
        if any(ClaimState::Unsupported) {
            reasons.push(HandOver::new(Reason::MissingKnowledge, "evidence.unsupported"));
        }
        if !self.body_is_checked {
            reasons.push(HandOver::new(Reason::TechnicalFailure, "evidence.body"));
        }
        reasons
    }
}

impl std::fmt::Debug for EvidenceReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceReport({:?}, {} claims)", self.verdict(), self.claims.len())
    }
}

/// Checks a draft. Salutation and closing are the house's own words and carry no facts but the customer's name.
pub fn check(draft: &Draft, sources: &Sources<'_>) -> EvidenceReport {
    let known: Vec<Known<'_>> = sources.passages.iter().map(Known::read).collect();
    let fields = sources.fields.values().map(String::as_str).collect::<Vec<_>>().join("\n");
    let ours = Ours {
        mail: facts(sources.mail),
        fields: sources.fields.iter().map(|(name, value)| (name.clone(), facts(value))).collect(),
        blocks: sources.blocks.iter().map(|block| Line::read(block)).collect(),
        told: lemmas(&format!("{fields}\n{}", sources.blocks.join("\n"))),
        wrote: lemmas(sources.mail),
        raw: grams::words(&format!("{fields}\n{}\n{}", sources.blocks.join("\n"), sources.mail)),
    };
    let mut claims = Vec::new();
    for sentence in &draft.sentences {
        let cited: Vec<&Known<'_>> = known.iter().filter(|k| sentence.citations.contains(&k.passage.id)).collect();
        claims.extend(Judged::new(sentence, &cited, &ours, draft.language, sources).claims());
    }
    claims.extend(greeted(draft, &ours));
    let frame = facts(&format!("{}\n{}", draft.salutation, draft.closing));
    claims.extend(frame.iter().map(|fact| claim(fact, ClaimState::Unsupported, None)));
    EvidenceReport { claims, body_is_checked: body_is_checked(draft) }
}

/// A name in the salutation that is neither the customer's own nor one of their record.
fn greeted(draft: &Draft, ours: &Ours) -> Vec<Claim> {
    let known = |name: &String| grams::words(name).iter().all(|word| ours.raw.iter().any(|other| same_name(word, other)));
    let strangers = addressee::names(&draft.salutation).into_iter().filter(|name| !known(name));
    strangers.map(|text| Claim { text, kind: ClaimKind::Name, state: ClaimState::Unsupported, by: None }).collect()
}

fn body_is_checked(draft: &Draft) -> bool {
    let parts = std::iter::once(&draft.salutation).chain(draft.sentences.iter().map(|s| &s.text)).chain(std::iter::once(&draft.closing));
    let expected: Vec<&str> = parts.flat_map(|part| part.split_whitespace()).collect();
    draft.body.split_whitespace().eq(expected)
}

/// A passage as its statements.
struct Known<'a> {
    passage: &'a Passage,
    lines: Vec<Line>,
    folded: String,
}

impl<'a> Known<'a> {
    fn read(passage: &'a Passage) -> Self {
        let parts = passage.heading.iter().chain(std::iter::once(&passage.text));
        let folded = parts.map(|part| format!(" {} ", grams::words(part).join(" "))).collect::<Vec<_>>().join("|");
        Self { passage, lines: lines_of(passage), folded }
    }

    /// Whether the passage holds the sentence word for word.
    fn holds(&self, sentence: &str) -> bool {
        let words = grams::words(sentence);
        words.len() >= 2 && self.folded.contains(&format!(" {} ", words.join(" ")))
    }
}

/// From here on two facts are about the same, so that another value is a contradiction and not merely missing.
const SAME_SUBJECT: f64 = 0.5;

/// Between two values of one clause only the distance decides, so more is asked.
const MISBOUND_NEAR: f64 = 1.5;
const MISBOUND_NEAR_MARGIN: f64 = 0.25;
/// How well the other value of an exchanged pair fits the place of the first, beside its own.
const TWIN: f64 = 0.8;
/// Other values that are looked at.
const RIVALS: usize = 4;

/// A place of the sources that gives a value.
struct Place<'a> {
    /// How well the words around it fit those of the draft.
    fits: f64,
    about: Subject,
    line: usize,
    clause: usize,
    span: (usize, usize),
    fact: &'a Fact,
    by: &'a str,
}

impl Place<'_> {
    /// The other end of the same range.
    fn is_partner(&self, other: &Self) -> bool {
        let gap = |from: &Self, to: &Self| to.span.0 >= from.span.1 && to.span.0 - from.span.1 <= RANGE_GAP;
        self.line == other.line && (gap(self, other) || gap(other, self))
    }
}

/// Bytes between the ends of a range: " bis ", " and ".
const RANGE_GAP: usize = 5;

struct Places<'a> {
    same: Vec<Place<'a>>,
    rivals: Vec<Place<'a>>,
    /// The value stands there, but bounds the other way.
    turned: bool,
}

/// What supports a sentence beside the cited passages.
struct Ours {
    mail: Vec<Fact>,
    fields: Vec<(String, Vec<Fact>)>,
    blocks: Vec<Line>,
    /// Words of fields and blocks.
    told: Vec<Lemma>,
    /// Words of the customer.
    wrote: Vec<Lemma>,
    /// All of both, folded.
    raw: Vec<String>,
}

fn claim(fact: &Fact, state: ClaimState, by: Option<&str>) -> Claim {
    Claim { text: fact.text.clone(), kind: fact.kind, state, by: by.map(str::to_owned) }
}

/// One sentence before its sources.
struct Judged<'a> {
    sentence: &'a Sentence,
    line: Line,
    cited: &'a [&'a Known<'a>],
    rarity: Rarity,
    ours: &'a Ours,
    language: Language,
    sources: &'a Sources<'a>,
}

impl<'a> Judged<'a> {
    fn new(sentence: &'a Sentence, cited: &'a [&'a Known<'a>], ours: &'a Ours, language: Language, sources: &'a Sources<'a>) -> Self {
        let lines: Vec<&Line> = cited.iter().flat_map(|known| &known.lines).collect();
        Self { sentence, line: Line::read(&sentence.text), cited, rarity: Rarity::of(&lines), ours, language, sources }
    }

    fn claims(&self) -> Vec<Claim> {
        let verbatim = self.cited.iter().find(|known| known.holds(&self.sentence.text));
        let mut claims: Vec<Claim> = self.line.facts.iter().map(|fact| self.judge(fact, verbatim.copied())).collect();
        claims.extend(self.promised(verbatim.copied()));
        if verbatim.is_some() {
            return claims;
        }
        claims.extend(self.line.marks.iter().filter_map(|mark| self.marked(mark)));
        claims.extend(self.line.names.iter().filter_map(|name| self.named(name)));
        claims.extend(self.novel());
        let lines: Vec<&Line> = self.cited.iter().flat_map(|known| &known.lines).collect();
        if self.translates() {
            return claims;
        }
        let opposite = contradictions(&self.line, &lines, &self.rarity);
        claims.extend(opposite.into_iter().map(|text| statement(text, ClaimState::Contradicted)));
        claims.extend(opposites(&self.line, &lines).into_iter().map(|text| statement(text, ClaimState::Contradicted)));
        claims.extend(done_without(&self.line, &lines).into_iter().map(|text| statement(text, ClaimState::Contradicted)));
        if drops_condition(&self.line, &lines, &self.rarity) {
            claims.push(statement(self.line.text.clone(), ClaimState::Contradicted));
        }
        claims
    }

    /// Every place of the cited passages that gives this value or another of its kind.
    fn places(&self, fact: &Fact) -> Places<'a> {
        let subject = around(&self.line, fact);
        let direction = bound(&self.line.tokens, fact);
        let mut places = Places { same: Vec::new(), rivals: Vec::new(), turned: false };
        let lines = self.cited.iter().flat_map(|known| known.lines.iter().map(move |line| (*known, line)));
        for (number, (known, line)) in lines.enumerate() {
            for candidate in line.facts.iter().chain(&line.marks).chain(&line.names) {
                let given = fact.is_given_by(candidate);
                if !(given || candidate.kind == fact.kind && fact.could_be(candidate)) {
                    continue;
                }
                let about = around(line, candidate);
                let place = Place {
                    fits: likeness(&subject, &about, &self.rarity),
                    about,
                    line: number,
                    clause: line.clause_of(candidate.start),
                    span: (candidate.start, candidate.end),
                    fact: candidate,
                    by: &known.passage.id,
                };
                if !given {
                    places.rivals.push(place);
                } else if direction.agrees(bound(&line.tokens, candidate)) {
                    places.same.push(place);
                } else {
                    places.turned = true;
                }
            }
        }
        places.same.sort_by(|a, b| b.fits.total_cmp(&a.fits));
        places.rivals.sort_by(|a, b| b.fits.total_cmp(&a.fits));
        places
    }

    /// Whether another value of the sources fits the draft's words clearly better than the best place of its own.
    fn is_misbound(&self, fact: &Fact, places: &Places<'_>) -> bool {
        let Some(own) = places.same.first() else { return false };
        let subject = around(&self.line, fact);
        places.rivals.iter().filter(|rival| !own.is_partner(rival)).take(RIVALS).any(|rival| {
            if own.line == rival.line && own.clause == rival.clause {
                return rival.fits > own.fits * MISBOUND_NEAR + MISBOUND_NEAR_MARGIN;
            }
            // A bare number has many rivals that only look like it.
            let bare = fact.kind == ClaimKind::Number && fact.gives.iter().all(|value| !value.contains(' '));
            if bare && !likely(&places.rivals) {
                return false;
            }
            if !names_the_rival(&subject, &own.about, &rival.about, own.line == rival.line, &self.rarity) {
                return false;
            }
            // The draft names the rival's value too: then that one has to fit the other way round as well.
            let mut all = self.line.facts.iter().chain(&self.line.marks).chain(&self.line.names);
            all.find(|other| other.start != fact.start && other.is_given_by(rival.fact)).is_none_or(|twin| {
                let theirs = around(&self.line, twin);
                likeness(&theirs, &own.about, &self.rarity) >= likeness(&theirs, &rival.about, &self.rarity) * TWIN
            })
        })
    }

    fn is_exchanged(&self, fact: &Fact) -> bool {
        let lines: Vec<&Line> = self.cited.iter().flat_map(|known| &known.lines).collect();
        is_exchanged(&self.line, fact, &lines)
    }

    fn judge(&self, fact: &Fact, verbatim: Option<&Known<'_>>) -> Claim {
        let given_in = |known: &Known<'_>| known.lines.iter().flat_map(|line| &line.facts).any(|other| fact.is_given_by(other));
        if let Some(known) = verbatim.filter(|known| given_in(known)) {
            return claim(fact, ClaimState::Supported, Some(&known.passage.id));
        }
        let places = self.places(fact);
        if let Some(own) = places.same.first() {
            let wrong = self.is_misbound(fact, &places) || self.is_exchanged(fact);
            let state = if wrong { ClaimState::Contradicted } else { ClaimState::Supported };
            return claim(fact, state, Some(own.by));
        }
        if places.turned {
            return claim(fact, ClaimState::Contradicted, None);
        }
        if let Some(by) = self.dated(fact) {
            return claim(fact, ClaimState::Supported, Some(by));
        }
        let other = places.rivals.first().map_or(0.0, |place| place.fits);
        let given = |facts: &[Fact]| facts.iter().any(|other| fact.is_given_by(other));
        if let Some((name, _)) = self.ours.fields.iter().find(|(_, facts)| given(facts)) {
            return claim(fact, ClaimState::Supported, Some(name));
        }
        if self.ours.blocks.iter().any(|block| given(&block.facts)) {
            return claim(fact, ClaimState::Supported, Some("block"));
        }
        if is_restated(&self.line, fact, &self.ours.mail) {
            return claim(fact, ClaimState::Restated, Some("mail"));
        }
        claim(fact, if other >= SAME_SUBJECT { ClaimState::Contradicted } else { ClaimState::Unsupported }, None)
    }

    /// Whether the cited passages are in another language than the draft: then words say nothing, facts all.
    fn translates(&self) -> bool {
        let mut counts = (0_usize, 0_usize);
        for word in self.cited.iter().flat_map(|known| known.folded.split(' ')) {
            counts.0 += usize::from(is_german(word));
            counts.1 += usize::from(is_english(word));
        }
        match self.language {
            Language::De => counts.1 > counts.0 * 2,
            Language::En => counts.0 > counts.1 * 2,
            Language::Other | Language::Unknown => false,
        }
    }

    /// A day of the passage whose year stands in its title: "Schließzeiten 2026: 27. Juli".
    fn dated(&self, fact: &Fact) -> Option<&'a str> {
        let (year, day) = fact.needs.first().filter(|_| fact.kind == ClaimKind::Date)?.split_once('-')?;
        let short = format!("--{day}");
        let gives = |known: &&&Known<'_>| known.lines.iter().flat_map(|line| &line.facts).any(|other| other.gives.first() == Some(&short));
        let named = |known: &&&Known<'_>| known.folded.split(' ').any(|word| word == year);
        self.cited.iter().filter(gives).find(named).map(|known| known.passage.id.as_str())
    }

    /// What the sentence says without a number and its sources do not; nothing where they agree.
    fn marked(&self, mark: &Fact) -> Option<Claim> {
        if self.translates() {
            return None;
        }
        if self.ours.blocks.iter().any(|block| block.marks.iter().any(|other| mark.is_given_by(other))) {
            return None;
        }
        let places = self.places(mark);
        let other = places.rivals.first().map_or(0.0, |place| place.fits);
        let loose = matches!(class(mark), "side" | "all" | "certain" | "order" | "scope" | "move");
        match places.same.first() {
            Some(_) if !loose && self.is_misbound(mark, &places) => Some(claim(mark, ClaimState::Contradicted, None)),
            Some(_) => None,
            None if self.is_for_all(mark) && !self.cited.is_empty() => Some(claim(mark, ClaimState::Unsupported, None)),
            None if is_strict(mark) && (self.says_we() || !self.cited.is_empty()) => Some(claim(mark, ClaimState::Unsupported, None)),
            None if other >= SAME_SUBJECT => Some(claim(mark, ClaimState::Contradicted, None)),
            None => None,
        }
    }

    /// "Alle Pflanzen", "für alle Kunden": where it opens the sentence or what something holds for.
    fn is_for_all(&self, mark: &Fact) -> bool {
        let before = self.line.tokens.iter().rfind(|t| t.end <= mark.start);
        let leads = before
            .is_none_or(|t| matches!(t.lower.as_str(), "für" | "auf" | "bei" | "for" | "on" | "to") || t.is('.') || t.is('-') || t.is(','));
        leads && mark.gives.iter().any(|value| value == "all all")
    }

    fn says_we(&self) -> bool {
        self.line.tokens.iter().any(|t| matches!(t.lower.as_str(), "wir" | "unser" | "unsere" | "we" | "our" | "uns" | "us"))
    }

    fn named(&self, name: &Fact) -> Option<Claim> {
        let in_passages = |word: &String| self.cited.iter().any(|known| known.folded.split(' ').any(|other| same_name(word, other)));
        let in_ours = |word: &String| self.ours.raw.iter().any(|other| same_name(word, other));
        if !name.needs.iter().all(|word| in_passages(word) || in_ours(word)) {
            return Some(claim(name, ClaimState::Unsupported, None));
        }
        let places = self.places(name);
        (self.is_misbound(name, &places) || self.is_exchanged(name)).then(|| claim(name, ClaimState::Contradicted, None))
    }

    fn novel(&self) -> Vec<Claim> {
        if self.cited.is_empty() {
            return Vec::new();
        }
        let words = self
            .cited
            .iter()
            .flat_map(|known| known.lines.iter())
            .flat_map(|line| line.words.iter().map(|word| word.lemma.clone()).chain(line.context.iter().cloned()));
        let known: Vec<Lemma> = words.chain(self.ours.told.iter().cloned()).chain(self.ours.wrote.iter().cloned()).collect();
        novelties(&self.line, &known)
            .into_iter()
            .map(|text| Claim { text, kind: ClaimKind::Name, state: ClaimState::Unsupported, by: None })
            .collect()
    }

    /// A promise stands in the sources in words of its own, or in the sentence that is quoted from them.
    fn promised(&self, verbatim: Option<&Known<'_>>) -> Vec<Claim> {
        let approved = || {
            let passages = self.cited.iter().map(|k| format!("{}\n{}", k.passage.heading.join("\n"), k.passage.text));
            passages.chain(self.sources.blocks.iter().cloned())
        };
        promises(&self.sentence.text)
            .into_iter()
            .map(|promise| {
                let kept = verbatim.is_some() || approved().any(|text| keeps(&text, promise));
                Claim {
                    text: promise_words(&self.sentence.text, promise),
                    kind: ClaimKind::Promise,
                    state: if kept { ClaimState::Supported } else { ClaimState::Unsupported },
                    by: kept.then(|| self.sentence.citations.first().cloned().unwrap_or_else(|| "block".to_owned())),
                }
            })
            .collect()
    }
}

/// Whether a rival of a bare number has enough around it.
fn likely(rivals: &[Place<'_>]) -> bool {
    rivals.first().is_some_and(|place| place.fits >= 1.0)
}

fn statement(text: String, state: ClaimState) -> Claim {
    Claim { text, kind: ClaimKind::Statement, state, by: None }
}

/// The same name, with the endings that a name takes.
fn same_name(a: &str, b: &str) -> bool {
    a == b
        || [(a, b), (b, a)]
            .iter()
            .any(|(long, short)| short.len() >= 3 && long.strip_prefix(*short).is_some_and(|rest| matches!(rest, "s" | "n" | "es" | "en")))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
