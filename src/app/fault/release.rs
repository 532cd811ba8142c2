//! Why an answer was not released, in sentences.

use crate::app::fault::Fault;
use crate::app::sentence::Sentence;
use crate::mail::compose::ComposeError;
use crate::pipeline::release::ReleaseError;

impl From<ReleaseError> for Fault {
    fn from(error: ReleaseError) -> Self {
        let say = |key: &str| Self::input(key, &error);
        match &error {
            ReleaseError::Store(store) => crate::app::fault::store::fault(store),
            ReleaseError::Compose(compose) => composing(compose),
            ReleaseError::Stage(stage) => say("fault-queue-stage").with_word("stage", "stage", stage),
            ReleaseError::NoDraft => say("fault-queue-no-draft"),
            ReleaseError::Held(rules) => {
                let rules: Vec<&str> = rules.split(", ").collect();
                let mut fault = say("fault-queue-held");
                fault.sentence = fault.sentence.with_words("rules", "rule", &rules);
                fault
            }
            ReleaseError::Void => say("fault-queue-void"),
            ReleaseError::MailboxRemoved(name) => say("fault-queue-mailbox-removed").with("name", name),
            ReleaseError::NoSmtp(name) => say("fault-queue-no-smtp").with("name", name),
            ReleaseError::InDrafts(name) => say("fault-queue-in-drafts").with("name", name),
            ReleaseError::Unreadable => say("fault-queue-unreadable"),
        }
    }
}

fn composing(error: &ComposeError) -> Fault {
    let say = |key: &str| Fault::input(key, error);
    match error {
        ComposeError::EmptyText => say("fault-answer-empty"),
        ComposeError::Particulars(missing) => say("fault-answer-company").because("missing", missing_particular(*missing)),
        ComposeError::MailboxAddress => say("fault-answer-address"),
        ComposeError::Date => say("fault-answer-date"),
        ComposeError::HandOver(why) => say("fault-answer-recipient").with_word("rule", "rule", &why.rule),
    }
}

/// The particular that a letter lacks (§ 35a GmbHG and its kin).
pub fn missing_particular(missing: crate::domain::company::Missing) -> Sentence {
    use crate::domain::company::Missing;
    let key = match missing {
        Missing::Name => "particular-name",
        Missing::FormInName => "particular-form-in-name",
        Missing::Seat => "particular-seat",
        Missing::RegisterCourt => "particular-register-court",
        Missing::RegisterNumber => "particular-register-number",
        Missing::ManagingDirectors => "particular-managing-directors",
        Missing::Board => "particular-board",
        Missing::Partners => "particular-partners",
        Missing::Owner => "particular-owner",
        Missing::SupervisoryChair => "particular-supervisory-chair",
        Missing::GeneralPartner => "particular-general-partner",
        Missing::GivenName => "particular-given-name",
    };
    Sentence::new(key, missing)
}
