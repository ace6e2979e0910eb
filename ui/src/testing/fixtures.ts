import type {
  AppView,
  GuestDetailView,
  GuestFilter,
  GuestPage,
  GuestQuery,
  GuestView,
  PlanView,
  ReasonView,
  TimelineStageView,
} from "../ipc/bindings";
import { appView } from "./appFixtures";
import type { Handlers } from "./fake";

const reason = (key: string, title: string, code: number | null = null, interrupted = false): ReasonView => ({
  key,
  title,
  code,
  interrupted,
});

/** A guest who redeemed and then was disabled. */
export function guestView(more: Partial<GuestView> = {}): GuestView {
  return {
    id: "7f3c0a52-51d1-4c5e-9a77-0e6a5c02b3aa",
    mail: "tomas.herrera@northwind.example",
    displayName: "Tomás Herrera",
    userPrincipalName: "tomas.herrera_northwind.example#EXT#@contoso.onmicrosoft.com",
    invitationState: "accepted",
    stage: "redeemed",
    standing: "stopped",
    reason: reason("guestDisabled", "Guest account disabled in your tenant", 500571),
    invitedAt: "2026-10-12T08:14:00Z",
    expiresAt: null,
    identityProvider: "Entra ID",
    identityProviderPredicted: false,
    partner: "northwind.example",
    sponsors: ["Adele Vance"],
    lastSuccessfulSignInAt: null,
    accountEnabled: false,
    userType: "Guest",
    invitationStateChangedAt: "2026-10-13T06:06:00Z",
    creationType: "Invitation",
    companyName: "Northwind Traders",
    createdAt: "2026-10-12T08:14:00Z",
    lastInteractiveSignInAt: "2026-11-20T07:55:00Z",
    lastNonInteractiveSignInAt: null,
    inviter: "Adele Vance",
    sourceDomain: "northwind.example",
    deletedAt: null,
    atLeast: false,
    ...more,
  };
}

const pending = (
  name: string,
  mail: string,
  stage: GuestView["stage"],
  why: ReasonView,
  invitedAt: string,
  expiresAt: string,
  more: Partial<GuestView> = {},
): GuestView =>
  guestView({
    id: mail,
    displayName: name,
    mail,
    userPrincipalName: `${mail.replace("@", "_")}#EXT#@contoso.onmicrosoft.com`,
    invitationState: "pendingAcceptance",
    stage,
    standing: why.interrupted ? "open" : "stopped",
    reason: why,
    invitedAt,
    expiresAt,
    identityProviderPredicted: true,
    partner: mail.slice(mail.indexOf("@") + 1),
    sponsors: ["Megan Bowen"],
    accountEnabled: true,
    ...more,
  });

const inside = (name: string, mail: string, seen: string, more: Partial<GuestView> = {}): GuestView =>
  guestView({
    id: mail,
    displayName: name,
    mail,
    stage: "firstAccess",
    standing: "fine",
    reason: null,
    invitedAt: "2026-10-26T08:00:00Z",
    partner: mail.slice(mail.indexOf("@") + 1),
    lastSuccessfulSignInAt: seen,
    accountEnabled: true,
    ...more,
  });

const inbound = reason("inboundBlocked", "Your inbound settings forbid it", 500213);

export const people: ReadonlyArray<GuestView> = [
  guestView(),
  pending(
    "Ines Dahl",
    "ines.dahl@adatum.com",
    "invited",
    reason("unsubscribed", "Guest unsubscribed from your invitations"),
    "2026-11-11T09:00:00Z",
    "2027-02-09T09:00:00Z",
  ),
  pending(
    "Priya Raman",
    "priya.raman@litware.example",
    "attemptedSignIn",
    inbound,
    "2026-11-09T09:00:00Z",
    "2027-02-07T09:00:00Z",
  ),
  pending(
    "Jonas Weber",
    "jonas.weber@litware.example",
    "attemptedSignIn",
    inbound,
    "2026-11-09T09:00:00Z",
    "2027-02-07T09:00:00Z",
  ),
  pending(
    "Lucas Moreau",
    "lucas.moreau@fabrikam.com",
    "attemptedSignIn",
    reason("mfaNotCompleted", "MFA not completed", 500121),
    "2026-09-02T09:00:00Z",
    "2026-12-01T09:00:00Z",
    { sponsors: ["Alex Wilber", "Megan Bowen"], atLeast: true },
  ),
  inside("Kwame Mensah", "kwame.mensah@fabrikam.com", "2026-10-21T09:00:00Z", {
    standing: "stopped",
    reason: reason("newAccount", "New account at home (likely)"),
    invitedAt: "2026-09-03T09:00:00Z",
  }),
  pending(
    "Yuki Tanaka",
    "yuki.tanaka.design@gmail.com",
    "mailSent",
    reason("noAttempt", "No attempt seen for 6 days", null, true),
    "2026-11-17T09:00:00Z",
    "2027-02-15T09:00:00Z",
    { identityProvider: "Google" },
  ),
  pending(
    "Aoife Brennan",
    "aoife.brennan@northwind.example",
    "attemptedSignIn",
    reason("registration", "Must register a second factor", 50072, true),
    "2026-09-05T09:00:00Z",
    "2026-12-04T09:00:00Z",
  ),
  pending(
    "Marek Dvořák",
    "m.dvorak@litware.example",
    "mailSent",
    reason("noAttempt", "No attempt seen in 98 days", null, true),
    "2026-08-17T09:00:00Z",
    "2026-11-15T09:00:00Z",
    { identityProvider: "Passcode", sponsors: [] },
  ),
  inside("Elif Yılmaz", "elif.yilmaz@northwind.example", "2026-11-23T08:12:00Z"),
  inside("Hannah Cole", "hannah.cole.consulting@gmail.com", "2026-11-22T08:12:00Z", {
    identityProvider: "Google",
  }),
];

