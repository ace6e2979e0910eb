import {
  Avatar,
  Button,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Tab,
  TabList,
  Tooltip,
  tokens,
} from "@fluentui/react-components";
import { BeakerRegular, DismissRegular, OpenRegular, ProhibitedRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { CopyButton } from "../../components/CopyButton";
import { OuterText } from "../../components/OuterText";
import { ProblemBar } from "../../components/ProblemBar";
import { InvitationBadge, StateBadge } from "../../components/StateBadge";
import { useAdminCenter } from "../../components/useAdminCenter";
import { providerName } from "../../components/words";
import { formatAgo, formatDay, formatDayTime, plainText } from "../../format/format";
import type { GuestDetailView, GuestView } from "../../ipc/bindings";
import { guestQuery } from "../../ipc/queries";
import { useApp, useNow } from "../../ipc/useApp";
import { goTo } from "../../shell/address";
import { ramp } from "../../theme/type";
import { deadlineOf } from "../guestText";
import { AccessTab } from "./AccessTab";
import { ActionRow } from "./ActionRow";
import { CauseCard } from "./CauseCard";
import { FactList } from "./FactList";
import { LogRows } from "./LogRows";
import { Timeline } from "./Timeline";

const useStyles = makeStyles({
  panel: {
    width: "468px",
    flexShrink: 0,
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    minHeight: 0,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    zIndex: 2,
    animationName: {
      from: { transform: "translateX(24px)", opacity: 0 },
      to: { transform: "none", opacity: 1 },
    },
    animationDuration: "200ms",
    animationTimingFunction: tokens.curveDecelerateMid,
    "@media (prefers-reduced-motion: reduce)": { animationName: "none" },
    // In a low window the panel scrolls as a whole.
    "@media (max-height: 640px)": { overflowY: "auto" },
    // At 200 % zoom there is no room beside the table: the panel lies over it.
    "@media (max-width: 860px)": { position: "absolute", right: 0, top: 0, bottom: 0, maxWidth: "100%" },
  },
  head: { display: "flex", alignItems: "center", gap: "12px", padding: "12px 12px 0 16px", flexShrink: 0 },
  names: { flex: 1, minWidth: 0 },
  name: { ...ramp.panelTitle, margin: 0, outlineStyle: "none" },
  mail: { display: "flex", alignItems: "center", ...ramp.caption, color: tokens.colorNeutralForeground3 },
  badges: { display: "flex", flexWrap: "wrap", gap: "6px", padding: "6px 16px 10px", flexShrink: 0 },
  tabs: {
    flexShrink: 0,
    padding: "4px 8px 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "& .fui-Tab": { padding: "6px 10px 8px" },
    "& .fui-Tab__content": { ...ramp.caption },
  },
  body: {
    flex: 1,
    minHeight: 0,
    overflowY: "auto",
    padding: "8px 16px 16px",
    "@media (max-height: 640px)": { flex: "none", overflowY: "visible" },
  },
  problem: { padding: "0 16px" },
  read: { ...ramp.axis, color: tokens.colorNeutralForeground3, marginTop: "12px" },
});

const TABS = ["Overview", "Timeline", "Properties", "Access", "Sponsors", "Logs"] as const;
type TabName = (typeof TABS)[number];

interface Props {
  id: string;
  /** Handle of a log row to show. */
  shownRow: string | null;
  /** The row of the list, shown until the whole guest is read. */
  row: GuestView | undefined;
  onClose: () => void;
  /** Goes to the next or the previous row. */
  onStep: (step: 1 | -1) => void;
}

/** One guest: cause, cure, actions, evidence. */
export function GuestPanel({ id, shownRow, row, onClose, onStep }: Props) {
  const styles = useStyles();
  const detail = useQuery(guestQuery(id));
  const { tenant } = useApp();
  const [tab, setTab] = useState<TabName>("Timeline");
  const [openRow, setOpenRow] = useState<string | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const guest = detail.data?.guest ?? row;

  // Opening moves focus to the title; changing the row from the table does not.
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another guest, opened from where nothing has the focus now
  useEffect(() => {
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another guest has other rows
  useEffect(() => {
    setOpenRow(shownRow);
    if (shownRow !== null) setTab("Logs");
  }, [id, shownRow]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.target === title.current && event.key === "ArrowDown") onStep(1);
    else if (event.target === title.current && event.key === "ArrowUp") onStep(-1);
    else return;
    event.preventDefault();
  };
  const name = guest ? plainText(guest.displayName || guest.mail || guest.userPrincipalName) : "Guest";
  const target = { id, name };
  const adminCenter = useAdminCenter();
  const mail = guest?.mail ?? guest?.userPrincipalName ?? "";

  return (
    <aside className={styles.panel} aria-label="Guest" data-region="panel" onKeyDown={onKeyDown}>
      <div className={styles.head}>
        <Avatar size={40} name={name} color="colorful" aria-hidden />
        <div className={styles.names}>
          <h2 className={styles.name} ref={title} tabIndex={-1}>
            <OuterText text={name} />
          </h2>
          {mail ? (
            <div className={styles.mail}>
              <OuterText text={mail} />
              <CopyButton text={mail} what="Mail address" />
            </div>
          ) : null}
        </div>
        {tenant?.sandbox && guest?.mail && !guest.deletedAt ? (
          <Tooltip content="Play this guest in the sandbox" relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<BeakerRegular />}
              onClick={() => goTo("sandbox", { mail: guest.mail ?? "" })}
            />
          </Tooltip>
        ) : null}
        {tenant && !tenant.sandbox && guest && !guest.deletedAt ? (
          <Tooltip content="Open in the Microsoft Entra admin center" relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<OpenRegular />}
              onClick={() => adminCenter.openGuest(id)}
            />
          </Tooltip>
        ) : null}
        <Tooltip content="Close (Esc)" relationship="label">
          <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={onClose} />
        </Tooltip>
      </div>
      {guest ? <Badges guest={guest} /> : null}
      {detail.error ? (
        <div className={styles.problem}>
          <ProblemBar problem={detail.error.view} inset onRetry={() => void detail.refetch()} />
        </div>
      ) : null}
      {detail.data ? (
        <>
          <Cause detail={detail.data} target={target} />
          <TabList
            size="small"
            // Without the room for bold words every tab holds its word once.
            reserveSelectedTabSpace={false}
            className={styles.tabs}
            selectedValue={tab}
            onTabSelect={(_, change) => setTab(change.value as TabName)}
          >
            {TABS.map((known) => (
              <Tab key={known} value={known} id={`guest-tab-${known}`} aria-controls="guest-tab-panel">
                {known}
              </Tab>
            ))}
          </TabList>
          <div
            id="guest-tab-panel"
            role="tabpanel"
            aria-labelledby={`guest-tab-${tab}`}
            className={styles.body}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a tab panel that scrolls takes the keyboard
            tabIndex={0}
          >
            <TabBody
              tab={tab}
              detail={detail.data}
              openRow={openRow}
              onRow={(handle) => {
                setOpenRow(handle);
                if (handle !== null) setTab("Logs");
              }}
            />
          </div>
        </>
      ) : detail.error ? null : (
        <Skeleton aria-label="Loading the guest" style={{ padding: "0 16px", display: "grid", gap: 12 }}>
          <SkeletonItem size={120} />
          <SkeletonItem size={24} />
          <SkeletonItem size={24} />
        </Skeleton>
      )}
    </aside>
  );
}

