//! As much CSS as decides whether a reader sees a text: size, colour, display, position.
//!
//! Never: layout, inheritance beyond what `html` carries, media queries (a mail program's default view is what counts).
//! Unknown rules make text visible, not hidden: losing a customer's words is worse than keeping a trick.

/// Rules of one mail beyond this number are not read.
const RULES_MAX: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Solid(Rgb),
    Transparent,
    /// An image or a value that we cannot read.
    Unknown,
}

/// What declarations say about being seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The element and all in it are not shown.
    pub hides: bool,
    /// `display` or `visibility` with a visible value.
    pub shows: bool,
    /// Font size of at most one pixel; children may set their own.
    pub tiny: Option<bool>,
    pub colour: Option<Paint>,
    pub background: Option<Paint>,
    pub preformatted: Option<bool>,
    /// A visible line above, as Outlook draws over what it quotes.
    pub border_top: bool,
    /// A left margin and no border: indented, not quoted.
    pub indented: bool,
}

impl Look {
    /// Later declarations win.
    pub fn overlay(&mut self, over: Self) {
        self.hides = over.hides || (self.hides && !over.shows);
        self.shows |= over.shows;
        self.tiny = over.tiny.or(self.tiny);
        self.colour = over.colour.or(self.colour);
        self.background = over.background.or(self.background);
        self.preformatted = over.preformatted.or(self.preformatted);
        self.border_top |= over.border_top;
        self.indented |= over.indented;
    }
}

/// Reads `a:b; c:d`.
pub fn declarations(text: &str) -> Look {
    let mut look = Look::default();
    let (mut zero_box, mut clipped, mut placed, mut far) = (false, false, false, false);
    let (mut margin, mut no_border) = (false, false);
    for declaration in text.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let value = value.to_ascii_lowercase();
        let value = value.trim().trim_end_matches("!important").trim_end_matches("! important").trim();
        match name.as_str() {
            "display" => {
                look.hides |= value == "none";
                look.shows |= value != "none";
            }
            "visibility" => look.hides |= matches!(value, "hidden" | "collapse"),
            "opacity" => look.hides |= value.trim_end_matches('%').parse::<f32>().is_ok_and(|v| v < 0.05),
            "font-size" => look.tiny = Some(tiny_size(value)),
            "font" => look.tiny = font_shorthand(value).or(look.tiny),
            "color" => look.colour = Some(paint(value)),
            "background-color" | "background" => look.background = Some(background(value)),
            "background-image" if value != "none" => look.background = Some(Paint::Unknown),
            "white-space" => look.preformatted = Some(value.starts_with("pre") || value == "break-spaces"),
            "max-height" | "height" | "max-width" | "width" => zero_box |= zero(value),
            "overflow" | "overflow-x" | "overflow-y" => clipped |= value.starts_with("hidden") || value == "clip",
            "position" => placed |= matches!(value, "absolute" | "fixed" | "relative"),
            "left" | "top" | "right" | "bottom" => far |= length(value).is_some_and(|v| v <= -400.0),
            "text-indent" | "margin-left" | "margin-top" => {
                look.hides |= length(value).is_some_and(|v| v <= -400.0);
                margin |= length(value).is_some_and(|v| v > 0.0);
            }
            "margin" => margin |= value.split_whitespace().any(|v| length(v).is_some_and(|v| v >= 30.0)),
            "border" => no_border |= value.starts_with("none") || zero(value),
            "clip" => look.hides |= value.replace([' ', ','], "").starts_with("rect(0"),
            "clip-path" => look.hides |= value.contains("inset(100%") || value.contains("inset(50%") || value.contains("circle(0"),
            "transform" => look.hides |= value.contains("scale(0)") || value.contains("scale(0,") || value.contains("translate(-999"),
            "border-top" => look.border_top |= value.contains("solid") && !value.starts_with("0"),
            _ => {}
        }
    }
    look.hides |= (zero_box && clipped) || (placed && far);
    look.indented = margin && no_border;
    look
}

fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    let (digits, unit) = value.split_at(end);
    digits.parse().ok().map(|n| (n, unit.trim()))
}

/// In pixels, roughly.
fn length(value: &str) -> Option<f32> {
    let (n, unit) = number(value)?;
    match unit {
        "em" | "rem" | "ex" | "ch" => Some(n * 16.0),
        "cm" => Some(n * 38.0),
        "mm" => Some(n * 3.8),
        "in" => Some(n * 96.0),
        "vw" | "vh" | "%" => Some(n * 10.0),
        _ => Some(n),
    }
}

fn zero(value: &str) -> bool {
    number(value).is_some_and(|(n, _)| n == 0.0)
}

fn tiny_size(value: &str) -> bool {
    let Some((n, unit)) = number(value) else { return false };
    match unit {
        "em" | "rem" => n * 16.0 <= 1.0,
        "%" => n <= 6.0,
        _ => n <= 1.0,
    }
}

fn font_shorthand(value: &str) -> Option<bool> {
    let size = value.split_whitespace().find(|t| t.starts_with(|c: char| c.is_ascii_digit()) && !t.ends_with("00"))?;
    Some(tiny_size(size.split('/').next().unwrap_or(size)))
}

fn background(value: &str) -> Paint {
    if value.contains("url(") || value.contains("gradient") {
        return Paint::Unknown;
    }
    if value == "none" || value.is_empty() {
        return Paint::Transparent;
    }
    match value.split_whitespace().map(paint).find(|p| *p != Paint::Unknown) {
        Some(found) => found,
        None => paint(value),
    }
}

