import { makeStyles, mergeClasses, shorthands, Tooltip, tokens } from "@fluentui/react-components";
import {
  BeakerRegular,
  CloudCheckmarkRegular,
  CloudOffRegular,
  type FluentIcon,
  HourglassHalfRegular,
  KeyRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import { formatAgo, formatDayTime } from "../format/format";
import type { AppView } from "../ipc/bindings";
import { useApp, useNow } from "../ipc/useApp";
import { own } from "../theme/themes";
import { oneLine, ramp } from "../theme/type";

const useStyles = makeStyles({
  chip: {
    display: "inline-flex",
    alignItems: "center",
    gap: "6px",
    height: "24px",
    boxSizing: "border-box",
    padding: "0 9px",
    borderRadius: "12px",
    border: "1px solid",
    whiteSpace: "nowrap",
    minWidth: 0,
    maxWidth: "100%",
    ...ramp.caption,
    "& svg": { flexShrink: 0 },
  },
  text: { minWidth: 0, ...oneLine },
  ok: {
    color: tokens.colorStatusSuccessForeground1,
    backgroundColor: tokens.colorStatusSuccessBackground1,
    ...shorthands.borderColor(tokens.colorStatusSuccessBorder1),
  },
  warning: {
    color: tokens.colorStatusWarningForeground1,
    backgroundColor: tokens.colorStatusWarningBackground1,
    ...shorthands.borderColor(tokens.colorStatusWarningBorder1),
  },
  neutral: {
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground1,
    ...shorthands.borderColor(tokens.colorNeutralStroke1),
  },
  sandbox: {
    color: own.sandbox,
    backgroundColor: tokens.colorNeutralBackground1,
    ...shorthands.borderColor(own.sandbox),
  },
});

interface Chip {
  look: "ok" | "warning" | "neutral" | "sandbox";
  icon: FluentIcon;
  text: string;
}

/** What the chip says about a connection. */
export function connectionChip(app: Pick<AppView, "connection" | "tenant">, now: Date): Chip {
  const { connection } = app;
  const dated = (at: string | null) => (at ? `data from ${formatDayTime(at, now)}` : "no data yet");
  switch (connection.state) {
    case "notConnected":
      return { look: "neutral", icon: CloudOffRegular, text: "Not connected" };
    case "offline":
      return { look: "neutral", icon: CloudOffRegular, text: `Offline · ${dated(connection.dataFrom)}` };
    case "signInExpired":
      return { look: "warning", icon: KeyRegular, text: "Sign-in expired · sign in again" };
    case "throttled": {
      const seconds = Math.max(0, Math.ceil((Date.parse(connection.until) - now.getTime()) / 1000));
      return { look: "warning", icon: HourglassHalfRegular, text: `Throttled · continues in ${seconds} s` };
    }
    case "online":
      if (app.tenant?.sandbox)
        return { look: "sandbox", icon: BeakerRegular, text: "Sandbox: nothing leaves this computer" };
      if (app.tenant?.premium === false && connection.syncedAt) {
        return { look: "warning", icon: WarningRegular, text: "Online · sign-ins not available" };
      }
      return {
        look: "ok",
        icon: CloudCheckmarkRegular,
        text: connection.syncedAt
          ? `Online · synced ${formatAgo(connection.syncedAt, now)}`
          : "Online · never synced",
      };
  }
}

/** How the connection stands, in the top bar. */
export function ConnectionChip() {
  const styles = useStyles();
  const app = useApp();
  const now = useNow(app.connection.state === "throttled" ? 1000 : 15_000);
  const { look, icon: Icon, text } = connectionChip(app, now);
  const chip = (
    <span className={mergeClasses(styles.chip, styles[look])} role="status">
      <Icon fontSize={14} aria-hidden />
      <span className={styles.text}>{text}</span>
    </span>
  );
  if (app.connection.state === "online" && app.tenant?.premium === false) {
    return (
      <Tooltip
        content="This tenant has no Entra ID P1 licence: Microsoft does not hand out its sign-in logs."
        relationship="description"
      >
        {chip}
      </Tooltip>
    );
  }
  return chip;
}
