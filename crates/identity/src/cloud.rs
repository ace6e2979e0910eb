//! The clouds Usher talks to. The sandbox and Microsoft's clouds differ by their endpoints alone.

use url::{Host, Url};

use crate::{Scope, Tenant};

/// Which cloud a tenant lives in. Tokens of one cloud are worth nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CloudKind {
    /// Microsoft's global cloud, GCC included.
    Commercial,
    /// US Government L4 (GCC High).
    UsGovL4,
    /// US Government L5 (DoD).
    UsGovL5,
    /// China, operated by 21Vianet.
    China,
    /// The sandbox tenant on this computer.
    Sandbox,
}

impl CloudKind {
    /// Microsoft's clouds, in the order the sign-in screen lists them.
    pub const MICROSOFT: [Self; 4] = [Self::Commercial, Self::UsGovL4, Self::UsGovL5, Self::China];

    /// Returns the cloud's name as the sign-in screen shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commercial => "Commercial (global)",
            Self::UsGovL4 => "US Government L4",
            Self::UsGovL5 => "US Government DoD L5",
            Self::China => "China operated by 21Vianet",
            Self::Sandbox => "Sandbox tenant",
        }
    }
}

/// The version of Microsoft Graph a request addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphVersion {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

impl GraphVersion {
    fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// Why two URLs do not make a sandbox cloud.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// The sandbox lives on this computer only; anything else would get tokens it must not see.
    #[error("the sandbox address is not on this computer (loopback)")]
    NotLoopback,
    /// Not an http or https address.
    #[error("the sandbox address is not an http or https address")]
    NotHttp,
}

/// The endpoints of one cloud ("National cloud deployments" in Microsoft's Graph documentation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    kind: CloudKind,
    login: Url,
    graph: Url,
    resource: &'static str,
}

impl Cloud {
    /// Microsoft's cloud of the given kind; `None` for the sandbox, whose address is not known beforehand.
    pub fn microsoft(kind: CloudKind) -> Option<Self> {
        match kind {
            CloudKind::Commercial => Some(Self::commercial()),
            CloudKind::UsGovL4 => Some(Self::us_gov_l4()),
            CloudKind::UsGovL5 => Some(Self::us_gov_l5()),
            CloudKind::China => Some(Self::china()),
            CloudKind::Sandbox => None,
        }
    }

    /// Microsoft's global cloud.
    pub fn commercial() -> Self {
        Self::known(
            CloudKind::Commercial,
            "https://login.microsoftonline.com",
            "https://graph.microsoft.com",
        )
    }

    /// US Government L4 (GCC High).
    pub fn us_gov_l4() -> Self {
        Self::known(
            CloudKind::UsGovL4,
            "https://login.microsoftonline.us",
            "https://graph.microsoft.us",
        )
    }

    /// US Government L5 (DoD).
    pub fn us_gov_l5() -> Self {
        Self::known(
            CloudKind::UsGovL5,
            "https://login.microsoftonline.us",
            "https://dod-graph.microsoft.us",
        )
    }

    /// China, operated by 21Vianet.
    pub fn china() -> Self {
        Self::known(
            CloudKind::China,
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn",
        )
    }

    /// The sandbox tenant at `login` (without tenant) and `graph` (without version), both on loopback.
    pub fn sandbox(login: &Url, graph: &Url) -> Result<Self, CloudError> {
        for url in [login, graph] {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(CloudError::NotHttp);
            }
            if !is_loopback(url) {
                return Err(CloudError::NotLoopback);
            }
        }

