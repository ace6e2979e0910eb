import type {
  AttentionView,
  Count,
  CoverageDayView,
  CoverageState,
  CoverageView,
  FunnelStageView,
  LostView,
  OverviewView,
  ReasonCountView,
  ReasonView,
  StageView,
  WeekView,
} from "../ipc/bindings";
import type { Handlers } from "./fake";

/** An Overview as a tenant of two thousand guests has it, with gaps in the logs. For tests and the harness only. */

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse("2026-08-24T00:00:00Z");

const exactly = (value: number): Count => ({ value, atLeast: false });
const atLeast = (value: number): Count => ({ value, atLeast: true });
const day = (offset: number) => new Date(FIRST_DAY + offset * DAY_MS).toISOString().slice(0, 10);

export const reason = (key: string, title: string, code: number | null = null): ReasonView => ({
  key,
  title,
  code,
  interrupted: false,
});

const reasons = {
  mfa: reason("mfaNotCompleted", "MFA not completed", 50074),
  conditionalAccess: reason("conditionalAccess", "Blocked by Conditional Access", 53003),
  inbound: reason("inboundBlock", "Your inbound settings forbid it", 500213),
  unsubscribed: reason("unsubscribed", "Guest unsubscribed from your invitations"),
  disabled: reason("accountDisabled", "Guest account disabled in your tenant", 50057),
  notAssigned: reason("notAssigned", "Not assigned to the application", 50105),
  domain: reason("domainBlocked", "Domain was blocked after the invitation", 500571),
  newAccount: reason("newAccountAtHome", "Person got a new account at home"),
  wrongAccount: reason("wrongAccount", "Wrong account", 50020),
  mail: { key: "mailNotArrived", title: "Mail did not arrive (likely)", code: null, interrupted: true },
};

const lost = (key: string | null, title: string, guests: number): LostView => ({ key, title, guests });

function stage(
  name: StageView,
  guests: Count,
  conversion: number | null,
  medianSeconds: number | null,
  lostGuests: number | null,
  lostReasons: LostView[],
): FunnelStageView {
  return { stage: name, guests, conversion, medianSeconds, lost: lostGuests, lostReasons };
}

const reasonCount = (view: ReasonView, stopsBefore: StageView, guests: number): ReasonCountView => ({
  reason: view,
  stopsBefore,
  guests: exactly(guests),
  resendHelps: view.key === "unsubscribed",
});

const weeks: WeekView[] = [
  [41, 30],
  [38, 27],
  [52, 35],
  [47, 36],
  [33, 28],
  [58, 34],
  [49, 38],
  [44, 33],
  [61, 39],
  [112, 58],
  [38, 37],
  [36, 17],
  [33, 9],
].map(([invited = 0, redeemed = 0], index) => ({
  start: day(index * 7),
  invited,
  redeemed,
  largestBulk: index === 9 ? 78 : null,
}));

function stateOf(log: "audit" | "signIn", offset: number): CoverageState {
  if (offset < (log === "audit" ? 16 : 23)) return "gone";
  if (offset === 90) return "partial";
  if (log === "signIn" && (offset === 66 || offset === 67)) return "missing";
  if (log === "signIn" && offset >= 82 && offset <= 84) return "partial";
  return "complete";
}

const coverageDays: CoverageDayView[] = (["audit", "signIn"] as const).flatMap((log) =>
  Array.from({ length: 91 }, (_, offset): CoverageDayView => {
    const state = stateOf(log, offset);
    const rows =
      state === "missing" || state === "gone" ? 0 : (log === "audit" ? 420 : 1180) + ((offset * 37) % 90);
    return { log, day: day(offset), state, rows };
  }),
);

const coverage: CoverageView = {
  days: coverageDays,
  incompleteSignInDays: 29,
  incompleteAuditDays: 17,
  fetchableDays: 5,
  totalDays: 91,
};

const attention = (
  name: string | null,
  partner: string,
  since: string,
  view: ReasonView,
  cure: AttentionView["cure"],
  cureLabel: string,
): AttentionView => ({
  guestId: name === null ? null : `guest-${name.split(" ")[0]?.toLowerCase()}`,
  name,
  partner,
  guests: name === null ? 14 : 1,
  since,
  reason: view,
  cure,
  setting: null,
  cureLabel,
});

