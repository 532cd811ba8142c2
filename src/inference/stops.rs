//! Ends an answer at a stop string, wherever the borders between its pieces fall.
//!
//! Never: lets the beginning of a stop string out before it is known not to be one.

#[derive(Debug)]
pub struct StopFilter<'a> {
    stops: &'a [String],
    held: String,
}

/// What may go out now.
#[derive(Debug, PartialEq, Eq)]
pub enum Passed {
    Text(String),
    /// A stop string was met after this text.
    Stopped(String),
}

impl<'a> StopFilter<'a> {
    /// Empty stop strings are ignored; the protocol refuses them earlier.
    pub const fn new(stops: &'a [String]) -> Self {
        Self { stops, held: String::new() }
    }

    pub fn push(&mut self, text: &str) -> Passed {
        self.held.push_str(text);
        let met = self.stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(at) = met {
            self.held.truncate(at);
            return Passed::Stopped(std::mem::take(&mut self.held));
        }
        let keep_from = (0..self.held.len())
            .find(|&at| self.held.get(at..).is_some_and(|tail| self.stops.iter().any(|stop| stop.starts_with(tail))))
            .unwrap_or(self.held.len());
        let kept = self.held.split_off(keep_from);
        Passed::Text(std::mem::replace(&mut self.held, kept))
    }

    /// What was held back, when the answer ends without a stop string.
    pub fn finish(self) -> String {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stops: &[&str], pieces: &[&str], expected: &str, stopped: bool) {
        let stops: Vec<String> = stops.iter().map(|&stop| stop.to_owned()).collect();
        let mut filter = StopFilter::new(&stops);
        let mut out = String::new();
        for piece in pieces {
            match filter.push(piece) {
                Passed::Text(text) => out.push_str(&text),
                Passed::Stopped(text) => {
                    out.push_str(&text);
                    assert!(stopped, "stopped at {piece:?}");
                    assert_eq!(out, expected);
                    return;
                }
            }
        }
        out.push_str(&filter.finish());
        assert!(!stopped, "never stopped");
        assert_eq!(out, expected);
    }

    #[test]
    fn stop_strings_are_found_across_borders() {
        check(&["\nMail:"], &["Guten Tag", "\nMa", "il: x"], "Guten Tag", true);
        check(&["\nMail:"], &["Guten Tag", "\nMa", "nche"], "Guten Tag\nManche", false);
        check(&["aab"], &["a", "a", "a", "b", "c"], "a", true);
        check(&["bc", "abcd"], &["ab", "cd"], "", true);
        check(&["ß"], &["Stra", "ße"], "Stra", true);
        check(&["END"], &["E", "N"], "EN", false);
        check(&[], &["Grüße"], "Grüße", false);
    }

    #[test]
    fn what_could_be_a_stop_string_is_held_back() {
        let stops = vec!["###".to_owned()];
        let mut filter = StopFilter::new(&stops);
        assert_eq!(filter.push("ja ##"), Passed::Text("ja ".to_owned()));
        assert_eq!(filter.push("x"), Passed::Text("##x".to_owned()));
    }
}
