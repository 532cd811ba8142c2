use super::*;

const GOOD: &str = r#"
data = "data"
key.file = "data.key"

[company]
name = "Radhaus Beispiel GmbH"
form = "gmbh"
seat = "Musterstadt"
register = { court = "Musterstadt", number = "HRB 4711" }
persons = ["Berta Beispiel"]
"#;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/etc/hauspost.toml")).map_err(|error| error.to_string())
}

#[test]
fn relative_paths_start_at_the_file() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.data, Path::new("/etc/data"));
    assert_eq!(config.key, KeySource::File("/etc/data.key".into()));
    assert_eq!((config.engine.model.as_str(), config.drafting.drafter), ("embedded", DrafterChoice::Default));
    let model = parse(&format!("{GOOD}\n[engine]\nmodel = \"m.gguf\"")).unwrap().engine.model;
    assert_eq!(model, "/etc/m.gguf");
}

#[test]
fn an_error_names_file_key_value_and_what_is_allowed() {
    for (from, to, words) in [
        ("seat = \"Musterstadt\"", "seat = \" \"", vec!["company.seat = \" \"", "seat"]),
        ("seat = \"Musterstadt\"", "seet = \"Musterstadt\"", vec!["line 8", "seet", "unknown field"]),
        ("form = \"gmbh\"", "form = \"ltd\"", vec!["ltd", "gmbh"]),
        ("persons = [\"Berta Beispiel\"]", "", vec!["company.persons", "managing directors"]),
        ("key.file = \"data.key\"", "", vec!["key"]),
        ("key.file = \"data.key\"", "key.ask = false", vec!["only true is allowed"]),
        ("persons = [\"Berta Beispiel\"]", "persons = [\"B C\"]\n[engine]\nmodel = 7", vec!["7", "model"]),
        (
            "persons = [\"Berta Beispiel\"]",
            "persons = [\"B C\"]\n[review]\nundo_seconds = 4000",
            vec!["review.undo_seconds", "4000", "0 to 3600"],
        ),
        (
            "persons = [\"Berta Beispiel\"]",
            "persons = [\"B C\"]\n[[number]]\nkind = \"order\"\npattern = \"(\"",
            vec!["number.pattern", "regular"],
        ),
        ("persons = [\"Berta Beispiel\"]", "persons = [\"B C\"]\n[[number]]\nkind = \"order\"\npattern = \"x*\"", vec!["empty text"]),
        (
            "persons = [\"Berta Beispiel\"]",
            "persons = [\"B C\"]\n[[category]]\nname = \"a\"\ndescription = \"b\"\n[[category]]\nname = \"a\"\ndescription = \"c\"",
            vec!["category.name", "of its own"],
        ),
        ("persons = [\"Berta Beispiel\"]", "persons = [\"B C\"]\n[drafting]\ndrafter = \"gpt\"", vec!["gpt", "extractive", "model"]),
    ] {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        let error = parse(&text).unwrap_err();
        assert!(error.contains("/etc/hauspost.toml"), "{error}");
        for word in words {
            assert!(error.contains(word), "{word} is missing in: {error}");
        }
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::read(Path::new("/nowhere/hauspost.toml")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/hauspost.toml"));
}
