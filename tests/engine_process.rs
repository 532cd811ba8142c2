//! The engine as the house starts it: a child of the real binary behind its walls, killed, hung and lied to.

use crate::tiny_model::TinyModel;
use hauspost::inference::engine::{Engine, EngineError, GenerateOptions};
use hauspost::inference::process::ChildLauncher;
use hauspost::inference::supervisor::Patience;
use hauspost::inference::{EngineChoice, Prompt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SCRIPT: &str = r#"{"pace_ms":10,"rules":[{"contains":"stirb","act":"die"},{"contains":"häng","act":"hang"},{"contains":"wirr","act":"garbage"},
    {"contains":"lang","act":{"answer":"a b c d e f g h i j k l m n o p q r s t u v w x y z"}},{"contains":"","act":{"answer":"Sie schrieben: {untrusted}"}}]}"#;

/// A file of this test alone.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("engine-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

fn start(choice: EngineChoice) -> Engine {
    let launcher = ChildLauncher { program: env!("CARGO_BIN_EXE_hauspost").into(), choice, threads: Some(1), memory_bytes: None };
    let patience = Patience {
        hello: Duration::from_secs(60),
        cancel: Duration::from_millis(500),
        pause_first: Duration::from_millis(20),
        pause_max: Duration::from_millis(100),
    };
    Engine::launch(launcher, patience).expect("engine")
}

fn scripted(name: &str) -> Engine {
    start(EngineChoice::Scripted(file(name, SCRIPT.as_bytes())))
}

async fn ask(engine: &Engine, text: &str) -> Result<String, EngineError> {
    let prompt = Prompt::by_staff().system("Antworte.").untrusted(text);
    let options = GenerateOptions { max_tokens: 40, deadline: Duration::from_secs(20), ..GenerateOptions::default() };
    engine.generate(&prompt, &options, |_| {}).await.map(|answer| answer.text)
}

