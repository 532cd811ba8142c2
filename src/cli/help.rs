//! The command line with its help in the person's language.
//!
//! The English texts are the doc comments of `arguments.rs`. For German each is replaced by the sentence of the catalogue:
//! `help-mailbox-add` for a command, `arg-mailbox-add-imap` or `arg-imap` for an argument.

use crate::cli::arguments::Cli;
use crate::cli::catalogue::{Catalogue, Lang};
use clap::{Arg, ArgAction, Command, CommandFactory};

/// Places in the list of options.
const GLOBAL: usize = 900;
const LAST: usize = 999;

/// The parser. Its own words ("Usage", "possible values") are replaced in every language, so that no language mixes.
pub fn command(catalogue: &Catalogue) -> Command {
    let root = Cli::command().disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true);
    let version =
        Arg::new("version").short('V').long("version").action(ArgAction::Version).help("Print the version").display_order(LAST - 1);
    let mut built = dress(root.arg(version), "", catalogue);
    // The usage line is known once all is put together; its word for options is fixed in the parser.
    let named = built.clone();
    built.build();
    with_usage(named, &mut built, catalogue)
}

fn dress(command: Command, path: &str, catalogue: &Catalogue) -> Command {
    let key = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}-{name}") };
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Print this help").display_order(LAST);
    let command = command.arg(help);
    let about = format!("help-{}", if path.is_empty() { "hauspost" } else { path });
    let command = if catalogue.has(&about) { command.about(catalogue.say(&about, &[])) } else { command };
    let example = command.get_after_help().map(|text| text.to_string().replacen("Example:", &catalogue.say("help-example", &[]), 1));
    let command = if let Some(example) = example { command.after_help(example) } else { command };
    let mut positions = 0;
    let command = command
        .mut_args(|arg| {
            // Under a heading of ours the parser would sort them by name, and the usage line by place.
            positions += usize::from(arg.is_positional());
            let arg = if arg.is_positional() { arg.display_order(positions) } else { arg };
            dressed(arg, path, catalogue)
        })
        .subcommand_value_name(lasting(catalogue, "usage-subcommand"))
        .subcommand_help_heading(lasting(catalogue, "help-commands"))
        // The word before the usage line is fixed in the parser, so the template brings its own.
        .help_template(format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}", catalogue.say("usage", &[])));
    command.mut_subcommands(|sub| {
        let path = key(sub.get_name());
        dress(sub, &path, catalogue)
    })
}

/// Gives each command the usage line of its twin in `built`.
fn with_usage(command: Command, built: &mut Command, catalogue: &Catalogue) -> Command {
    let usage = built.render_usage().to_string();
    let positionals: Vec<String> = built.get_positionals().map(ToString::to_string).collect();
    let usage = as_typed(usage.trim_start_matches("Usage:").trim(), &positionals.join(" "));
    let usage = usage.replace("[OPTIONS]", &catalogue.say("usage-options", &[]));
    command.override_usage(usage).mut_subcommands(|sub| match built.find_subcommand_mut(sub.get_name()) {
        Some(twin) => with_usage(sub, twin, catalogue),
        None => sub,
    })
}

/// The usage line in the order in which people type it and every example shows it: what is meant, then how. The parser puts
/// options first.
fn as_typed(usage: &str, positionals: &str) -> String {
    let options = usage.find(" [OPTIONS]").or_else(|| usage.find(" --"));
    let parts = usage.strip_suffix(positionals).zip(options).and_then(|(before, at)| before.split_at_checked(at));
    let Some((command, options)) = parts.filter(|_| !positionals.is_empty()) else { return usage.to_owned() };
    let (any, required) = options.trim().strip_prefix("[OPTIONS]").map_or(("", options), |required| ("[OPTIONS]", required));
    let words = [command, positionals, required.trim(), any];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The parser wants headings and names that live as long as the program, which a parser made once per run does anyway.
fn lasting(catalogue: &Catalogue, key: &str) -> &'static str {
    catalogue.say(key, &[]).leak()
}

fn dressed(arg: Arg, path: &str, catalogue: &Catalogue) -> Arg {
    let id = arg.get_id().to_string();
    let keys = [format!("arg-{path}-{id}").replace('_', "-"), format!("arg-{id}").replace('_', "-")];
    let mut text = match keys.iter().find(|key| catalogue.has(key)) {
        Some(key) => catalogue.say(key, &[]),
        None => arg.get_help().map(ToString::to_string).unwrap_or_default(),
    };
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let takes_values = arg.get_action().takes_values();
    if takes_values && !values.is_empty() {
        text = format!("{text} {}", catalogue.say("help-possible", &[("values", &values.join(", "))]));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_values && !defaults.is_empty() {
        text = format!("{text} {}", catalogue.say("help-default", &[("value", &defaults.join(", "))]));
    }
    let heading = if arg.is_positional() { "help-arguments" } else { "help-options" };
    // What every command has comes after what is its own.
    let arg = if arg.is_global_set() { arg.display_order(GLOBAL) } else { arg };
    let arg = arg.help(text).help_heading(lasting(catalogue, heading));
    if !takes_values {
        return arg;
    }
    let arg = arg.hide_possible_values(true).hide_default_value(true);
    let name = arg.get_value_names().and_then(|names| names.first()).map_or_else(|| id.to_uppercase(), ToString::to_string);
    let word =
        format!("value-{}", name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect::<String>());
    if catalogue.lang == Lang::De && catalogue.has(&word) { arg.value_name(lasting(catalogue, &word)) } else { arg }
}

#[cfg(test)]
#[path = "help_tests.rs"]
mod tests;
