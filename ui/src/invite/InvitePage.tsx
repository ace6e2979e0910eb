import { Button, Field, Input, makeStyles, Tooltip, tokens } from "@fluentui/react-components";
import { SendRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { OfflineBar } from "../components/OfflineBar";
import { PageHeader } from "../components/PageHeader";
import { ProblemBar } from "../components/ProblemBar";
import { middleEllipsis, plainText } from "../format/format";
import type { InvitedView, InviteForm } from "../ipc/bindings";
import { preflightQuery } from "../ipc/queries";
import { useApp, useCanWrite } from "../ipc/useApp";
import { useAddress } from "../shell/address";
import { ramp } from "../theme/type";
import { InvitedCard } from "./InvitedCard";
import { InviteOptions } from "./InviteOptions";
import { emptyFields, type InviteFields, inviteForm } from "./inviteFields";
import { Preflight } from "./Preflight";
import { ReviewDialog } from "./ReviewDialog";

const useStyles = makeStyles({
  // Zoomed in, the form goes under the rest.
  body: {
    display: "flex",
    flex: 1,
    minHeight: 0,
    "@media (max-width: 860px)": { flexDirection: "column", overflowY: "auto" },
  },
  main: {
    flex: 1,
    minWidth: 0,
    overflowY: "auto",
    "@media (max-width: 860px)": { flex: "none", overflowY: "visible" },
    padding: "16px 20px",
    backgroundColor: tokens.colorNeutralBackground1,
    display: "flex",
    flexDirection: "column",
    gap: "16px",
    "& .fui-Field__label": { ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
  },
  who: {
    display: "grid",
    gridTemplateColumns: "3fr 2fr",
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
    gap: "12px",
    maxWidth: "920px",
    alignItems: "start",
  },
  wide: { maxWidth: "920px" },
  footer: {
    display: "flex",
    alignItems: "center",
    gap: "16px",
    height: "60px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: "0 20px",
    borderTop: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  sum: { flex: 1, minWidth: 0 },
  sumTitle: { ...ramp.section, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  sumText: { ...ramp.caption, color: tokens.colorNeutralForeground3 },
});

const CHECK_AFTER_MS = 250;

/** Invites one guest; what is known is said before anything is sent. */
export default function InvitePage() {
  const styles = useStyles();
  const { params } = useAddress();
  const { tenant } = useApp();
  const canWrite = useCanWrite();
  const [fields, setFields] = useState<InviteFields>(() => ({
    ...emptyFields,
    mail: params.get("mail") ?? "",
  }));
  const [reviewing, setReviewing] = useState(false);
  const [invited, setInvited] = useState<InvitedView | null>(null);
  const set = (change: Partial<InviteFields>) => setFields((old) => ({ ...old, ...change }));

  const form = inviteForm(fields);
  const checked = useSettled(form);
  const hasMail = Boolean(checked.mail);
  const preflight = useQuery({ ...preflightQuery(checked), enabled: hasMail });
  const isCurrent = JSON.stringify(form) === JSON.stringify(checked) && !preflight.isPlaceholderData;
  const known = hasMail && form.mail ? preflight.data : undefined;

  const mail = middleEllipsis(plainText(form.mail ?? ""), 60);
  const isBlocked = known?.verdict === "blocked";
  const why = !form.mail
    ? "Type an address first"
    : isBlocked
      ? "Blocked: see the findings"
      : !canWrite
        ? "Inviting needs the tenant: you are offline or not signed in"
        : null;
  const canReview = why === null && known !== undefined && isCurrent;
  const review = () => {
    if (canReview) setReviewing(true);
  };

  return (
    // The form takes Ctrl+Enter from any of its fields.
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below, not a control of its own
    <div
      style={{ display: "contents" }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) review();
      }}
    >
      <PageHeader title="Invite" purpose="An external user, checked before anything is sent" line />
      <OfflineBar />
      <div className={styles.body}>
        <div className={styles.main}>
          {invited ? (
            <div className={styles.wide}>
              <InvitedCard
                key={invited.guestId + invited.invitedAt}
                invited={invited}
                onAnother={() => {
                  setInvited(null);
                  setFields((old) => ({ ...old, mail: "", displayName: "" }));
                }}
              />
            </div>
          ) : (
            <>
              <div className={styles.who}>
                <Field label="Mail address" required>
                  <Input
                    type="email"
                    autoFocus
                    spellCheck={false}
                    placeholder="name@partner.example"
                    value={fields.mail}
                    onChange={(_, change) => set({ mail: change.value })}
                  />
                </Field>
                <Field label="Display name" hint="Empty: the mail address">
                  <Input
                    value={fields.displayName}
                    onChange={(_, change) => set({ displayName: change.value })}
                  />
                </Field>
              </div>
              <div className={styles.wide}>
                {preflight.error ? (
                  <ProblemBar problem={preflight.error.view} inset onRetry={() => void preflight.refetch()} />
                ) : (
                  <Preflight preflight={known} checking={Boolean(form.mail)} />
                )}
              </div>
            </>
          )}
        </div>
        <InviteOptions fields={fields} set={set} preflight={known} />
      </div>
      <footer className={styles.footer}>
        <div className={styles.sum}>
          <div className={styles.sumTitle}>
            {invited ? (
              "Done"
            ) : form.mail ? (
              <bdi>{isBlocked ? `${mail} is blocked` : `1 invitation, ${mail}`}</bdi>
            ) : (
              "No address yet"
            )}
          </div>
          <div className={styles.sumText}>
            {tenant?.sandbox
              ? "Nothing leaves this computer: the mail arrives in the sandbox inbox."
              : fields.sendMessage
                ? "Microsoft sends the mail."
                : "No mail is sent: you hand over the direct link."}
          </div>
        </div>
        <Tooltip content={why ?? "Shows what will happen, then asks (Ctrl+Enter)"} relationship="description">
          <Button
            appearance="primary"
            size="large"
            icon={<SendRegular />}
            disabledFocusable={!canReview || invited !== null}
            onClick={review}
          >
            Review + invite
          </Button>
        </Tooltip>
      </footer>
      {reviewing && known ? (
        <ReviewDialog
          form={form}
          preflight={known}
          onClose={() => setReviewing(false)}
          onInvited={(view) => {
            setReviewing(false);
            setInvited(view);
          }}
        />
      ) : null}
    </div>
  );
}

/** The form once typing has paused. */
function useSettled(form: InviteForm): InviteForm {
  const text = JSON.stringify(form);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled) as InviteForm;
}