        Ok(Self {
            kind: CloudKind::Sandbox,
            login: login.clone(),
            graph: graph.clone(),
            resource: "https://graph.microsoft.com",
        })
    }

    fn known(kind: CloudKind, login: &'static str, graph: &'static str) -> Self {
        let parse = |text| Url::parse(text).expect("the endpoints in this file are URLs");

        Self {
            kind,
            login: parse(login),
            graph: parse(graph),
            resource: graph,
        }
    }

    /// Returns which cloud this is.
    pub fn kind(&self) -> CloudKind {
        self.kind
    }

    /// Says whether this is the sandbox tenant.
    pub fn is_sandbox(&self) -> bool {
        self.kind == CloudKind::Sandbox
    }

    /// The sign-in host, without tenant.
    pub fn login(&self) -> &Url {
        &self.login
    }

    /// The Graph host, without version.
    pub fn graph(&self) -> &Url {
        &self.graph
    }

    /// Returns the Graph address of `segments`; each segment is percent-encoded (`#` of a guest's name too).
    pub fn graph_url(&self, version: GraphVersion, segments: &[&str]) -> Url {
        extend(
            &self.graph,
            std::iter::once(version.segment()).chain(segments.iter().copied()),
        )
    }

    /// Returns the authorize endpoint of `tenant`.
    pub fn authorize_url(&self, tenant: &Tenant) -> Url {
        extend(&self.login, [tenant.as_str(), "oauth2", "v2.0", "authorize"])
    }

    /// Returns the token endpoint of `tenant`.
    pub fn token_url(&self, tenant: &Tenant) -> Url {
        extend(&self.login, [tenant.as_str(), "oauth2", "v2.0", "token"])
    }

    /// Returns the OpenID Connect discovery document of `tenant`.
    pub fn discovery_url(&self, tenant: &Tenant) -> Url {
        extend(
            &self.login,
            [tenant.as_str(), "v2.0", ".well-known", "openid-configuration"],
        )
    }

    /// Returns the scope as it stands in a token request: the Graph host of the cloud before the name.
    pub fn scope(&self, scope: Scope) -> String {
        format!("{}/{}", self.resource, scope.name())
    }

    /// Returns the scope that means "everything already granted".
    pub fn default_scope(&self) -> String {
        format!("{}/.default", self.resource)
    }

    /// Says whether `url` belongs to the cloud's sign-in side: discovery must not lead anywhere else.
    pub(crate) fn trusts_login(&self, url: &Url) -> bool {
        if self.is_sandbox() {
            is_loopback(url)
        } else {
            url.origin() == self.login.origin()
        }
    }
}

/// Says whether the address is on this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn extend<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }

    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn every_microsoft_cloud_has_https_endpoints_and_its_own_scope_prefix() {
        for kind in CloudKind::MICROSOFT {
            let cloud = Cloud::microsoft(kind).unwrap();
            let tenant = Tenant::organizations();

            assert_eq!(cloud.kind(), kind);
            assert_eq!(cloud.token_url(&tenant).scheme(), "https");
            assert!(
                cloud
                    .token_url(&tenant)
                    .path()
                    .ends_with("/organizations/oauth2/v2.0/token")
            );
            assert_eq!(
                cloud.scope(Scope::UserReadAll),
                format!("https://{}/User.Read.All", cloud.graph().host_str().unwrap())
            );
        }
        assert_eq!(Cloud::microsoft(CloudKind::Sandbox), None);
    }

    #[test]
    fn the_sandbox_keeps_its_path_and_must_be_on_this_computer() {
        let cloud = Cloud::sandbox(
            &url("http://127.0.0.1:4000/login"),
            &url("http://127.0.0.1:4000/graph/"),
        )
        .unwrap();
        let tenant = Tenant::parse("contoso.com").unwrap();

        assert_eq!(
            cloud.authorize_url(&tenant).as_str(),
            "http://127.0.0.1:4000/login/contoso.com/oauth2/v2.0/authorize"
        );
        assert_eq!(
            cloud
                .graph_url(GraphVersion::V1, &["users", "ada_fabrikam.com#EXT#@contoso.com"])
                .as_str(),
            "http://127.0.0.1:4000/graph/v1.0/users/ada_fabrikam.com%23EXT%23@contoso.com"
        );
        for elsewhere in [
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "https://login.microsoftonline.com",
        ] {
            assert_eq!(
                Cloud::sandbox(&url("http://localhost:1"), &url(elsewhere)),
                Err(CloudError::NotLoopback),
                "{elsewhere}"
            );
        }
        assert_eq!(
            Cloud::sandbox(&url("file:///etc/passwd"), &url("http://localhost")),
            Err(CloudError::NotHttp)
        );
    }
}
