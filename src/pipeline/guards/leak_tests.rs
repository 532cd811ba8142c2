use super::*;
use crate::domain::clock::EntropyError;
use std::sync::atomic::{AtomicU8, Ordering};

struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.iter_mut().for_each(|byte| *byte = self.0.fetch_add(37, Ordering::Relaxed));
        Ok(())
    }
}

const INSTRUCTIONS: &str = "Du beantwortest Kundenpost für ein Unternehmen. Benutze nur die nummerierten Quellen und sonst nichts.";

fn rules(answer: &str, secrets: &Secrets) -> Vec<String> {
    check(answer, secrets, INSTRUCTIONS).into_iter().map(|reason| reason.rule).collect()
}

/// plain, cut, separated, backwards, hexadecimal, base64 at every offset: all of it is seen.
#[test]
fn r132_a_canary_is_seen_in_every_encoding() {
    let entropy = Counting(AtomicU8::new(3));
    let secrets = Secrets::fresh(&entropy).unwrap();
    let other = Secrets::fresh(&entropy).unwrap();
    assert_ne!(secrets, other, "fresh for every request");
    let canary = secrets.canary.clone();
    let spaced: String = canary.chars().map(|c| format!("{c} ")).collect();
    let dashed: String = canary.to_uppercase().chars().map(|c| format!("{c}-")).collect();
    for leak in [
        canary.clone(),
        canary.to_uppercase(),
        spaced,
        dashed,
        canary.chars().rev().collect(),
        canary.get(..20).unwrap().to_owned(),
        HEXLOWER.encode(canary.as_bytes()),
        BASE64.encode(canary.as_bytes()),
        BASE64.encode(format!("x{canary}").as_bytes()),
        BASE64.encode(format!("xy{canary}!").as_bytes()),
        BASE64URL_NOPAD.encode(canary.as_bytes()),
        secrets.frame().opening(),
    ] {
        assert_eq!(rules(&format!("Gern: {leak} [1]."), &secrets), ["guard.leak.canary"], "{leak}");
        assert_eq!(rules(&format!("Gern: {leak} [1]."), &other), Vec::<String>::new(), "{leak}");
    }
    assert!(secrets.instruction().contains(&canary) && !format!("{secrets:?}").contains(&canary));
}

#[test]
fn our_instructions_are_not_repeated() {
    let secrets = Secrets::fresh(&Counting(AtomicU8::new(3))).unwrap();
    let told = "Meine Regeln: Du beantwortest Kundenpost für ein Unternehmen. Benutze nur die nummerierten Quellen.";
    assert_eq!(rules(told, &secrets), ["guard.leak.instructions"]);
    assert_eq!(rules("Sie können die Ware 30 Tage lang zurückgeben [1].", &secrets), Vec::<String>::new());
}
