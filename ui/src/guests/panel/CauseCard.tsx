import { Button, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { CopyRegular, OpenRegular } from "@fluentui/react-icons";
import { useAct } from "../../acting/ActionProvider";
import { useAdminCenter } from "../../components/useAdminCenter";
import { useCopy } from "../../components/useCopy";
import { verbIcons } from "../../components/verbIcons";
import { verbNames } from "../../components/words";
import type { ActionView, CauseView } from "../../ipc/bindings";
import { ramp } from "../../theme/type";
import { actionTooltip } from "./ActionRow";

const useStyles = makeStyles({
  card: {
    position: "relative",
    flexShrink: 0,
    margin: "0 16px",
    padding: "9px 12px 9px 14px",
    borderRadius: "4px",
    border: "1px solid",
    borderLeftWidth: "3px",
    overflow: "hidden",
  },
  stopped: {
    backgroundColor: tokens.colorStatusDangerBackground1,
    borderTopColor: tokens.colorStatusDangerBorder1,
    borderRightColor: tokens.colorStatusDangerBorder1,
    borderBottomColor: tokens.colorStatusDangerBorder1,
    borderLeftColor: tokens.colorStatusDangerForeground1,
  },
  open: {
    backgroundColor: tokens.colorStatusWarningBackground1,
    borderTopColor: tokens.colorStatusWarningBorder1,
    borderRightColor: tokens.colorStatusWarningBorder1,
    borderBottomColor: tokens.colorStatusWarningBorder1,
    borderLeftColor: tokens.colorStatusWarningForeground1,
  },
  head: { display: "flex", alignItems: "baseline", gap: "8px" },
  title: { ...ramp.section, margin: 0, flex: 1 },
  code: { ...ramp.axis, color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground2, margin: "2px 0 0" },
  buttons: {
    "& .fui-Button__icon": { fontSize: "16px", width: "16px", height: "16px" },
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "8px",
    marginTop: "8px",
  },
  undo: { ...ramp.axis, color: tokens.colorNeutralForeground2, marginLeft: "auto" },
});

interface Props {
  cause: CauseView;
  guest: { id: string; name: string };
  /** The cure as an action of this guest, where it is one. */
  cure: ActionView | undefined;
}

/** Why the guest is not in, how sure that is, and the one click that fixes it. */
export function CauseCard({ cause, guest, cure }: Props) {
  const styles = useStyles();
  const act = useAct();
  const copy = useCopy();
  const adminCenter = useAdminCenter();
  const Icon = cure ? verbIcons[cure.verb] : null;
  const sign = [cause.code === null ? null : `AADSTS${cause.code}`, cause.confidence]
    .filter(Boolean)
    .join(" · ");
  return (
    <section
      className={mergeClasses(styles.card, cause.interrupted ? styles.open : styles.stopped)}
      aria-label="Cause"
    >
      <div className={styles.head}>
        <h3 className={styles.title}>{cause.title}</h3>
        <span className={styles.code}>{sign}</span>
      </div>
      <p className={styles.text}>{cause.explanation}</p>
      {cure ? null : <p className={styles.text}>{cause.remedy}</p>}
      <div className={styles.buttons}>
        {cure && Icon ? (
          <Tooltip content={actionTooltip(cure, cause.remedy)} relationship="description">
            <Button
              size="small"
              appearance="primary"
              icon={<Icon />}
              disabledFocusable={!cure.enabled}
              onClick={() => act(cure.verb, guest)}
            >
              {cure.label || verbNames[cure.verb]}
            </Button>
          </Tooltip>
        ) : null}
        {!cure && cause.setting ? (
          <Tooltip
            content={`Opens ${cause.setting} in the Microsoft Entra admin center`}
            relationship="description"
          >
            <Button
              size="small"
              appearance="primary"
              icon={<OpenRegular />}
              onClick={() => adminCenter.openSetting(cause.key)}
            >
              Open setting
            </Button>
          </Tooltip>
        ) : null}
        {cause.textForGuest ? (
          <Tooltip content={<span lang="en">{cause.textForGuest}</span>} relationship="description">
            <Button
              size="small"
              icon={<CopyRegular />}
              onClick={() => copy(cause.textForGuest, "Text for the guest")}
            >
              Copy text for the guest
            </Button>
          </Tooltip>
        ) : null}
        {cure ? (
          <span className={styles.undo}>{cause.canBeUndone ? "Can be undone" : "Cannot be undone"}</span>
        ) : null}
      </div>
    </section>
  );
}
