//! What notices of machines say in words: bounces, delays, receipts, absence, acknowledgements, newsletters.
//!
//! Never: one word as proof. A customer writes about holidays, read mails and returned letters too; each rule asks for a form that only
//! machines use, or for two signs. All texts are folded first (`signature::fold`: lower case, no accents, no umlauts).

use crate::mail::parse::signature::fold;
use regex::Regex;
use std::sync::LazyLock;

/// Bytes of a text that rules look at; notices say it early.
const HEAD_BYTES: usize = 4_000;

#[expect(clippy::expect_used, reason = "the patterns are constants, a test compiles each")]
fn regex(pattern: &str) -> Regex {
    // Unicode word boundaries would keep the fast automaton out.
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).expect("Pattern is a constant")
}

/// The folded head of a text, white space collapsed within lines.
pub fn head(text: &str) -> String {
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("").lines().map(fold).collect::<Vec<_>>().join("\n")
}

static BOUNCE_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:\W*)(?:undeliver(?:ed|able)(?: mail|:| message)|undelivered mail returned|delivery (?:status notification ?\(?.{0,3}(?:failure|failed)|failure|has failed|failed|notification: delivery has failed)|delivery status notification$|mail (?:delivery (?:failed|failure|error)|system error - returned mail|could not be delivered|returned)|failure notice|failed (?:mail|delivery|message)|returned (?:mail|to sender)|message (?:delivery (?:failed|failure)|undeliverable|could not be delivered)|non[- ]?deliver(?:y|able)|nondeliverable|unzustellbar|nicht zustellbar|nachricht (?:nicht zustellbar|konnte nicht)|unzustellbare (?:nachricht|e-?mail|mail)|(?:mail|e-?mail|nachricht)? ?zustellung fehlgeschlagen|zustellung(?:sfehler)?:? (?:fehlgeschlagen|nicht moglich)|zustellungsfehler|fehler bei der (?:zustellung|ubermittlung)|fehlerbericht|zustellbericht|benachrichtigung (?:zum|uber den) (?:ubermittlungs|zustell)status ?\(?.{0,3}(?:fehl|unzust)|ihre (?:e-?mail|nachricht).{0,60}(?:konnte nicht|nicht zugestellt)|your (?:message|mail|email).{0,60}(?:could not be delivered|was not delivered|undeliverable|bounced)|message you sent blocked|rejected:|warning: could not send|mail transaction failed|non remis|no se puede entregar|non recapitabile)",
    )
});
static DELAY_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:\W*)(?:delivery (?:status notification ?\(?.{0,3}delay|delayed|delay)|delayed mail|warning: (?:message.{0,60}delayed|could not send message for past)|mail delivery (?:delayed|warning)|message.{0,40}delayed|zustellung (?:verzogert|der nachricht verzogert)|verzogert(?:e zustellung)?|verzogerte zustellung|(?:mail|e-?mail)?zustellung verzogert|benachrichtigung (?:zum|uber den) (?:ubermittlungs|zustell)status ?\(?.{0,3}verzog|your message.{0,60}(?:is|has been|was) delayed|nachricht verzogert)",
    )
});
static BOUNCE_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"this is the (?:qmail|mail system|postfix)|i'm afraid i wasn't able to deliver|this message was created automatically by (?:mail delivery software|the mail system)|(?:could|can|was) ?not (?:be )?(?:delivered|deliver)|couldn't be delivered|konnte(?:n)? (?:leider )?nicht (?:an .{0,120} )?(?:zugestellt|ausgeliefert|ubermittelt) werden|nicht zugestellt werden|delivery to the following recipients? (?:failed|has failed)|fehler beim zustellen|fehler bei der zustellung|zustellung.{0,80}(?:fehlgeschlagen|nicht moglich)|permanent(?:er)? (?:fatal )?(?:error|failure|fehler)|user unknown|unknown user|no such user|mailbox (?:unavailable|not found|full|does not exist)|(?:empfanger|adresse|postfach).{0,40}(?:unbekannt|existiert nicht|nicht gefunden|ist voll)|recipient.{0,40}(?:rejected|unknown|not found)|addresses? (?:had|with) (?:permanent|fatal)|has been returned|undeliverable|unzustellbar|rejected your message|address(?:es)? couldn't be found|account (?:that you tried to reach )?(?:does not exist|is disabled)|diese nachricht wurde automatisch (?:von|vom|durch) .{0,60}(?:mail|erzeugt|erstellt)|recipient.s (?:email|e-mail) (?:server|provider)|550[ -]5|552[ -]5|554[ -]5|smtp; ?5\d\d",
    )
});
static DELAY_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"this is a warning message only|you do not need to resend|will (?:be retried|continue to (?:be )?(?:try|retried|attempt))|will keep trying|has(?:n't| not) (?:yet )?been delivered|not yet been delivered|delivery (?:has been|is) delayed|is being retried|noch nicht zugestellt|zustellung.{0,60}verzogert|weitere (?:zustell)?versuche|wird weiterhin versucht|brauchen .{0,40}nicht (?:noch einmal|erneut)|mussen .{0,60}nicht (?:noch einmal|erneut)|temporary failure|delayed for",
    )
});

