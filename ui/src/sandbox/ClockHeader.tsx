import { Button, makeStyles, Tooltip, tokens } from "@fluentui/react-components";
import { AddRegular, ClockRegular, FastForwardRegular } from "@fluentui/react-icons";
import { formatClock, formatFull } from "../format/format";
import type { ClockMove } from "../ipc/bindings";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  root: {
    display: "flex",
    alignItems: "center",
    gap: "2px",
    height: "36px",
    boxSizing: "border-box",
    padding: "0 4px 0 10px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: "6px",
    backgroundColor: tokens.colorNeutralBackground1,
  },
  now: {
    ...ramp.section,
    display: "flex",
    alignItems: "center",
    gap: "8px",
    whiteSpace: "nowrap",
    paddingRight: "8px",
    marginRight: "4px",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  step: {
    ...ramp.caption,
    minWidth: 0,
    padding: "0 6px",
    whiteSpace: "nowrap",
    fontWeight: tokens.fontWeightRegular,
    "@media (max-width: 1240px)": { padding: "0 4px" },
  },
  next: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap", marginLeft: "4px" },
});

const HOUR_S = 3600;
const STEPS = [
  { label: "1 hour", seconds: HOUR_S },
  { label: "1 day", seconds: 24 * HOUR_S },
  { label: "7 days", seconds: 7 * 24 * HOUR_S },
  { label: "30 days", seconds: 30 * 24 * HOUR_S },
] as const;

interface Props {
  now: string;
  moving: boolean;
  onMove: (to: ClockMove) => void;
}

/** The sandbox clock and how to move it: forward only, every due event happens on the way. */
export function ClockHeader({ now, moving, onMove }: Props) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form
    <div role="group" aria-label="Sandbox clock" className={styles.root}>
      <time className={styles.now} dateTime={now} title={formatFull(now)}>
        <ClockRegular fontSize={16} aria-hidden />
        {formatClock(now)}
      </time>
      {STEPS.map(({ label, seconds }) => (
        <Button
          key={label}
          size="small"
          appearance="subtle"
          className={styles.step}
          icon={<AddRegular fontSize={14} />}
          aria-label={`Move the clock forward by ${label}`}
          disabledFocusable={moving}
          onClick={() => onMove({ to: "forward", seconds })}
        >
          {label}
        </Button>
      ))}
      <Tooltip
        relationship="description"
        content="Moves the clock to the next thing that is due, e.g. a passcode that expires"
      >
        <Button
          size="small"
          appearance="primary"
          className={styles.next}
          icon={<FastForwardRegular fontSize={14} />}
          disabledFocusable={moving}
          onClick={() => onMove({ to: "nextEvent" })}
        >
          Next event
        </Button>
      </Tooltip>
    </div>
  );
}
