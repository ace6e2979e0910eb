import { Avatar, Button, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { BuildingRegular, OpenRegular, PeopleListRegular, PersonInfoRegular } from "@fluentui/react-icons";
import { useAct } from "../acting/ActionProvider";
import { Card } from "../components/Card";
import { OuterText } from "../components/OuterText";
import { useAdminCenter } from "../components/useAdminCenter";
import { verbIcons } from "../components/verbIcons";
import { verbNames } from "../components/words";
import {
  daysSince,
  formatCount,
  formatDay,
  formatDays,
  formatFull,
  formatNumber,
  plainText,
} from "../format/format";
import { writeGuestView } from "../guests/guestAddress";
import type { AttentionView, OverviewFilter } from "../ipc/bindings";
import { useCanWrite } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { oneLine, ramp } from "../theme/type";
import { OpenGuests } from "./OpenGuests";
import { guestsOfFilter } from "./overviewAddress";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: "5px 0 0",
    // The bar that scrolls must not lie over the buttons.
    padding: "0 10px 0 1px",
    scrollbarWidth: "thin",
    flex: 1,
    minHeight: 0,
    overflowY: "auto",
  },
  row: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    minHeight: "39px",
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  words: { flex: 1, minWidth: 0 },
  first: { ...ramp.caption, display: "flex", alignItems: "baseline", gap: "4px", minWidth: 0 },
  name: { fontWeight: tokens.fontWeightSemibold },
  cluster: { flexShrink: 0 },
  aside: { color: tokens.colorNeutralForeground3, flexShrink: 0, whiteSpace: "nowrap" },
  partner: { color: tokens.colorNeutralForeground3, flexShrink: 1000 },
  reason: {
    ...ramp.caption,
    ...oneLine,
    display: "block",
    color: tokens.colorNeutralForeground2,
    maxWidth: "100%",
  },
  cure: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightRegular,
    flexShrink: 0,
    whiteSpace: "nowrap",
    backgroundColor: tokens.colorNeutralBackground1,
  },
  link: {
    ...ramp.caption,
    color: tokens.colorBrandForegroundLink,
    "&:hover": { textDecoration: "underline" },
  },
  empty: {
    ...ramp.caption,
    flex: 1,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    color: tokens.colorNeutralForeground3,
  },
});

/** What a row is about: a guest's name, or how many guests share the cause. */
const subjectOf = (item: AttentionView): string =>
  item.name === null ? formatCount(item.guests, "guest") : plainText(item.name);

interface Props {
  attention: readonly AttentionView[];
  total: number;
  filter: OverviewFilter;
  now: Date;
}

/** Guests and clusters that need somebody, each with its one cure. */
export function NeedsAttention({ attention, total, filter, now }: Props) {
  const styles = useStyles();
  return (
    <Card
      title="Needs attention"
      subtitle={<OuterText text="most guests first, then longest wait" />}
      action={
        total > 0 ? (
          <OpenGuests
            className={styles.link}
            label={`All ${formatCount(total, "guest or cluster", "guests and clusters")}`}
            view={guestsOfFilter(filter, { standing: "stopped" })}
          >
            {`All ${formatNumber(total)}`}
          </OpenGuests>
        ) : null
      }
    >
      {attention.length === 0 ? (
        <p className={styles.empty}>Nobody needs you now.</p>
      ) : (
        <ul className={styles.list}>
          {attention.map((item) => (
            <AttentionRow
              key={item.guestId ?? `${item.partner} ${item.reason.key}`}
              item={item}
              filter={filter}
              now={now}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

function AttentionRow({ item, filter, now }: { item: AttentionView; filter: OverviewFilter; now: Date }) {
  const styles = useStyles();
  const subject = subjectOf(item);
  const view =
    item.guestId === null
      ? guestsOfFilter(filter, {
          reason: item.reason.key,
          ...(item.partner === null ? {} : { partner: item.partner }),
        })
      : { open: item.guestId };
  return (
    <li className={styles.row}>
      {item.guestId === null ? (
        <Avatar aria-hidden size={28} icon={<BuildingRegular />} color="neutral" />
      ) : (
        <Avatar aria-hidden size={28} name={subject} color="colorful" idForColor={item.guestId} />
      )}
      <div className={styles.words}>
        <div className={styles.first}>
          <OuterText
            text={subject}
            className={mergeClasses(styles.name, item.guestId === null && styles.cluster)}
          />
          {item.partner === null ? null : <OuterText text={item.partner} className={styles.partner} />}
          {item.since === null ? null : (
            <span className={styles.aside} title={formatFull(item.since)}>
              · {waitWords(item, item.since, now)}
            </span>
          )}
        </div>
        <OpenGuests className={styles.reason} view={view} label={`${item.reason.title}: open ${subject}`}>
          {item.reason.title}
        </OpenGuests>
      </div>
      <CureButton item={item} subject={subject} view={view} />
    </li>
  );
}

/** A cluster has waited since a day, a guest for so many days. */
function waitWords(item: AttentionView, since: string, now: Date): string {
  if (item.guestId === null) return `since ${formatDay(since, now)}`;
  const days = daysSince(since, now);
  return days < 1 ? "today" : formatDays(days);
}

interface CureProps {
  item: AttentionView;
  subject: string;
  view: Parameters<typeof writeGuestView>[0];
}

/** The one cure: an action on this guest, or the place that says what to do where no action cures it. */
function CureButton({ item, subject, view }: CureProps) {
  const styles = useStyles();
  const act = useAct();
  const canWrite = useCanWrite();
  const { cure, guestId } = item;
  const adminCenter = useAdminCenter();
  if (cure === null && guestId !== null && item.setting !== null) {
    return (
      <Tooltip
        content={`Opens ${item.setting} in the Microsoft Entra admin center`}
        relationship="description"
      >
        <Button
          size="small"
          className={styles.cure}
          icon={<OpenRegular fontSize={16} />}
          aria-label={`${item.cureLabel}: ${item.setting}, for ${subject}`}
          onClick={() => adminCenter.openSetting(item.reason.key)}
        >
          {item.cureLabel}
        </Button>
      </Tooltip>
    );
  }
  if (cure === null || guestId === null) {
    const label =
      guestId === null ? `Show ${formatCount(item.guests, "guest")}` : item.cureLabel || "See what to do";
    return (
      <Button
        size="small"
        className={styles.cure}
        icon={guestId === null ? <PeopleListRegular fontSize={16} /> : <PersonInfoRegular fontSize={16} />}
        aria-label={`${label}: ${guestId === null ? (item.partner ?? "") : subject}, ${item.reason.title}`}
        onClick={() => goTo("guests", writeGuestView(view))}
      >
        {label}
      </Button>
    );
  }
  const Icon = verbIcons[cure];
  const label = item.cureLabel || verbNames[cure];
  const changesTenant = cure !== "copyDirectLink";
  const blocked = changesTenant && !canWrite;
  return (
    <Tooltip
      content={
        blocked
          ? "You are offline or signed out. Changes reach the tenant only when you are connected."
          : changesTenant
            ? "Shows what will change, then asks"
            : "Copies the link with this tenant in it; changes nothing"
      }
      relationship="description"
    >
      <Button
        size="small"
        className={styles.cure}
        icon={<Icon fontSize={16} />}
        aria-label={`${label}: ${subject}`}
        disabledFocusable={blocked}
        onClick={() => act(cure, { id: guestId, name: subject })}
      >
        {label}
      </Button>
    </Tooltip>
  );
}
