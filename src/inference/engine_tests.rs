use super::*;
use crate::domain::limits::ENGINE_QUEUE_MAX;
use futures::future::join_all;

fn engine(json: &str) -> Engine {
    let patience = Patience {
        hello: Duration::from_secs(5),
        cancel: Duration::from_millis(300),
        pause_first: Duration::from_millis(10),
        pause_max: Duration::from_millis(50),
    };
    Engine::launch(ThreadLauncher { script: Script::parse(json).expect("script") }, patience).expect("engine")
}

fn about(text: &str) -> Prompt {
    Prompt::by_staff().system("Antworte.").untrusted(text)
}

async fn ask(engine: &Engine, text: &str) -> Result<Generation, EngineError> {
    engine.generate(&about(text), &GenerateOptions::default(), |_| {}).await
}

const ECHO: &str = r#"{"rules":[{"contains":"stirb","times":1,"act":"die"},{"contains":"wirr","act":"garbage"},
    {"contains":"häng","act":"hang"},{"contains":"","act":{"answer":"Sie schrieben: {untrusted}"}}]}"#;

#[tokio::test]
async fn text_goes_in_and_comes_out_piece_by_piece() {
    let engine = engine(ECHO);
    let mut pieces = Vec::new();
    let options = GenerateOptions { stop: vec!["Ende".to_owned()], ..GenerateOptions::default() };
    let answer = engine.generate(&about("Hallo Ende nie"), &options, |piece| pieces.push(piece.to_owned())).await.expect("answer");
    assert_eq!(answer.text, "Sie schrieben: Hallo ");
    assert_eq!(answer.stop_reason, StopReason::StopString);
    assert_eq!(pieces.concat(), answer.text);
    assert!(pieces.len() > 1);
    assert_eq!(engine.calls(), 1);
    let short = GenerateOptions { max_tokens: 1, ..GenerateOptions::default() };
    let answer = engine.generate(&about("x"), &short, |_| {}).await.expect("answer");
    assert_eq!((answer.text.as_str(), answer.stop_reason), ("Sie ", StopReason::Length));
}

#[tokio::test]
async fn labels_are_scored_in_their_order() {
    let engine = engine(ECHO);
    let labels = ["Rechnung".to_owned(), "Rückgabe".to_owned()];
    let scores = engine.score(&about("Frage zur Rückgabe"), &labels).await.expect("scores");
    assert_eq!(scores, [-10.0, -0.1]);
    let empty = engine.score(&about("x"), &[String::new()]).await;
    assert!(matches!(empty, Err(EngineError::BadRequest(_))), "{empty:?}");
}

#[tokio::test]
async fn a_dead_engine_is_reported_and_comes_back() {
    for (text, again) in [("stirb", true), ("wirr", false)] {
        let engine = engine(ECHO);
        engine.ready().await.expect("ready");
        let error = ask(&engine, text).await.expect_err("dead");
        assert_eq!(error, EngineError::Died);
        assert!(error.is_transient());
        engine.ready().await.expect("ready again");
        assert_eq!(ask(&engine, "Hallo").await.expect("answer").text, "Sie schrieben: Hallo");
        // `times` counts per worker, so the new one dies of it again.
        assert_eq!(ask(&engine, text).await, Err(EngineError::Died), "{again}");
    }
}

#[tokio::test]
async fn a_hanging_engine_is_ended_after_the_deadline() {
    let engine = engine(ECHO);
    let options = GenerateOptions { deadline: Duration::from_millis(100), ..GenerateOptions::default() };
    let error = engine.generate(&about("häng"), &options, |_| {}).await.expect_err("hangs");
    assert_eq!(error, EngineError::DeadlineExceeded);
    // The next one waits behind it until the supervisor has lost its patience.
    assert_eq!(ask(&engine, "Hallo").await, Err(EngineError::Died));
    engine.ready().await.expect("ready again");
    ask(&engine, "Hallo").await.expect("answer");
}

#[tokio::test]
async fn the_queue_is_bounded() {
    let engine = engine(r#"{"pace_ms":20,"rules":[{"contains":"","act":{"answer":"eins zwei drei"}}]}"#);
    engine.ready().await.expect("ready");
    let results = join_all((0..ENGINE_QUEUE_MAX + 3).map(|_| ask(&engine, "x"))).await;
    let refused = results.iter().filter(|result| **result == Err(EngineError::Overloaded)).count();
    assert_eq!(refused, 3);
    assert!(EngineError::Overloaded.is_transient());
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), ENGINE_QUEUE_MAX);
}

#[tokio::test]
async fn r072_cancel_all_stops_running_and_waiting_requests_within_one_token() {
    let engine =
        engine(r#"{"pace_ms":20,"rules":[{"contains":"","act":{"answer":"a b c d e f g h i j k l m n o p q r s t u v w x y z"}}]}"#);
    engine.ready().await.expect("ready");
    let mut pieces = 0;
    let options = GenerateOptions::default();
    let prompt = about("x");
    let running = engine.generate(&prompt, &options, {
        let (engine, pieces) = (engine.clone(), &mut pieces);
        move |_| {
            *pieces += 1;
            if *pieces == 3 {
                assert_eq!(engine.cancel_all(), 2);
            }
        }
    });
    let (running_prompt, waiting_prompt) = tokio::join!(running, ask(&engine, "y"));
    assert_eq!(running_prompt, Err(EngineError::Cancelled));
    assert_eq!(waiting_prompt, Err(EngineError::Cancelled));
    assert_eq!(pieces, 3, "no text after the cancellation");
    assert!(!EngineError::Cancelled.is_transient());
    // The same engine is free again at once: it was not restarted and not left to finish.
    let began = std::time::Instant::now();
    let short = GenerateOptions { max_tokens: 1, ..GenerateOptions::default() };
    engine.generate(&about("z"), &short, |_| {}).await.expect("answer");
    assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_dropped_future_cancels_its_request() {
    let engine = engine(
        r#"{"pace_ms":20,"rules":[{"contains":"lang","act":{"answer":"a b c d e f g h i j k l m n o p q r s t u v w x y z"}},{"contains":"","act":{"answer":"ja"}}]}"#,
    );
    engine.ready().await.expect("ready");
    let gone = tokio::time::timeout(Duration::from_millis(60), ask(&engine, "lang")).await;
    assert!(gone.is_err());
    let began = std::time::Instant::now();
    ask(&engine, "kurz").await.expect("answer");
    assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn faults_of_the_engine_keep_their_kind() {
    let engine = engine(r#"{"rules":[{"contains":"lang","act":{"fault":{"code":"prompt_too_long","tokens":9000,"limit":4096}}}]}"#);
    assert_eq!(ask(&engine, "lang").await, Err(EngineError::PromptTooLong { tokens: 9000, limit: 4096 }));
    assert!(matches!(ask(&engine, "x").await, Err(EngineError::Model(_))));
    let hot = GenerateOptions { temperature: f64::NAN, ..GenerateOptions::default() };
    assert!(engine.generate(&about("lang"), &hot, |_| {}).await.is_err());
}

#[tokio::test]
async fn words_in_an_untrusted_part_are_not_placeholders() {
    let engine = engine(ECHO);
    assert_eq!(ask(&engine, "{system}").await.expect("answer").text, "Sie schrieben: {system}");
}
