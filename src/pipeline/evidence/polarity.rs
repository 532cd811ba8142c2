//! Whether a clause says that something is so or that it is not, and whether the source says the same.

use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::bind::Rarity;
use crate::pipeline::evidence::line::{Line, Word};
use crate::pipeline::evidence::token::{Token, TokenKind};

/// Words that deny what their clause says.
const NEGATIVE: [&str; 42] = [
    "nie",
    "niemals",
    "weder",
    "verboten",
    "unzulässig",
    "unmöglich",
    "geschlossen",
    "nirgends",
    "niemand",
    "never",
    "cannot",
    "neither",
    "nor",
    "prohibited",
    "forbidden",
    "unable",
    "closed",
    "impossible",
    "none",
    "nothing",
    "nobody",
    "excluded",
    "exempt",
    "entfällt",
    "entfallen",
    "untersagt",
    "ausgeschlossen",
    "ausgenommen",
    "ausschließen",
    "ausnahme",
    "ausnahmen",
    "exception",
    "exceptions",
    "exclude",
    "excludes",
    "unaffected",
    "entfiel",
    "non",
    "ablehnen",
    "outside",
    "void",
    "entbehrlich",
];
const BEGINNINGS: [&str; 6] = ["ausgeschlossen", "ausgenommen", "untersag", "verweiger", "ablehn", "nonrefund"];
/// Words that deny only what stands behind them; a draft may say the same with or without.
const APART: [&str; 10] = ["ohne", "without", "statt", "anstatt", "anstelle", "außer", "except", "instead", "apart", "excluding"];
/// Words that deny all the rest: "nur mit Freigabe" is "ohne Freigabe nicht".
const ALONE: [&str; 7] = ["nur", "only", "erst", "unless", "ausschließlich", "lediglich", "solely"];
/// Clauses that say when something holds and not that it does.
const CONDITIONS: [&str; 28] = [
    "wenn", "falls", "sofern", "sobald", "bevor", "solange", "soweit", "bis", "if", "unless", "when", "once", "provided", "until", "while",
    "as", "before", "after", "ob", "whether", "nachdem", "während", "damit", "dass", "weil", "da", "that", "because",
];

/// What a clause says of its matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stance {
    pub denied: bool,
    /// It holds words that deny a part only.
    pub apart: bool,
    /// It holds words that deny the rest.
    alone: bool,
}

impl Stance {
    fn agrees(self, other: Self) -> bool {
        let either = |denied: Self, said: Self| denied.denied && (said.apart || said.alone && denied.apart);
        self.denied == other.denied || either(self, other) || either(other, self)
    }
}

