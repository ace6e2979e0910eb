import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  ArrowUndoRegular,
  CheckmarkCircleRegular,
  CheckmarkRegular,
  ErrorCircleRegular,
  type FluentIcon,
  ProhibitedRegular,
  SubtractCircleRegular,
} from "@fluentui/react-icons";
import { CopyButton } from "../components/CopyButton";
import type { Column } from "../components/DataTable";
import { OuterText } from "../components/OuterText";
import { InvitationBadge } from "../components/StateBadge";
import { providerName, stageNames, standingNames } from "../components/words";
import { formatAge, formatDay, formatFull, formatTime, plainText, shortId } from "../format/format";
import type { GuestColumnView, GuestView, StandingView } from "../ipc/bindings";
import { oneLine, ramp, unseen } from "../theme/type";
import type { ColumnOrder } from "./columnOrder";
import {
  daysSinceCell,
  deadlineOf,
  lastSignInCell,
  reasonLine,
  restorableDays,
  sponsorsCell,
} from "./guestText";

const useStyles = makeStyles({
  name: { ...ramp.rowTitle },
  second: { ...ramp.caption, color: tokens.colorNeutralForeground3 },
  third: { ...ramp.axis, color: tokens.colorNeutralForeground3 },
  stage: {
    display: "grid",
    gridTemplateColumns: "14px minmax(0, 1fr)",
    columnGap: "4px",
    alignItems: "center",
  },
  stageName: { ...ramp.caption, ...oneLine },
  reason: { gridColumn: 2, ...ramp.caption, color: tokens.colorNeutralForeground3 },
  stopped: { color: tokens.colorStatusDangerForeground1 },
  open: { color: tokens.colorStatusWarningForeground1 },
  fine: { color: tokens.colorStatusSuccessForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  bold: { fontWeight: tokens.fontWeightSemibold },
  error: { color: tokens.colorStatusDangerForeground1 },
  inline: { display: "flex", alignItems: "center", gap: "5px", whiteSpace: "nowrap" },
  block: { display: "block", ...oneLine },
  id: { ...ramp.code },
  unseen,
});

const standingIcons = {
  stopped: ErrorCircleRegular,
  open: SubtractCircleRegular,
  fine: CheckmarkCircleRegular,
} as const satisfies Record<StandingView, FluentIcon>;

interface CellProps {
  guest: GuestView;
  now: Date;
}

function NameCell({ guest }: { guest: GuestView }) {
  const styles = useStyles();
  return (
    <>
      <OuterText text={guest.displayName || guest.mail || guest.userPrincipalName} className={styles.name} />
      <OuterText text={guest.mail ?? guest.userPrincipalName} className={styles.second} />
    </>
  );
}

function StageCell({ guest, now }: CellProps) {
  const styles = useStyles();
  const Icon = standingIcons[guest.standing];
  return (
    <div className={styles.stage}>
      <Icon fontSize={14} className={styles[guest.standing]} aria-label={standingNames[guest.standing]} />
      <span className={styles.stageName}>
        {guest.atLeast ? (
          <span title="At least: the logs of this guest's time are not complete">
            <span aria-hidden>≥ </span>
            <span className={styles.unseen}>at least </span>
          </span>
        ) : null}
        {stageNames[guest.stage]}
      </span>
      <OuterText text={reasonLine(guest, now)} className={styles.reason} />
    </div>
  );
}

function ExpiresCell({ guest, now }: CellProps) {
  const styles = useStyles();
  const deadline = deadlineOf(guest, now);
  const title = "Link deadline kept by Usher (90 days). Entra does not enforce it.";
  switch (deadline.kind) {
    case "none":
      return <span>–</span>;
    case "far":
      return <span title={title}>{formatAge(deadline.days)}</span>;
    case "near":
      return (
        <span title={title} className={mergeClasses(styles.warning, styles.bold)}>
          {formatAge(deadline.days)}
        </span>
      );
    case "expired":
      return (
        <span title={title} className={styles.warning}>
          <span className={mergeClasses(styles.block, styles.bold)}>Expired</span>
          <span className={styles.block} style={{ fontSize: 11, lineHeight: "14px" }}>
            {deadline.days === 0 ? "today" : `${formatAge(deadline.days)} ago`}
          </span>
        </span>
      );
  }
}

function ProviderCell({ guest }: { guest: GuestView }) {
  const styles = useStyles();
  if (!guest.identityProvider) return <span>–</span>;
  return (
    <>
      <span title={`identities: ${plainText(guest.identityProvider)}`}>
        <OuterText text={providerName(guest.identityProvider)} />
      </span>
      {guest.identityProviderPredicted ? (
        <span className={mergeClasses(styles.block, styles.third)}>predicted</span>
      ) : null}
    </>
  );
}

function SponsorsCell({ guest }: { guest: GuestView }) {
  const styles = useStyles();
  const text = sponsorsCell(guest.sponsors);
  return text === null ? <span className={styles.warning}>No sponsor</span> : <OuterText text={text} />;
}

function EnabledCell({ guest }: { guest: GuestView }) {
  const styles = useStyles();
  return guest.accountEnabled ? (
    <span className={styles.inline}>
      <CheckmarkRegular fontSize={14} aria-hidden /> Yes
    </span>
  ) : (
    <span className={mergeClasses(styles.inline, styles.error)}>
      <ProhibitedRegular fontSize={14} aria-hidden /> Blocked
    </span>
  );
}

function IdCell({ id }: { id: string }) {
  const styles = useStyles();
  return (
    <span className={styles.inline}>
      <span className={styles.id} title={id}>
        {shortId(id)}
      </span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the press from opening the row */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys do not reach the row */}
      <span onClick={(event) => event.stopPropagation()}>
        <CopyButton text={id} what="Object ID" />
      </span>
    </span>
  );
}

