import {
  Combobox,
  Field,
  Input,
  makeStyles,
  Option,
  Switch,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { CheckmarkCircleRegular, QuestionCircleRegular, WarningRegular } from "@fluentui/react-icons";
import { formatDay, formatNumber } from "../format/format";
import type { PreflightView } from "../ipc/bindings";
import { useApp, useNow } from "../ipc/useApp";
import { ramp } from "../theme/type";
import { type InviteFields, LINK_DAYS, languages, MESSAGE_MAX } from "./inviteFields";

const useStyles = makeStyles({
  side: {
    width: "300px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: "12px 16px 16px",
    overflowY: "auto",
    overflowX: "hidden",
    "@media (max-width: 860px)": {
      width: "100%",
      overflowY: "visible",
      borderLeft: "none",
      borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    },
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    display: "flex",
    flexDirection: "column",
    gap: "12px",
    "& .fui-Field__label": { ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
  },
  title: { ...ramp.section, margin: 0 },
  send: { display: "flex", alignItems: "center", justifyContent: "space-between" },
  sendTitle: { display: "block", ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
  message: { "& textarea": { minHeight: "72px" } },
  rule: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: "12px" },
  may: {
    display: "flex",
    flexDirection: "column",
    gap: "4px",
    margin: "6px 0 0",
    padding: 0,
    listStyleType: "none",
    ...ramp.caption,
  },
  line: { display: "grid", gridTemplateColumns: "16px 1fr", columnGap: "6px" },
  ok: { color: tokens.colorStatusSuccessForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  unknown: { color: tokens.colorNeutralForeground3 },
  small: { ...ramp.caption, display: "block", color: tokens.colorNeutralForeground3, margin: 0 },
});

interface Props {
  fields: InviteFields;
  set: (change: Partial<InviteFields>) => void;
  preflight: PreflightView | undefined;
}

/** How the invitation is made: mail, landing page, message, language, cc, link, and whether one may. */
export function InviteOptions({ fields, set, preflight }: Props) {
  const styles = useStyles();
  const now = useNow(3_600_000);
  const finding = (field: string) => {
    const found = preflight?.findings.find((known) => known.field === field && known.verdict !== "ready");
    if (!found) return {};
    return {
      validationMessage: found.text,
      validationState: found.verdict === "blocked" ? ("error" as const) : ("warning" as const),
    };
  };
  const until = new Date(now.getTime() + LINK_DAYS * 86_400_000);
  const language = languages.find(([code]) => code === fields.language);
  return (
    <section className={styles.side} aria-label="Invitation">
      <h2 className={styles.title}>Invitation</h2>
      <div className={styles.send}>
        <span>
          <label htmlFor="send-message" className={styles.sendTitle}>
            Send invite message
          </label>
          <span className={styles.small}>Off: you hand over the link yourself</span>
        </span>
        <Switch
          id="send-message"
          checked={fields.sendMessage}
          onChange={(_, change) => set({ sendMessage: change.checked })}
        />
      </div>
      <Field label="Redirect URL" hint="Empty: My Apps of this tenant" {...finding("redirectUrl")}>
        <Input
          type="url"
          spellCheck={false}
          placeholder="https://myapplications.microsoft.com"
          value={fields.redirectUrl}
          onChange={(_, change) => set({ redirectUrl: change.value })}
        />
      </Field>
      {fields.sendMessage ? (
        <>
          <Field
            label={`Message (plain text, ${formatNumber(fields.message.length)} of ${formatNumber(MESSAGE_MAX)})`}
            {...finding("message")}
          >
            <Textarea
              className={styles.message}
              resize="vertical"
              maxLength={MESSAGE_MAX}
              value={fields.message}
              onChange={(_, change) => set({ message: change.value })}
            />
          </Field>
          <Field
            label="Language"
            {...(fields.message.trim() && fields.language
              ? {
                  validationState: "warning" as const,
                  validationMessage: "Microsoft ignores the language where there is a message.",
                }
              : finding("language"))}
          >
            <Combobox
              placeholder="The tenant’s language"
              selectedOptions={fields.language ? [fields.language] : []}
              defaultValue={language?.[1] ?? ""}
              clearable
              onOptionSelect={(_, change) => set({ language: change.optionValue ?? "" })}
            >
              {languages.map(([code, name]) => (
                <Option key={code} value={code} text={name}>
                  <span lang={code}>{name}</span>
                </Option>
              ))}
            </Combobox>
          </Field>
          <Field label="Cc recipient" {...finding("cc")}>
            <Input
              type="email"
              spellCheck={false}
              value={fields.cc}
              onChange={(_, change) => set({ cc: change.value })}
            />
          </Field>
        </>
      ) : null}
      <div>
        <div style={{ fontWeight: 600, fontSize: 12, lineHeight: "16px" }}>Invitation link</div>
        <p className={styles.small}>
          {LINK_DAYS} days, single use, until {formatDay(until, now)}. Usher keeps this deadline and reminds
          you. Entra itself does not enforce it.
        </p>
      </div>
      <div className={styles.rule}>
        <h2 className={styles.title}>May I do this?</h2>
        <May />
      </div>
    </section>
  );
}

function May() {
  const styles = useStyles();
  const { permissions, account } = useApp();
  const invite = permissions.find((permission) => permission.scope === "User.Invite.All");
  if (!invite) return <p className={styles.small}>Not known: nobody is signed in.</p>;
  const held = account === null ? null : invite.held;
  const look = held === null ? styles.unknown : held ? styles.ok : styles.warning;
  const Icon = held === null ? QuestionCircleRegular : held ? CheckmarkCircleRegular : WarningRegular;
  return (
    <ul className={styles.may}>
      <li className={styles.line}>
        <Icon fontSize={16} className={look} aria-hidden />
        <span>
          {invite.scope}: {held === null ? "not known" : held ? "you have it" : "you do not have it"}
        </span>
      </li>
      <li className={styles.line}>
        <span />
        <span className={styles.unknown}>Least role: {invite.leastRole}</span>
      </li>
    </ul>
  );
}