pub fn stance(tokens: &[Token], span: (usize, usize)) -> Stance {
    let inside: Vec<&Token> = tokens.iter().filter(|t| t.start >= span.0 && t.start < span.1).collect();
    let mut count = 0;
    let (mut apart, mut alone) = (false, false);
    let mut listed = false;
    for (i, token) in inside.iter().enumerate() {
        if token.kind != TokenKind::Word {
            continue;
        }
        let next = inside.get(i + 1).map_or("", |t| t.lower.as_str());
        let before = i.checked_sub(1).and_then(|p| inside.get(p));
        let word = token.lower.as_str();
        apart |= APART.contains(&word) || matches!(word, "beitragsfrei" | "gebührenfrei" | "zinsfrei" | "portofrei");
        alone |= ALONE.contains(&word);
        let negative = match word {
            "nicht" | "not" => !matches!(
                next,
                "nur"
                    | "only"
                    | "just"
                    | "mehr"
                    | "früher"
                    | "später"
                    | "later"
                    | "earlier"
                    | "weniger"
                    | "less"
                    | "more"
                    | "before"
                    | "until"
                    | "vor"
            ),
            "no" => {
                !matches!(
                    next,
                    "problem" | "matter" | "later" | "longer" | "" | "earlier" | "more" | "less" | "fewer" | "cost" | "charge" | "extra"
                ) && inside.get(i + 1).is_some_and(|t| t.kind == TokenKind::Word)
            }
            "nichts" => !inside.iter().any(|t| t.kind == TokenKind::Number),
            "t" => before.is_some_and(|t| t.is('\'') || t.is('’')),
            "zu" => next.is_empty() || inside.get(i + 1).is_some_and(|t| t.kind == TokenKind::Mark) && i >= 2,
            // "Der Kurs fällt aus", "das schließen wir aus".
            "aus" => next.is_empty() && inside.iter().any(|t| matches!(t.lower.as_str(), "fällt" | "fallen" | "schließt" | "schließen")),
            "off" => next == "limits",
            "weg" => inside.iter().any(|t| t.lower == "fällt" || t.lower == "fallen"),
            "keine" | "kein" | "keinen" | "keinem" | "keiner" | "keines" => {
                // "keine Gedichte und keine Romane" denies once.
                let again = std::mem::replace(&mut listed, true);
                !again && !matches!(next, "zusatzkosten" | "mehrkosten" | "sorge" | "sorgen" | "weiteren")
            }
            _ => NEGATIVE.contains(&word) || BEGINNINGS.iter().any(|begin| word.starts_with(begin)),
        };
        count += usize::from(negative);
    }
    // "Mehr als zehn nehmen wir nicht" is a bound, no denial.
    let bounded = inside.windows(2).any(|pair| {
        matches!(pair, [left, right] if matches!((left.lower.as_str(), right.lower.as_str()), ("mehr" | "länger" | "weniger" | "später", "als") | ("more" | "longer" | "less" | "later", "than")))
    });
    if bounded && count > 0 {
        count -= 1;
    }
    Stance { denied: count % 2 == 1, apart, alone }
}

/// From this share of its words on a line is about the same as a clause.
const SAME_MATTER: f64 = 0.5;
/// A clause that is about the same leaves no doubt to another clause of its sentence.
const SURE: f64 = 0.6;

/// Clauses of a draft line that say the opposite of the source that is about the same.
pub fn contradictions(draft: &Line, sources: &[&Line], rarity: &Rarity) -> Vec<String> {
    (0..draft.clauses.len())
        .filter(|clause| is_contradicted(draft, *clause, sources, rarity))
        .map(|clause| {
            let (from, to) = draft.clause_span(clause);
            draft.text.get(from..to).unwrap_or("").trim().to_owned()
        })
        .collect()
}

/// Beginnings that turn a word round: "unverbindlich", "non-refundable", "nichtöffentlich".
const TURNING: [&str; 3] = ["un", "non", "nicht"];
/// A shorter word begins like that by itself: "unter", "Nonne".
const TURNED_CHARS_MIN: usize = 5;

/// Words of the draft that the sources have only turned round: "verbindlich" where they say "unverbindlich". A denial on one of the
/// two sides makes them say the same.
pub fn opposites(draft: &Line, sources: &[&Line]) -> Vec<String> {
    let says = |line: &Line, lemma: &Lemma| line.words.iter().any(|word| word.lemma.stem == lemma.stem);
    let denied = |line: &Line, word: &Word| stance(&line.tokens, line.clause_span(word.clause)).denied;
    let turned = |word: &&Word| {
        let all = || sources.iter().flat_map(|line| line.words.iter().map(move |other| (line, other)));
        !sources.iter().any(|line| says(line, &word.lemma))
            && all().any(|(line, other)| {
                is_opposite(&word.lemma, &other.lemma) && !says(draft, &other.lemma) && denied(draft, word) == denied(line, other)
            })
    };
    draft.words.iter().filter(turned).map(|word| word.text.clone()).collect()
}

fn is_opposite(a: &Lemma, b: &Lemma) -> bool {
    [(a, b), (b, a)].iter().any(|(short, long)| {
        short.stem.chars().count() >= TURNED_CHARS_MIN
            && TURNING.iter().any(|turn| long.stem.strip_prefix(turn).is_some_and(|rest| rest == short.stem))
    })
}

