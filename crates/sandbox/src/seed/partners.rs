//! The organisations the guests come from. All of them are fictional; the mail providers stand for any.

use rand::Rng;
use sha2::{Digest as _, Sha256};

use crate::world::{Partner, RedeemSource, TenantId};

/// How people of a partner sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignsIn {
    /// With a work account of their own Entra tenant.
    Entra,
    /// With the partner's own SAML provider.
    Federated,
    /// With a Microsoft account.
    MicrosoftAccount,
    /// With a code that is mailed to them.
    Passcode,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartnerRow {
    pub(super) domain: &'static str,
    pub(super) name: &'static str,
    pub(super) signs_in: SignsIn,
    weight: u32,
}

const fn row(domain: &'static str, name: &'static str, signs_in: SignsIn, weight: u32) -> PartnerRow {
    PartnerRow {
        domain,
        name,
        signs_in,
        weight,
    }
}

/// Where the inbound settings of the tenant let nobody in.
pub(super) const BLOCKED_INBOUND: &str = "litware.example";
/// The domain that went onto the deny list while people of it were still pending.
pub(super) const DENIED_DOMAIN: &str = "tailspintoys.example";

pub(super) const PARTNERS: &[PartnerRow] = &[
    row("fabrikam.com", "Fabrikam", SignsIn::Entra, 19),
    row("northwind.example", "Northwind Traders", SignsIn::Entra, 17),
    row("adatum.com", "A. Datum", SignsIn::Entra, 12),
    row(BLOCKED_INBOUND, "Litware", SignsIn::Entra, 6),
    row("proseware.example", "Proseware", SignsIn::Entra, 7),
    row("wingtiptoys.example", "Wingtip Toys", SignsIn::Entra, 6),
    row("trey-research.example", "Trey Research", SignsIn::Entra, 3),
    row("woodgrove.example", "Woodgrove Bank", SignsIn::Federated, 5),
    row("lucerne.example", "Lucerne Publishing", SignsIn::Passcode, 4),
    row("alpineski.example", "Alpine Ski House", SignsIn::Passcode, 3),
    row(DENIED_DOMAIN, "Tailspin Toys", SignsIn::Entra, 1),
    row("vanarsdel.example", "VanArsdel", SignsIn::Entra, 3),
    row("gmail.com", "Gmail", SignsIn::Passcode, 8),
    row("outlook.com", "Outlook.com", SignsIn::MicrosoftAccount, 6),
];

impl PartnerRow {
    /// The partner with this domain; the first of the table where there is none.
    pub(super) fn named(domain: &str) -> &'static Self {
        PARTNERS
            .iter()
            .find(|partner| partner.domain == domain)
            .unwrap_or(&PARTNERS[0])
    }

    /// Any partner, the big ones more often. The two that let nobody in come up only by name.
    pub(super) fn draw(chance: &mut impl Rng) -> &'static Self {
        let open = || {
            PARTNERS
                .iter()
                .filter(|partner| ![BLOCKED_INBOUND, DENIED_DOMAIN].contains(&partner.domain))
        };
        let mut left = chance.random_range(0..open().map(|partner| partner.weight).sum());
        for partner in open() {
            if left < partner.weight {
                return partner;
            }
            left -= partner.weight;
        }
        &PARTNERS[0]
    }

    /// The partner's Entra tenant, always the same for one domain.
    pub(super) fn tenant(&self) -> Option<TenantId> {
        (self.signs_in == SignsIn::Entra).then(|| {
            let digest = Sha256::digest(self.domain.as_bytes());
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&digest[..16]);
            TenantId(uuid::Builder::from_random_bytes(bytes).into_uuid())
        })
    }

    pub(super) fn source(&self) -> RedeemSource {
        match self.signs_in {
            SignsIn::Entra => RedeemSource::EntraId,
            SignsIn::Federated => {
                RedeemSource::ExternalFederation(format!("https://idp.{}/adfs/services/trust", self.domain))
            }
            SignsIn::MicrosoftAccount => RedeemSource::MicrosoftAccount,
            SignsIn::Passcode => RedeemSource::OneTimePasscode,
        }
    }

    pub(super) fn to_partner(self) -> Partner {
        Partner {
            domain: self.domain.to_owned(),
            name: self.name.to_owned(),
            tenant: self.tenant(),
        }
    }
}
