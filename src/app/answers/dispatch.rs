//! Routes a request to its file and turns errors into answers with the exit code of contracts §1.

use crate::app::answers::{audit, consent, knowledge, mailbox, queue, sources};
use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, Request};
use crate::config::Config;
use crate::mail::compose::Signature;
use crate::store::Store;

/// What an answer needs beside the store.
#[derive(Debug, Clone)]
pub struct Desk {
    pub signature: Signature,
    pub undo_seconds: u32,
}

impl Desk {
    pub fn of(config: &Config) -> Self {
        let signature = Signature { lines: config.signature.lines.clone(), particulars: config.company.clone() };
        Self { signature, undo_seconds: config.review.undo_seconds }
    }
}

pub fn answer(desk: &Desk, store: &Store, request: Request) -> Answer {
    match route(desk, store, request) {
        Ok(answer) => answer,
        Err(fault) => Answer { exit: fault.exit.code(), body: Body::Failed(fault.sentence) },
    }
}

fn route(desk: &Desk, store: &Store, request: Request) -> Result<Answer, Fault> {
    match request {
        Request::MailboxAdd { mailbox, password, actor, reason } => {
            mailbox::add(store, (*mailbox).into(), &password.0, &actor, reason.as_deref())
        }
        Request::MailboxChange { name, change, actor } => mailbox::change(store, &name, &change, &actor),
        Request::MailboxRemove { name, actor } => mailbox::remove(store, &name, &actor),
        Request::MailboxList => mailbox::list(store),
        Request::MailboxPassword { name, password, actor } => mailbox::password(store, &name, &password.0, &actor),
        Request::MailboxTest { name } => mailbox::test(store, &name),
        Request::MailboxFolders { name, actor } => mailbox::create_folders(store, &name, &actor),
        Request::MailboxPolicy { name, change, actor } => mailbox::policy(store, &name, &change, &actor),
        Request::MailboxTrained { name, trained, actor } => mailbox::trained(store, &name, &trained, &actor),
        Request::KnowledgeAdd(order) => sources::add(store, &order),
        Request::KnowledgeList => sources::list(store),
        Request::KnowledgeRemove { source, actor } => knowledge::remove(store, &source, &actor),
        Request::KnowledgeSearch { query, limit, explain, mailbox } => {
            knowledge::search(store, &query, limit, (explain, mailbox.as_deref()))
        }
        Request::ConsentGrant(grant) => consent::grant(store, &grant),
        Request::ConsentList => consent::list(store),
        Request::ConsentWithdraw { address, actor } => consent::withdraw(store, &address, &actor),
        Request::CustomersImport { addresses, actor } => consent::customers(store, &addresses, &actor),
        Request::QueueList => queue::list(store),
        Request::QueueShow { id } => queue::show(desk, store, &id),
        Request::QueueApprove { id, actor, text } => queue::approve(desk, store, &id, &actor, text.as_deref()),
        Request::QueueSettle { id, decision, actor } => queue::settle(store, &id, &decision, &actor),
        Request::QueueDone { id, actor } => queue::done(store, &id, &actor),
        Request::QueueReject { id, actor, reason } => queue::reject(store, &id, &actor, &reason),
        Request::AuditVerify => audit::verify(store),
        Request::Ai { off, actor } => audit::ai(store, off, actor.as_deref()),
    }
}
