import { Button, makeStyles, Tooltip, tokens } from "@fluentui/react-components";
import { ArrowClockwiseRegular, LockClosedRegular, MailRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { plainText } from "../format/format";
import type { MailView } from "../ipc/bindings";
import { oneLine, ramp } from "../theme/type";

/** The frame that the mail's links address by name: what leads on opens there, not over the mail. */
export const GUEST_PAGE_FRAME = "usher-guest-page";

const useStyles = makeStyles({
  pane: {
    boxSizing: "border-box",
    minWidth: 0,
    minHeight: 0,
    height: "100%",
    display: "flex",
    flexDirection: "column",
    overflow: "hidden",
    margin: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: "8px",
    boxShadow: tokens.shadow2,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  // The pages are drawn light whatever the window's theme is, as a guest's browser would.
  frame: {
    border: "none",
    width: "100%",
    flex: 1,
    minHeight: 0,
    backgroundColor: "#ffffff",
    colorScheme: "light",
  },
  bar: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    height: "36px",
    flexShrink: 0,
    padding: "0 12px",
    backgroundColor: tokens.colorNeutralBackground4,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  address: {
    ...ramp.caption,
    display: "flex",
    alignItems: "center",
    gap: "10px",
    minWidth: 0,
    flex: 1,
    maxWidth: "326px",
    boxSizing: "border-box",
    height: "24px",
    padding: "0 10px",
    borderRadius: "12px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground2,
  },
  addressText: { ...oneLine, minWidth: 0 },
  lock: { flexShrink: 0 },
  seen: { ...ramp.caption, ...oneLine, marginLeft: "auto", color: tokens.colorNeutralForeground2 },
  again: { flexShrink: 0 },
  empty: {
    ...ramp.caption,
    flex: 1,
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    gap: "8px",
    padding: "24px",
    textAlign: "center",
    color: tokens.colorNeutralForeground3,
  },
});

/**
 * The open mail. Not a sandboxed frame: a sandboxed one may never address its sibling by name, and the mail's link has
 * to open in the guest's page. What is shown comes from the sandbox on this computer and carries no script.
 */
export function MailPane({ mail }: { mail: MailView | null }) {
  const styles = useStyles();
  return (
    <section aria-label="Mail" className={styles.pane}>
      {mail === null ? (
        <div className={styles.empty}>
          <MailRegular fontSize={24} aria-hidden />
          <span>
            No mail is open. If none has arrived, the invitation may have been made without a mail, a spam
            filter ate it, or the guest has unsubscribed.
          </span>
        </div>
      ) : (
        <iframe
          key={mail.id}
          className={styles.frame}
          src={mail.url}
          title={`Mail: ${plainText(mail.subject)}`}
        />
      )}
    </section>
  );
}

interface PageProps {
  /** Base URL of the guest's pages. */
  url: string;
  /** Who is played. */
  mail: string | null;
}

/** Where the guest's pane begins: a page of the same origin as the mail, else the mail's link could not address it. */
export function startUrl(url: string, mail: string | null): string {
  const start = `${url.replace(/\/$/, "")}/guest/start`;
  return mail === null ? start : `${start}?${new URLSearchParams({ mail }).toString()}`;
}

/** The page the guest sees. Forms work; scripts, popups and leaving the frame do not. */
export function GuestPagePane({ url, mail }: PageProps) {
  const styles = useStyles();
  const [round, setRound] = useState(0);
  return (
    <section aria-label="What the guest sees, simulated" className={styles.pane}>
      <div className={styles.bar}>
        <span className={styles.address}>
          <LockClosedRegular fontSize={14} aria-hidden className={styles.lock} />
          <span className={styles.addressText}>Sandbox copy of the redemption page</span>
        </span>
        <span className={styles.seen}>What the guest sees, simulated</span>
        <Tooltip content="Close this page, as if the guest closed the browser" relationship="label">
          <Button
            size="small"
            appearance="transparent"
            className={styles.again}
            icon={<ArrowClockwiseRegular fontSize={16} />}
            onClick={() => setRound((n) => n + 1)}
          />
        </Tooltip>
      </div>
      <iframe
        key={`${mail} ${round}`}
        className={styles.frame}
        name={GUEST_PAGE_FRAME}
        src={startUrl(url, mail)}
        sandbox="allow-forms allow-same-origin"
        title="The guest's page"
      />
    </section>
  );
}
