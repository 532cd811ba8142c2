use super::*;

/// Every command, by its path.
fn walk(command: &Command, path: &str, visit: &mut dyn FnMut(&Command, &str)) {
    visit(command, path);
    for sub in command.get_subcommands() {
        walk(sub, format!("{path} {}", sub.get_name()).trim(), visit);
    }
}

#[test]
fn every_command_has_an_example_and_every_argument_its_help() {
    for lang in [Lang::De, Lang::En] {
        let catalogue = Catalogue::new(lang);
        let (mut commands, example) = (0, catalogue.say("help-example", &[]));
        walk(&command(&catalogue), "", &mut |command, path| {
            commands += 1;
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let called = format!("hauspost {path}");
            assert!(after.starts_with(&example) && after.contains(called.trim()), "{lang:?}: {path} has no example: {after}");
            assert!(command.get_about().is_some(), "{lang:?}: {path} says nothing about itself");
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some_and(|help| !help.to_string().trim().is_empty()),
                    "{lang:?}: {path} {} has no help",
                    arg.get_id()
                );
            }
        });
        assert!(commands > 30, "{commands}");
    }
}

/// An example is copied from the terminal: what would wrap there is broken by hand.
#[test]
fn examples_fit_a_terminal() {
    const COLUMNS: usize = 80;
    walk(&command(&Catalogue::new(Lang::De)), "", &mut |command, path| {
        let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in example.lines() {
            assert!(line.chars().count() < COLUMNS, "{path}: {line}");
        }
        let goes_on = |line: &&str| line.starts_with("    ");
        let ends = example.lines().zip(example.lines().skip(1)).filter(|(_, next)| goes_on(next));
        assert!(ends.clone().all(|(line, _)| line.ends_with('\\')), "{path}: {example}");
    });
}

/// What is asked for first stands first in the usage line and in the list below it.
#[test]
fn usage_and_help_name_the_arguments_in_one_order() {
    let mut built = command(&Catalogue::new(Lang::En));
    built.build();
    walk(&built, "", &mut |command, path| {
        let names: Vec<String> = command.get_positionals().map(|arg| arg.to_string()).collect();
        let page = command.clone().render_long_help().to_string();
        let (usage, list) = page.split_once("Arguments").unwrap_or((&page, ""));
        for text in [usage, list].iter().filter(|_| names.len() > 1) {
            let places: Vec<Option<usize>> = names.iter().map(|name| text.find(name.as_str())).collect();
            assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{path}: {names:?} in\n{page}");
        }
    });
}

#[test]
fn a_usage_line_is_in_the_order_of_its_example() {
    for (usage, positionals, expected) in [
        ("h queue settle [OPTIONS] --as <NAME> <ID> <DECISION>", "<ID> <DECISION>", "h queue settle <ID> <DECISION> --as <NAME> [OPTIONS]"),
        ("h ai [OPTIONS] [SWITCH]", "[SWITCH]", "h ai [SWITCH] [OPTIONS]"),
        ("h run [OPTIONS]", "", "h run [OPTIONS]"),
        ("h mailbox [OPTIONS] <COMMAND>", "", "h mailbox [OPTIONS] <COMMAND>"),
    ] {
        assert_eq!(as_typed(usage, positionals), expected);
    }
    let page = |path: &[&str]| {
        let mut built = command(&Catalogue::new(Lang::De));
        built.build();
        let found = path.iter().try_fold(&built, |command, name| command.find_subcommand(name)).cloned();
        found.map(|mut command| command.render_long_help().to_string()).unwrap_or_default()
    };
    let settle = page(&["queue", "settle"]);
    assert!(settle.contains("hauspost queue settle <KENNUNG> <ENTSCHEIDUNG> --as <NAME> [OPTIONEN]"), "{settle}");
}

#[test]
fn german_help_has_no_english_sentence() {
    let (mut de, en) = (command(&Catalogue::new(Lang::De)), command(&Catalogue::new(Lang::En)));
    // What the root says of all, such as where help comes from, reaches the commands here.
    de.build();
    let mut texts = std::collections::BTreeSet::new();
    walk(&en, "", &mut |command, _| {
        texts.extend(command.get_about().map(ToString::to_string));
        texts.extend(command.get_arguments().filter_map(Arg::get_help).map(ToString::to_string));
    });
    walk(&de, "", &mut |command, path| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(!texts.contains(&about), "{path}: {about}");
        for help in command.get_arguments().filter_map(Arg::get_help).map(ToString::to_string) {
            assert!(!texts.contains(&help), "{path}: {help}");
        }
        let page = command.clone().render_long_help().to_string();
        for word in ["Usage", "Options:", "Arguments:", "[default", "[possible", "Print "] {
            assert!(!page.contains(word), "{path}: {word} in\n{page}");
        }
    });
}

#[test]
fn no_german_help_text_is_left_over() {
    let mut used = std::collections::BTreeSet::new();
    let catalogue = Catalogue::new(Lang::De);
    walk(&command(&catalogue), "", &mut |command, path| {
        let path = path.replace(' ', "-");
        used.insert(format!("help-{}", if path.is_empty() { "hauspost" } else { &path }));
        for arg in command.get_arguments() {
            let keys = [format!("arg-{path}-{}", arg.get_id()), format!("arg-{}", arg.get_id())].map(|key| key.replace('_', "-"));
            used.extend(keys.into_iter().find(|key| catalogue.has(key)));
        }
    });
    for line in include_str!("text/help_de.ftl").lines().filter(|line| line.starts_with("help-") || line.starts_with("arg-")) {
        let key = line.split(' ').next().unwrap_or_default();
        assert!(used.contains(key), "{key} belongs to nothing");
    }
}
