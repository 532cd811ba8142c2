//! The `Date` field as RFC 3339 with the sender's own offset.
//!
//! Never: a guess of a zone or a year; a date that does not exist.

use mail_parser::DateTime;

/// `None` where the field holds no possible date.
pub fn rfc3339(date: &DateTime) -> Option<String> {
    let possible = (1..=12).contains(&date.month)
        && (1..=days(date.year, date.month)).contains(&date.day)
        && date.hour < 24
        && date.minute < 60
        && date.second <= 60
        && date.tz_hour < 24
        && date.tz_minute < 60
        && date.year >= 1970
        && date.year < 10_000;
    if !possible {
        return None;
    }
    let sign = if date.tz_before_gmt { '-' } else { '+' };
    // RFC 3339 §5.6 allows a leap second; most readers do not.
    let second = date.second.min(59);
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{second:02}{sign}{:02}:{:02}",
        date.year, date.month, date.day, date.hour, date.minute, date.tz_hour, date.tz_minute
    ))
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_offset_and_refuses_the_impossible() {
        let date = |d, h, before| DateTime {
            year: 2026,
            month: 2,
            day: d,
            hour: h,
            minute: 14,
            second: 0,
            tz_before_gmt: before,
            tz_hour: 5,
            tz_minute: 30,
        };
        assert_eq!(rfc3339(&date(2, 9, false)).as_deref(), Some("2026-02-02T09:14:00+05:30"));
        assert_eq!(rfc3339(&date(28, 9, true)).as_deref(), Some("2026-02-28T09:14:00-05:30"));
        assert_eq!(rfc3339(&date(29, 9, false)), None);
        assert_eq!(rfc3339(&date(2, 24, false)), None);
    }
}
