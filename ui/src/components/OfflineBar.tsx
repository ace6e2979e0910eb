import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowClockwiseRegular, CloudOffRegular, KeyRegular } from "@fluentui/react-icons";
import { formatDayTime } from "../format/format";
import { useApp, useNow } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { sandboxForm, useConnect } from "../shell/useConnect";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "center",
    gap: "12px",
    minHeight: "40px",
    boxSizing: "border-box",
    flexShrink: 0,
    padding: "4px 20px",
    backgroundColor: tokens.colorNeutralBackground4,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ...ramp.caption,
    color: tokens.colorNeutralForeground2,
  },
  text: { flex: 1 },
  strong: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
});

/** Says how old everything on the page is while the tenant cannot be reached; nothing while it can. */
export function OfflineBar() {
  const styles = useStyles();
  const { connection, tenant, account } = useApp();
  const now = useNow();
  const { sync, signIn } = useConnect();
  const isSignedOut = account === null;
  if (connection.state !== "offline" && connection.state !== "signInExpired") return null;
  const isExpired = connection.state === "signInExpired";
  const needsSignIn = isExpired || isSignedOut;
  const from = connection.dataFrom
    ? `Everything here is from ${formatDayTime(connection.dataFrom, now)}.`
    : "Nothing has been read yet.";
  return (
    <div className={styles.bar} role="status">
      {needsSignIn ? <KeyRegular fontSize={16} aria-hidden /> : <CloudOffRegular fontSize={16} aria-hidden />}
      <span className={styles.text}>
        <span className={styles.strong}>
          {isSignedOut
            ? "You are not signed in."
            : isExpired
              ? "Your sign-in has expired."
              : "You are offline."}
        </span>{" "}
        {from} Changes need the tenant.
      </span>
      {needsSignIn ? (
        <Button
          size="small"
          icon={<KeyRegular />}
          disabledFocusable={signIn.isPending}
          onClick={() => (tenant?.sandbox ? signIn.mutate(sandboxForm) : goTo("sign-in"))}
        >
          {isExpired ? "Sign in again" : "Sign in"}
        </Button>
      ) : (
        <Button
          size="small"
          icon={<ArrowClockwiseRegular />}
          disabledFocusable={sync.isPending}
          onClick={() => sync.mutate()}
        >
          Try again
        </Button>
      )}
    </div>
  );
}
