use super::*;
use crate::crypto::SystemEntropy;

const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1 };

fn passphrase(text: &str) -> Unlock {
    Unlock::Passphrase(Secret::new(text.to_owned()))
}

/// R-089: each way opens the same root key, and none of it stands in the file.
#[test]
fn r089_each_slot_opens_the_same_root_key() {
    let entropy = SystemEntropy::new();
    let root = Key::random(&entropy).unwrap();
    let file = Key::random(&entropy).unwrap();
    let mut slots = Slots::create(&root, &passphrase("korrekt Pferd"), CHEAP, &entropy).unwrap();
    slots.add(&root, &Unlock::KeyFile(file.clone()), CHEAP, &entropy).unwrap();
    let json = slots.to_json().unwrap();
    let slots = Slots::parse(&json).unwrap();
    for unlock in [passphrase("korrekt Pferd"), passphrase(" korrekt Pferd\n"), Unlock::KeyFile(file)] {
        assert_eq!(slots.unlock(&unlock).unwrap().reveal(), root.reveal());
    }
    let text = String::from_utf8(json).unwrap();
    assert!(!text.contains(&HEXLOWER.encode(root.reveal())));
}

/// R-089: a passphrase becomes a key by Argon2id (RFC 9106) alone, at the cost that its slot names, so that each guess costs as much.
#[test]
fn r089_a_passphrase_goes_through_argon2id() {
    let entropy = SystemEntropy::new();
    let root = Key::random(&entropy).unwrap();
    for cost in [CHEAP, Argon2Cost { memory_kib: 256, passes: 2 }] {
        let slots = Slots::create(&root, &passphrase("korrekt Pferd"), cost, &entropy).unwrap();
        let slot = &slots.slots[0];
        let Way::Passphrase { salt, cost: named } = &slot.way else { panic!("{:?}", slot.way) };
        assert_eq!((*named, salt.len()), (cost, 2 * SALT_BYTES));
        let (salt, mut wrapping) = (HEXLOWER.decode(salt.as_bytes()).unwrap(), [0; 32]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(cost.memory_kib, cost.passes, 1, Some(32)).unwrap());
        argon2.hash_password_into(b"korrekt Pferd", &salt, &mut wrapping).unwrap();
        let sealed = HEXLOWER.decode(slot.wrapped.as_bytes()).unwrap();
        let opened = |place: &[u8]| envelope::open(&Key::from_bytes(wrapping), place, &sealed);
        assert_eq!(opened(&serde_json::to_vec(&slot.way).unwrap()).unwrap(), root.reveal());
        assert!(opened(b"").is_err(), "the parameters are sealed in with the key");
    }
}

#[test]
fn a_wrong_key_opens_nothing() {
    let entropy = SystemEntropy::new();
    let root = Key::random(&entropy).unwrap();
    let slots = Slots::create(&root, &passphrase("richtig"), CHEAP, &entropy).unwrap();
    assert!(matches!(slots.unlock(&passphrase("falsch")), Err(SlotError::WrongKey)));
    assert!(matches!(slots.unlock(&Unlock::KeyFile(root)), Err(SlotError::WrongKey)));
}

/// R-089: the cost of a slot cannot be lowered by hand.
#[test]
fn r089_changed_parameters_void_the_slot() {
    let entropy = SystemEntropy::new();
    let slots = Slots::create(&Key::random(&entropy).unwrap(), &passphrase("x"), CHEAP, &entropy).unwrap();
    let json = String::from_utf8(slots.to_json().unwrap()).unwrap();
    let lowered = json.replace("\"passes\": 1", "\"passes\": 2");
    assert_ne!(json, lowered);
    assert!(Slots::parse(lowered.as_bytes()).unwrap().unlock(&passphrase("x")).is_err());
    // Work without end is an attack too; without the limit this slot would only be a wrong one.
    let endless = json.replace("\"passes\": 1", "\"passes\": 65");
    assert!(matches!(Slots::parse(endless.as_bytes()).unwrap().unlock(&passphrase("x")), Err(SlotError::Cost)));
    let absurd = json.replace("\"memory_kib\": 64", "\"memory_kib\": 4000000000");
    assert!(matches!(Slots::parse(absurd.as_bytes()).unwrap().unlock(&passphrase("x")), Err(SlotError::Cost)));
}

#[test]
fn the_last_slot_stays() {
    let entropy = SystemEntropy::new();
    let root = Key::random(&entropy).unwrap();
    let mut slots = Slots::create(&root, &passphrase("a"), CHEAP, &entropy).unwrap();
    slots.add(&root, &passphrase("b"), CHEAP, &entropy).unwrap();
    assert_eq!(slots.remove(&passphrase("a")).unwrap(), 1);
    assert!(slots.unlock(&passphrase("a")).is_err());
    assert!(matches!(slots.remove(&passphrase("b")), Err(SlotError::LastSlot)));
    assert!(slots.unlock(&passphrase("b")).is_ok());
}

#[test]
fn a_recovery_code_has_160_bits() {
    let code = recovery_code(&SystemEntropy::new()).unwrap();
    assert_eq!(code.reveal().replace('-', "").len(), 32);
    assert_eq!(code.reveal().len(), 39);
}

#[test]
fn a_foreign_file_is_refused() {
    for bad in ["", "{}", "[]", r#"{"version":2,"slots":[]}"#, r#"{"version":1,"slots":[]}"#] {
        assert!(matches!(Slots::parse(bad.as_bytes()), Err(SlotError::Format)), "{bad}");
    }
}