pub fn is_bounce_subject(subject: &str) -> bool {
    BOUNCE_SUBJECT.is_match(&fold(subject))
}

pub fn is_delay_subject(subject: &str) -> bool {
    DELAY_SUBJECT.is_match(&fold(subject))
}

/// `head` is a folded text, here and below.
pub fn says_bounce(head: &str) -> bool {
    BOUNCE_TEXT.is_match(head)
}

pub fn says_delay(head: &str) -> bool {
    DELAY_TEXT.is_match(head)
}

static RECEIPT_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:gelesen|read|nicht gelesen|not read|ungelesen geloscht|geloscht|deleted|lesebestatigung|empfangsbestatigung|lesebestatigung \(angezeigt\)|read receipt|return receipt|return receipt \(displayed\)|disposition notification|zugestellt|delivered|ubermittelt|relayed|erweitert|zustellbestatigung|delivery receipt|read notification|leesbevestiging|accuse de (?:lecture|reception)|lu|gelezen|leido|conferma di lettura|letto)(?: \([^)]*\))?\s*(?::| - )|^(?:lesebestatigung|empfangsbestatigung|zustellbestatigung|(?:read|return|delivery) receipt|read notification|disposition notification)(?: \([^)]*\))?$",
    )
});
static RECEIPT_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:ihre|deine|die) (?:nachricht|e-?mail|mail)\b[\s\S]{0,600}?(?:wurde (?:am .{0,80} )?(?:gelesen|geoffnet|angezeigt|ungelesen geloscht|geloscht, ohne)|gelesen (?:am|um)|ist gelesen worden|wurde zugestellt)|(?:your|the) message\b[\s\S]{0,600}?(?:was (?:read|displayed|opened|deleted without being read|successfully delivered)|has been (?:read|displayed|opened|delivered)|read on)|dies ist eine (?:lesebestatigung|empfangsbestatigung)|this is a (?:return|read|delivery) receipt|this receipt (?:shows|verifies|only acknowledges)|diese (?:empfangs|lese)bestatigung (?:sagt|bestatigt|besagt)|lesebestatigung fur die (?:nachricht|mail|e-?mail)|the message sent on .{0,200}(?:has been displayed|was displayed)|delivery to (?:these|the following) recipients? .{0,80}(?:complete|successful)|wurde erfolgreich zugestellt|zustellung an (?:diese|folgende)",
    )
});

pub fn is_receipt_subject(subject: &str) -> bool {
    RECEIPT_SUBJECT.is_match(&fold(subject))
}

pub fn says_receipt(head: &str) -> bool {
    RECEIPT_TEXT.is_match(head)
}

