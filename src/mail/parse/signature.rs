//! Where a writer's own text ends: signature separator, closing formula, name, mobile footer, disclaimer.
//!
//! Never: text below an inline answer that is not a signature. A wrong cut loses a customer's question, so every rule asks for the place
//! (the end of what the person wrote) as well as the words.

use regex::Regex;
use std::sync::LazyLock;

/// A signature longer than this is text.
const SIGNATURE_LINES_MAX: usize = 25;
/// Lines after a `-- `; footers of lists and shops are long.
const SEPARATOR_LINES_MAX: usize = 60;

#[expect(clippy::expect_used, reason = "the patterns are constants, a test compiles each")]
fn regex(pattern: &str) -> Regex {
    // Unicode word boundaries would keep the fast automaton out.
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).expect("Pattern is a constant")
}

/// Closing formulas that may carry a name or a wish behind them.
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?:(?:vielen|besten|herzlichen|schonen|lieben|1000) )?dank(?:e)?(?: (?:im voraus|schon mal|vorab))?(?: und|,| &| \+) ?|(?:many )?thanks(?:,| and| &) ?|thank you(?:,| and) ?|ich verbleibe |wir verbleiben |verbleibe ich |und |es grusst |bis dahin(?: |, )|schones wochenende(?: und|,) )?(?:(?:mit |die |ganz |einen |nochmals )?(?:(?:den |ganz )?(?:freundliche[nrm]?|viele[n]?|liebe[nr]?|beste[nmr]?|herzliche[nmr]?|schone[nr]?|sonnige[nr]?|kollegiale[nr]?|allerbeste[n]?|nette[nr]?|hofliche[nr]?|frohliche[nr]?|winterliche[n]?|sommerliche[n]?|hanseatische[n]?) )(?:gru(?:ss|s|b)(?:e|en)?|empfehlungen?|wunsche[n]?)|mit freundl\.? gru(?:ss|s)(?:en|e)?|m\.?f\.?g\.?|hochachtungsvoll|gruss[e]?|(?:kind|kindest|best|warm|warmest|many|sincere|friendly) regards|(?:with )?(?:kind|best|warm) (?:regards|wishes)|regards|yours (?:sincerely|truly|faithfully)|sincerely(?: yours)?|best wishes|all the best|with thanks and regards|cordialement|bien cordialement|bien a vous|cordiali saluti|distinti saluti|saludos(?: cordiales)?|un saludo|atentamente|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groet(?:en|jes)|med venlig hilsen|venlig hilsen|med vanliga halsningar|mvh|vennlig hilsen|pozdrawiam|terveisin|ystavallisin terveisin)(?:[ ,.!;:-]|$)",
    )
});
/// Closing words that stand alone on their line, perhaps with a name.
static SHORT_CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:[lvgbh]\.?g\.?|glg|sg|liebst|gruss|grusse|grussle|cheers|best|br|rgds|regards|greetings|ciao|tschuss|tschau|servus|cordially|respectfully|take care|kr|xoxo|bis bald|bis dann|lieben gruss)(?:[ ,.!-]+[\p{L}.-]+){0,3}[ ,.!-]*$",
    )
});
static SHORT_ONLY: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[lvgbh]g|glg|sg|best|br|kr)$"));
static MOBILE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:von meinem .{2,60} gesendet|gesendet (?:von|mit|uber|aus) (?:meinem |meiner |mein |der |dem |outlook|yahoo|mail|proton|gmx|web\.de|t-online|telekom|samsung|iphone|ipad|unterwegs|blackberry|android|freenet|gmail|k-9|windows).{0,90}|diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) (?:meinem|meiner|mein|android|gmx|web\.de|k-9|outlook|der).{0,90}gesendet.{0,20}|sent (?:from|with|via|using) (?:my |outlook|yahoo|mail|proton|samsung|gmail|mobile|a mobile|windows|blackberry).{0,80}|sent from .{2,40}(?:iphone|ipad|android|mobile|mail|phone|device)\.?|get outlook for .{2,40}|outlook fur (?:ios|android).{0,60}|holen sie sich outlook fur .{0,40}|laden sie outlook fur .{0,50}|(?:mit )?von unterwegs gesendet|gesendet von unterwegs|von unterwegs|sent on the go|envoye de mon .{2,30}|enviado desde mi .{2,30}|inviato da(?:l mio)? .{2,30}|verzonden (?:vanaf|met|van|via) .{2,30}|skickat fran min .{2,30}|sendt fra min .{2,30}|lahetetty .{2,40}|diese e-?mail wurde gesendet mit .{0,60}|\[?gesendet mit .{0,40}|on the go with .{0,40}|(?:sicher|secured?|sent) (?:gesendet )?(?:mit|with) (?:tutanota|tuta|proton|protonmail).{0,60}|typed on .{2,40}|tapped (?:out )?(?:on|from) .{2,40}|enviado do meu .{2,30}|\*?sent from .{2,20} (?:iphone|ipad)\*?)$",
    )
});
static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:diese (?:e-?mail|nachricht|mail)|inhalt dieser (?:e-?mail|nachricht|mail)|diese (?:elektronische )?(?:nachricht|e-?mail)|die information(?:en)? in dieser|dieses e-?mail).{0,200}(?:vertraulich|ausschliesslich fur|nur fur den|rechtlich geschutzt|privilegiert|nicht der (?:richtige|beabsichtigte))|(?:nicht der (?:richtige|beabsichtigte|vorgesehene|bestimmungsgemasse) (?:empfanger|adressat)|irrtumlich (?:erhalten|zugesandt|empfangen|zugegangen)).{0,300}(?:vernicht|losch|informier|benachrichtig|untersagt|nicht gestattet|absender)|unbefugte[ns]? (?:kopieren|weitergabe|nutzung|gebrauch).{0,100}(?:nicht gestattet|untersagt|verboten)|(?:this (?:e-?mail|message|communication|transmission)|the information (?:contained )?in this|the contents of this).{0,250}(?:confidential|intended (?:only|solely)|privileged|intended recipient)|(?:not the intended (?:recipient|addressee)|received this .{0,40} in error).{0,300}(?:notify|delete|destroy|prohibited|disregard)|confidentiality (?:notice|note)|(?:bitte )?(?:denken|prufen|uberlegen) sie .{0,60}(?:umwelt|ausdruck|drucken)|(?:please )?(?:consider|think (?:of|about)) the environment before|before printing|(?:diese|this) (?:e-?mail|nachricht|email|message) (?:wurde|has been|is) .{0,60}(?:viren|virus|malware|avast|scanned|gepruft|checked)|virenfrei\.|virus-free\.|(?:caution|warning|achtung|vorsicht|hinweis|extern(?:e e-?mail)?|external)\]?:? ?.{0,60}(?:originated (?:from )?outside|external (?:sender|email|source)|von (?:einem )?extern|ausserhalb (?:der|ihrer|unserer) (?:organisation|firma|unternehmen)|external email)|(?:informationen|hinweise?|angaben) (?:zum|zur|uber den|uber die) (?:datenschutz|verarbeitung (?:ihrer|von|personenbezogener)|umgang mit).{0,200}(?:finden|https?:|unter|www\.)|datenschutz(?:hinweise|erklarung|information(?:en)?).{0,120}(?:finden|abrufbar|einsehbar|https?:|www\.)",
    )
});
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:tel|telefon|phone|fon|mobil|mobile|handy|fax|t|m|f|e-?mail|mail|web|www|internet|p)\b[.:]* ?[:+0-9(w@]|@|\bwww\.|https?://|^\+?\d[\d /()-]{6,}$|\b(?:gmbh|ag|kg|e\.?k\.?|ohg|gbr|ug|ltd|inc|llc)\b|geschäftsführer|amtsgericht|handelsregister|\bhrb\b|ust-?id",
    )
});

