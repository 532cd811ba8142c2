//! Letters of invented customers in the forms that real mail programs give them, the same for the same seed.
//!
//! Both languages; plain, quoted-printable, base64 and latin-1; multipart and HTML alone; threads that quote what they
//! answer; attachments.

use data_encoding::{BASE64, BASE64_MIME};
use std::fmt::Write as _;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

/// Numbers that repeat for the same seed (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let sides = u64::try_from(sides.max(1)).expect("Small");
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides).expect("Small")
    }

    pub fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.roll(texts.len())]
    }
}

/// A letter of `kunde{number modulo people}@kunden.example`.
#[derive(Debug, Clone)]
pub struct Letter {
    pub message_id: String,
    pub raw: Vec<u8>,
}

pub const TO: &str = "Radhaus Beispiel <service@radhaus.example>";
pub const DATE: &str = "Mon, 2 Nov 2026 09:15:00 +0100";

const GERMAN: [&str; 6] = [
    "ich habe vor drei Tagen ein Fahrradschloss bestellt und möchte wissen, wie lange die Lieferung dauert.",
    "können Sie mir sagen, ob ich das Rad zurückgeben kann? Die Rahmengröße passt mir leider nicht.",
    "für meine Bestellung fehlt noch die Rechnung. Schicken Sie mir bitte eine Kopie?",
    "wann haben Sie am Samstag geöffnet, und brauche ich für die Inspektion einen Termin?",
    "der Akku lädt nicht mehr vollständig. Gilt dafür die Gewährleistung, und was kostet eine Prüfung?",
    "ich ziehe um. Meine neue Anschrift lautet Lindenweg 7 in 04711 Musterstadt.",
];
const ENGLISH: [&str; 4] = [
    "could you tell me how long delivery takes and whether you ship to Austria?",
    "I would like to return the helmet because it is too small. What do I have to do?",
    "the invoice of my last order is missing. Could you send me a copy?",
    "is there a free slot for an inspection next week, and what does it cost?",
];
const FILLING: [&str; 4] = [
    "Bisher war ich mit Ihrer Werkstatt immer sehr zufrieden und empfehle sie gern weiter.",
    "Ich habe schon auf Ihrer Seite nachgesehen, dort aber nichts dazu gefunden.",
    "Vielen Dank im Voraus für eine kurze Rückmeldung.",
    "Am Telefon war heute Vormittag leider niemand zu erreichen.",
];
const SUBJECTS: [&str; 6] = ["Lieferung", "Rückgabe", "Rechnung fehlt", "Öffnungszeiten", "Akku", "Question about my order"];

/// `count` letters of `people` senders. `mark` goes into every subject and body.
pub fn letters(seed: u64, count: usize, people: usize, mark: &str) -> Vec<Letter> {
    let mut dice = Dice::new(seed);
    let mut made: Vec<Letter> = Vec::with_capacity(count);
    for number in 0..count {
        let person = number % people;
        // Only who has written before can go on with a thread.
        let before = (number >= people).then(|| made[number - people].clone());
        made.push(letter(&mut dice, number, person, before.as_ref(), mark));
    }
    made
}