export const overviewAnswer: OverviewView = {
  cards: [
    { kind: "total", count: exactly(2140), note: "+38 in 30 days" },
    { kind: "active", count: exactly(1104), note: "signed in, last 30 days" },
    { kind: "pending", count: exactly(318), note: "median age 11 days" },
    { kind: "expiring", count: exactly(46), note: "90-day link deadline" },
    { kind: "expired", count: exactly(71), note: "resend or revoke" },
    { kind: "blocked", count: exactly(97), note: "23 new this week" },
    { kind: "inactive", count: exactly(286), note: "no sign-in for 90 days" },
    { kind: "neverSignedIn", count: exactly(133), note: "accepted, none seen" },
  ],
  funnel: {
    from: "2026-08-24T00:00:00Z",
    to: "2026-11-23T10:24:00Z",
    stages: [
      stage("invited", exactly(642), null, null, null, []),
      stage("mailSent", exactly(617), 617 / 642, 20, 25, [
        lost("linkHandedOver", "link handed over", 12),
        lost("unsubscribed", "unsubscribed", 13),
      ]),
      stage("attemptedSignIn", atLeast(498), 498 / 617, 120_960, 119, [
        lost("noAttempt", "under 7 days old", 64),
        lost("noAttemptOlder", "older", 55),
      ]),
      stage("requirementsMet", atLeast(437), 437 / 498, 360, 61, [
        lost("mfaNotCompleted", "MFA not completed", 24),
        lost("conditionalAccess", "Conditional Access", 19),
        lost(null, "inbound, identity", 18),
      ]),
      stage("redeemed", exactly(421), 421 / 437, 120, 16, [
        lost("leftOpen", "at Review permissions", 10),
        lost("domainBlocked", "domain blocked later", 6),
      ]),
      stage("firstAccess", atLeast(388), 388 / 421, 11_160, 33, [
        lost("noSignIn", "no sign-in seen", 16),
        lost("accountDisabled", "sign-in blocked", 9),
        lost("notAssigned", "app not assigned", 8),
      ]),
    ],
  },
  reasons: [
    reasonCount(reasons.mfa, "requirementsMet", 24),
    reasonCount(reasons.conditionalAccess, "requirementsMet", 19),
    reasonCount(reasons.inbound, "requirementsMet", 14),
    reasonCount(reasons.unsubscribed, "mailSent", 13),
    reasonCount(reasons.disabled, "firstAccess", 9),
    reasonCount(reasons.notAssigned, "firstAccess", 8),
    reasonCount(reasons.domain, "redeemed", 6),
    reasonCount(reasons.newAccount, "requirementsMet", 2),
    reasonCount(reasons.wrongAccount, "requirementsMet", 1),
    reasonCount(reason("riskyUser", "Risk at sign-in", 53004), "requirementsMet", 1),
  ],
  stopped: exactly(97),
  weeks,
  coverage,
  attention: [
    attention(null, "litware.example", "2026-11-09T08:00:00Z", reasons.inbound, null, "Open setting"),
    attention(
      "Ines Dahl",
      "adatum.com",
      "2026-11-11T08:00:00Z",
      reasons.unsubscribed,
      "copyDirectLink",
      "Copy direct link",
    ),
    attention(
      "Tomás Herrera",
      "northwind.example",
      "2026-11-14T08:00:00Z",
      reasons.disabled,
      "unblockSignIn",
      "Unblock sign-in",
    ),
    attention(
      "Yuki Tanaka",
      "gmail.com",
      "2026-11-17T08:00:00Z",
      reasons.mail,
      "resendInvitation",
      "Resend invitation",
    ),
    attention(
      "Sofia Lindqvist",
      "adatum.com",
      "2026-11-18T08:00:00Z",
      reasons.notAssigned,
      null,
      "See what to do",
    ),
    attention(
      "Kwame Mensah",
      "fabrikam.com",
      "2026-11-21T08:00:00Z",
      reasons.newAccount,
      "resetRedemption",
      "Reset redemption",
    ),
  ],
  attentionTotal: 97,
  choices: {
    partners: [
      { value: "fabrikam.com", label: "fabrikam.com", guests: 412, code: null },
      { value: "litware.example", label: "litware.example", guests: 205, code: null },
      { value: "gmail.com", label: "gmail.com", guests: 96, code: null },
    ],
    inviters: [
      { value: "inviter-adele", label: "Adele Vance", guests: 911, code: null },
      { value: "inviter-megan", label: "Megan Bowen", guests: 540, code: null },
    ],
    identityProviders: [
      { value: "Entra ID", label: "Entra ID", guests: 1690, code: null },
      { value: "Google", label: "Google", guests: 120, code: null },
    ],
    reasons: [{ value: "mfaNotCompleted", label: "MFA not completed", guests: 24, code: 500121 }],
  },
};

/** The same tenant without a P1 licence: what rests on sign-in logs is not known. */
export const overviewWithoutPremium: OverviewView = {
  ...overviewAnswer,
  cards: overviewAnswer.cards.map((card) =>
    card.kind === "active" || card.kind === "inactive" || card.kind === "neverSignedIn"
      ? { ...card, count: null, note: "needs sign-in logs, P1" }
      : card,
  ),
  funnel: {
    ...overviewAnswer.funnel,
    stages: overviewAnswer.funnel.stages.map((each) =>
      each.stage === "attemptedSignIn" || each.stage === "requirementsMet" || each.stage === "firstAccess"
        ? { ...each, guests: null, conversion: null, medianSeconds: null, lost: null, lostReasons: [] }
        : each.stage === "redeemed"
          ? { ...each, conversion: null, medianSeconds: null, lost: null, lostReasons: [] }
          : each,
    ),
  },
};

/** A tenant that was never read. */
export const overviewBeforeReading: OverviewView = {
  ...overviewAnswer,
  cards: overviewAnswer.cards.map((card) => ({ ...card, count: exactly(0), note: "" })),
  funnel: {
    ...overviewAnswer.funnel,
    stages: overviewAnswer.funnel.stages.map((each) => ({
      ...each,
      guests: exactly(0),
      conversion: null,
      medianSeconds: null,
      lost: null,
      lostReasons: [],
    })),
  },
  reasons: [],
  stopped: exactly(0),
  weeks: [],
  coverage: { days: [], incompleteSignInDays: 0, incompleteAuditDays: 0, fetchableDays: 0, totalDays: 0 },
  attention: [],
  attentionTotal: 0,
  choices: { partners: [], inviters: [], identityProviders: [], reasons: [] },
};

/** The answers by the scene of the harness; a test replaces what it is about. */
function overviewOfScene(): OverviewView {
  switch (new URLSearchParams(window.location.search).get("scene")) {
    case "empty":
      return overviewBeforeReading;
    case "free":
      return overviewWithoutPremium;
    default:
      return overviewAnswer;
  }
}

export const handlers: Handlers = {
  get_overview: overviewOfScene,
  get_coverage: () => coverage,
};
