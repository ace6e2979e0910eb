//! The filtered guests as a CSV file that any spreadsheet opens safely.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use usher_store::{Cursor, LARGEST_PAGE};

use crate::{
    ConsoleError,
    act::BIN_DAYS,
    guests::{guest_view, store_sort},
    tenant::OpenTenant,
    views::{
        ExportView, GuestColumnView, GuestQuery, GuestView, InvitationStateView, StageView, StandingView,
    },
};

/// Spreadsheets read UTF-8 as such only behind this mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One field of a row, under its heading.
type Field = (&'static str, fn(&GuestView, DateTime<Utc>) -> String);

impl OpenTenant {
    /// Writes all guests of the query, in its order, into a new file of `folder`. An existing file is never touched.
    pub(crate) async fn export_guests(
        &self,
        query: &GuestQuery,
        columns: Option<&[GuestColumnView]>,
        folder: &Path,
    ) -> Result<ExportView, ConsoleError> {
        let now = self.now();
        let filter = self.store_filter(&query.filter).await?;
        let (path, file) = new_file(folder, now).map_err(ConsoleError::File)?;
        let mut out = BufWriter::new(file);
        out.write_all(BYTE_ORDER_MARK.as_bytes())
            .map_err(ConsoleError::File)?;
        let fields = fields(columns);
        write_row(&mut out, fields.iter().map(|(heading, _)| (*heading).to_owned()))
            .map_err(ConsoleError::File)?;

        let sort = store_sort(query);
        let mut rows = 0;
        let mut after: Option<Cursor> = None;
        loop {
            let page = self
                .archive
                .list_guests(&filter, sort, after.as_ref(), LARGEST_PAGE, now)
                .await?;
            let mut predictions = self.predictions.lock().await;
            for guest in &page.guests {
                let predicted = predictions.of(&self.archive, guest, now).await?;
                let view = guest_view(guest, predicted, now);
                write_row(&mut out, fields.iter().map(|(_, cell)| cell(&view, now)))
                    .map_err(ConsoleError::File)?;
                rows += 1;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        out.flush().map_err(ConsoleError::File)?;
        Ok(ExportView {
            path: path.display().to_string(),
            rows,
        })
    }
}

/// Makes a file that was not there: `usher-guests-<time>.csv`, with a number where the name is taken.
fn new_file(folder: &Path, now: DateTime<Utc>) -> io::Result<(PathBuf, File)> {
    let stem = format!("usher-guests-{}", now.format("%Y%m%dT%H%M%SZ"));
    let names = std::iter::once(format!("{stem}.csv")).chain((2..1000).map(|n| format!("{stem}-{n}.csv")));
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for name in names {
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

/// The fields of the columns, in their order; without columns every field there is of a guest who was not deleted.
fn fields(columns: Option<&[GuestColumnView]>) -> Vec<Field> {
    const ALL: [GuestColumnView; 22] = [
        GuestColumnView::Name,
        GuestColumnView::UserPrincipalName,
        GuestColumnView::ObjectId,
        GuestColumnView::State,
        GuestColumnView::Attention,
        GuestColumnView::Invited,
        GuestColumnView::Expires,
        GuestColumnView::Provider,
        GuestColumnView::Partner,
        GuestColumnView::Sponsors,
        GuestColumnView::LastSignIn,
        GuestColumnView::Enabled,
        GuestColumnView::UserType,
        GuestColumnView::StateChanged,
        GuestColumnView::CreationType,
        GuestColumnView::Company,
        GuestColumnView::Created,
        GuestColumnView::LastInteractive,
        GuestColumnView::LastNonInteractive,
        GuestColumnView::DaysSinceSignIn,
        GuestColumnView::Inviter,
        GuestColumnView::SourceDomain,
    ];
    let columns = columns.unwrap_or(&ALL).iter();
    columns.flat_map(|column| fields_of(*column)).copied().collect()
}

fn fields_of(column: GuestColumnView) -> &'static [Field] {
    match column {
        GuestColumnView::Name => &[
            ("Display name", |guest, _| guest.display_name.clone()),
            ("Mail", |guest, _| text(guest.mail.as_ref())),
        ],
        GuestColumnView::State => &[("Invitation state", |guest, _| state(guest).to_owned())],
        GuestColumnView::Attention => &[
            ("Stage reached", |guest, _| {
                StageView::label(guest.stage).to_owned()
            }),
            ("Standing", |guest, _| standing(guest).to_owned()),
            ("Reason", |guest, _| {
                guest
                    .reason
                    .as_ref()
                    .map(|reason| reason.title.clone())
                    .unwrap_or_default()
            }),
            ("AADSTS code", |guest, _| {
                let code = guest.reason.as_ref().and_then(|reason| reason.code);
                code.map(|code| code.to_string()).unwrap_or_default()
            }),
            ("Rests on incomplete logs", |guest, _| yes_no(guest.at_least)),
        ],
        GuestColumnView::Invited => &[("Invited (UTC)", |guest, _| time(guest.invited_at))],
        GuestColumnView::Age => &[("Age (days)", |guest, now| days(guest.invited_at, now))],
        GuestColumnView::Expires => &[("Link deadline (UTC)", |guest, _| time(guest.expires_at))],
        GuestColumnView::Provider => &[
            ("Identity provider", |guest, _| {
                text(guest.identity_provider.as_ref())
            }),
            ("Identity provider is a prediction", |guest, _| {
                yes_no(guest.identity_provider_predicted)
            }),
        ],
        GuestColumnView::Partner => &[("Partner", |guest, _| text(guest.partner.as_ref()))],
        GuestColumnView::Sponsors => &[("Sponsors", |guest, _| guest.sponsors.join("; "))],
        GuestColumnView::LastSignIn => &[("Last successful sign-in (UTC)", |guest, _| {
            time(guest.last_successful_sign_in_at)
        })],
        GuestColumnView::Enabled => &[("Account enabled", |guest, _| yes_no(guest.account_enabled))],
        GuestColumnView::UserPrincipalName => &[("User principal name", |guest, _| {
            guest.user_principal_name.clone()
        })],
        GuestColumnView::UserType => &[("User type", |guest, _| text(guest.user_type.as_ref()))],
        GuestColumnView::StateChanged => &[("Invitation state changed (UTC)", |guest, _| {
            time(guest.invitation_state_changed_at)
        })],
        GuestColumnView::CreationType => &[("Creation type", |guest, _| text(guest.creation_type.as_ref()))],
        GuestColumnView::Company => &[("Company name", |guest, _| text(guest.company_name.as_ref()))],
        GuestColumnView::Created => &[("Created (UTC)", |guest, _| time(guest.created_at))],
        GuestColumnView::LastInteractive => &[("Last interactive sign-in (UTC)", |guest, _| {
            time(guest.last_interactive_sign_in_at)
        })],
        GuestColumnView::LastNonInteractive => &[("Last non-interactive sign-in (UTC)", |guest, _| {
            time(guest.last_non_interactive_sign_in_at)
        })],
        GuestColumnView::DaysSinceSignIn => &[("Days since sign-in", |guest, now| {
            days(guest.last_successful_sign_in_at, now)
        })],
        GuestColumnView::Inviter => &[("Inviter", |guest, _| text(guest.inviter.as_ref()))],
        GuestColumnView::SourceDomain => &[("Source domain", |guest, _| text(guest.source_domain.as_ref()))],
        GuestColumnView::ObjectId => &[("Object ID", |guest, _| guest.id.clone())],
        GuestColumnView::Deleted => &[("Deleted (UTC)", |guest, _| time(guest.deleted_at))],
        GuestColumnView::Left => &[("Restorable until (UTC)", |guest, _| {
            time(guest.deleted_at.map(|at| at + TimeDelta::days(BIN_DAYS)))
        })],
    }
}

fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}

fn days(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    since
        .map(|at| (now - at).num_days().to_string())
        .unwrap_or_default()
}

fn text(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

fn yes_no(yes: bool) -> String {
    if yes { "Yes" } else { "No" }.to_owned()
}

fn state(guest: &GuestView) -> &'static str {
    match guest.invitation_state {
        InvitationStateView::PendingAcceptance => "Pending acceptance",
        InvitationStateView::Accepted => "Accepted",
        InvitationStateView::None => "",
    }
}

fn standing(guest: &GuestView) -> &'static str {
    match guest.standing {
        StandingView::Stopped => "Stopped",
        StandingView::Open => "Open",
        StandingView::Fine => "Fine",
    }
}

/// Writes one row as RFC 4180 has it.
fn write_row(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        out.write_all(field(&cell).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// A field that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it. So does what follows
/// a separator, for where lists are separated by semicolons a spreadsheet splits the fields there.
fn field(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for letter in text.chars() {
        if begins && begins_a_formula(letter) {
            safe.push('\'');
        }
        begins = matches!(letter, ',' | ';' | '|' | '\t' | '\r' | '\n');
        safe.push(letter);
    }
    if safe.contains([',', ';', '"', '\r', '\n', '\t']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// Characters with which spreadsheets begin a formula, the full-width ones of East Asian keyboards among them, and the
/// white space some skip before one (OWASP, "CSV Injection").
fn begins_a_formula(letter: char) -> bool {
    matches!(
        letter,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_formula() {
        for (text, written) in [
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "\"'\tx\""),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("\u{ff0b}1", "'\u{ff0b}1"),
            ("\u{ff0d}1", "'\u{ff0d}1"),
            ("\u{ff20}SUM(A1)", "'\u{ff20}SUM(A1)"),
            ("Eve;=1+1", "\"Eve;'=1+1\""),
            ("two\n=lines", "\"two\n'=lines\""),
            ("\t=1", "\"'\t'=1\""),
            ("a-b+c=d@e", "a-b+c=d@e"),
            ("\rx", "\"'\rx\""),
            ("Dvořák, Marek", "\"Dvořák, Marek\""),
            ("plain", "plain"),
        ] {
            assert_eq!(field(text), written, "{text:?}");
        }
    }

    #[test]
    fn an_existing_file_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let now = "2026-11-23T10:00:00Z".parse().expect("a time");
        let (first, _) = new_file(folder.path(), now).expect("a file");
        let (second, _) = new_file(folder.path(), now).expect("a file");
        assert_ne!(first, second);
    }
}
