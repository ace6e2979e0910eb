import type {
  ActionVerb,
  CardKind,
  EvidenceSource,
  InvitationStateView,
  StageView,
  StandingView,
} from "../ipc/bindings";

/** Names of the domain as the Entra admin center and the funnel write them. */
export const stageNames = {
  invited: "Invited",
  mailSent: "Mail sent",
  attemptedSignIn: "Attempted sign-in",
  requirementsMet: "Requirements met",
  redeemed: "Redeemed",
  firstAccess: "First access",
} as const satisfies Record<StageView, string>;

export const standingNames = {
  stopped: "Stopped by a failure",
  open: "Left open",
  fine: "Fine",
} as const satisfies Record<StandingView, string>;

export const invitationStateNames = {
  pendingAcceptance: "Pending acceptance",
  accepted: "Accepted",
  none: "(none)",
} as const satisfies Record<InvitationStateView, string>;

const providers: Readonly<Record<string, string>> = {
  ExternalAzureAD: "Entra ID",
  mail: "Passcode",
  "google.com": "Google",
  "facebook.com": "Facebook",
};

/** An identity provider as people call it; a federation keeps its own name. Graph's word goes into the tooltip. */
export const providerName = (issuer: string): string => providers[issuer] ?? issuer;

export const cardNames = {
  total: "Total guests",
  active: "Active",
  pending: "Pending acceptance",
  expiring: "Expiring in 14 days",
  expired: "Expired",
  blocked: "Blocked by a failure",
  inactive: "Inactive",
  neverSignedIn: "Never signed in",
} as const satisfies Record<CardKind, string>;

export const verbNames = {
  resendInvitation: "Resend invitation",
  resetRedemption: "Reset redemption status",
  copyDirectLink: "Copy direct link",
  revokeInvitation: "Revoke invitation (deletes the guest)",
  blockSignIn: "Block sign-in",
  unblockSignIn: "Unblock sign-in",
  restore: "Restore",
} as const satisfies Record<ActionVerb, string>;

/** Where a line of evidence comes from. */
export const sourceNames = {
  audit: "Audit row",
  signIn: "Sign-in row",
  directory: "Guest object",
  ledger: "Ledger",
} as const satisfies Record<EvidenceSource, string>;
