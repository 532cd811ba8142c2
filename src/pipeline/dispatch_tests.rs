use super::*;
use crate::domain::{Personal, PublicId};
use crate::mail::smtp::{ConnectionFault, Refusal, TlsFault, Unsendable};
use jiff::SignedDuration;
use proptest::prelude::*;

const T0: i64 = 1_772_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(T0 + seconds).unwrap()
}

fn fresh() -> OutboxRow {
    OutboxRow::approved(PublicId::from_bytes([1; 16]), at(0))
}

fn reply() -> Accepted {
    Accepted { code: 250, reply: Personal::new("queued".to_owned()) }
}

fn location() -> Location {
    Location { uid_validity: 1, uid: Some(7) }
}

fn failed(step: SmtpStep, failure: Failure) -> Event {
    Event::Failed(DeliveryError { failure, step: Some(step) })
}

fn refusal(code: u16, enhanced: Option<(u8, u16, u16)>) -> Refusal {
    Refusal { code, enhanced }
}

fn transient(step: SmtpStep) -> Event {
    failed(step, Failure::Transient(refusal(451, None)))
}

fn lost(step: SmtpStep) -> Event {
    failed(step, Failure::Connection(ConnectionFault::Lost))
}

fn doubtful() -> Event {
    failed(SmtpStep::Dot, Failure::Uncertain(ConnectionFault::Timeout))
}

/// Runs the events one after the other, all at `now`.
fn run(mut row: OutboxRow, events: impl IntoIterator<Item = Event>, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    let mut all = Vec::new();
    for event in events {
        let (next, effects) = transition(row, event, now);
        row = next;
        all.extend(effects);
    }
    (row, all)
}

fn sending_at(step: SmtpStep) -> OutboxRow {
    let steps = SmtpStep::ALL.into_iter().take_while(|other| *other <= step).map(Event::Entering);
    run(fresh(), std::iter::once(Event::Due).chain(steps), at(0)).0
}

/// A row of each state, `Sending` on both sides of the dot.
fn situations() -> Vec<(&'static str, OutboxRow)> {
    let dot = || sending_at(SmtpStep::Dot);
    let accepted = run(dot(), [Event::Accepted(reply())], at(0)).0;
    let due = |row| OutboxRow { next_at: Some(at(0)), ..row };
    vec![
        ("approved", fresh()),
        ("sending", sending_at(SmtpStep::Data)),
        ("sending.dot", dot()),
        ("accepted", due(accepted.clone())),
        ("filed", run(accepted, [Event::Filed(location())], at(0)).0),
        ("uncertain", due(run(dot(), [doubtful()], at(0)).0)),
        ("refused", run(dot(), [failed(SmtpStep::Dot, Failure::Permanent(refusal(550, None)))], at(0)).0),
        ("cancelled", run(fresh(), [Event::Cancel(CancelReason::AiOff)], at(0)).0),
    ]
}

fn events() -> Vec<(&'static str, Event)> {
    vec![
        ("due", Event::Due),
        ("enter.connect", Event::Entering(SmtpStep::Connect)),
        ("enter.dot", Event::Entering(SmtpStep::Dot)),
        ("accepted", Event::Accepted(reply())),
        ("fail.lost", lost(SmtpStep::Data)),
        ("fail.451", transient(SmtpStep::Dot)),
        ("fail.doubt", doubtful()),
        ("restarted", Event::Restarted),
        ("proof.copy", Event::ProofFound(Proof::SelfCopy)),
        ("proof.sent", Event::ProofFound(Proof::InSent(location()))),
        ("proof.absent", Event::ProofAbsent),
        ("search.failed", Event::SearchFailed),
        ("filed", Event::Filed(location())),
        ("filing.failed", Event::FilingFailed),
        ("cancel", Event::Cancel(CancelReason::Withdrawn)),
        ("resumed", Event::AccountResumed),
        ("again", Event::Person(Decision::SendAgain)),
        ("sent", Event::Person(Decision::ConsiderSent)),
        ("give.up", Event::Person(Decision::GiveUp)),
    ]
}

