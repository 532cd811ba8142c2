//! The sample company that ships with the product: sources, mails and particulars, all made up.
//!
//! Embedded, so that a first draft needs no download and no file. Never: a person, company or number that exists.

/// Path within the sample and content of a file.
pub type Asset = (&'static str, &'static [u8]);

/// Sources in the form in which a company would keep them.
pub const KNOWLEDGE: &[Asset] = &[
    ("e-bike.md", include_bytes!("../../assets/demo/knowledge/e-bike.md")),
    ("garantie.md", include_bytes!("../../assets/demo/knowledge/garantie.md")),
    ("leasing.txt", include_bytes!("../../assets/demo/knowledge/leasing.txt")),
    ("lieferung.md", include_bytes!("../../assets/demo/knowledge/lieferung.md")),
    ("oeffnungszeiten.md", include_bytes!("../../assets/demo/knowledge/oeffnungszeiten.md")),
    ("rechnung.md", include_bytes!("../../assets/demo/knowledge/rechnung.md")),
    ("returns-en.md", include_bytes!("../../assets/demo/knowledge/returns-en.md")),
    ("rueckgabe.md", include_bytes!("../../assets/demo/knowledge/rueckgabe.md")),
    ("shipping-en.md", include_bytes!("../../assets/demo/knowledge/shipping-en.md")),
    ("termine.md", include_bytes!("../../assets/demo/knowledge/termine.md")),
    ("warranty-en.md", include_bytes!("../../assets/demo/knowledge/warranty-en.md")),
    ("werkstatt.md", include_bytes!("../../assets/demo/knowledge/werkstatt.md")),
    ("workshop-en.md", include_bytes!("../../assets/demo/knowledge/workshop-en.md")),
];

/// Mails of customers, as RFC 5322.
pub const MAILS: &[Asset] = &[
    ("01-rueckgabe.eml", include_bytes!("../../assets/demo/mails/01-rueckgabe.eml")),
    ("02-mehrere-fragen.eml", include_bytes!("../../assets/demo/mails/02-mehrere-fragen.eml")),
    ("03-tippfehler.eml", include_bytes!("../../assets/demo/mails/03-tippfehler.eml")),
    ("04-thread.eml", include_bytes!("../../assets/demo/mails/04-thread.eml")),
    ("05-english.eml", include_bytes!("../../assets/demo/mails/05-english.eml")),
    ("06-abwesenheit.eml", include_bytes!("../../assets/demo/mails/06-abwesenheit.eml")),
    ("07-newsletter.eml", include_bytes!("../../assets/demo/mails/07-newsletter.eml")),
    ("08-nicht-im-wissen.eml", include_bytes!("../../assets/demo/mails/08-nicht-im-wissen.eml")),
    ("09-ohne-einwilligung.eml", include_bytes!("../../assets/demo/mails/09-ohne-einwilligung.eml")),
    ("10-widerruf-einwilligung.eml", include_bytes!("../../assets/demo/mails/10-widerruf-einwilligung.eml")),
    ("11-teilweise.eml", include_bytes!("../../assets/demo/mails/11-teilweise.eml")),
    ("12-english-workshop.eml", include_bytes!("../../assets/demo/mails/12-english-workshop.eml")),
];

/// Particulars of the company (TOML).
pub const COMPANY: &str = include_str!("../../assets/demo/firma.toml");
