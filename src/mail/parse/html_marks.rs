//! What mail programs say in their HTML about quotes and signatures: class names, ids, attributes.
//!
//! Never: text rules (`markers` has those). A mark is a hint with an exact place; where both speak, the mark wins.

/// A region of the produced text that HTML has named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    Quote,
    QuoteHeader,
    Signature,
    Forwarded,
    /// From here to the end the mail is quoted (Outlook).
    QuoteFromHere,
}

/// What the opening tag of an element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Mark(MarkKind),
    /// A quote, unless it holds a `blockquote` of its own: then answers may stand between.
    Container,
}

/// `attribute` looks up an attribute's value by its lower-case name.
pub fn claim(tag: &str, attribute: impl Fn(&str) -> Option<String>, border_top: bool, indented: bool) -> Option<Claim> {
    let id = attribute("id").unwrap_or_default();
    let class = attribute("class").unwrap_or_default();
    let has = |name: &str| class.split_whitespace().any(|c| c.trim_start_matches("x_").eq_ignore_ascii_case(name));
    let any = |names: &[&str]| names.iter().any(|n| has(n));
    let bare_id = id.trim_start_matches("x_");
    let is_id = |names: &[&str]| names.iter().any(|n| bare_id.eq_ignore_ascii_case(n));

    if any(&["gmail_attr", "moz-cite-prefix", "yahoo_quoted_begin", "OutlookMessageHeader", "protonmail_quote_header"]) {
        return Some(Claim::Mark(MarkKind::QuoteHeader));
    }
    if any(&["moz-forward-container"]) || is_id(&["isForwardContent"]) {
        return Some(Claim::Mark(MarkKind::Forwarded));
    }
    let signature_class =
        ["gmail_signature", "moz-signature", "protonmail_signature_block", "AppleMailSignature", "tutanota_signature", "x-signature"];
    let signature_id =
        ["Signature", "signature", "AppleMailSignature", "ms-outlook-mobile-signature", "_rc_sig", "Zm-_Id_-Sgn", "bloop_sign"];
    if any(&signature_class) || is_id(&signature_id) || attribute("data-smartmail").is_some_and(|v| v.contains("signature")) {
        return Some(Claim::Mark(MarkKind::Signature));
    }
    if is_id(&[
        "divRplyFwdMsg",
        "appendonsend",
        "OLK_SRC_BODY_SECTION",
        "mail-editor-reference-message-container",
        "stopSpelling",
        "reply-intro",
    ]) || attribute("data-marker").is_some_and(|v| v == "__QUOTED_TEXT__")
    {
        return Some(Claim::Mark(MarkKind::QuoteFromHere));
    }
    if any(&["gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra"]) && tag != "blockquote" {
        return Some(Claim::Container);
    }
    if attribute("name").is_some_and(|v| v.eq_ignore_ascii_case("quote")) || any(&["freshdesk_quote", "front-blockquote", "tutanota_quote"])
    {
        return Some(Claim::Container);
    }
    if tag == "blockquote" {
        return (!indented || attribute("type").is_some_and(|t| t.eq_ignore_ascii_case("cite")) || has("gmail_quote"))
            .then_some(Claim::Mark(MarkKind::Quote));
    }
    // Outlook draws a line over `From:/Sent:`; whether such a block follows is asked of the text.
    if border_top && tag == "div" {
        return Some(Claim::Mark(MarkKind::QuoteFromHere));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, name: &str, value: &str, expected: Option<Claim>) {
        let found = claim(tag, |n| (n == name).then(|| value.to_owned()), false, false);
        assert_eq!(found, expected, "{tag} {name}={value}");
    }

    #[test]
    fn knows_the_mail_programs() {
        check("div", "class", "gmail_quote gmail_quote_container", Some(Claim::Container));
        check("div", "class", "gmail_attr", Some(Claim::Mark(MarkKind::QuoteHeader)));
        check("blockquote", "type", "cite", Some(Claim::Mark(MarkKind::Quote)));
        check("div", "name", "quote", Some(Claim::Container));
        check("div", "id", "x_divRplyFwdMsg", Some(Claim::Mark(MarkKind::QuoteFromHere)));
        check("div", "class", "moz-signature", Some(Claim::Mark(MarkKind::Signature)));
        check("div", "class", "WordSection1", None);
    }
}