fn written(effect: Effect) -> String {
    match effect {
        Effect::Deliver => "deliver".to_owned(),
        Effect::Abort => "abort".to_owned(),
        Effect::SearchForProof => "search".to_owned(),
        Effect::FileInSent => "file".to_owned(),
        Effect::MarkAnswered => "answered".to_owned(),
        Effect::StopAccount => "stop".to_owned(),
        Effect::TellPerson(matter) => format!("tell:{matter:?}"),
        Effect::Alarm(alarm) => format!("alarm:{alarm:?}"),
    }
}

/// Every pair of state and event. What is not in the table changes neither state nor asks for an effect.
const TABLE: &str = include_str!("dispatch/pairs.txt");

#[test]
fn d14_every_pair_is_as_the_table_says() {
    let mut lines = Vec::new();
    for (name, row) in situations() {
        for (label, event) in events() {
            let before = row.state;
            let (after, effects) = transition(row.clone(), event, at(0));
            if after.state != before || !effects.is_empty() {
                let effects: Vec<String> = effects.into_iter().map(written).collect();
                lines.push(format!("{name} + {label} -> {} {}", after.state.code(), effects.join(" ")).trim_end().to_owned());
            }
        }
    }
    let expected: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(lines == expected, "{}", lines.join("\n"));
}

#[test]
fn d14_the_good_way() {
    let mut row = fresh();
    let mut effects = Vec::new();
    let steps = SmtpStep::ALL.map(Event::Entering);
    let events = std::iter::once(Event::Due).chain(steps).chain([Event::Accepted(reply()), Event::Filed(location())]);
    for event in events {
        let (next, more) = transition(row, event, at(5));
        row = next;
        effects.extend(more);
    }
    assert_eq!(effects, [Effect::Deliver, Effect::MarkAnswered, Effect::FileInSent]);
    assert_eq!((row.state, row.filed_at, row.next_at), (OutboxState::Filed, Some(location()), None));
    assert_eq!(row.proof, Some(Proof::Reply(Personal::new("queued".to_owned()))));
}

#[test]
fn nothing_goes_before_its_time() {
    let row = OutboxRow::approved(PublicId::from_bytes([1; 16]), at(60));
    let (row, effects) = transition(row, Event::Due, at(59));
    assert_eq!((row.state, effects), (OutboxState::Approved, vec![]));
    for event in [Event::Restarted, Event::AccountResumed, Event::Person(Decision::SendAgain)] {
        let (row, _) = transition(row.clone(), event.clone(), at(10));
        assert_eq!(transition(row, Event::Due, at(59)).1, [], "{event:?} does not open the undo window");
    }
    assert_eq!(transition(row, Event::Due, at(60)).1, [Effect::Deliver]);
}

#[test]
fn temporary_refusals_are_retried_for_two_days() {
    let (mut row, mut now, mut waits) = (fresh(), at(0), Vec::new());
    let told = loop {
        let (sending, effects) = transition(row, Event::Due, now);
        assert_eq!(effects, [Effect::Deliver]);
        let (after, effects) = transition(sending, lost(SmtpStep::Connect), now);
        row = after;
        if row.state == OutboxState::Refused {
            break effects;
        }
        let next = row.next_at.unwrap();
        waits.push(next.duration_since(now).as_secs() / 60);
        now = next;
    };
    assert_eq!(waits[..6], [1, 5, 15, 60, 60, 60]);
    assert_eq!(told, [Effect::TellPerson(Matter::GaveUpRetrying)]);
    let hours = now.duration_since(at(0)).as_secs() / 3_600;
    assert!((48..50).contains(&hours), "{hours}");
}