static ABSENCE_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:automatische[rs]? (?:antwort|ruckantwort|abwesenheit(?:snotiz|snachricht)?|e-?mail-?antwort|nachricht|abwesenheitsantwort|eingangsbestatigung|empfangsbestatigung|bestatigung)|abwesenheits(?:notiz|nachricht|meldung|assistent|agent|benachrichtigung|info|mitteilung|antwort)|automatic (?:reply|response|answer)|auto(?:mated)?[ -]?(?:reply|response|answer|responder|antwort)|autosvar|automatisk svar|vacation (?:reply|notice|response|message)|out[ -]of[ -](?:the )?office(?: (?:auto[- ]?reply|reply|notice|notification|message|response|autoreply))?|ooo|reponse automatique|message d'absence|respuesta automatica|risposta automatica|automatisch antwoord|resposta automatica|automaattinen vastaus|absence du bureau|auto)(?:\s*[:\-\[(|]|\s*$)",
    )
});
static HOLIDAY_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"abwesen|urlaub|vacation|holiday|ausser haus|nicht im (?:buro|haus|hause|dienst)|out of (?:the )?office|away|on leave|betriebsferien|ferien|elternzeit|mutterschutz|geschlossen|ooo\b|krank|erreichbar",
    )
});
static ABSENT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:ich bin|bin ich|wir sind|sind wir|i am|i'm|i will be|i'll be|we are|we will be|befinde ich mich|befinde mich)\b[^?]{0,120}?(?:nicht (?:im|in|am|mehr im)\b.{0,30}?(?:buro|haus|hause|dienst|arbeitsplatz|office)|nicht (?:zu )?erreich|ausser haus|abwesend|auf (?:dienst|geschafts)reise|im urlaub|in (?:elternzeit|mutterschutz|urlaub)|out of (?:the )?office|out of office|away from|on (?:vacation|leave|holiday|annual leave|maternity|parental)|on business trip|traveling|travelling|not in the office|currently away|geschlossen)|(?:unser|das) (?:buro|betrieb|geschaft|ladengeschaft|unternehmen|sekretariat|praxis) (?:ist|bleibt|bleiben|hat)[^?]{0,80}(?:geschlossen|betriebsferien|nicht besetzt)|ich habe (?:derzeit|zurzeit|momentan|aktuell|bis).{0,40}urlaub|(?:zur ?zeit|derzeit|momentan|aktuell)[^?.]{0,60}(?:nicht im (?:buro|haus|hause)|abwesend|im urlaub|ausser haus)|mein(?:e)? (?:letzter arbeitstag|elternzeit)",
    )
});
static STAND_IN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"in dringenden|bei dringenden|dringende (?:anfragen|angelegenheiten|falle)|wenden sie sich|wende dich|kontaktieren sie|vertret(?:ung|en|ung hat|ung ubernimmt)|vertritt mich|(?:ihre|deine|die|eingehende) (?:e-?mails?|nachrichten?|mails?) (?:wird|werden) |weitergeleitet|nach meiner ruckkehr|(?:wieder|zuruck) (?:im buro|erreichbar|fur sie da|im haus|im hause|im dienst)|ruckkehr|keinen zugriff|nicht gelesen|for urgent|if (?:this|it|your (?:matter|request)) is urgent|in urgent|urgent (?:matters|requests|cases|issues)|please contact|i will (?:reply|respond|get back|answer|be back)|(?:upon|on|after) my return|returning (?:on|to)|back (?:on|in the office|at work)|limited (?:access|e-?mail)|no access|will (?:not )?be forwarded|in my absence|during my absence|wahrend meiner abwesenheit|melde ich mich|melde mich",
    )
});
static FIRM_STAND_IN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:wird|werden) (?:\w+ )?(?:nicht |automatisch )*(?:weitergeleitet|bearbeitet|gelesen)|nach meiner ruckkehr|(?:upon|on|after) my return|during my absence|in my absence|wahrend meiner abwesenheit|meine vertretung|in dringenden fallen|for urgent (?:matters|requests|cases|issues)|will not be forwarded",
    )
});

/// A subject that only an absence assistant writes.
pub fn is_absence_subject(subject: &str) -> bool {
    ABSENCE_SUBJECT.is_match(&fold(subject))
}

/// A subject about absence, and a text that says who is away and what becomes of the mail.
pub fn is_absence_text(subject: &str, head: &str) -> bool {
    if !ABSENT.is_match(head) {
        return false;
    }
    let asks = head.contains('?');
    (HOLIDAY_SUBJECT.is_match(&fold(subject)) && STAND_IN.is_match(head) && !asks)
        || (FIRM_STAND_IN.is_match(head) && STAND_IN.find_iter(head).count() >= 2 && !asks && head.len() < 1_500)
}