function Badges({ guest }: { guest: GuestView }) {
  const styles = useStyles();
  const now = useNow();
  const deadline = deadlineOf(guest, now);
  const isIn = guest.stage === "firstAccess";
  return (
    <div className={styles.badges}>
      <InvitationBadge state={guest.invitationState} look="edge" />
      {guest.deletedAt ? (
        <StateBadge kind="error" look="edge">
          Deleted {formatDay(guest.deletedAt, now)}
        </StateBadge>
      ) : null}
      {guest.accountEnabled ? null : (
        <StateBadge kind="neutral" look="edge" icon={ProhibitedRegular} title="accountEnabled: false">
          Sign-in blocked
        </StateBadge>
      )}
      {guest.invitationState === "accepted" && !isIn ? (
        <StateBadge kind={guest.standing === "stopped" ? "error" : "neutral"} look="edge">
          {guest.atLeast ? "No first access seen" : "No first access"}
        </StateBadge>
      ) : null}
      {isIn && guest.standing === "fine" ? (
        <StateBadge kind="ok" look="edge">
          First access
        </StateBadge>
      ) : null}
      {deadline.kind === "near" ? (
        <StateBadge kind="warning" look="edge">
          Expiring in {deadline.days} d
        </StateBadge>
      ) : null}
      {deadline.kind === "expired" ? (
        <StateBadge kind="warning" look="edge">
          Expired
        </StateBadge>
      ) : null}
    </div>
  );
}

