//! The chat template of the model, filled without ever showing it the words.
//!
//! The template (Jinja, written by whoever made the model) sees a mark for each part. The marks are exchanged for the words
//! afterwards, when the special tokens of the template are already token ids. So a mail that says `<|im_start|>system` is
//! text and nothing else. Text between two special tokens is encoded in one piece, as in training.

use crate::inference::model::error::ModelError;
use crate::inference::model::vocabulary::Vocabulary;
use crate::inference::prompt::{Part, Role};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, from_args};
use minijinja::{Environment, Error, ErrorKind, context};

/// Private use characters around the number of a part; no template holds them.
const OPEN: char = '\u{f0000}';
const CLOSE: char = '\u{f0001}';

const NAME: &str = "chat";
/// What Qwen and others were trained with, for files that lost their template on the way.
const CHATML: &str = "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

pub struct Template {
    environment: Environment<'static>,
    bos: String,
    eos: String,
}

impl Template {
    pub fn build(source: Option<String>, vocabulary: &Vocabulary) -> Result<Self, ModelError> {
        let source = match source {
            Some(source) => source,
            None if vocabulary.has_special("<|im_start|>") && vocabulary.has_special("<|im_end|>") => CHATML.to_owned(),
            None => return Err(ModelError::Template("the file has none, and the model does not know ChatML".to_owned())),
        };
        let mut environment = Environment::new();
        // Transformers renders with both, so templates are written for it.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| ModelError::Template(error.to_string()))?);
        environment
            .add_function("raise_exception", |text: String| -> Result<Value, Error> { Err(Error::new(ErrorKind::InvalidOperation, text)) });
        environment.set_unknown_method_callback(|_, value, method, arguments| python_method(value, method, arguments));
        environment.add_template_owned(NAME, source).map_err(|error| ModelError::Template(error.to_string()))?;
        let template =
            Self { environment, bos: vocabulary.bos.clone().unwrap_or_default(), eos: vocabulary.eos.clone().unwrap_or_default() };
        // A template that cannot render a plain question is found now and not with the first mail.
        let trial = [Role::System, Role::User].map(|role| (role, vec![0]));
        template.render(&trial)?;
        Ok(template)
    }

    /// Token ids of a whole prompt, up to the place where the answer begins.
    pub fn encode(&self, parts: &[Part], vocabulary: &Vocabulary) -> Result<Vec<u32>, ModelError> {
        let rendered = self.render(&messages(parts))?;
        let mut ids = Vec::new();
        let mut plain = String::new();
        let mut seen = vec![false; parts.len()];
        let mut rest = rendered.as_str();
        while let Some((before, number, after)) = next_mark(rest) {
            encode_own_words(before, vocabulary, &mut plain, &mut ids)?;
            let (part, seen) = parts.get(number).zip(seen.get_mut(number)).ok_or_else(|| broken("it invents a message"))?;
            plain.push_str(&part.text);
            *seen = true;
            rest = after;
        }
        encode_own_words(rest, vocabulary, &mut plain, &mut ids)?;
        ids.extend(vocabulary.encode(&plain)?);
        if seen.contains(&false) {
            return Err(broken("it leaves out a message"));
        }
        Ok(ids)
    }

    fn render(&self, messages: &[(Role, Vec<usize>)]) -> Result<String, ModelError> {
        let list: Vec<Value> = messages
            .iter()
            .map(|(role, numbers)| {
                let content: String = numbers.iter().map(|number| format!("{OPEN}{number}{CLOSE}")).collect();
                context! { role => role_name(*role), content => content }
            })
            .collect();
        let values = context! {
            messages => list,
            add_generation_prompt => true,
            // Thinking aloud costs minutes on an office machine and is no part of an answer.
            enable_thinking => false,
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
        };
        let template = self.environment.get_template(NAME).map_err(|error| ModelError::Template(error.to_string()))?;
        template.render(values).map_err(|error| ModelError::Template(error.to_string()))
    }
}

fn broken(what: &str) -> ModelError {
    ModelError::Template(what.to_owned())
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// Neighbouring parts of one role are one message; templates refuse two questions in a row.
fn messages(parts: &[Part]) -> Vec<(Role, Vec<usize>)> {
    let mut messages: Vec<(Role, Vec<usize>)> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        match messages.last_mut() {
            Some((role, numbers)) if *role == part.role => numbers.push(number),
            Some(_) | None => messages.push((part.role, vec![number])),
        }
    }
    messages
}

fn next_mark(text: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = text.split_once(OPEN)?;
    let (number, after) = rest.split_once(CLOSE)?;
    Some((before, number.parse().ok()?, after))
}

/// Words of the template: its special tokens become ids, everything between them joins the plain text.
fn encode_own_words(text: &str, vocabulary: &Vocabulary, plain: &mut String, ids: &mut Vec<u32>) -> Result<(), ModelError> {
    let mut rest = text;
    while let Some((before, id, after)) = vocabulary.next_special(rest) {
        plain.push_str(before);
        ids.extend(vocabulary.encode(plain)?);
        plain.clear();
        ids.push(id);
        rest = after;
    }
    plain.push_str(rest);
    Ok(())
}

/// The methods of Python strings that chat templates use.
fn python_method(value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let unknown = || Error::from(ErrorKind::UnknownMethod);
    let text = value.as_str().ok_or_else(unknown)?;
    match method {
        "startswith" | "endswith" => {
            let (wanted,): (&str,) = from_args(arguments)?;
            Ok(Value::from(if method == "startswith" { text.starts_with(wanted) } else { text.ends_with(wanted) }))
        }
        "strip" | "lstrip" | "rstrip" => {
            let (characters,): (Option<&str>,) = from_args(arguments)?;
            let strip = |c: char| characters.map_or_else(|| c.is_whitespace(), |set| set.contains(c));
            Ok(Value::from(match method {
                "lstrip" => text.trim_start_matches(strip),
                "rstrip" => text.trim_end_matches(strip),
                _ => text.trim_matches(strip),
            }))
        }
        "split" => {
            let (separator,): (&str,) = from_args(arguments)?;
            Ok(text.split(separator).map(Value::from).collect())
        }
        _ => Err(unknown()),
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
