import { Button, makeStyles, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleRegular,
  DocumentTextRegular,
  ErrorCircleRegular,
  type FluentIcon,
  InfoRegular,
  MailAddRegular,
  PeopleRegular,
  SubtractCircleRegular,
} from "@fluentui/react-icons";
import { Card } from "../components/Card";
import { StateBadge, type StateKind } from "../components/StateBadge";
import { formatDay, formatFull, formatTime, plainText } from "../format/format";
import type { GuestSideView, SandboxLogKind } from "../ipc/bindings";
import { oneLine, ramp, unseen } from "../theme/type";

const useStyles = makeStyles({
  card: { minHeight: 0, height: "100%" },
  scroll: { flex: 1, minHeight: 0, overflowY: "auto", marginTop: "6px" },
  table: { ...ramp.caption, width: "100%", borderCollapse: "collapse", tableLayout: "fixed" },
  row: { height: "27px", borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
  time: { padding: 0, width: "92px", color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  today: { width: "52px" },
  kind: { padding: 0, width: "100px" },
  text: { padding: 0, ...oneLine },
  hidden: unseen,
  note: {
    ...ramp.caption,
    display: "flex",
    gap: "6px",
    margin: 0,
    padding: "8px 0 0",
    color: tokens.colorNeutralForeground3,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  noteIcon: { flexShrink: 0, marginTop: "1px" },
});

const kinds = {
  audit: { word: "Audit", kind: "neutral", icon: DocumentTextRegular },
  success: { word: "Success", kind: "ok", icon: CheckmarkCircleRegular },
  interrupted: { word: "Interrupted", kind: "warning", icon: SubtractCircleRegular },
  failure: { word: "Failure", kind: "error", icon: ErrorCircleRegular },
} as const satisfies Record<SandboxLogKind, { word: string; kind: StateKind; icon: FluentIcon }>;

/** What the log cannot show of this guest right now. */
export function logNote(side: Pick<GuestSideView, "guest" | "log">): string {
  const isIn = side.log.some((row) => row.kind === "success");
  if (isIn) return "Opening a mail leaves no row.";
  const name = plainText(side.guest.name).split(" ")[0] || "the guest";
  return `Opening the mail leaves no row. If ${name} closes the page before the end, nothing is logged either: the guest just stays Pending acceptance.`;
}

interface Props {
  side: GuestSideView;
  now: Date;
  onOpenGuest: () => void;
  /** For a person who is no guest of the tenant, or no longer. */
  onInvite: () => void;
}

/** What the tenant logged about the played guest, newest first, as it happens. */
export function LogPane({ side, now, onOpenGuest, onInvite }: Props) {
  const styles = useStyles();
  const today = formatDay(now, now);
  const allToday = side.log.every((row) => formatDay(row.at, now) === today);
  return (
    <Card
      title="What your tenant logged"
      className={styles.card}
      action={
        side.guest.guestId === "" ? (
          <Button size="small" icon={<MailAddRegular fontSize={16} />} onClick={onInvite}>
            Invite this person
          </Button>
        ) : (
          <Button size="small" icon={<PeopleRegular fontSize={16} />} onClick={onOpenGuest}>
            Open this guest
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className={styles.scroll} aria-label="Logged rows" tabIndex={0}>
        <table className={styles.table} aria-label="What your tenant logged">
          <thead className={styles.hidden}>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Status</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <colgroup>
            <col style={{ width: allToday ? 52 : 92 }} />
            <col style={{ width: 100 }} />
            <col />
          </colgroup>
          <tbody aria-live="polite">
            {side.log.map((row, index) => {
              const { word, kind, icon } = kinds[row.kind];
              const day = formatDay(row.at, now);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows can repeat; newer ones are put before, so the place from the end is stable
                <tr key={`${side.log.length - index} ${row.at}`} className={styles.row}>
                  <td className={styles.time} title={formatFull(row.at)}>
                    {day === today ? formatTime(row.at) : `${day} ${formatTime(row.at)}`}
                  </td>
                  <td className={styles.kind}>
                    <StateBadge kind={kind} icon={icon} look="none">
                      {word}
                    </StateBadge>
                  </td>
                  <td className={styles.text} title={plainText(row.text)}>
                    <bdi>{plainText(row.text)}</bdi>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <p className={styles.note}>
          <InfoRegular fontSize={14} aria-hidden className={styles.noteIcon} />
          {side.log.length === 0 ? "Nothing is logged about this guest yet." : logNote(side)}
        </p>
      </section>
    </Card>
  );
}