static SELF_AUTOMATIC: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?m)^[\W_]*(?:(?:hinweis|note|info|please note|bitte beachten sie)\W{1,3}(?:dass )?)?(?:(?:dies|das|hierbei|bei dieser|bei dieser e-?mail|bei diesem schreiben)\b.{0,40}\b(?:ist|handelt es sich um) eine? (?:\w+ )?(?:automatisch|maschinell|automatische|vom system|systemgenerierte)|(?:diese|dieses) (?:e-?mail|mail|nachricht|bestatigung|schreiben|antwort|benachrichtigung)(?:en)? (?:wurde|wird|ist) (?:\w+ )?(?:automatisch|maschinell|vom system|systemseitig)|sie erhalten diese (?:automatische|automatisch)|(?:automatisch|maschinell) (?:generierte|erstellte|erzeugte|versendete|versandte) (?:e-?mail|nachricht|antwort|bestatigung)|this is an? (?:\w+ )?(?:automat|auto[- ]?generated|auto[- ]?reply|autoresponse|system[- ]generated|computer[- ]generated|machine[- ]generated)|this (?:e-?mail|message|notification|response|reply|mail) (?:was|is|has been) (?:\w+ )?(?:automatically|auto[- ]?generated|sent automatically|generated automatically|sent by an automated|system[- ]generated)|automated (?:message|response|reply|e-?mail))",
    )
});
static DO_NOT_ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?m)^[\W_]*(?:bitte (?:\w+ )?(?:antworten sie|beantworten sie|antworte) (?:\w+ )?(?:nicht|diese (?:e-?mail|mail|nachricht) nicht)|bitte nicht (?:\w+ )?(?:auf diese (?:e-?mail|mail|nachricht) )?antworten|please do ?n[o']t (?:reply|respond|answer)|do not (?:reply|respond) to this|please do not reply|antworten auf diese (?:e-?mail|nachricht|mail) (?:werden nicht|konnen nicht)|replies to this (?:e-?mail|message|mailbox|address) )|(?:nicht|not) (?:auf diese (?:e-?mail|mail|nachricht) (?:zu )?antworten|reply to this (?:e-?mail|message|mail))|(?:absenderadresse|e-?mail-?adresse|postfach|mailbox|inbox|address).{0,60}(?:nicht (?:uberwacht|gelesen|bearbeitet|empfangen)|not monitored|unmonitored|unattended)|send-only|nur zum versand",
    )
});
static ACKNOWLEDGES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:haben|hat|habe) (?:ihre|deine|die) (?:anfrage|nachricht|e-?mail|mail|support-?anfrage|meldung|mitteilung|bewerbung)\b.{0,60}(?:erhalten|empfangen|bekommen|registriert|aufgenommen)|(?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail|support-?anfrage|meldung|mitteilung)\b.{0,80}(?:ist bei uns (?:eingegangen|angekommen)|eingegangen|wurde (?:erfassst|erfasst|registriert|aufgenommen|erhalten|empfangen|ubermittelt)|wird (?:so )?schnell|erhalten)|(?:erhalt|eingang) (?:ihrer|deiner) (?:anfrage|nachricht|e-?mail|mail|meldung)|(?:ihr|dein|ein|ein neues) (?:ticket|vorgang|anliegen).{0,60}(?:erstellt|eroffnet|angelegt|erfasst|aufgenommen|registriert)|(?:ticket|vorgangs|bearbeitungs|anfrage|fall)-?(?:nummer|nr|id)|we(?:'ve| have)? (?:\w+ )?received your|your (?:request|message|e-?mail|inquiry|enquiry|ticket|case)\b.{0,60}(?:has been|was|have been) (?:\w+ )?(?:received|created|logged|opened|registered|submitted)|(?:ticket|case|request).{0,60}(?:has been|was) (?:\w+ )?(?:created|opened|logged|received|assigned)|thank you for (?:contacting|submitting|reaching out|getting in touch|your (?:e-?mail|message|request|inquiry|enquiry))|(?:one of our|a member of our|our (?:support )?(?:team|staff)).{0,60}will (?:\w+ )?(?:get back|respond|reply|be in touch|contact)|we will (?:\w+ )?(?:get back to you|respond|reply|be in touch)|(?:melden uns|kummern uns|antworten ihnen).{0,60}(?:schnellstmoglich|so schnell|umgehend|in kurze|zeitnah|baldmoglichst|innerhalb)",
    )
});
static TICKET_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\[(?:ticket|case|request|anfrage|vorgang|fall|support|incident|[a-z]{2,10})? ?[#:]? ?[a-z]{0,8}[-:#]?\d{3,}[^\]]{0,20}\]|\[#[a-z0-9-]{3,}\]|(?:ticket|case|vorgang|fall|request|anfrage|incident)(?:-?(?:nr|nummer|number|id))?[ .:#]{1,3}[a-z]{0,6}-?\d{3,}|##\d+##|\bticket#\d+",
    )
});
static UNSUBSCRIBE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:unsubscribe|abmelden|abbestellen|abmeldelink|austragen|abmeldung|opt[- ]?out|desabonner|darse de baja|uitschrijven)[^\n]{0,60}<?https?://|https?://[^\s>]*(?:unsubscri|abmeld|optout|opt-out|abbestell)|(?:newsletter|e-?mails?|mailing).{0,60}(?:abbestellen|abmelden|unsubscribe).{0,40}(?:klick|hier|click|here)|(?:klick|click).{0,40}(?:abmelden|abzumelden|abzubestellen|unsubscribe)|(?:sie erhalten diese(?:n|s)? (?:newsletter|e-?mail|mailing|mail), (?:weil|da)|you (?:are receiving|received) this (?:e-?mail|newsletter|message) because)",
    )
});

pub fn calls_itself_automatic(head: &str) -> bool {
    SELF_AUTOMATIC.is_match(head)
}

pub fn asks_not_to_answer(head: &str) -> bool {
    DO_NOT_ANSWER.is_match(head)
}

pub fn acknowledges(head: &str) -> bool {
    ACKNOWLEDGES.is_match(head)
}

pub fn is_ticket_subject(subject: &str) -> bool {
    TICKET_SUBJECT.is_match(&fold(subject))
}

pub fn offers_unsubscription(folded: &str) -> bool {
    UNSUBSCRIBE.is_match(folded)
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
