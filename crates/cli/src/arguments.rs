//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};
use serde::de::DeserializeOwned;
use usher_console::views::{CardKind, GuestSort, InvitationStateView, StageView, StandingView};

/// Which of your guests have not got in, why, and what fixes it.
#[derive(Debug, Parser)]
#[command(
    name = "usherctl",
    version,
    after_help = "Exit codes: 0 done, 1 it did not happen, 2 wrong command line or input, no key or a wrong key."
)]
pub(crate) struct Arguments {
    /// Print JSON in a stable form instead of tables.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the archive is and which tenant is meant.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Data folder; the system's usual one where it is not given.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A running sandbox: its address, as `sandbox serve` prints it. Signs in as the sandbox's application.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) sandbox: Option<String>,
    /// Tenant ID, where the data folder has archives of several.
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) tenant: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A tenant on this computer to practise and test with.
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Read guests and logs into the archive.
    Sync,
    /// List guests.
    Guests(GuestsArguments),
    /// Show one guest.
    Guest {
        /// Mail address, user principal name or object ID.
        #[arg(value_name = "MAIL")]
        name: String,
    },
    /// Show the redemption funnel and the cards.
    Funnel(FilterArguments),
    /// Show what stops guests now.
    Failures(FilterArguments),
    /// Show which days of the logs are held.
    Coverage {
        /// Days to show, today included.
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// Invite a guest.
    Invite(InviteArguments),
    /// Send the invitation again.
    Resend(TargetArguments),
    /// Reset the redemption status: same object, redeem again.
    Reset(TargetArguments),
    /// Revoke an invitation: deletes the guest, restorable for 30 days.
    Revoke(TargetArguments),
    /// Restore a deleted guest.
    Restore(TargetArguments),
    /// Block sign-in.
    Block(TargetArguments),
    /// Unblock sign-in.
    Unblock(TargetArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve a sandbox tenant until stopped. Prints one JSON line when it is ready.
    Serve(ServeArguments),
    /// Play redemption cases of a file through a sandbox of its own and compare.
    Play {
        /// The file with the cases.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen; loopback only. Port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT", value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// Chance: the same seed and time give the same tenant.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many guests the tenant has.
    #[arg(long, default_value_t = 2140, value_parser = clap::value_parser!(u32).range(0..=200_000))]
    pub(crate) guests: u32,
    /// Over how many days the lively part of the history is spread.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// What the clock shows at the start; the computer's time where it is not given.
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<DateTime<Utc>>,
    /// How many days of the logs Graph shows.
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) retention_days: u32,
    /// Serve HTTPS as well, under an authority made on the spot.
    #[arg(long)]
    pub(crate) tls: bool,
    /// A PEM file with a certificate that the tenant's application may sign in with instead of its secret.
    #[arg(long, value_name = "FILE")]
    pub(crate) app_certificate: Option<PathBuf>,
    /// A JSON file with faults to switch on.
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct GuestsArguments {
    /// Part of a name, mail, user principal name or object ID.
    #[arg(long)]
    pub(crate) search: Option<String>,
    /// Invitation state: pendingAcceptance, accepted, none.
    #[arg(long, value_parser = word::<InvitationStateView>)]
    pub(crate) state: Option<InvitationStateView>,
    /// Highest stage reached: invited, mailSent, attemptedSignIn, requirementsMet, redeemed, firstAccess.
    #[arg(long, value_parser = word::<StageView>)]
    pub(crate) stage: Option<StageView>,
    /// This stage or a later one was reached.
    #[arg(long, value_parser = word::<StageView>)]
    pub(crate) reached: Option<StageView>,
    /// Standing: stopped, open, fine.
    #[arg(long, value_parser = word::<StandingView>)]
    pub(crate) standing: Option<StandingView>,
    /// Key of the reason, as `failures --json` prints it.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Domain of the mail address.
    #[arg(long)]
    pub(crate) partner: Option<String>,
    /// Object ID of the inviter.
    #[arg(long)]
    pub(crate) inviter: Option<String>,
    /// Identity provider, as shown.
    #[arg(long)]
    pub(crate) identity_provider: Option<String>,
    /// Account enabled: true or false.
    #[arg(long)]
    pub(crate) account_enabled: Option<bool>,
    /// Invited at or after.
    #[arg(long, value_name = "RFC3339")]
    pub(crate) invited_from: Option<DateTime<Utc>>,
    /// Invited before.
    #[arg(long, value_name = "RFC3339")]
    pub(crate) invited_to: Option<DateTime<Utc>>,
    /// A card of the Overview: total, active, pending, expiring, expired, blocked, inactive, neverSignedIn.
    #[arg(long, value_parser = word::<CardKind>)]
    pub(crate) card: Option<CardKind>,
    /// Deleted guests instead.
    #[arg(long)]
    pub(crate) deleted: bool,
    /// Order: attention, name, invited, expires, lastSignIn.
    #[arg(long, value_parser = word::<GuestSort>, default_value = "attention")]
    pub(crate) sort: GuestSort,
    /// Turn the order round.
    #[arg(long)]
    pub(crate) descending: bool,
    /// Rows of a page, 1 to 1000.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000), default_value_t = 100)]
    pub(crate) limit: u32,
    /// `next` of the page before.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<String>,
    /// All pages.
    #[arg(long, conflicts_with = "after")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FilterArguments {
    /// Guests invited in the last so many days.
    #[arg(long, default_value_t = 90)]
    pub(crate) days: u32,
    /// Domain of the mail address.
    #[arg(long)]
    pub(crate) partner: Option<String>,
    /// Object ID of the inviter.
    #[arg(long)]
    pub(crate) inviter: Option<String>,
    /// Identity provider, as shown.
    #[arg(long)]
    pub(crate) identity_provider: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct InviteArguments {
    /// The mail address to invite.
    #[arg(value_name = "MAIL")]
    pub(crate) mail: String,
    /// Display name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Where the guest lands; My Apps where it is not given.
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_url: Option<String>,
    /// Send no mail: the link is handed over.
    #[arg(long)]
    pub(crate) no_mail: bool,
    /// Your own words in the mail, plain text.
    #[arg(long)]
    pub(crate) message: Option<String>,
    /// Language of the mail, such as de-DE.
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// One more recipient.
    #[arg(long, value_name = "MAIL")]
    pub(crate) cc: Option<String>,
    /// Only say what is known about it; send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TargetArguments {
    /// Mail address, user principal name or object ID.
    #[arg(value_name = "MAIL")]
    pub(crate) name: String,
    /// Only say what would happen; change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Reads where to listen; `localhost` stands for its usual address.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let numeric = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    numeric
        .parse()
        .map_err(|_| "give an address and a port, such as 127.0.0.1:0 (0 takes any free port)".to_owned())
}

/// Reads a word as it stands in the JSON output.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn words_are_those_of_the_json_output() {
        assert_eq!(
            word::<StageView>("attemptedSignIn"),
            Ok(StageView::AttemptedSignIn)
        );
        assert!(word::<StageView>("AttemptedSignIn").is_err());
        let parsed = Arguments::try_parse_from(["usherctl", "guests", "--card", "neverSignedIn", "--json"]);
        assert!(parsed.is_ok_and(|arguments| arguments.json));
    }
}
