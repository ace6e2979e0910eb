import { Button, Link, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { InfoRegular } from "@fluentui/react-icons";
import { verbIcons } from "../../components/verbIcons";
import { verbNames } from "../../components/words";
import { formatNumber } from "../../format/format";
import type { GuestView } from "../../ipc/bindings";
import { useCanWrite } from "../../ipc/useApp";
import { ramp } from "../../theme/type";
import { type BulkVerb, bulkVerbs, fitting } from "./bulkPlan";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "center",
    gap: "2px",
    minHeight: "40px",
    boxSizing: "border-box",
    flexShrink: 0,
    padding: "0 20px",
    backgroundColor: tokens.colorBrandBackground2,
    borderBottom: `1px solid ${tokens.colorBrandStroke2}`,
    ...ramp.caption,
  },
  // Beside the panel the actions take a second line; what explains them goes first.
  actions: { display: "flex", flexWrap: "wrap", columnGap: "2px" },
  count: { whiteSpace: "nowrap", fontWeight: tokens.fontWeightSemibold, marginRight: "6px" },
  clear: { ...ramp.caption },
  rule: {
    width: "1px",
    height: "20px",
    margin: "0 8px 0 12px",
    backgroundColor: tokens.colorBrandStroke2,
  },
  button: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightRegular,
    minWidth: 0,
    padding: "0 8px",
    whiteSpace: "nowrap",
    "& .fui-Button__icon": { fontSize: "16px", width: "16px", height: "16px" },
  },
  danger: {
    color: tokens.colorStatusDangerForeground1,
    ":hover": { color: tokens.colorStatusDangerForeground1 },
    ":hover:active": { color: tokens.colorStatusDangerForeground1 },
    ":hover .fui-Button__icon": { color: tokens.colorStatusDangerForeground1 },
  },
  note: {
    display: "inline-flex",
    alignItems: "center",
    gap: "5px",
    marginLeft: "auto",
    color: tokens.colorNeutralForeground3,
    minWidth: 0,
    flexShrink: 1000,
    overflow: "hidden",
    whiteSpace: "nowrap",
    "& svg": { flexShrink: 0 },
  },
});

interface Props {
  chosen: ReadonlyArray<GuestView>;
  deleted: boolean;
  onClear: () => void;
  onAct: (verb: BulkVerb) => void;
}

/** What can be done to the chosen guests. A number in brackets: the action fits only so many of them. */
export function BulkBar({ chosen, deleted, onClear, onAct }: Props) {
  const styles = useStyles();
  const canWrite = useCanWrite();
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected guests">
      <span className={styles.count} role="status">
        {formatNumber(chosen.length)} selected
      </span>
      <Link className={styles.clear} onClick={onClear}>
        Clear
      </Link>
      <span className={styles.rule} aria-hidden />
      <span className={styles.actions}>
        {bulkVerbs(deleted).map((verb) => {
          const Icon = verbIcons[verb];
          const fit = fitting(verb, chosen).length;
          const isOff = fit === 0 || !canWrite;
          return (
            <Tooltip
              key={verb}
              relationship="description"
              content={
                !canWrite
                  ? "Changes need the tenant: you are offline or not signed in"
                  : fit === 0
                    ? "Fits none of the selected guests"
                    : "Shows what will change, then asks"
              }
            >
              <Button
                size="small"
                appearance="transparent"
                icon={<Icon />}
                className={mergeClasses(
                  styles.button,
                  verb === "revokeInvitation" && !isOff && styles.danger,
                )}
                disabledFocusable={isOff}
                onClick={() => onAct(verb)}
              >
                {verbNames[verb]}
                {fit > 0 && fit < chosen.length ? ` (${formatNumber(fit)})` : ""}
              </Button>
            </Tooltip>
          );
        })}
      </span>
      <span className={styles.note}>
        <InfoRegular fontSize={14} aria-hidden />
        Opens a plan to review
      </span>
    </div>
  );
}