fn kill(pid: u32) {
    assert!(std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill").success());
}

fn alive(pid: u32) -> bool {
    // A dead child that nobody has waited for still has its folder, and its state is Z.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn r134_the_worker_opens_no_socket_no_file_and_no_program() {
    for engine in [scripted("walls.json"), start(EngineChoice::Gguf(file("walls.gguf", &TinyModel::new(1).bytes())))] {
        let identity = engine.ready().await.expect("ready");
        assert!(identity.sandbox.seccomp);
        assert!(!identity.sandbox.landlock.is_empty());
        // A model has run, so the threads of the numeric libraries exist.
        ask(&engine, "Hallo").await.expect("answer");
        let outcome = engine.probe(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).await.expect("probe");
        let refused = Some(libc_eperm());
        assert_eq!(outcome.inet_socket, refused);
        assert_eq!(outcome.unix_socket, refused);
        assert_eq!(outcome.open_file, refused);
        assert_eq!(outcome.run_program, refused);
        assert_eq!(outcome.socket_in_new_thread, refused);
        let pid = engine.worker_pid().expect("a child");
        // Not dumpable: its memory and descriptors belong to root alone, so a core or a debugger sees no mail.
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
        // Soft and hard: the soft one alone is 0 on many machines anyway.
        let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap_or_default();
        assert!(core.split_whitespace().take(2).eq(["0", "0"]), "{limits}");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("status");
        assert!(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"), "{status}");
    }
}

const fn libc_eperm() -> i32 {
    1
}

#[tokio::test]
async fn a_killed_worker_is_reported_and_started_again() {
    let engine = scripted("killed.json");
    engine.ready().await.expect("ready");
    let first = engine.worker_pid().expect("a child");
    let (answer, ()) = tokio::join!(ask(&engine, "lang"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        kill(first);
    });
    assert_eq!(answer, Err(EngineError::Died));
    engine.ready().await.expect("ready again");
    assert_ne!(engine.worker_pid(), Some(first));
    assert_eq!(ask(&engine, "Hallo").await.expect("answer"), "Sie schrieben: Hallo");
    for text in ["stirb", "wirr"] {
        assert_eq!(ask(&engine, text).await, Err(EngineError::Died), "{text}");
        engine.ready().await.expect("ready again");
    }
}

#[tokio::test]
async fn a_hanging_worker_is_killed_and_replaced() {
    let engine = scripted("hangs.json");
    engine.ready().await.expect("ready");
    let first = engine.worker_pid().expect("a child");
    let prompt = Prompt::by_staff().untrusted("häng");
    let options = GenerateOptions { deadline: Duration::from_millis(100), ..GenerateOptions::default() };
    assert_eq!(engine.generate(&prompt, &options, |_| {}).await, Err(EngineError::DeadlineExceeded));
    assert_eq!(ask(&engine, "Hallo").await, Err(EngineError::Died));
    assert!(!alive(first));
    engine.ready().await.expect("ready again");
    ask(&engine, "Hallo").await.expect("answer");
}

#[tokio::test]
async fn r072_cancel_all_frees_the_worker_within_one_token() {
    let engine = scripted("cancel.json");
    engine.ready().await.expect("ready");
    let pid = engine.worker_pid();
    let (answer, ()) = tokio::join!(ask(&engine, "lang"), async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(engine.cancel_all(), 1);
    });
    assert_eq!(answer, Err(EngineError::Cancelled));
    let began = Instant::now();
    ask(&engine, "Hallo").await.expect("answer");
    assert!(began.elapsed() < Duration::from_millis(150), "{:?}", began.elapsed());
    assert_eq!(engine.worker_pid(), pid, "no restart was needed");
}

#[tokio::test]
async fn the_worker_ends_with_the_last_handle() {
    let engine = scripted("ends.json");
    engine.ready().await.expect("ready");
    let pid = engine.worker_pid().expect("a child");
    let other = engine.clone();
    drop(engine);
    ask(&other, "Hallo").await.expect("answer");
    assert!(alive(pid));
    drop(other);
    assert!(!alive(pid));
}

#[tokio::test]
async fn files_that_are_no_models_are_refused_in_one_sentence() {
    let whole = TinyModel::new(1).bytes();
    for (name, bytes, expected) in [
        ("foreign.gguf", b"PK\x03\x04 something else".as_slice(), "not a GGUF"),
        ("cut.gguf", &whole[..whole.len() / 2], "incomplete"),
        ("empty.gguf", b"", "not a GGUF"),
    ] {
        let engine = start(EngineChoice::Gguf(file(name, bytes)));
        match engine.ready().await {
            Err(EngineError::Unusable(reason)) => assert!(reason.reason.contains(expected), "{reason}"),
            other => panic!("{name}: {other:?}"),
        }
        assert!(matches!(ask(&engine, "Hallo").await, Err(EngineError::Unusable(_))));
    }
    let engine = start(EngineChoice::Gguf("/nowhere/model.gguf".into()));
    assert!(matches!(engine.ready().await, Err(EngineError::Unusable(_))));
}

#[tokio::test]
async fn the_embedded_model_needs_nothing_but_the_binary() {
    let engine = start(EngineChoice::Embedded);
    let identity = engine.ready().await.expect("ready");
    assert_eq!((identity.architecture.as_str(), identity.sha256.len()), ("qwen3", 64));
    let labels = ["ja".to_owned(), "nein".to_owned()];
    let prompt =
        Prompt::by_staff().system("relevance").untrusted("Frage: Wie lange kann ich zurückgeben?\nSatz: Die Rückgabe ist 30 Tage möglich.");
    assert_eq!(engine.score(&prompt, &labels).await.expect("scores").len(), 2);
}

#[tokio::test]
async fn a_model_answers_and_weighs_behind_the_walls() {
    let engine = start(EngineChoice::Gguf(file("answers.gguf", &TinyModel::new(11).bytes())));
    let identity = engine.ready().await.expect("ready");
    assert_eq!((identity.name.as_str(), identity.architecture.as_str(), identity.sha256.len()), ("tiny", "qwen3", 64));
    let first = ask(&engine, "Hallo").await.expect("answer");
    assert_eq!(ask(&engine, "Hallo").await.expect("answer"), first);
    let labels = ["ja".to_owned(), "nein".to_owned()];
    let scores = engine.score(&Prompt::by_staff().untrusted("Ist das so?"), &labels).await.expect("scores");
    assert!(scores.len() == 2 && scores.iter().all(|score| score.is_finite() && *score < 0.0), "{scores:?}");
}
