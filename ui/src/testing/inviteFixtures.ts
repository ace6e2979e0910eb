import type { InviteForm, PreflightView } from "../ipc/bindings";
import type { Handlers } from "./fake";

/** What a pre-flight finds about an address, as the rule book would. */
function preflight(form: InviteForm): PreflightView {
  const mail = form.mail ?? "";
  const settingsReadAt = "2026-11-22T18:02:00Z";
  const partner = "What the partner's own settings forbid.";
  const path = ["Entra ID sign-in", "Review permissions", "MFA in your tenant", "Terms of use"];
  if (mail.endsWith("@contoso.com")) {
    const text = "The address belongs to your own tenant. Invite an address of another organization.";
    return {
      verdict: "blocked",
      findings: [{ verdict: "blocked", field: "mail", text }],
      existingGuestId: null,
      path: [],
      notKnowable: [],
      settingsReadAt,
    };
  }
  if (mail === "priya.raman@litware.example") {
    const text = "Already in the directory, pending: this resends the invitation.";
    const stops = ["Entra ID sign-in", "Stops: AADSTS500213"];
    return {
      verdict: "warning",
      findings: [{ verdict: "warning", field: "mail", text }],
      existingGuestId: mail,
      path: stops,
      notKnowable: [partner],
      settingsReadAt,
    };
  }
  return {
    verdict: "ready",
    findings: [],
    existingGuestId: null,
    path,
    notKnowable: [partner],
    settingsReadAt,
  };
}

export const handlers: Handlers = {
  check_invitation: ({ form }) => preflight(form as InviteForm),
  invite_guest: ({ form }) => ({
    guestId: "new-guest",
    mail: (form as InviteForm).mail,
    invitedAt: "2026-11-23T10:24:00Z",
    expiresAt: "2027-02-21T10:24:00Z",
    mailRequested: (form as InviteForm).sendMessage !== false,
    existed: false,
  }),
};
