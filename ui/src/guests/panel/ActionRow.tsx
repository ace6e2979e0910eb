import { Button, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { useAct } from "../../acting/ActionProvider";
import { verbIcons } from "../../components/verbIcons";
import type { ActionVerb, ActionView, CauseView } from "../../ipc/bindings";
import { ramp } from "../../theme/type";

const useStyles = makeStyles({
  row: { display: "flex", flexWrap: "wrap", flexShrink: 0, gap: "0 8px", padding: "6px 10px 0" },
  button: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightRegular,
    minWidth: 0,
    height: "24px",
    padding: "0 6px",
    whiteSpace: "nowrap",
    "& .fui-Button__icon": { fontSize: "14px", width: "14px", height: "14px" },
  },
  danger: {
    color: tokens.colorStatusDangerForeground1,
    ":hover": { color: tokens.colorStatusDangerForeground1 },
    ":hover:active": { color: tokens.colorStatusDangerForeground1 },
    ":hover .fui-Button__icon": { color: tokens.colorStatusDangerForeground1 },
  },
});

/** Why not, where it cannot be pressed; then the permission it uses. */
export function actionTooltip(action: ActionView, otherwise = ""): string {
  const parts = [action.enabled ? "" : (action.disabledReason ?? ""), action.permission ?? ""];
  return parts.filter((part) => part !== "").join("\n") || otherwise || action.label;
}

/** A mail more does not get in whom something else stops. It stays possible: the cause may have been removed just now. */
function warningOf(action: ActionView, cause: CauseView | null): string {
  return action.verb === "resendInvitation" && action.enabled && cause?.resendHelps === false
    ? `Resending alone does not help: ${cause.title}.`
    : "";
}

/** Two buttons for one switch: the one that is off is left out when the other can be pressed. */
const opposite: Partial<Record<ActionVerb, ActionVerb>> = {
  blockSignIn: "unblockSignIn",
  unblockSignIn: "blockSignIn",
};

interface Props {
  actions: ReadonlyArray<ActionView>;
  guest: { id: string; name: string };
  /** Shown on the cause card already. */
  cure: ActionVerb | null;
  /** Why the guest is not in; null where nothing is wrong. */
  cause: CauseView | null;
}

/** What can be done to the guest. A missing right never hides a button; it disables it and says why. */
export function ActionRow({ actions, guest, cure, cause }: Props) {
  const styles = useStyles();
  const act = useAct();
  const shown = actions.filter((action) => {
    if (action.verb === cure) return false;
    const other = actions.find((candidate) => candidate.verb === opposite[action.verb]);
    return action.enabled || !other?.enabled || other.verb === cure;
  });
  return (
    <div className={styles.row} role="toolbar" aria-label="Actions">
      {shown.map((action) => {
        const Icon = verbIcons[action.verb];
        const warning = warningOf(action, cause);
        return (
          <Tooltip
            key={action.verb}
            content={[warning, actionTooltip(action)].filter(Boolean).join("\n")}
            relationship="description"
          >
            <Button
              size="small"
              appearance="transparent"
              icon={<Icon />}
              className={mergeClasses(
                styles.button,
                action.verb === "revokeInvitation" && action.enabled && styles.danger,
              )}
              disabledFocusable={!action.enabled}
              onClick={() => act(action.verb, warning ? { ...guest, warning } : guest)}
            >
              {action.label}
            </Button>
          </Tooltip>
        );
      })}
    </div>
  );
}
