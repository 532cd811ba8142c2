//! `hauspost knowledge add` and `list`: from arguments to a request, and from the answer to lines for a person.

use crate::app::fault::system::{option, unreadable};
use crate::app::request::{Added, DocumentView, Request, SourcesOrder};
use crate::cli::arguments::KnowledgeAddArgs;
use crate::cli::layout::printable;
use crate::cli::output::Output;
use crate::knowledge::source::read::Warning;
use crate::knowledge::terms::Classification;
use anyhow::Result;
use std::fmt::Write;

pub fn add(args: KnowledgeAddArgs) -> Result<Request> {
    // The running service has another folder under its feet.
    let path = std::fs::canonicalize(&args.path).map_err(|error| unreadable("knowledge", &args.path, &error))?;
    let class =
        |code: &String| Classification::from_code(code).ok_or_else(|| option("--classification", code, "public, internal, confidential"));
    let classification = args.classification.as_ref().map(class).transpose()?;
    Ok(Request::KnowledgeAdd(Box::new(SourcesOrder {
        path,
        owner: args.owner,
        valid_from: args.valid_from,
        valid_until: args.valid_until,
        mailboxes: args.mailbox,
        classification,
        personal_data: args.personal_data,
        fresh: args.new_terms,
        prune: args.prune,
        standing: false,
    })))
}

pub fn added(out: &Output, added: &Added) -> String {
    let count = |list: usize| list.to_string();
    let mut text = out.say(
        "knowledge-added",
        &[
            ("imported", &count(added.imported.len())),
            ("unchanged", &count(added.unchanged.len())),
            ("refused", &count(added.refused.len())),
            ("passages", &count(added.passages)),
        ],
    );
    let mut line = |said: String| {
        let _ = write!(text, "\n  {said}");
    };
    for (key, files) in [
        ("knowledge-expired", &added.expired),
        ("knowledge-kept", &added.not_in_folder),
        ("knowledge-removed", &added.removed),
        ("knowledge-stranger", &added.strangers),
        ("knowledge-kept-terms", &added.kept_terms),
        ("knowledge-left-out", &added.left_out),
    ] {
        files.iter().for_each(|file| line(out.say(key, &[("file", &printable(file))])));
    }
    if added.held_back {
        line(out.say("knowledge-held-back", &[]));
    }
    for refused in &added.refused {
        line(out.say("knowledge-refused", &[("file", &printable(&refused.file)), ("reason", &out.catalogue.sentence(&refused.said))]));
    }
    for warned in &added.warnings {
        line(out.say("knowledge-warning", &[("file", &printable(&warned.file)), ("warning", &warning(out, &warned.warning))]));
    }
    text
}

fn warning(out: &Output, warning: &Warning) -> String {
    let (key, count) = match warning {
        Warning::Latin1 => ("warning-latin1", 0),
        Warning::PagesWithoutText(count) => ("warning-pages-without-text", *count),
        Warning::PagesUnreadable(count) => ("warning-pages-unreadable", *count),
        Warning::HiddenParts(count) => ("warning-hidden-parts", *count),
        Warning::ColumnsLeftOut(count) => ("warning-columns-left-out", *count),
        Warning::AnswersMissing(count) => ("warning-answers-missing", *count),
        Warning::OpenQuote => ("warning-open-quote", 0),
        Warning::FormulasWithoutValue(count) => ("warning-formulas-without-value", *count),
        Warning::OlderStateKept => ("warning-older-state-kept", 0),
        Warning::OlderStateClosed => ("warning-older-state-closed", 0),
    };
    out.say(key, &[("count", &count.to_string())])
}

pub fn document(out: &Output, document: &DocumentView) -> String {
    let validity = match (document.valid_from, document.valid_until) {
        (None, None) => out.say("document-always", &[]),
        (Some(from), None) => out.say("document-from", &[("from", &out.catalogue.day(from))]),
        (None, Some(until)) => out.say("document-until", &[("until", &out.catalogue.day(until))]),
        (Some(from), Some(until)) => {
            out.say("document-between", &[("from", &out.catalogue.day(from)), ("until", &out.catalogue.day(until))])
        }
    };
    let mailboxes = if document.mailboxes.is_empty() { out.say("document-all-mailboxes", &[]) } else { document.mailboxes.join(", ") };
    let mut block = out.say(
        "document-line",
        &[
            ("source", &out.bold(&printable(&document.source))),
            ("state", &out.code("document", &document.state)),
            ("passages", &document.passages.to_string()),
            ("validity", &validity),
        ],
    );
    let terms = out.say(
        "document-terms",
        &[
            ("owner", &printable(&document.owner)),
            ("classification", &out.code("class", &document.classification)),
            ("language", &out.code("language", &document.language)),
            ("mailboxes", &mailboxes),
        ],
    );
    let _ = write!(block, "\n  {terms}");
    if document.personal_data {
        let _ = write!(block, "; {}", out.say("document-personal", &[]));
    }
    for warned in &document.warnings {
        let _ = write!(
            block,
            "\n  {}",
            out.say("knowledge-warning", &[("file", &printable(&document.source)), ("warning", &warning(out, warned))])
        );
    }
    block
}
