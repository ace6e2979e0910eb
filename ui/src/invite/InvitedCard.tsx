import { Button, makeStyles, tokens } from "@fluentui/react-components";
import {
  BeakerRegular,
  CheckmarkCircleRegular,
  LinkRegular,
  MailAddRegular,
  PersonRegular,
} from "@fluentui/react-icons";
import { useEffect, useRef } from "react";
import { useAct } from "../acting/ActionProvider";
import { formatDay, formatTime, plainText } from "../format/format";
import { writeGuestView } from "../guests/guestAddress";
import type { InvitedView } from "../ipc/bindings";
import { useApp, useNow } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  card: {
    display: "grid",
    gridTemplateColumns: "24px minmax(0, 1fr)",
    columnGap: "12px",
    padding: "14px 16px",
    borderRadius: "8px",
    border: `1px solid ${tokens.colorStatusSuccessBorder1}`,
    backgroundColor: tokens.colorStatusSuccessBackground1,
  },
  icon: { color: tokens.colorStatusSuccessForeground1 },
  title: { ...ramp.panelTitle, margin: 0, outlineStyle: "none", overflowWrap: "anywhere" },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground2, margin: "2px 0 10px" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "8px", alignItems: "center" },
});

/** What came of it, and where to go from here. */
export function InvitedCard({ invited, onAnother }: { invited: InvitedView; onAnother: () => void }) {
  const styles = useStyles();
  const { tenant } = useApp();
  const now = useNow();
  const act = useAct();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const mail = plainText(invited.mail);
  return (
    <section className={styles.card} aria-label="Result">
      <CheckmarkCircleRegular fontSize={24} className={styles.icon} aria-hidden />
      <div>
        <h2 className={styles.title} ref={title} tabIndex={-1}>
          <bdi>{mail}</bdi> {invited.existed ? "was invited again" : "is invited"}
        </h2>
        <p className={styles.text}>
          {invited.existed ? "The guest was in the directory already; the older link is superseded. " : ""}
          {invited.mailRequested
            ? `The mail was asked for at ${formatTime(invited.invitedAt)}; no delivery receipt exists. `
            : "No mail was sent: hand over the direct link. "}
          Usher keeps the link deadline: {formatDay(invited.expiresAt, now)}.
        </p>
        <div className={styles.buttons}>
          {tenant?.sandbox ? (
            <Button
              icon={<BeakerRegular />}
              size="small"
              appearance="primary"
              onClick={() => goTo("sandbox", { mail: invited.mail })}
            >
              Play this guest in the sandbox
            </Button>
          ) : null}
          <Button
            icon={<PersonRegular />}
            size="small"
            onClick={() => goTo("guests", writeGuestView({ filter: {}, open: invited.guestId }))}
          >
            Open the guest
          </Button>
          <Button
            icon={<LinkRegular />}
            size="small"
            onClick={() => act("copyDirectLink", { id: invited.guestId, name: mail })}
          >
            Copy direct link
          </Button>
          <Button icon={<MailAddRegular />} size="small" appearance="subtle" onClick={onAnother}>
            Invite another
          </Button>
        </div>
      </div>
    </section>
  );
}