/// Lower case, umlauts and accents reduced to base letters, so that `Grüße`, `Gruesse` and `Grusse` are one.
pub fn fold(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'à' | 'á' | 'â' | 'å' => out.push('a'),
            'ö' | 'ó' | 'ò' | 'ô' => out.push('o'),
            'ü' | 'ú' | 'ù' | 'û' => out.push('u'),
            'é' | 'è' | 'ê' => out.push('e'),
            'í' | 'ì' => out.push('i'),
            'ß' => out.push_str("ss"),
            '*' | '_' => {}
            '\u{2010}'..='\u{2015}' => out.push('-'),
            '’' | '‘' | '´' | '`' => out.push('\''),
            _ => out.push(c),
        }
    }
    out.trim().replace("gruesse", "grusse").replace("wuensche", "wunsche").replace("  ", " ")
}

/// Does this line close a letter?
pub fn is_closing(line: &str) -> bool {
    let folded = fold(line);
    if folded.len() > 90 {
        return false;
    }
    let folded = folded.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '.' | ',' | '!')).to_owned();
    let words = folded.split_whitespace().count();
    let bare = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    SHORT_ONLY.is_match(bare) || SHORT_CLOSING.is_match(&folded) || (words <= 11 && CLOSING.is_match(&folded) && !folded.ends_with('?'))
}

pub fn is_mobile_footer(line: &str) -> bool {
    let folded = fold(line);
    let folded =
        folded.split("<http").next().unwrap_or(&folded).trim_matches(|c: char| matches!(c, '.' | '[' | ']' | '-' | '(' | ')' | ' '));
    let app = line.contains("<http") && folded.len() < 40 && (folded.starts_with("sent from ") || folded.starts_with("gesendet "));
    folded.len() < 160 && (app || MOBILE.is_match(folded))
}

/// Is this paragraph (its lines joined by spaces) legal boiler plate?
pub fn is_disclaimer(paragraph: &str) -> bool {
    paragraph.len() > 25 && DISCLAIMER.is_match(&fold(paragraph))
}

