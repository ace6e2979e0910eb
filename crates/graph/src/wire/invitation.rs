//! `invitation` ("invitation resource type", v1.0). It is written and never read again: the guest is what
//! lasts.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::user::UserId;

/// An invitation to send: a first one, the same again (a resend), or a reset of a redemption.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The address invited.
    pub mail: String,
    /// Where the guest arrives after redeeming.
    pub redirect_url: Url,
    /// The name the guest gets.
    pub display_name: Option<String>,
    /// Whether Microsoft sends the mail. If not, the link has to be handed over.
    pub sends_mail: bool,
    /// What the mail says beside Microsoft's own text.
    pub message: Option<InvitationMessage>,
    /// Users who vouch for the guest; the inviter does where there are none. At most five.
    pub sponsors: Vec<UserId>,
    /// The guest whose redemption is reset: the same object and access, redeemed again.
    pub reset_of: Option<UserId>,
}

/// What an invitation mail says.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct InvitationMessage {
    /// The person's own words, plain text. The language counts for nothing beside them.
    pub body: Option<String>,
    /// The language of Microsoft's text, such as `de-DE`; `en-US` where it is `None`.
    pub language: Option<String>,
    /// One more recipient. Graph takes no second.
    pub cc: Option<String>,
}

impl fmt::Debug for NewInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewInvitation")
            .field("sends_mail", &self.sends_mail)
            .field("reset_of", &self.reset_of)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for InvitationMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationMessage").finish_non_exhaustive()
    }
}

impl NewInvitation {
    pub(crate) fn to_json(&self) -> String {
        let mut body = json!({
            "invitedUserEmailAddress": self.mail,
            "inviteRedirectUrl": self.redirect_url,
            "sendInvitationMessage": self.sends_mail,
        });
        if let Some(name) = &self.display_name {
            body["invitedUserDisplayName"] = json!(name);
        }
        if let Some(message) = &self.message {
            body["invitedUserMessageInfo"] = message.to_json();
        }
        if !self.sponsors.is_empty() {
            let sponsor = |id: &UserId| json!({ "@odata.type": "#microsoft.graph.user", "id": id });
            body["invitedUserSponsors"] = self.sponsors.iter().map(sponsor).collect::<Value>();
        }
        if let Some(guest) = self.reset_of {
            body["resetRedemption"] = json!(true);
            body["invitedUser"] = json!({ "id": guest });
        }

        body.to_string()
    }
}

impl InvitationMessage {
    fn to_json(&self) -> Value {
        let mut message = json!({});
        if let Some(body) = &self.body {
            message["customizedMessageBody"] = json!(body);
        }
        if let Some(language) = &self.language {
            message["messageLanguage"] = json!(language);
        }
        if let Some(mail) = &self.cc {
            message["ccRecipients"] = json!([{ "emailAddress": { "address": mail } }]);
        }

        message
    }
}

/// The link of an invitation. Whoever has it can redeem: it is shown when asked for and never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RedeemUrl(String);

impl RedeemUrl {
    /// Returns the link.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RedeemUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedeemUrl(..)")
    }
}

/// What became of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphInvitation {
    /// Names the invitation; it is not the guest's object id.
    pub id: String,
    /// The link.
    pub invite_redeem_url: Option<RedeemUrl>,
    /// `PendingAcceptance`, `Completed`, `InProgress`, `Error`.
    pub status: Option<String>,
    /// The guest.
    pub invited_user: Option<GraphInvitedUser>,
    /// Whether Microsoft sends the mail.
    #[serde(default)]
    pub send_invitation_message: bool,
}

/// The guest of an invitation: the id and nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GraphInvitedUser {
    /// The object id.
    pub id: UserId,
}

impl GraphInvitation {
    /// Returns the guest's object id.
    pub fn guest(&self) -> Option<UserId> {
        self.invited_user.as_ref().map(|user| user.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> NewInvitation {
        NewInvitation {
            mail: "adele@fabrikam.com".to_owned(),
            redirect_url: Url::parse("https://myapplications.microsoft.com/?tenantid=t").unwrap(),
            display_name: None,
            sends_mail: true,
            message: None,
            sponsors: Vec::new(),
            reset_of: None,
        }
    }

    #[test]
    fn what_is_not_wanted_is_not_sent() {
        let sent: Value = serde_json::from_str(&invitation().to_json()).unwrap();

        assert_eq!(
            sent,
            json!({
                "invitedUserEmailAddress": "adele@fabrikam.com",
                "inviteRedirectUrl": "https://myapplications.microsoft.com/?tenantid=t",
                "sendInvitationMessage": true,
            })
        );
    }

    #[test]
    fn everything_has_its_place_on_the_wire() {
        let id = UserId::parse("cbb896f9-0000-4000-8000-000000000000").unwrap();
        let full = NewInvitation {
            display_name: Some("Adele \u{202e}V <b>".to_owned()),
            message: Some(InvitationMessage {
                body: Some("Welcome".to_owned()),
                language: Some("de-DE".to_owned()),
                cc: Some("pm@contoso.com".to_owned()),
            }),
            sponsors: vec![id],
            reset_of: Some(id),
            ..invitation()
        };
        let sent: Value = serde_json::from_str(&full.to_json()).unwrap();

        assert_eq!(sent["invitedUserDisplayName"], "Adele \u{202e}V <b>");
        assert_eq!(
            sent["invitedUserMessageInfo"]["ccRecipients"][0]["emailAddress"]["address"],
            "pm@contoso.com"
        );
        assert_eq!(sent["invitedUserSponsors"][0]["id"], id.to_string());
        assert_eq!(
            (&sent["resetRedemption"], &sent["invitedUser"]["id"]),
            (&json!(true), &json!(id))
        );
        assert!(!format!("{full:?}").contains("fabrikam"));
    }

    #[test]
    fn the_link_is_read_and_never_printed() {
        let answer: GraphInvitation = serde_json::from_str(
            r#"{"id":"i","inviteRedeemUrl":"https://login.example/redeem?ticket=secret","status":"PendingAcceptance",
                "invitedUserMessageInfo":{"ccRecipients":[{"emailAddress":{"name":null,"address":null}}]},
                "invitedUser":{"id":"cbb896f9-0000-4000-8000-000000000000"}}"#,
        )
        .unwrap();

        assert!(
            answer
                .invite_redeem_url
                .as_ref()
                .unwrap()
                .expose()
                .contains("secret")
        );
        assert!(!format!("{answer:?}").contains("secret"));
        assert!(answer.guest().is_some());
    }
}