#[test]
fn each_failure_has_its_consequence() {
    let check = |step: SmtpStep, failure: Failure, state: OutboxState, expected: &[Effect]| {
        let (row, effects) = transition(sending_at(step), failed(step, failure.clone()), at(0));
        assert_eq!((row.state, effects.as_slice()), (state, expected), "{step:?} {failure:?}");
        assert!(row.last_failure.is_some());
        row
    };
    use OutboxState::{Approved, Refused, Uncertain};
    let person = [Effect::TellPerson(Matter::Refused)];
    let permanent = |enhanced| Failure::Permanent(refusal(550, enhanced));
    check(SmtpStep::Rcpt, permanent(Some((5, 1, 1))), Refused, &person);
    check(SmtpStep::Dot, permanent(None), Refused, &person);
    check(SmtpStep::Rcpt, permanent(Some((5, 5, 0))), Approved, &[]);
    check(SmtpStep::Dot, Failure::Transient(refusal(452, None)), Approved, &[]);
    check(SmtpStep::Mail, Failure::Unsendable(Unsendable::TooLarge { bytes: 2, limit: 1 }), Refused, &person);
    let login = [Effect::StopAccount, Effect::TellPerson(Matter::LoginRefused)];
    let held = check(SmtpStep::Connect, Failure::Authentication(None), Approved, &login);
    assert_eq!(transition(held.clone(), Event::Due, at(99_999)).1, [], "an account that is stopped stays stopped");
    let resumed = transition(held, Event::AccountResumed, at(99_999)).0;
    assert_eq!(transition(resumed, Event::Due, at(99_999)).1, [Effect::Deliver]);
    check(SmtpStep::Connect, Failure::Tls(TlsFault::NotOffered), Approved, &[Effect::Alarm(Alarm::Tls)]);
    check(SmtpStep::Dot, Failure::StepRefused, Approved, &[]);
    for strange in [
        Failure::Authentication(None),
        Failure::Tls(TlsFault::Injected),
        Failure::Connection(ConnectionFault::Lost),
        Failure::Unsendable(Unsendable::Address),
    ] {
        check(SmtpStep::Dot, strange, Uncertain, &[]);
    }
    // The report stops short of the dot that the row knows of.
    for failure in [permanent(None), Failure::Transient(refusal(451, None)), Failure::Connection(ConnectionFault::Lost)] {
        assert_eq!(transition(sending_at(SmtpStep::Dot), failed(SmtpStep::Data, failure), at(0)).0.state, Uncertain);
    }
}

/// D-14: proof is looked for four times, then a person is told, once; nothing is sent again.
#[test]
fn d14_a_doubt_is_searched_and_then_shown() {
    let (mut row, _) = transition(sending_at(SmtpStep::Dot), doubtful(), at(0));
    let (mut times, mut told) = (Vec::new(), 0);
    while let Some(next) = row.next_at {
        times.push(next.duration_since(at(0)).as_secs());
        let (searching, effects) = transition(row, Event::Due, next);
        assert_eq!(effects, [Effect::SearchForProof]);
        let (after, effects) = transition(searching, Event::ProofAbsent, next);
        told += effects.len();
        row = after;
    }
    assert_eq!(times, [30, 120, 600, 1_800]);
    assert_eq!((told, row.state), (1, OutboxState::Uncertain));
    // The sync may still come across it much later.
    let (row, effects) = transition(row, Event::ProofFound(Proof::InSent(location())), at(90_000));
    assert_eq!((row.state, effects), (OutboxState::Filed, vec![Effect::MarkAnswered]));
}

#[test]
fn d14_a_search_that_fails_says_nothing_but_the_doubt_is_shown_in_time() {
    let (mut row, _) = transition(sending_at(SmtpStep::Dot), doubtful(), at(0));
    let mut told = Vec::new();
    for _ in 0..60 {
        let next = row.next_at.unwrap();
        let (searching, _) = transition(row, Event::Due, next);
        let (after, effects) = transition(searching, Event::SearchFailed, next);
        told.extend(effects.into_iter().map(|effect| (effect, next.duration_since(at(0)).as_secs() / 60)));
        row = after;
    }
    assert_eq!(row.searches, 0);
    assert!(matches!(told.as_slice(), [(Effect::TellPerson(Matter::DeliveryUncertain), 30..=32)]), "{told:?}");
}