/** A column of the guest list. */
export interface GuestColumn extends Omit<Column<GuestView>, "cell"> {
  id: GuestColumnView | "restore";
  /** Cannot be hidden. */
  always?: boolean;
  /** Stays beside the open panel. */
  panel?: boolean;
  /** Is there for whoever chooses it. */
  more?: boolean;
  cell: (guest: GuestView, now: Date) => React.ReactNode;
}

const dated = (at: string | null, text: string) => (
  <span title={at ? formatFull(at) : undefined}>{text}</span>
);

const outer = (text: string | null) => (text ? <OuterText text={text} /> : "–");

const day = (at: string | null, now: Date) => dated(at, at ? formatDay(at, now) : "–");

/** The columns of the guest list, in their usual order. */
export const guestColumns: ReadonlyArray<GuestColumn> = [
  {
    id: "name",
    header: "Display name and mail",
    width: 190,
    always: true,
    panel: true,
    sortable: true,
    title: "displayName, mail",
    cell: (guest) => <NameCell guest={guest} />,
  },
  {
    id: "state",
    header: "Invitation state",
    width: 162,
    panel: true,
    title: "externalUserState",
    cell: (guest) => <InvitationBadge state={guest.invitationState} />,
  },
  {
    id: "attention",
    header: "Stage reached, reason",
    width: "rest",
    always: true,
    panel: true,
    sortable: true,
    title: "The last stage completed; below: why not further",
    cell: (guest, now) => <StageCell guest={guest} now={now} />,
  },
  {
    id: "invited",
    header: "Invited",
    width: 64,
    panel: true,
    sortable: true,
    title: "The last invitation",
    cell: (guest, now) => day(guest.invitedAt, now),
  },
  {
    id: "age",
    header: "Age",
    width: 44,
    align: "end",
    title: "Days since the last invitation",
    cell: (guest, now) => daysSinceCell(guest.invitedAt, now),
  },
  {
    id: "expires",
    header: "Expires in",
    width: 68,
    align: "end",
    panel: true,
    sortable: true,
    title: "Link deadline kept by Usher (90 days). Entra does not enforce it.",
    cell: (guest, now) => <ExpiresCell guest={guest} now={now} />,
  },
  {
    id: "provider",
    header: "Identity provider",
    width: 76,
    title: "identities",
    cell: (guest) => <ProviderCell guest={guest} />,
  },
  {
    id: "partner",
    header: "Partner",
    width: 92,
    title: "Domain of the mail address",
    cell: (guest) => outer(guest.partner),
  },
  {
    id: "sponsors",
    header: "Sponsors",
    width: 100,
    title: "sponsors",
    cell: (guest) => <SponsorsCell guest={guest} />,
  },
  {
    id: "lastSignIn",
    header: "Last successful sign-in",
    width: 110,
    sortable: true,
    title: "signInActivity.lastSuccessfulSignInDateTime",
    cell: (guest, now) => dated(guest.lastSuccessfulSignInAt, lastSignInCell(guest, now)),
  },
  {
    id: "enabled",
    header: "Account enabled",
    width: 78,
    title: "accountEnabled",
    cell: (guest) => <EnabledCell guest={guest} />,
  },
  {
    id: "userPrincipalName",
    header: "User principal name",
    width: 240,
    more: true,
    title: "userPrincipalName",
    cell: (guest) => outer(guest.userPrincipalName),
  },
  {
    id: "userType",
    header: "User type",
    width: 70,
    more: true,
    title: "userType",
    cell: (guest) => outer(guest.userType),
  },
  {
    id: "stateChanged",
    header: "Invitation state changed",
    width: 108,
    more: true,
    title: "externalUserStateChangeDateTime",
    cell: (guest, now) => day(guest.invitationStateChangedAt, now),
  },
  {
    id: "creationType",
    header: "Creation type",
    width: 84,
    more: true,
    title: "creationType",
    cell: (guest) => outer(guest.creationType),
  },
  {
    id: "company",
    header: "Company name",
    width: 120,
    more: true,
    title: "companyName",
    cell: (guest) => outer(guest.companyName),
  },
  {
    id: "created",
    header: "Created",
    width: 90,
    more: true,
    title: "createdDateTime",
    cell: (guest, now) => day(guest.createdAt, now),
  },
  {
    id: "lastInteractive",
    header: "Last interactive sign-in",
    width: 110,
    more: true,
    title: "signInActivity.lastSignInDateTime: attempts that failed count too",
    cell: (guest, now) => day(guest.lastInteractiveSignInAt, now),
  },
  {
    id: "lastNonInteractive",
    header: "Last non-interactive sign-in",
    width: 124,
    more: true,
    title: "signInActivity.lastNonInteractiveSignInDateTime: attempts that failed count too",
    cell: (guest, now) => day(guest.lastNonInteractiveSignInAt, now),
  },
  {
    id: "daysSinceSignIn",
    header: "Days since sign-in",
    width: 82,
    align: "end",
    more: true,
    title: "Days since the last successful sign-in",
    cell: (guest, now) => daysSinceCell(guest.lastSuccessfulSignInAt, now),
  },
  {
    id: "inviter",
    header: "Inviter",
    width: 160,
    more: true,
    title: "initiatedBy of the invitation in the audit log",
    cell: (guest) => outer(guest.inviter),
  },
  {
    id: "sourceDomain",
    header: "Source domain",
    width: 120,
    more: true,
    title: "The home domain in userPrincipalName, before #EXT#",
    cell: (guest) => outer(guest.sourceDomain),
  },
  {
    id: "objectId",
    header: "Object ID",
    width: 130,
    more: true,
    title: "id",
    cell: (guest) => <IdCell id={guest.id} />,
  },
];