/// `-- ` (RFC 3676 §4.3) and the forms that programs make of it.
fn is_separator(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "—" | "––" | "- -" | "---" | "__" | "___" | "-----") || {
        let line = line.trim_end();
        line.chars().count() >= 5 && (line.bytes().all(|b| b == b'_') || line.chars().all(|c| c == '—'))
    }
}

/// First line of the signature in `lines` (one region of the writer's own text); `sender` is the display name.
/// `below_quote`: other people's text stands above, so even the first line may be a footer.
pub fn start(lines: &[&str], sender: Option<&str>, address: Option<&str>, below_quote: bool) -> Option<usize> {
    let first_filled = lines.iter().position(|l| !l.trim().is_empty())?;
    let filled = lines.iter().filter(|l| !l.trim().is_empty()).count();
    let mut found: Option<usize> = None;
    let mut passed = 0;
    for (n, line) in lines.iter().enumerate() {
        passed += usize::from(!line.trim().is_empty());
        let after = filled - passed;
        if after > SEPARATOR_LINES_MAX || line.trim().is_empty() {
            continue;
        }
        let exact = *line == "-- " || *line == "--";
        if (exact && after <= SEPARATOR_LINES_MAX) || (is_separator(line) && after <= 14 && (n > first_filled || below_quote)) {
            found = Some(n);
            break;
        }
        let closes = after <= SIGNATURE_LINES_MAX && (is_closing(line) || (after <= 6 && is_mobile_footer(line)));
        if closes && !text_follows(lines.get(n + 1..).unwrap_or_default()) {
            found = Some(n);
            break;
        }
    }
    found.or_else(|| name_block(lines, sender, address))
}

/// After a closing formula come a name and an address, not paragraphs of questions.
fn text_follows(rest: &[&str]) -> bool {
    let prose = |l: &&&str| {
        let l = l.trim();
        l.len() > 60 && l.ends_with(['.', '?', '!']) && !is_disclaimer(l) && !CONTACT.is_match(l)
    };
    rest.iter().take_while(|l| !is_separator(l) && !is_mobile_footer(l)).filter(prose).count() >= 3
}

/// `-Anna Muster`
fn is_dashed_name(line: &str) -> bool {
    let Some(name) = line.trim().strip_prefix(['-', '~', '–', '—']) else { return false };
    is_name(name) && !name.starts_with(' ')
}

/// One to three capitalised words and nothing else.
fn is_name(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    (1..=3).contains(&words.len())
        && words.iter().all(|w| w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-')))
}

/// What people write right above their name; it is still their text.
const PARTING: [&str; 16] = [
    "thanks",
    "thank you",
    "many thanks",
    "danke",
    "vielen dank",
    "besten dank",
    "herzlichen dank",
    "lieben dank",
    "tausend dank",
    "merci",
    "schones wochenende",
    "schonen ",
    "einen schonen",
    "alles gute",
    "bis bald",
    "ihr ",
];

/// A last line that is the sender's own name, or a last paragraph of contact data that names the sender.
fn name_block(lines: &[&str], sender: Option<&str>, address: Option<&str>) -> Option<usize> {
    let filled: Vec<usize> = (0..lines.len()).filter(|&n| lines.get(n).is_some_and(|l| !l.trim().is_empty())).collect();
    let (&last, &first) = (filled.last()?, filled.first()?);
    let name = sender.map(fold).filter(|s| s.len() >= 2).unwrap_or_default();
    let parts: Vec<&str> = name.split([' ', ',']).filter(|p| p.len() >= 2).collect();
    let last_line = fold(lines.get(last)?);
    let bare = last_line.trim_matches(|c: char| !c.is_alphanumeric());
    let dashed = lines.get(last).is_some_and(|l| is_dashed_name(l));
    if last > first
        && (dashed
            || (!name.is_empty() && bare == name)
            || parts.contains(&bare)
            || parts.iter().rev().copied().collect::<Vec<_>>().join(" ") == bare && !bare.is_empty())
    {
        return Some(last);
    }
    let before = filled.iter().rev().nth(1).and_then(|&n| lines.get(n)).map(|l| fold(l)).unwrap_or_default();
    let thanked = before.len() < 60 && PARTING.iter().any(|p| before.starts_with(p));
    if last > first && thanked && is_name(lines.get(last)?) {
        return Some(last);
    }
    let block_start = (0..=last).rev().find(|&n| lines.get(n).is_some_and(|l| l.trim().is_empty())).map(|n| n + 1)?;
    let block: Vec<&str> = lines.get(block_start..=last)?.iter().map(|l| l.trim()).collect();
    let named = (!name.is_empty() && fold(block.first()?).contains(&name))
        || address.is_some_and(|a| block.iter().any(|l| l.to_lowercase().contains(a)));
    let contacts = block.iter().filter(|l| l.len() < 80 && CONTACT.is_match(l)).count();
    let introduced = lines.get(..block_start)?.iter().rev().find(|l| !l.trim().is_empty()).is_some_and(|l| l.trim_end().ends_with(':'));
    (block_start > first && named && contacts >= 2 && !introduced && block.iter().all(|l| l.len() < 100)).then_some(block_start)
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