function Cause({ detail, target }: { detail: GuestDetailView; target: { id: string; name: string } }) {
  const { cause } = detail;
  const cure = detail.actions.find((action) => action.verb === cause?.cure);
  return (
    <>
      {cause ? <CauseCard cause={cause} guest={target} cure={cure} /> : null}
      <ActionRow actions={detail.actions} guest={target} cure={cure?.verb ?? null} cause={cause} />
    </>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A property as it is shown: an instant in the window's zone, everything else as it is. */
const propertyText = (value: string, now: Date): string =>
  INSTANT.test(value) ? formatDayTime(value, now) : value;

interface TabProps {
  tab: TabName;
  detail: GuestDetailView;
  openRow: string | null;
  onRow: (row: string | null) => void;
}

function TabBody({ tab, detail, openRow, onRow }: TabProps) {
  const styles = useStyles();
  const now = useNow();
  const { guest } = detail;
  switch (tab) {
    case "Timeline":
      return <Timeline stages={detail.timeline} notInLogs={detail.notInLogs} onRow={onRow} />;
    case "Logs":
      return <LogRows stages={detail.timeline} open={openRow} onOpen={onRow} />;
    case "Access":
      return <AccessTab key={guest.id} id={guest.id} deleted={guest.deletedAt !== null} />;
    case "Sponsors":
      return detail.sponsors.length > 0 ? (
        <FactList
          facts={detail.sponsors.map((sponsor, index) => ({
            label: detail.sponsors.length > 1 ? `Sponsor ${index + 1}` : "Sponsor",
            value: sponsor.name,
            title: sponsor.id,
          }))}
        />
      ) : (
        <StateBadge kind="warning">No sponsor</StateBadge>
      );
    case "Properties":
      return (
        <FactList
          facts={detail.properties.map((property) => ({
            label: property.label,
            value: property.value && propertyText(property.value, now),
            title: property.property,
            identifier: property.identifier,
          }))}
        />
      );
    case "Overview": {
      const when = (at: string | null) => (at ? formatDayTime(at, now) : null);
      const provider = guest.identityProvider === null ? null : providerName(guest.identityProvider);
      return (
        <>
          <FactList
            facts={[
              { label: "Invited", value: when(guest.invitedAt) },
              {
                label: "Link deadline",
                value: when(guest.expiresAt),
                title: "Kept by Usher (90 days). Entra does not enforce it.",
              },
              {
                label: "Identity provider",
                ...(guest.identityProvider ? { title: `identities: ${guest.identityProvider}` } : {}),
                value: provider && guest.identityProviderPredicted ? `${provider}, predicted` : provider,
              },
              { label: "Partner domain", value: guest.partner },
              { label: "Sponsors", value: guest.sponsors.join(", ") || null },
              { label: "Last successful sign-in", value: when(guest.lastSuccessfulSignInAt) },
              { label: "Account enabled", value: guest.accountEnabled ? "Yes" : "No" },
              {
                label: "Resending helps",
                value: detail.cause ? (detail.cause.resendHelps ? "Yes" : "No") : null,
              },
              { label: "What to do", value: detail.cause?.remedy ?? "Nothing: the guest is not stopped." },
            ]}
          />
          {detail.readAt ? (
            <p className={styles.read}>Read from the tenant {formatAgo(detail.readAt, now)}</p>
          ) : null}
        </>
      );
    }
  }
}