/** Guests enough to scroll through: the named ones first. */
export function manyGuests(count: number): GuestView[] {
  return Array.from({ length: count }, (_, index) => {
    const named = people[index];
    if (named) return named;
    const model = people[index % people.length] ?? guestView();
    return {
      ...model,
      id: `guest-${index}`,
      displayName: `Guest ${index}`,
      mail: `guest.${index}@${model.partner}`,
    };
  });
}

/** Pages through `all` by cursor, as the archive does. */
export function pageOf(all: ReadonlyArray<GuestView>, query: GuestQuery, total = all.length): GuestPage {
  const start = Number(query.after ?? 0);
  const limit = query.limit ?? 100;
  const end = Math.min(all.length, start + limit);
  return {
    items: all.slice(start, end),
    next: end < all.length ? String(end) : null,
    matching: all.length,
    total,
    atLeast: true,
  };
}

const stage = (
  name: TimelineStageView["stage"],
  standing: TimelineStageView["standing"],
  at: string | null,
  since: number | null,
  evidence: TimelineStageView["evidence"] = [],
): TimelineStageView => ({
  stage: name,
  standing,
  at,
  secondsSincePrevious: since,
  inferred: false,
  evidence,
});

const row = (at: string, text: string, source: "audit" | "signIn" | "ledger", times = 1) => ({
  at,
  text,
  source,
  row: `${source}:${at}`,
  times,
});

/** Everything about the disabled guest. */
export function guestDetail(more: Partial<GuestDetailView> = {}): GuestDetailView {
  const guest = more.guest ?? guestView();
  const admin = "User Administrator. You have it.";
  return {
    guest,
    cause: {
      key: "guestDisabled",
      title: "Guest account disabled in your tenant",
      code: 500571,
      confidence: "certain",
      explanation:
        "Redeemed on 13 Oct. Access review “Q4 external guests” blocked the account on 14 Nov, before the first access. 4 attempts since. Resending would not help.",
      remedy: "Unblock sign-in.",
      textForGuest:
        "Your account in our tenant was switched off by mistake. It works again. Please try once more.",
      cure: "unblockSignIn",
      setting: null,
      canBeUndone: true,
      resendHelps: false,
      interrupted: false,
    },
    actions: [
      {
        verb: "resendInvitation",
        label: "Resend invitation",
        enabled: false,
        disabledReason: "Already accepted. Resending does not help: the account is disabled.",
        permission: "User.Invite.All",
      },
      {
        verb: "resetRedemption",
        label: "Reset redemption status",
        enabled: true,
        disabledReason: null,
        permission: admin,
      },
      {
        verb: "copyDirectLink",
        label: "Copy direct link",
        enabled: true,
        disabledReason: null,
        permission: null,
      },
      {
        verb: "revokeInvitation",
        label: "Revoke invitation (deletes the guest)",
        enabled: true,
        disabledReason: null,
        permission: admin,
      },
      {
        verb: "blockSignIn",
        label: "Block sign-in",
        enabled: false,
        disabledReason: "Sign-in is blocked already.",
        permission: admin,
      },
      {
        verb: "unblockSignIn",
        label: "Unblock sign-in",
        enabled: true,
        disabledReason: null,
        permission: admin,
      },
    ],
    timeline: [
      stage("invited", "done", "2026-10-12T08:14:00Z", null, [
        row("2026-10-12T08:14:00Z", "Invite external user, by Adele Vance", "audit"),
      ]),
      stage("mailSent", "done", "2026-10-12T08:14:20Z", 20, [
        row("2026-10-12T08:14:20Z", "Accepted by the service. No delivery receipt exists", "ledger"),
      ]),
      stage("attemptedSignIn", "done", "2026-10-13T07:02:00Z", 82_080, [
        row("2026-10-13T07:02:00Z", "Interrupted 50058, not signed in yet", "signIn"),
      ]),
      stage("requirementsMet", "done", "2026-10-13T07:05:00Z", 180, [
        row("2026-10-13T07:04:00Z", "Interrupted 50072, registered a second factor", "signIn"),
        row("2026-10-13T07:05:00Z", "Accept Terms Of Use, Contoso guest terms", "audit"),
      ]),
      stage("redeemed", "done", "2026-10-13T07:06:00Z", 60, [
        row("2026-10-13T07:06:00Z", "Redeem external user invite, source Entra ID", "audit", 2),
      ]),
      stage("firstAccess", "stopped", null, null, [
        row("2026-11-14T01:00:00Z", "Disable account, by Access Reviews", "audit"),
        row("2026-11-16T13:31:00Z", "Failure 500571, SharePoint Online", "signIn"),
        row("2026-11-20T07:55:00Z", "Failure 500571, My Apps", "signIn", 3),
      ]),
    ],
    notInLogs: ["Opening the mail or the link.", "Sign-in errors at northwind.example itself."],
    properties: [
      { label: "Display name", property: "displayName", value: guest.displayName, identifier: false },
      { label: "Object ID", property: "id", value: guest.id, identifier: true },
      {
        label: "User principal name",
        property: "userPrincipalName",
        value: guest.userPrincipalName,
        identifier: true,
      },
      { label: "Company name", property: "companyName", value: null, identifier: false },
    ],
    sponsors: [{ id: "a1", name: "Adele Vance" }],
    readAt: "2026-11-23T10:20:00Z",
    ...more,
  };
}

