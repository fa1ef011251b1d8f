//! Times as texts, in UTC: as labels, manifests and sentences spell them.

use smol_str::{SmolStr, format_smolstr};

use super::json::Timestamp;

/// A time as stream labels spell it: `YYYY-MM-DDThh:mm:ss.SSS` in UTC.
pub(crate) fn label_of(at: Timestamp) -> SmolStr {
    let (year, month, day) = civil_date(at);
    let (hours, minutes, seconds) = time_of_day(at);
    let milliseconds = at.as_millis().rem_euclid(1_000);
    format_smolstr!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}")
}

/// A time as ISO 8601 spells it, with milliseconds only if there are some: `YYYY-MM-DDThh:mm:ssZ`.
pub(crate) fn instant_of(at: Timestamp) -> SmolStr {
    let label = label_of(at);
    format_smolstr!("{}Z", label.strip_suffix(".000").unwrap_or(&label))
}

/// A time as sentences spell it: `Friday, August 3, 2018 at 9:01:44 AM Coordinated Universal Time`.
pub(crate) fn sentence_of(at: Timestamp) -> SmolStr {
    const WEEKDAYS: [&str; 7] = [
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Monday",
        "Tuesday",
        "Wednesday",
    ];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = civil_date(at);
    let (hours, minutes, seconds) = time_of_day(at);
    let weekday = WEEKDAYS[days_since_1970(at).rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    let (hours, half) = ((hours + 11) % 12 + 1, if hours < 12 { "AM" } else { "PM" });
    format_smolstr!(
        "{weekday}, {month} {day}, {year} at {hours}:{minutes:02}:{seconds:02} {half} Coordinated Universal Time"
    )
}

fn days_since_1970(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(86_400)
}

fn time_of_day(at: Timestamp) -> (i64, i64, i64) {
    let seconds = at.as_seconds().rem_euclid(86_400);
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Year, month and day of a time in UTC. Years begin in March here, so that a leap day is the last day of one.
fn civil_date(at: Timestamp) -> (i64, i64, i64) {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    const DAYS_FROM_MARCH_OF_YEAR_0: i64 = 719_468;
    let days = days_since_1970(at) + DAYS_FROM_MARCH_OF_YEAR_0;
    let era = days.div_euclid(DAYS_OF_400_YEARS);
    let day_of_era = days.rem_euclid(DAYS_OF_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelled_in_both_ways() {
        let rows = [
            (
                0,
                "1970-01-01T00:00:00.000",
                "Thursday, January 1, 1970 at 12:00:00 AM Coordinated Universal Time",
            ),
            (
                1_582_979_696_789,
                "2020-02-29T12:34:56.789",
                "Saturday, February 29, 2020 at 12:34:56 PM Coordinated Universal Time",
            ),
            (
                4_107_542_399_999,
                "2100-02-28T23:59:59.999",
                "Sunday, February 28, 2100 at 11:59:59 PM Coordinated Universal Time",
            ),
        ];
        for (milliseconds, label, sentence) in rows {
            let at = Timestamp::from_millis(milliseconds);
            assert_eq!((label_of(at).as_str(), sentence_of(at).as_str()), (label, sentence));
        }
    }
}
