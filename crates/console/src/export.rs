//! The filtered guests as a CSV file that any spreadsheet opens safely.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use usher_store::{Cursor, LARGEST_PAGE};

use crate::{
    ConsoleError,
    guests::{guest_view, store_sort},
    tenant::OpenTenant,
    views::{ExportView, GuestQuery, GuestView, InvitationStateView, StageView, StandingView},
};

/// Spreadsheets read UTF-8 as such only behind this mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const HEADER: [&str; 18] = [
    "Display name",
    "Mail",
    "User principal name",
    "Object ID",
    "Invitation state",
    "Stage reached",
    "Standing",
    "Reason",
    "AADSTS code",
    "Invited (UTC)",
    "Link deadline (UTC)",
    "Identity provider",
    "Identity provider is a prediction",
    "Partner",
    "Sponsors",
    "Last successful sign-in (UTC)",
    "Account enabled",
    "Rests on incomplete logs",
];

impl OpenTenant {
    /// Writes all guests of the query, in its order, into a new file of `folder`. An existing file is never touched.
    pub(crate) async fn export_guests(
        &self,
        query: &GuestQuery,
        folder: &Path,
    ) -> Result<ExportView, ConsoleError> {
        let now = self.now();
        let filter = self.store_filter(&query.filter).await?;
        let (path, file) = new_file(folder, now).map_err(ConsoleError::File)?;
        let mut out = BufWriter::new(file);
        out.write_all(BYTE_ORDER_MARK.as_bytes())
            .map_err(ConsoleError::File)?;
        write_row(&mut out, HEADER.iter().copied()).map_err(ConsoleError::File)?;

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
                let cells = cells(&guest_view(guest, predicted, now));
                write_row(&mut out, cells.iter().map(String::as_str)).map_err(ConsoleError::File)?;
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

fn cells(guest: &GuestView) -> [String; 18] {
    let time = |at: Option<DateTime<Utc>>| {
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
            .unwrap_or_default()
    };
    let yes_no = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let state = match guest.invitation_state {
        InvitationStateView::PendingAcceptance => "Pending acceptance",
        InvitationStateView::Accepted => "Accepted",
        InvitationStateView::None => "",
    };
    let standing = match guest.standing {
        StandingView::Stopped => "Stopped",
        StandingView::Open => "Open",
        StandingView::Fine => "Fine",
    };
    [
        guest.display_name.clone(),
        guest.mail.clone().unwrap_or_default(),
        guest.user_principal_name.clone(),
        guest.id.clone(),
        state.to_owned(),
        StageView::label(guest.stage).to_owned(),
        standing.to_owned(),
        guest
            .reason
            .as_ref()
            .map(|reason| reason.title.clone())
            .unwrap_or_default(),
        guest
            .reason
            .as_ref()
            .and_then(|reason| reason.code)
            .map(|code| code.to_string())
            .unwrap_or_default(),
        time(guest.invited_at),
        time(guest.expires_at),
        guest.identity_provider.clone().unwrap_or_default(),
        yes_no(guest.identity_provider_predicted),
        guest.partner.clone().unwrap_or_default(),
        guest.sponsors.join("; "),
        time(guest.last_successful_sign_in_at),
        yes_no(guest.account_enabled),
        yes_no(guest.at_least),
    ]
}

/// Writes one row as RFC 4180 has it.
fn write_row<'c>(out: &mut impl Write, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        out.write_all(field(cell).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// A field that no spreadsheet takes for a formula: those that begin like one get an apostrophe before them.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
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
            ("\tx", "'\tx"),
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
