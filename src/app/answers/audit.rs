//! `audit verify` and the stop switch.

use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, Verified};
use crate::pipeline::requeue;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, actor, setting};

/// Chains and pages. Broken chains are exit 4.
pub fn verify(store: &Store) -> Result<Answer, Fault> {
    store.verify_pages()?;
    let outcome = store.read(record::verify)?;
    let exit = if outcome.first_broken.is_some() { 4 } else { 0 };
    let verified = Verified {
        records: outcome.records,
        first_broken: outcome.first_broken,
        checkpoints: outcome.checkpoints,
        last_checkpoint: outcome.last_checkpoint,
    };
    Ok(Answer { exit, body: Body::Verified(verified) })
}

/// Throws or releases the stop switch, or says how it stands.
pub fn ai(store: &Store, off: Option<bool>, by: Option<&str>) -> Result<Answer, Fault> {
    if let Some(off) = off {
        let by = by.ok_or_else(|| Fault::input("fault-ai-nobody", "The stop switch records who used it: --as NAME"))?;
        store.write(|w| -> Result<(), Fault> {
            let by = actor::named(w, by)?;
            if setting::set_ai_off(w, off)? {
                let requeued = if off { 0 } else { requeue::after_switch(w)? };
                let detail = serde_json::json!({ "off": off, "requeued": requeued });
                let entry = Entry { chain: Chain::Audit, event: "ai.switch", object: None, actor: Some(by.public_id), detail };
                record::append(w, &entry)?;
            }
            Ok(())
        })?;
    }
    Ok(Answer::done(Body::Ai { off: store.read(setting::ai_off)? }))
}
