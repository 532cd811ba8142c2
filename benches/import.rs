//! How fast sources are read: pages of a PDF with a text layer a second, in the child behind its walls as the house does it,
//! and without them. The target is 50 pages a second.
//!
//! A page has 45 lines of some 80 characters, as a manual has.

// Without this line clippy would not know that this is test code.
#![cfg(test)]

#[path = "../tests/support/documents.rs"]
#[expect(dead_code, reason = "the journeys use more of it than the bench")]
mod documents;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use documents::{TextLine, pdf};
use hauspost::knowledge::source::read::WithoutWalls;
use hauspost::knowledge::source::{ChildReader, Format, Reader};
use std::time::{Duration, Instant};

const PAGES: usize = 60;
const LINES: usize = 45;

fn manual() -> Vec<u8> {
    let sentence = "Die Inspektion des Rades kostet 89,00 Euro und dauert zwei Werktage, Ersatzteile kommen dazu.";
    let page: Vec<TextLine<'_>> = std::iter::once((16, 20, "Wartung und Pflege")).chain((1..LINES).map(|_| (11, 14, sentence))).collect();
    pdf(&vec![page; PAGES])
}

fn reading(criterion: &mut Criterion) {
    let bytes = manual();
    let child = ChildReader { program: env!("CARGO_BIN_EXE_hauspost").into(), wall: Duration::from_secs(60) };
    let mut group = criterion.benchmark_group("pdf_pages");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).throughput(Throughput::Elements(PAGES as u64));
    let readers: [(&str, &dyn Reader); 2] = [("child", &child), ("without_walls", &WithoutWalls)];
    for (name, reader) in readers {
        let began = Instant::now();
        let read = reader.read(Format::Pdf, &bytes).expect("a readable file");
        let chars: usize = read.pieces.iter().map(hauspost::knowledge::pieces::Piece::chars).sum();
        println!("{name}: {:.0} pages/s, {chars} characters", PAGES as f64 / began.elapsed().as_secs_f64());
        group.bench_function(name, |bencher| bencher.iter(|| reader.read(Format::Pdf, &bytes).expect("a readable file")));
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