/** The columns of the deleted guests: when, how long they can be restored, and the way back. */
export const deletedColumns = (restore: (guest: GuestView) => void): ReadonlyArray<GuestColumn> => [
  ...guestColumns
    .filter((column) => ["name", "state", "attention"].includes(column.id))
    .map(({ sortable: _, ...column }) => column),
  {
    id: "deleted",
    header: "Deleted",
    width: 110,
    title: "deletedDateTime",
    cell: (guest, now) =>
      dated(
        guest.deletedAt,
        guest.deletedAt ? `${formatDay(guest.deletedAt, now)} ${formatTime(guest.deletedAt)}` : "–",
      ),
  },
  {
    id: "left",
    header: "Restorable",
    width: 110,
    title: "Entra keeps a deleted guest for 30 days",
    cell: (guest, now) => (guest.deletedAt ? `${formatAge(restorableDays(guest.deletedAt, now))} left` : "–"),
  },
  {
    id: "restore",
    header: "Way back",
    width: 110,
    panel: true,
    cell: (guest) => (
      <Button
        size="small"
        icon={<ArrowUndoRegular />}
        onClick={(event) => {
          event.stopPropagation();
          restore(guest);
        }}
      >
        Restore
      </Button>
    ),
  },
];

/** The columns of the list, as they are shown. */
export const shownColumns = (order: ColumnOrder): ReadonlyArray<GuestColumn> =>
  order.flatMap(({ id, shown }) => guestColumns.filter((column) => shown && column.id === id));

/** What a download holds: the columns of the list on screen that carry something to keep. */
export function downloadedColumns(deleted: boolean, order: ColumnOrder): GuestColumnView[] {
  const shown = deleted ? deletedColumns(() => undefined) : shownColumns(order);
  return shown.flatMap((column) => (column.id === "restore" ? [] : [column.id]));
}
