//! Structured log lines on stderr. `HAUSPOST_LOG` sets the level of our own code; libraries below that see mail text
//! (IMAP, SMTP, TLS) stay silent whatever it says.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Libraries whose trace and debug lines hold passwords or mail text (`facts`: async-imap prints LOGIN, lettre AUTH).
const SILENCED: &[&str] = &["async_imap=off", "imap_proto=off", "lettre=off", "rustls=off", "mail_parser=off", "html5ever=off"];

/// Starts logging once; a second call changes nothing.
pub fn start() {
    let level = std::env::var("HAUSPOST_LOG").ok().filter(|text| ["error", "warn", "info", "debug", "off"].contains(&text.as_str()));
    let filter = filter(level.as_deref().unwrap_or("warn"));
    // Colours are for a terminal; in a journal they are noise between a key and its value.
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).with_target(false).try_init();
}

fn filter(level: &str) -> EnvFilter {
    let mut text = format!("off,hauspost={level}");
    for silenced in SILENCED {
        text.push(',');
        text.push_str(silenced);
    }
    EnvFilter::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_see_mail_stay_silent() {
        let text = filter("debug").to_string();
        assert!(text.contains("async_imap=off") && text.contains("lettre=off") && text.contains("hauspost=debug"), "{text}");
    }
}