fn is_contradicted(draft: &Line, clause: usize, sources: &[&Line], rarity: &Rarity) -> bool {
    let (start, end) = draft.clause_span(clause);
    // "Für Kartons, die Sie packen, haften wir nicht": what stands before the verb belongs to its clause.
    let opens = |clause: usize| {
        let (from, to) = draft.clause_span(clause);
        let mut words = draft.tokens.iter().filter(|t| t.start >= from && t.start < to);
        let verb = words.next().is_some_and(|t| t.kind == TokenKind::Word && t.text.starts_with(char::is_lowercase));
        verb && words.next().is_some_and(|t| matches!(t.lower.as_str(), "wir" | "sie" | "du" | "es" | "ich"))
    };
    let last = if draft.text.get(start..end).is_some_and(|text| text.trim_end().ends_with(',')) && opens(clause + 1) {
        clause + 1
    } else {
        clause
    };
    let span = (start, draft.clause_span(last).1);
    let words: Vec<(&Word, f64)> =
        draft.words.iter().filter(|word| (clause..=last).contains(&word.clause)).map(|word| (word, rarity.weight(&word.lemma))).collect();
    if words.is_empty() || sets_condition(draft, span) {
        return false;
    }
    let ours = stance(&draft.tokens, span);
    let whole: f64 = words.iter().map(|(_, weight)| weight).sum();
    let share = |holds: &dyn Fn(&Word) -> f64| words.iter().map(|(word, weight)| holds(word) * weight).sum::<f64>() / whole.max(0.01);
    let scores: Vec<(f64, &&Line)> = sources.iter().map(|line| (share(&|word| line.speaks_of(&word.lemma)), line)).collect();
    let best = scores.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    if best < SAME_MATTER {
        return false;
    }
    let near: Vec<&&Line> = scores.iter().filter(|(score, _)| *score >= best * 0.85).map(|(_, line)| *line).collect();
    !near.into_iter().any(|line| {
        // "Nicht verbindlich" is "unverbindlich".
        let turned = words.iter().any(|(word, _)| line.words.iter().any(|other| is_opposite(&word.lemma, &other.lemma)));
        let agrees = |stance: &Stance| ours.agrees(*stance) || turned && ours.denied != stance.denied;
        let clauses: Vec<(f64, Stance)> = (0..line.clauses.len())
            .map(|other| {
                let own = |word: &Word| {
                    line.words.iter().filter(|t| t.clause == other).map(|t| t.lemma.likeness(&word.lemma)).fold(0.0, f64::max)
                };
                (share(&own), stance(&line.tokens, line.clause_span(other)))
            })
            .collect();
        let top = clauses.iter().map(|(score, _)| *score).fold(0.0, f64::max);
        let nearest = clauses.iter().filter(|(score, _)| *score >= top * 0.6).any(|(_, stance)| agrees(stance));
        nearest || top < SURE && clauses.iter().any(|(score, stance)| *score >= top * 0.3 && agrees(stance))
    })
}

/// "Wenn …", and "Haben Sie selbst verpackt, …", which asks without a word for it.
fn sets_condition(draft: &Line, span: (usize, usize)) -> bool {
    let inside: Vec<&Token> = draft.tokens.iter().filter(|t| t.start >= span.0 && t.start < span.1).collect();
    let word = |n: usize| inside.get(n).map_or("", |t| t.lower.as_str());
    let goes_on = inside.last().is_some_and(|t| t.is(','));
    let inverted = goes_on && matches!(word(1), "sie" | "du" | "ihr" | "wir" | "der" | "die" | "das" | "ein" | "eine") && span.0 == 0
        || matches!(word(1), "sie" | "du") && goes_on && word(0).ends_with('n');
    CONDITIONS.contains(&word(0))
        || inverted && word(0).ends_with(['n', 't']) && draft.tokens.first().is_some_and(|t| t.start == span.0 || goes_on)
}

#[cfg(test)]
#[path = "polarity_tests.rs"]
mod tests;