/** The plan to unblock. */
export const unblockPlan: PlanView = {
  verb: "unblockSignIn",
  guestId: guestView().id,
  guestName: "Tomás Herrera",
  title: "Unblock sign-in",
  effect: "Tomás Herrera can sign in from now on.",
  undo: "Can be undone: Block sign-in.",
  permission: "User.EnableDisableAccount.All, User Administrator. You have it.",
  basis: "basis-1",
};

const wants = (guest: GuestView, filter: GuestFilter): boolean => {
  const text = `${guest.displayName} ${guest.mail} ${guest.userPrincipalName} ${guest.id}`.toLowerCase();
  if (filter.search && !text.includes(filter.search.toLowerCase())) return false;
  if (filter.partner && guest.partner !== filter.partner) return false;
  if (filter.standing && guest.standing !== filter.standing) return false;
  if (filter.reason && guest.reason?.key !== filter.reason) return false;
  if (filter.invitationState && guest.invitationState !== filter.invitationState) return false;
  return (guest.deletedAt !== null) === (filter.deleted ?? false);
};

/** A tenant that answers: the frame, the guests, one action. */
export function guestHandlers(all: ReadonlyArray<GuestView> = people, app: AppView = appView()): Handlers {
  return {
    get_app: () => app,
    list_guests: ({ query }) => {
      const asked = query as GuestQuery;
      return pageOf(
        all.filter((guest) => wants(guest, asked.filter ?? {})),
        asked,
        all.length,
      );
    },
    get_guest: ({ id }) => guestDetail({ guest: all.find((guest) => guest.id === id) ?? guestView() }),
    get_raw_row: () => ({ json: '{\n  "status": { "errorCode": 500571 }\n}' }),
    get_coverage: () => ({
      days: [],
      incompleteSignInDays: 29,
      incompleteAuditDays: 14,
      fetchableDays: 5,
      totalDays: 91,
    }),
    show_call: () => ({
      graph: "GET https://graph.microsoft.com/v1.0/users?$filter=userType eq 'Guest'",
      powerShell: "Get-MgUser -All -Filter \"userType eq 'Guest'\"",
      cli: "usherctl guests --json",
    }),
    get_overview: () => ({ choices: { partners: [], inviters: [], identityProviders: [], reasons: [] } }),
    plan_action: ({ verb, guestId }) => ({ ...unblockPlan, verb, guestId }),
    apply_plan: ({ plan }) => ({
      verb: (plan as PlanView).verb,
      guestId: (plan as PlanView).guestId,
      result: "done",
      message: "Tomás Herrera can sign in again",
      undo: "blockSignIn",
      problem: null,
    }),
    copy_text: () => null,
    copy_direct_link: () => null,
    export_guests: () => ({ path: "Downloads/guests.csv", rows: all.length }),
    start_sync: () => null,
    sign_in: () => null,
    open_tenant: () => null,
  };
}
