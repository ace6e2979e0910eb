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
import type { Column } from "../components/DataTable";
import { OuterText } from "../components/OuterText";
import { InvitationBadge } from "../components/StateBadge";
import { providerName, stageNames, standingNames } from "../components/words";
import { formatAge, formatDay, formatFull, formatTime, plainText } from "../format/format";
import type { GuestColumnView, GuestView, StandingView } from "../ipc/bindings";
import { oneLine, ramp } from "../theme/type";
import { ageCell, deadlineOf, lastSignInCell, reasonLine, restorableDays, sponsorsCell } from "./guestText";

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
            <span
              style={{
                position: "absolute",
                width: 1,
                height: 1,
                overflow: "hidden",
                clipPath: "inset(50%)",
              }}
            >
              at least{" "}
            </span>
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

/** A column of the guest list; `always` ones cannot be hidden, `panel` ones stay beside the open panel. */
export interface GuestColumn extends Omit<Column<GuestView>, "cell"> {
  id: GuestColumnView | "restore";
  always?: boolean;
  panel?: boolean;
  cell: (guest: GuestView, now: Date) => React.ReactNode;
}

const dated = (at: string | null, text: string) => (
  <span title={at ? formatFull(at) : undefined}>{text}</span>
);

/** The columns of the guest list, in order. */
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
    cell: (guest, now) => dated(guest.invitedAt, guest.invitedAt ? formatDay(guest.invitedAt, now) : "–"),
  },
  {
    id: "age",
    header: "Age",
    width: 44,
    align: "end",
    title: "Days since the last invitation",
    cell: (guest, now) => ageCell(guest, now),
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
    cell: (guest) => <OuterText text={guest.partner ?? "–"} />,
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

/** What a download holds: the columns of the list on screen that carry something to keep. */
export function downloadedColumns(deleted: boolean, hidden: ReadonlyArray<string>): GuestColumnView[] {
  const shown = deleted ? deletedColumns(() => undefined) : guestColumns;
  return shown
    .filter((column) => deleted || !hidden.includes(column.id))
    .flatMap((column) => (column.id === "restore" ? [] : [column.id]));
}
