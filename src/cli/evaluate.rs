//! `hauspost evaluate`: measures the product with a suite, without data folder and configuration, and prints its figures.
//!
//! Progress with the expected time goes to stderr; the details are written to the end and then take their name, so that a half
//! of them is never taken for the whole. Exit code 0 whatever the figures are: they are no threshold.

use crate::app::fault::{Fault, system};
use crate::cli::arguments::{EvaluateCommand, SuiteArgs};
use crate::cli::output::Output;
use crate::pipeline::evaluation::{drafts, drafts_figures, drafts_run, evidence, retrieval};
use crate::pipeline::worker;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::path::Path;

pub fn run(out: &Output, command: &EvaluateCommand) -> Result<u8> {
    let report = match command {
        EvaluateCommand::Evidence(args) => run_evidence(args)?,
        EvaluateCommand::Retrieval(args) => run_retrieval(args)?,
        EvaluateCommand::Drafts { suite, model, drafter } => {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No threads for the evaluation could be made")?;
            runtime.block_on(Box::pin(run_drafts(suite, model.as_deref(), *drafter)))?
        }
    };
    if out.json {
        out.document(&report);
    } else {
        out.line(table(out, &report).trim_end());
    }
    Ok(0)
}

fn run_evidence(args: &SuiteArgs) -> Result<serde_json::Value> {
    let suite = evidence::load(&args.suite)?;
    let bar = progress(suite.len());
    let (report, details) = evidence::run(&suite, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    finish(args, &report, &details)
}

fn run_retrieval(args: &SuiteArgs) -> Result<serde_json::Value> {
    let suite = retrieval::load(&args.suite)?;
    let bar = progress(suite.len());
    let senses = crate::app::wall_clock::senses();
    let (report, details) = retrieval::run(&suite, &senses, &|done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    finish(args, &report, &details)
}

async fn run_drafts(args: &SuiteArgs, model: Option<&Path>, drafter: DrafterArg) -> Result<serde_json::Value> {
    let suite = drafts::load(&args.suite)?;
    let model = model.map_or_else(|| "embedded".to_owned(), |model| model.to_string_lossy().into_owned());
    let engine = worker::engine(&model).await.map_err(|error| system::model(&model, &error))?;
    let bar = progress(suite.cases);
    let senses = crate::app::wall_clock::senses();
    let setup = drafts_run::Setup { engine: &engine, drafter: drafter.choice(), senses: &senses };
    let details = drafts_run::run(&suite, setup, &|done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();
    let name = engine.identity().map_or(model, |identity| identity.name);
    let report = drafts_figures::report(&drafts_figures::judged(&suite, &details), drafter.word(), &name);
    finish(args, &report, &details)
}

/// `--drafter`, as in `[drafting]` of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DrafterArg {
    /// The one that measured better
    Default,
    /// Quotes the passages that answer
    Extractive,
    /// Lets the model write
    Model,
}

impl DrafterArg {
    const fn choice(self) -> crate::config::file::DrafterChoice {
        use crate::config::file::DrafterChoice;
        match self {
            Self::Default => DrafterChoice::Default,
            Self::Extractive => DrafterChoice::Extractive,
            Self::Model => DrafterChoice::Model,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Extractive => "extractive",
            Self::Model => "model",
        }
    }
}

/// On stderr, and only where somebody looks at it.
fn progress(cases: usize) -> ProgressBar {
    let bar = ProgressBar::new(cases as u64);
    let style = ProgressStyle::with_template("  {bar:32} {pos}/{len}  {elapsed} + {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn finish(args: &SuiteArgs, report: &impl Serialize, details: &[impl Serialize]) -> Result<serde_json::Value> {
    if let Some(file) = &args.details {
        write_details(file, details).map_err(|error| {
            let text = format!("Details {} cannot be written: {error}", file.display());
            Fault::input("fault-details", text).with("file", file.display()).because("why", system::io(&error))
        })?;
    }
    serde_json::to_value(report).context("The figures cannot be printed")
}

/// One object a line, into a file beside the wanted one, which then takes its name.
fn write_details(file: &Path, details: &[impl Serialize]) -> std::io::Result<()> {
    let mut name = file.file_name().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{}.part", std::process::id()));
    let fresh = file.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create(&fresh)?);
        for detail in details {
            serde_json::to_writer(&mut out, detail)?;
            out.write_all(b"\n")?;
        }
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&fresh, file)
    };
    write().inspect_err(|_| {
        // What is left of a failed attempt; the error that is reported is the first one.
        let _ = std::fs::remove_file(&fresh);
    })
}

/// Figures under each other, groups of figures indented, in the words of the catalogue.
fn table(out: &Output, report: &serde_json::Value) -> String {
    let kind = report.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut lines = vec![out.bold(&out.say(&format!("evaluate-{kind}"), &[]))];
    // Numbers first, then the groups.
    let groups = |value: &serde_json::Value| value.is_object() && value.get("median").is_none();
    let figures = sorted(report);
    for (name, value) in figures.iter().filter(|(name, value)| *name != "kind" && !groups(value)) {
        lines.push(row(out, name, value, 0));
    }
    for (name, value) in figures.iter().filter(|(_, value)| groups(value)) {
        group(out, name, value, &mut lines, 0);
    }
    lines.extend(fell_back(out, report).map(|note| format!("\n{}", out.wrapped(&note, "  "))));
    lines.join("\n")
}