/// A CSS or HTML colour.
pub fn paint(value: &str) -> Paint {
    let value = value.trim().to_ascii_lowercase();
    if value == "transparent" {
        return Paint::Transparent;
    }
    if let Some(inner) = value.strip_prefix("rgba(").or_else(|| value.strip_prefix("rgb(")) {
        let parts: Vec<f32> = inner
            .trim_end_matches(')')
            .split([',', ' ', '/'])
            .filter(|p| !p.is_empty())
            .filter_map(|p| p.strip_suffix('%').map_or_else(|| p.parse().ok(), |q| q.parse::<f32>().ok().map(|v| v * 2.55)))
            .collect();
        if parts.get(3).is_some_and(|&alpha| alpha < 0.05) {
            return Paint::Transparent;
        }
        if let [r, g, b, ..] = parts[..] {
            return Paint::Solid(Rgb(channel(r), channel(g), channel(b)));
        }
        return Paint::Unknown;
    }
    hex(value.trim_start_matches('#')).or_else(|| named(&value)).map_or(Paint::Unknown, Paint::Solid)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u8 just before")]
fn channel(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

fn hex(digits: &str) -> Option<Rgb> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let wide = match digits.len() {
        3 | 4 => digits.chars().take(3).flat_map(|c| [c, c]).collect::<String>(),
        6 | 8 => digits.chars().take(6).collect(),
        _ => return None,
    };
    let value = u32::from_str_radix(&wide, 16).ok()?;
    let [_, r, g, b] = value.to_be_bytes();
    Some(Rgb(r, g, b))
}

fn named(name: &str) -> Option<Rgb> {
    Some(match name {
        "white" | "window" => Rgb(255, 255, 255),
        "snow" => Rgb(255, 250, 250),
        "ivory" => Rgb(255, 255, 240),
        "whitesmoke" => Rgb(245, 245, 245),
        "black" | "windowtext" => Rgb(0, 0, 0),
        "gray" | "grey" => Rgb(128, 128, 128),
        "silver" => Rgb(192, 192, 192),
        "lightgray" | "lightgrey" => Rgb(211, 211, 211),
        "red" => Rgb(255, 0, 0),
        "green" => Rgb(0, 128, 0),
        "blue" => Rgb(0, 0, 255),
        "navy" => Rgb(0, 0, 128),
        "yellow" => Rgb(255, 255, 0),
        "orange" => Rgb(255, 165, 0),
        "purple" => Rgb(128, 0, 128),
        _ => return None,
    })
}

/// Can text of this colour be told from its background?
pub fn same_colour(text: Rgb, ground: Rgb) -> bool {
    let near = |a: u8, b: u8| a.abs_diff(b) <= 6;
    near(text.0, ground.0) && near(text.1, ground.1) && near(text.2, ground.2)
}

/// One element as a selector sees it.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    pub tag: String,
    pub id: String,
    pub classes: Vec<String>,
}

#[derive(Debug, Default)]
struct Compound {
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

impl Compound {
    /// `None` for what we do not understand (pseudo-classes, attributes, siblings).
    fn read(text: &str) -> Option<Self> {
        if text.contains([':', '[', '+', '~', '@']) {
            return None;
        }
        let mut compound = Self::default();
        let mut rest = text;
        if !rest.starts_with(['.', '#']) {
            let end = rest.find(['.', '#']).unwrap_or(rest.len());
            let (tag, after) = rest.split_at(end);
            compound.tag = (tag != "*").then(|| tag.to_ascii_lowercase());
            rest = after;
        }
        while let Some(mark) = rest.chars().next() {
            let body = rest.get(1..)?;
            let end = body.find(['.', '#']).unwrap_or(body.len());
            let (name, after) = body.split_at(end);
            if mark == '.' {
                compound.classes.push(name.to_owned())
            } else {
                compound.id = Some(name.to_owned())
            }
            rest = after;
        }
        Some(compound)
    }

    fn fits(&self, subject: &Subject) -> bool {
        self.tag.as_ref().is_none_or(|t| *t == subject.tag)
            && self.id.as_ref().is_none_or(|i| *i == subject.id)
            && self.classes.iter().all(|c| subject.classes.contains(c))
    }
}

/// The rules of `<style>` elements that say something about being seen.
#[derive(Debug, Default)]
pub struct Stylesheet(Vec<(Vec<Compound>, Look)>);

impl Stylesheet {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the rules of a `<style>` text; at-rules are skipped with their blocks.
    pub fn read(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some((head, after)) = rest.split_once('{') {
            if head.trim_start().starts_with('@') {
                rest = after_block(after);
                continue;
            }
            let Some((body, next)) = after.split_once('}') else { return };
            rest = next;
            let look = declarations(body);
            if look == Look::default() {
                continue;
            }
            for selector in head.rsplit(';').next().unwrap_or(head).split(',') {
                let compounds: Option<Vec<Compound>> = selector.replace('>', " ").split_whitespace().map(Compound::read).collect();
                if let Some(compounds) = compounds.filter(|c| !c.is_empty())
                    && self.0.len() < RULES_MAX
                {
                    self.0.push((compounds, look));
                }
            }
        }
    }

    /// Look of `subject` inside `ancestors` (outermost first).
    pub fn look<'a>(&self, subject: &Subject, ancestors: impl DoubleEndedIterator<Item = &'a Subject> + Clone) -> Look {
        let mut look = Look::default();
        for (compounds, rule) in &self.0 {
            let Some((last, outer)) = compounds.split_last() else { continue };
            if !last.fits(subject) {
                continue;
            }
            let mut chain = ancestors.clone().rev();
            if outer.iter().rev().all(|c| chain.any(|a| c.fits(a))) {
                look.overlay(*rule);
            }
        }
        look
    }
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out.replace("<!--", "").replace("-->", "")
}

fn after_block(text: &str) -> &str {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or("");
        }
    }
    ""
}

#[cfg(test)]
#[path = "html_css_tests.rs"]
mod tests;
