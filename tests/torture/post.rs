//! What the post brings during a torture run: customers with and without consent, machines, and mails that come twice.

use crate::support::letters::{DATE, Letter, TO, letters};

/// Words that may stand in no file of the house. The first is in every subject and body.
pub const CANARIES: [&str; 3] = ["Kanarienwort7Q", "Anna Muster", "kunden.example"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of a sender who has consented.
    Cleared,
    Stranger,
    Automatic,
    /// The same bytes once more, of the delivery with this number.
    Again(usize),
}

#[derive(Debug, Clone)]
pub struct Delivery {
    /// The name of its file in the Maildir.
    pub name: String,
    pub kind: Kind,
    pub letter: Letter,
}

pub fn address(person: usize) -> String {
    format!("kunde{person}@kunden.example")
}

/// Two of ten have not consented.
pub const fn has_consented(person: usize) -> bool {
    person % 10 < 8
}

/// `count` mails of `people` senders; every tenth is a machine's, every tenth has come before.
pub fn deliveries(seed: u64, count: usize, people: usize) -> Vec<Delivery> {
    let mut all: Vec<Delivery> = Vec::with_capacity(count);
    for (number, letter) in letters(seed, count, people, CANARIES[0]).into_iter().enumerate() {
        let kind = match number % 10 {
            5 => Kind::Automatic,
            9 => Kind::Again(number - 8),
            _ if has_consented(number % people) => Kind::Cleared,
            _ => Kind::Stranger,
        };
        let letter = match kind {
            Kind::Automatic => automatic(number / 10),
            Kind::Again(before) => all[before].letter.clone(),
            Kind::Cleared | Kind::Stranger => letter,
        };
        all.push(Delivery { name: named(number), kind, letter });
    }
    all
}

pub fn named(number: usize) -> String {
    format!("{}.M{number}.torture", 1_700_000_000 + number)
}

/// Mails that a machine sent, or our own address: none of them may ever be answered.
fn automatic(number: usize) -> Letter {
    let mark = CANARIES[0];
    let message_id = format!("<auto{number}@maschine.example>");
    let (from, extra) = match number % 5 {
        0 => ("abwesend@kunden.example", "Auto-Submitted: auto-replied\r\n"),
        1 => ("liste@verteiler.example", "List-Id: <neues.verteiler.example>\r\nList-Unsubscribe: <https://verteiler.example/>\r\n"),
        2 => ("no-reply@shop.example", ""),
        3 => ("service@radhaus.example", ""),
        _ => ("mailer-daemon@mail.example", "Return-Path: <>\r\n"),
    };
    let raw = format!(
        "{extra}From: {from}\r\nTo: {TO}\r\nSubject: Nachricht {mark}-a{number}\r\nDate: {DATE}\r\nMessage-ID: {message_id}\r\n\r\n\
         Guten Tag, wie lange dauert die Lieferung? {mark}-a{number}\r\n"
    );
    Letter { message_id, raw: raw.into_bytes() }
}
