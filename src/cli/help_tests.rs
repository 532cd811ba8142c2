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