fn letter(dice: &mut Dice, number: usize, person: usize, before: Option<&Letter>, mark: &str) -> Letter {
    let from = format!("kunde{person}@kunden.example");
    let message_id = format!("<m{number}.{:08x}@kunden.example>", dice.roll(usize::MAX >> 32));
    let english = dice.roll(5) == 0;
    let ask = if english { dice.pick(&ENGLISH) } else { dice.pick(&GERMAN) };
    let mut body = if english { "Dear Sir or Madam,\n\n".to_owned() } else { "Guten Tag,\n\n".to_owned() };
    let _ = write!(body, "{ask}\n\n");
    for _ in 0..1 + dice.roll(6) {
        let _ = writeln!(body, "{}", dice.pick(&FILLING));
    }
    let _ = write!(body, "\nVorgang {mark}-{number}\n\nMit freundlichen Grüßen\nAnna Muster {person}\n");
    let subject = format!("{} {mark}-{number}", dice.pick(&SUBJECTS));
    let mut head = format!(
        "Received: from kunden.example by mail.radhaus.example; {DATE}\r\nFrom: Anna Muster <{from}>\r\nTo: {TO}\r\n\
         Subject: =?utf-8?B?{}?=\r\nDate: {DATE}\r\nMessage-ID: {message_id}\r\nMIME-Version: 1.0\r\n",
        BASE64.encode(subject.as_bytes())
    );
    if let Some(before) = before.filter(|_| dice.roll(3) > 0) {
        let _ = write!(head, "In-Reply-To: {0}\r\nReferences: {0}\r\n", before.message_id);
        body += "\nAm 1.11.2026 um 18:02 schrieb Radhaus Beispiel:\n> Guten Tag,\n> vielen Dank für Ihre Nachricht.\n> Wir melden uns.\n";
    }
    let raw = form(dice, &head, &body);
    Letter { message_id, raw }
}

/// Gives head and body one of the forms.
fn form(dice: &mut Dice, head: &str, body: &str) -> Vec<u8> {
    let html = format!("<html><head><style>p {{ margin: 0 }}</style></head><body><p>{}</p></body></html>", body.replace('\n', "<br>\n"));
    let part = |kind: &str, text: &str| {
        format!("Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n", quoted_printable(text))
    };
    match dice.roll(7) {
        0 => [head, &part("text/plain", body)].concat().into_bytes(),
        1 => {
            let mut raw =
                format!("{head}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").into_bytes();
            raw.extend(body.chars().flat_map(|c| if c == '\n' { vec![b'\r', b'\n'] } else { vec![u8::try_from(c).unwrap_or(b'?')] }));
            raw
        }
        2 => [head, &part("text/html", &html)].concat().into_bytes(),
        3 => {
            let text = BASE64_MIME.encode(body.as_bytes());
            format!("{head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n").into_bytes()
        }
        4 => multipart(head, "mixed", &[part("text/plain", body), attachment(dice)]),
        _ => multipart(head, "alternative", &[part("text/plain", body), part("text/html", &html)]),
    }
}

fn multipart(head: &str, kind: &str, parts: &[String]) -> Vec<u8> {
    let parts: String = parts.iter().map(|part| format!("--=_b1\r\n{part}\r\n")).collect();
    format!("{head}Content-Type: multipart/{kind}; boundary=\"=_b1\"\r\n\r\n{parts}--=_b1--\r\n").into_bytes()
}

/// A scan of 5 to 85 KB.
fn attachment(dice: &mut Dice) -> String {
    let bytes: Vec<u8> = (0..5_000 + dice.roll(80_000)).map(|_| u8::try_from(dice.roll(256)).expect("A byte")).collect();
    format!(
        "Content-Type: application/pdf; name=\"scan.pdf\"\r\nContent-Disposition: attachment; filename=\"scan.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        BASE64_MIME.encode(&bytes)
    )
}

/// RFC 2045 §6.7, every line below 76 characters.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut width = 0;
        for byte in line.bytes() {
            let piece = if matches!(byte, b' '..=b'~') && byte != b'=' { char::from(byte).to_string() } else { format!("={byte:02X}") };
            if width + piece.len() > 73 {
                out += "=\r\n";
                width = 0;
            }
            width += piece.len();
            out += &piece;
        }
        out += "\r\n";
    }
    out
}

/// Lays the bytes into a server's Maildir as they are, complete before they can be seen.
pub fn lay_into(maildir: &Path, name: &str, raw: &[u8]) {
    let (tmp, new) = (maildir.join("tmp").join(name), maildir.join("new").join(name));
    std::fs::write(&tmp, raw).expect("The Maildir can be written");
    let owner = std::fs::metadata(maildir).expect("The Maildir is there");
    if std::fs::metadata(&tmp).expect("The mail is there").uid() != owner.uid() {
        chown(&tmp, Some(owner.uid()), Some(owner.gid())).expect("Root can give a mail away");
    }
    std::fs::rename(&tmp, &new).expect("The mail arrives");
}
