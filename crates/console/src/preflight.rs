//! What is known about an invitation before it is sent: the process is predicted from the settings as last read and from
//! the archive. Local: it asks nobody and changes nothing.

mod address;
mod existing;
mod facts;
mod form;
mod lookalike;
mod path;

use chrono::{DateTime, Utc};
use usher_redemption::{Refusal, address::domain_of, predict};
use usher_store::{CohortFilter, GuestSnapshot};

pub(crate) use address::address_fault;

use crate::{
    ConsoleError,
    reason::Reason,
    tenant::OpenTenant,
    views::{FindingView, InviteForm, PreflightVerdict, PreflightView},
    words,
};

/// Guests of one partner stopped by one cause before the next invitation is warned about.
const CLUSTER: usize = 3;

/// Guests of a domain before another that resembles it is warned about.
const KNOWN_DOMAIN: u32 = 2;

impl OpenTenant {
    /// Judges a form.
    pub(crate) async fn preflight(&self, form: &InviteForm) -> Result<PreflightView, ConsoleError> {
        let now = self.now();
        let mail = form.mail.trim();
        let settings = self.settings().await?;
        let mut view = PreflightView {
            verdict: PreflightVerdict::Ready,
            findings: form::findings(form),
            existing_guest_id: None,
            path: Vec::new(),
            not_knowable: Vec::new(),
            settings_read_at: settings.asked_at,
        };
        if let Some(fault) = address_fault(mail) {
            view.findings.insert(0, blocked("mail", fault));
            return Ok(judged(view));
        }

        let domain = domain_of(mail).to_lowercase();
        let shown = words::one_line(&domain);
        let known = self.archive.find_guests_by_name(mail).await?.into_iter().next();
        let (policy, facts) = self
            .known_person(form, &domain, known.as_ref(), &settings)
            .await?;
        let prediction = predict(&policy, &facts, now);

        view.existing_guest_id = known.as_ref().map(|guest| guest.id.to_string());
        let existing = known.as_ref().map(|guest| existing::finding(guest, now));
        let snapshot = self.archive.load_snapshot().await?;
        let mut findings: Vec<FindingView> = existing.into_iter().collect();
        findings.extend(path::findings(&prediction, &policy, &facts, &shown));
        if prediction.refusal != Some(Refusal::OwnDomain) {
            findings.extend(partner_trouble(&snapshot, &domain, now));
            findings.extend(lookalikes(
                &snapshot,
                &policy.verified_domains,
                mail,
                &domain,
                now,
            ));
        }
        findings.append(&mut view.findings);
        view.findings = findings;
        view.path = path::steps(&prediction, &shown);
        view.not_knowable = path::not_knowable(&prediction, &settings, &shown, now);
        Ok(judged(view))
    }
}

/// Sorts the findings and gives the verdict. Nothing is sent where one blocks, so no path follows.
fn judged(mut view: PreflightView) -> PreflightView {
    // Problems first; inside, as they were found.
    view.findings
        .sort_by_key(|finding| std::cmp::Reverse(severity(finding.verdict)));
    view.verdict = view
        .findings
        .first()
        .map_or(PreflightVerdict::Ready, |worst| worst.verdict);
    if view.verdict == PreflightVerdict::Blocked {
        view.path = Vec::new();
    }
    view
}

/// A cause that already stops several guests of the same domain would stop the next one too.
fn partner_trouble(snapshot: &GuestSnapshot, domain: &str, now: DateTime<Utc>) -> Option<FindingView> {
    let cohort = CohortFilter {
        domain: Some(domain.to_owned()),
        ..CohortFilter::default()
    };
    snapshot.clusters(&cohort, CLUSTER, now).first().map(|cluster| {
        let title = Reason::of(&cluster.reason, None).title();
        warning(
            "mail",
            format!(
                "{} of {} are stopped: {title}.",
                words::count(cluster.guests.len(), "guest"),
                words::one_line(domain)
            ),
        )
    })
}

/// What the address may be mistaken for.
fn lookalikes(
    snapshot: &GuestSnapshot,
    own: &[String],
    mail: &str,
    domain: &str,
    now: DateTime<Utc>,
) -> Vec<FindingView> {
    let facets = snapshot.facets(&CohortFilter::default(), now);
    let has_guests = facets.domains.iter().any(|facet| &*facet.value == domain);
    let known = facets
        .domains
        .iter()
        .filter(|facet| facet.guests >= KNOWN_DOMAIN)
        .map(|facet| &*facet.value)
        .chain(own.iter().map(String::as_str))
        .chain(facts::PERSONAL_DOMAINS);
    let mut findings = Vec::new();
    if let Some(text) = lookalike::looks_like(domain, known).filter(|_| !has_guests) {
        findings.push(warning("mail", text));
    }
    let local = mail.rsplit_once('@').map_or(mail, |(local, _)| local);
    if lookalike::is_shared(local) {
        let text = "Looks like a group or shared address: only a person can accept.";
        findings.push(warning("mail", text.to_owned()));
    }
    findings
}

fn severity(verdict: PreflightVerdict) -> u8 {
    match verdict {
        PreflightVerdict::Ready => 0,
        PreflightVerdict::Warning => 1,
        PreflightVerdict::Blocked => 2,
    }
}

fn finding(verdict: PreflightVerdict, field: &str, text: String) -> FindingView {
    FindingView {
        verdict,
        field: Some(field.to_owned()),
        text,
    }
}

fn blocked(field: &str, text: String) -> FindingView {
    finding(PreflightVerdict::Blocked, field, text)
}

fn warning(field: &str, text: String) -> FindingView {
    finding(PreflightVerdict::Warning, field, text)
}