/// The order in which a person reads figures: what was measured, how good it is, what it costs.
const ORDER: [&str; 45] = [
    "cases",
    "queries",
    "passages",
    "faulty",
    "clean",
    "drafter",
    "model",
    "answered_share",
    "fact_recall",
    "completeness",
    "hand_over_recall",
    "false_hand_over_share",
    "released_with_unsupported_claim",
    "grounded_precision_before_check",
    "grounded_precision_after_check",
    "forbidden_hits",
    "language_kept",
    "address_form_kept",
    "category_accuracy",
    "recall",
    "recall_by_span",
    "false_alarm_share",
    "recall_at_1",
    "recall_at_5",
    "mrr_at_10",
    "milliseconds",
    "milliseconds_per_draft",
    "seconds_per_draft",
    "index_bytes",
    "de",
    "en",
    "other",
    "unknown",
    "answer",
    "partial",
    "release",
    "hold",
    "hand_over",
    "extractive",
    "drafted_by",
    "decisions",
    "recall_by_kind",
    "languages",
    "total",
    "baseline",
];

/// The entries of an object in that order; what has no place in it, such as the kinds of a suite, comes last, by name.
fn sorted(value: &serde_json::Value) -> Vec<(&String, &serde_json::Value)> {
    let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
    entries.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
    entries
}

/// Where the model was asked to write: the drafts that it did not.
fn fell_back(out: &Output, report: &serde_json::Value) -> Option<String> {
    let quoted = report.get("drafted_by")?.get("extractive")?.as_u64().filter(|quoted| *quoted > 0)?;
    let by_model = report.get("drafter").is_some_and(|drafter| drafter == DrafterArg::Model.word());
    by_model.then(|| out.say("evaluate-fell-back", &[("count", &quoted.to_string())]))
}

fn group(out: &Output, name: &str, value: &serde_json::Value, lines: &mut Vec<String>, depth: usize) {
    if !value.is_object() || value.get("median").is_some() {
        lines.push(row(out, name, value, depth));
        return;
    }
    lines.push(format!("{}{}", "  ".repeat(depth + 1), out.catalogue.code("figure", name)));
    for (name, value) in sorted(value) {
        group(out, name, value, lines, depth + 1);
    }
}

fn row(out: &Output, name: &str, value: &serde_json::Value, depth: usize) -> String {
    let label = format!("{}{}", "  ".repeat(depth + 1), out.catalogue.code("figure", name));
    let pad = 52_usize.saturating_sub(label.chars().count());
    format!("{label}{}  {}", " ".repeat(pad), shown(out, name, value))
}

/// Shares as percentages, times and counts as they are, nothing as a dash.
fn shown(out: &Output, name: &str, value: &serde_json::Value) -> String {
    let decimal = |number: f64, places: usize| format!("{number:.places$}").replace('.', &out.say("decimal-mark", &[]));
    let time = name.starts_with("milliseconds") || name.starts_with("seconds");
    let spread = value.get("median").and_then(|m| m.as_f64()).zip(value.get("p95").and_then(|p| p.as_f64()));
    match (value, value.as_u64(), value.as_f64(), spread) {
        (_, _, _, Some((median, p95))) => out.say("figure-spread", &[("median", &decimal(median, 3)), ("p95", &decimal(p95, 3))]),
        (_, Some(count), ..) => count.to_string(),
        (_, None, Some(number), _) if time || name.starts_with("mrr") => decimal(number, 3),
        (_, None, Some(number), _) => out.say("figure-percent", &[("value", &decimal(number * 100.0, 1))]),
        (serde_json::Value::String(text), ..) if name == "drafter" => out.code("drafter", text),
        (serde_json::Value::String(text), ..) => text.clone(),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::catalogue::{Catalogue, Lang};

    #[test]
    fn the_table_speaks_both_languages() {
        let report = serde_json::json!({
            "kind": "evidence", "cases": 3, "recall": 0.5, "recall_by_kind": {"amount": 1.0}, "false_alarm_share": null, "milliseconds_per_draft": 1.25,
        });
        for (lang, expected) in [(Lang::De, ["Belegprüfung", "50,0 %", "1,250"]), (Lang::En, ["Evidence check", "50.0 %", "1.250"])] {
            let text = table(&Output::new(false, Catalogue::new(lang)), &report);
            for part in expected {
                assert!(text.contains(part), "{text}");
            }
            assert!(text.contains('–') && text.contains("amount"), "{text}");
        }
    }

    #[test]
    fn figures_stand_in_the_order_in_which_they_are_read() {
        let report = serde_json::json!({
            "kind": "drafts", "category_accuracy": 0.5, "answered_share": 0.25, "cases": 4, "drafter": "model",
            "decisions": {"hand_over": {"hold": 1, "hand_over": 2}, "answer": {"release": 1}}, "drafted_by": {"extractive": 1, "model": 2},
        });
        let text = table(&Output::new(false, Catalogue::new(Lang::De)), &report);
        let places: Vec<_> = ["Fälle", "Verfasser", "beantwortet", "Kategorie", "geschrieben von", "erwartet: Antwort", "an eine Person"]
            .map(|word| text.find(word))
            .into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{text}");
        assert!(text.contains("1 Entwurf stammt nicht vom Modell"), "{text}");
    }

    #[test]
    fn details_take_their_name_at_the_end() {
        let folder = std::env::temp_dir().join(format!("hp-details-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let file = folder.join("d.jsonl");
        write_details(&file, &[serde_json::json!({"id": "a"}), serde_json::json!({"id": "b"})]).expect("written");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
        assert!(write_details(&folder.join("none/d.jsonl"), &["a"]).is_err());
        assert_eq!(std::fs::read_dir(&folder).expect("folder").count(), 1);
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
