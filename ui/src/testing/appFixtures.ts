import type { AppView } from "../ipc/bindings";

export const NOW = "2026-11-23T10:24:00Z";

const permission = (
  scope: string,
  why: string,
  leastRole: string,
  askedAtSignIn: boolean,
  held: boolean | null,
) => ({
  scope,
  why,
  application: { name: scope, why },
  changes: !scope.includes(".Read."),
  leastRole,
  askedAtSignIn,
  held,
});

const permissions = (held: boolean | null) => [
  permission("User.Read.All", "List guests, invitation state, sponsors", "Global Reader", true, held),
  permission(
    "AuditLog.Read.All",
    "Audit and sign-in logs, last sign-in",
    "Reports Reader, sign-ins need P1",
    true,
    held,
  ),
  permission("Policy.Read.All", "Pre-flight and findings in Policies", "Global Reader", true, held),
  permission(
    "Directory.Read.All",
    "Groups, roles and applications of a guest",
    "Guest Inviter or Directory Readers",
    false,
    held,
  ),
  permission(
    "User.Invite.All",
    "Invite, Resend invitation, Reset redemption status",
    "Guest Inviter",
    false,
    held,
  ),
  permission(
    "User.ReadWrite.All",
    "Revoke invitation, Add sponsors, Delete",
    "User Administrator",
    false,
    held,
  ),
  permission(
    "User.EnableDisableAccount.All",
    "Block sign-in, Unblock sign-in",
    "User Administrator",
    false,
    held,
  ),
];

/** An open tenant, online and read. */
export function appView(more: Partial<AppView> = {}): AppView {
  const tenant = {
    id: "t1",
    name: "Contoso",
    domain: "contoso.onmicrosoft.com",
    sandbox: false,
    premium: true,
  };
  return {
    version: "0.1.0",
    tenant,
    opening: false,
    notOpened: null,
    account: {
      name: "Adele Vance",
      userPrincipalName: "adele.vance@contoso.com",
      roles: ["User Administrator", "Reports Reader"],
      remembered: true,
    },
    knownTenants: [tenant],
    connection: { state: "online", syncedAt: "2026-11-23T10:20:00Z" },
    sync: {
      state: "running",
      phase: "signIns",
      pagesDone: 174,
      pagesTotal: 212,
      rows: 173_204,
      secondsLeft: 122,
    },
    archive: { bytes: 184_000_000, setAside: null },
    keychain: { kind: "system", name: "Secret Service" },
    permissions: permissions(true),
    now: NOW,
    ...more,
  };
}

/** First run: nothing is open. */
export const firstRun = (more: Partial<AppView> = {}): AppView =>
  appView({
    tenant: null,
    account: null,
    knownTenants: [],
    connection: { state: "notConnected" },
    sync: { state: "idle" },
    archive: null,
    permissions: permissions(null),
    ...more,
  });
