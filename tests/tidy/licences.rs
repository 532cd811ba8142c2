//! Licence expressions as crates declare them (SPDX, and the older `A/B`), and whether a list of licences satisfies one.
//!
//! Never: an opinion about a licence; the list in deny.toml is where that stands.

/// True where the expression can be met with allowed licences alone. What cannot be read is not met.
///
/// `allowed` is asked for a licence together with its exception: `Apache-2.0 WITH LLVM-exception`.
pub fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    let met = parser.either();
    met == Some(true) && parser.words.is_empty()
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl Parser<'_> {
    fn take(&mut self, word: &str) -> bool {
        let Some((first, rest)) = self.words.split_first() else { return false };
        let taken = *first == word;
        if taken {
            self.words = rest;
        }
        taken
    }

    fn either(&mut self) -> Option<bool> {
        let mut met = self.both()?;
        while self.take("OR") {
            met |= self.both()?;
        }
        Some(met)
    }

    fn both(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.either()?;
            return self.take(")").then_some(met);
        }
        let (name, rest) = self.words.split_first()?;
        if ["OR", "AND", "WITH", ")"].contains(name) {
            return None;
        }
        self.words = rest;
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            return Some((self.allowed)(&format!("{name} WITH {exception}")));
        }
        Some((self.allowed)(name))
    }
}

#[test]
fn expressions_are_met_or_not() {
    let check = |expression: &str, expected: bool| {
        let met = satisfied(expression, &|name| ["MIT", "ISC", "Zlib WITH x"].contains(&name));
        assert_eq!(met, expected, "{expression}");
    };
    check("MIT", true);
    check("GPL-2.0-only", false);
    check("MIT OR GPL-2.0-only", true);
    check("GPL-2.0-only/MIT", true);
    check("GPL-2.0-only / MIT", true);
    check("MIT AND GPL-2.0-only", false);
    check("MIT AND ISC", true);
    check("(MIT OR GPL-2.0-only) AND ISC", true);
    check("MIT OR GPL-2.0-only AND LGPL-2.1", true);
    check("(MIT OR GPL-2.0-only) AND LGPL-2.1", false);
    check("Zlib WITH x OR GPL-2.0-only", true);
    check("Zlib", false);
    check("", false);
    check("MIT OR", false);
    check("(MIT", false);
    check("MIT ISC", false);
}