#[test]
fn d14_a_crash_is_a_retry_before_the_dot_and_a_doubt_after_it() {
    for step in SmtpStep::ALL {
        let (row, effects) = transition(sending_at(step), Event::Restarted, at(10));
        let expected = if step == SmtpStep::Dot { OutboxState::Uncertain } else { OutboxState::Approved };
        assert_eq!((row.state, effects), (expected, vec![]), "{step:?}");
    }
    let (row, _) = run(fresh(), [Event::Due, Event::Restarted], at(0));
    assert_eq!(row.state, OutboxState::Approved);
}

#[test]
fn a_cancellation_that_came_too_late_forbids_the_next_attempt() {
    let (row, effects) = transition(sending_at(SmtpStep::Dot), Event::Cancel(CancelReason::Withdrawn), at(0));
    assert_eq!(effects, [Effect::TellPerson(Matter::TooLateToCancel)]);
    let (refused, _) = transition(row.clone(), transient(SmtpStep::Dot), at(0));
    assert_eq!(refused.state, OutboxState::Cancelled, "the server did not take it, and the person does not want it any more");
    let (doubt, _) = transition(row, doubtful(), at(0));
    assert_eq!(doubt.state, OutboxState::Uncertain);
    let (doubt, effects) = transition(doubt, Event::Person(Decision::SendAgain), at(0));
    assert_eq!((doubt.state, effects), (OutboxState::Uncertain, vec![Effect::TellPerson(Matter::IsCancelled)]));
}

/// the copy in Sent is tried until it lies there, and an alarm says when it does not.
#[test]
fn r123_filing_is_retried_without_sending_again() {
    let (mut row, _) = transition(sending_at(SmtpStep::Dot), Event::Accepted(reply()), at(0));
    let (mut now, mut alarms) = (at(0), Vec::new());
    for attempt in 1..=30 {
        let (after, effects) = transition(row, Event::FilingFailed, now);
        alarms.extend(effects.iter().map(|effect| (*effect, attempt)));
        now = after.next_at.unwrap();
        let (after, effects) = transition(after, Event::Due, now);
        assert_eq!(effects, [Effect::MarkAnswered, Effect::FileInSent]);
        row = after;
    }
    assert_eq!(alarms, [(Effect::Alarm(Alarm::NotFiled), 3), (Effect::Alarm(Alarm::NotFiled), 27)]);
    assert_eq!(transition(row, Event::Filed(location()), now).0.state, OutboxState::Filed);
}

#[test]
fn a_clock_that_ran_ahead_parks_nothing() {
    let (row, _) = transition(sending_at(SmtpStep::Mail), transient(SmtpStep::Mail), at(400 * 86_400));
    let (row, _) = transition(row, Event::Restarted, at(10));
    assert!(row.next_at.unwrap() <= at(10 + 3_600));
    let (row, _) = transition(sending_at(SmtpStep::Dot), doubtful(), at(400 * 86_400));
    let (row, _) = transition(row, Event::Restarted, at(10));
    assert!(row.next_at.unwrap() <= at(10 + 1_800));
}

fn any_step() -> impl Strategy<Value = SmtpStep> {
    prop::sample::select(SmtpStep::ALL.to_vec())
}

fn any_failure() -> impl Strategy<Value = Failure> {
    prop::sample::select(vec![
        Failure::Transient(refusal(451, None)),
        Failure::Permanent(refusal(550, None)),
        Failure::Permanent(refusal(550, Some((5, 5, 0)))),
        Failure::Authentication(None),
        Failure::Tls(TlsFault::NotOffered),
        Failure::Connection(ConnectionFault::Lost),
        Failure::Unsendable(Unsendable::LineEnd),
        Failure::StepRefused,
        Failure::Uncertain(ConnectionFault::Timeout),
    ])
}

/// One move of the game. The next right step is not known before the row is.
#[derive(Debug, Clone)]
enum Move {
    NextStep,
    Event(Event),
}

fn any_move() -> impl Strategy<Value = Move> {
    let others = events().into_iter().map(|(_, event)| event).filter(|event| !matches!(event, Event::Failed(_) | Event::Entering(_)));
    let event = prop_oneof![
        4 => Just(Event::Due),
        1 => any_step().prop_map(Event::Entering),
        2 => (any_step(), any_failure()).prop_map(|(step, failure)| failed(step, failure)),
        2 => any_failure().prop_map(|failure| failed(SmtpStep::Dot, failure)),
        4 => prop::sample::select(others.collect::<Vec<_>>()),
    ];
    prop_oneof![2 => Just(Move::NextStep), 1 => event.prop_map(Move::Event)]
}

/// What an onlooker knows without the state machine.
#[derive(Default)]
struct Onlooker {
    /// A dot was allowed, and nothing has said since that the server did not take it.
    dot_open: bool,
    taken: bool,
    session: bool,
    cancelled: bool,
}

impl Onlooker {
    fn sees(&mut self, before: &OutboxRow, event: &Event, effects: &[Effect]) -> Result<(), String> {
        let aborted = effects.contains(&Effect::Abort);
        match event {
            Event::Entering(SmtpStep::Dot) if !aborted => {
                if self.taken || self.cancelled || self.dot_open || !self.session {
                    return Err("a dot was allowed that must not be".to_owned());
                }
                self.dot_open = true;
            }
            Event::Accepted(_) => (self.taken, self.session) = (true, false),
            Event::ProofFound(_) => self.taken = true,
            Event::Failed(error) => {
                self.session = false;
                let answered = matches!(error.failure, Failure::Transient(_) | Failure::Permanent(_)) && error.step == Some(SmtpStep::Dot);
                // Only to the session that is under way; anything later is old news.
                if before.state == OutboxState::Sending && (answered || error.failure == Failure::StepRefused) {
                    self.dot_open = false;
                }
            }
            Event::Restarted => self.session = false,
            Event::Cancel(_) => self.cancelled = true,
            Event::Person(Decision::GiveUp) if before.state != OutboxState::Uncertain => self.cancelled = true,
            Event::Person(Decision::SendAgain) if before.state == OutboxState::Uncertain && before.cancel.is_none() => {
                self.dot_open = false
            }
            Event::Entering(_)
            | Event::Due
            | Event::ProofAbsent
            | Event::SearchFailed
            | Event::Filed(_)
            | Event::FilingFailed
            | Event::AccountResumed
            | Event::Person(_) => {}
        }
        if effects.contains(&Effect::Deliver) {
            if self.taken || self.dot_open || self.cancelled {
                return Err("a delivery was begun that must not be".to_owned());
            }
            if self.session {
                return Err("two sessions at once".to_owned());
            }
            self.session = true;
        }
        Ok(())
    }
}

/// A row always has a next time, a person who knows, or an end.
fn is_not_lost(row: &OutboxRow) -> bool {
    match row.state {
        OutboxState::Approved | OutboxState::Accepted | OutboxState::Uncertain => row.next_at.is_some() || row.person_told,
        OutboxState::Refused => row.person_told,
        OutboxState::Cancelled => row.cancel.is_some(),
        OutboxState::Filed => row.proof.is_some() && row.filed_at.is_some(),
        OutboxState::Sending => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(14),
        ..ProptestConfig::default()
    })]

    /// D-14: whatever happens in whatever order, no second delivery follows an unexplained dot, and no row is lost.
    #[test]
    fn d14_never_twice_never_lost(script in prop::collection::vec((any_move(), 0i64..7_200), 1..80)) {
        let (mut row, mut now, mut onlooker) = (fresh(), at(0), Onlooker::default());
        for (step, pause) in script {
            let event = match step {
                Move::NextStep => Event::Entering(row::step_after(row.step).unwrap_or(SmtpStep::Dot)),
                Move::Event(event) => event,
            };
            now = now.checked_add(SignedDuration::from_secs(pause)).unwrap();
            let before = row.clone();
            let (after, effects) = transition(row, event.clone(), now);
            if let Err(what) = onlooker.sees(&before, &event, &effects) {
                prop_assert!(false, "{}: {:?} + {:?}", what, before, event);
            }
            prop_assert!(is_not_lost(&after), "{:?} + {:?} -> {:?}", before, event, after);
            prop_assert!(after.id == before.id && (before.proof.is_none() || after.proof.is_some()));
            row = after;
        }
    }
}
