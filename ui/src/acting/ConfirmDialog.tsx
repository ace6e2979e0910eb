import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from "@fluentui/react-components";
import { ArrowUndoRegular, ShieldKeyholeRegular, WarningRegular } from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ProblemBar } from "../components/ProblemBar";
import { useReturnFocus } from "../components/useReturnFocus";
import { verbIcons } from "../components/verbIcons";
import { verbNames } from "../components/words";
import { plainText } from "../format/format";
import type { ActionVerb, OutcomeView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  surface: { maxWidth: "480px" },
  content: { display: "flex", flexDirection: "column", gap: "12px" },
  who: { ...ramp.body, fontWeight: tokens.fontWeightSemibold, overflowWrap: "anywhere" },
  effect: { ...ramp.body, margin: 0, overflowWrap: "anywhere" },
  fact: { display: "flex", gap: "8px", ...ramp.caption, color: tokens.colorNeutralForeground2 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  button: { flexShrink: 0, whiteSpace: "nowrap" },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ":hover": {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ":hover:active": {
      backgroundColor: tokens.colorStatusDangerBackground3Pressed,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});

interface Props {
  verb: ActionVerb;
  guest: { id: string; name: string; warning?: string };
  onClose: () => void;
  onOutcome: (outcome: OutcomeView) => void;
}

/** The plan for one guest: who, what changes, undo, permission. Enter applies; nothing was sent before. */
export function ConfirmDialog({ verb, guest, onClose, onOutcome }: Props) {
  const styles = useStyles();
  useReturnFocus();
  const primary = useRef<HTMLButtonElement>(null);
  const plan = useMutation({ mutationFn: () => ipc.planAction(guest.id, verb) });
  const apply = useMutation({ mutationFn: ipc.applyPlan, onSuccess: onOutcome });
  const { mutate: makePlan } = plan;
  useEffect(() => makePlan(), [makePlan]);
  const ready = plan.data;
  useEffect(() => {
    if (ready) primary.current?.focus();
  }, [ready]);
  const problem = apply.error?.view ?? plan.error?.view ?? null;
  const Icon = verbIcons[verb];
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, change) => {
        // An answer under way is waited for: closing would hide how it ended.
        if (!change.open && !apply.isPending) onClose();
      }}
    >
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{ready?.title ?? verbNames[verb]}</DialogTitle>
          <DialogContent className={styles.content}>
            <bdi className={styles.who}>{plainText(ready?.guestName ?? guest.name)}</bdi>
            {ready ? (
              <>
                <p className={styles.effect}>{ready.effect}</p>
                {guest.warning ? (
                  <div className={mergeClasses(styles.fact, styles.warning)}>
                    <WarningRegular fontSize={16} aria-hidden />
                    <span>{guest.warning}</span>
                  </div>
                ) : null}
                <div className={styles.fact}>
                  <ArrowUndoRegular fontSize={16} aria-hidden />
                  <span>{ready.undo}</span>
                </div>
                <div className={styles.fact}>
                  <ShieldKeyholeRegular fontSize={16} aria-hidden />
                  <span>{ready.permission}</span>
                </div>
              </>
            ) : problem ? null : (
              <Skeleton aria-label="Planning">
                <SkeletonItem size={16} />
                <SkeletonItem size={16} style={{ width: "60%", marginTop: 8 }} />
              </Skeleton>
            )}
            {problem ? (
              <ProblemBar
                problem={problem}
                inset
                onRetry={() => {
                  apply.reset();
                  makePlan();
                }}
              />
            ) : null}
          </DialogContent>
          <DialogActions>
            <Button
              ref={(button: HTMLButtonElement | null) => {
                primary.current = button;
              }}
              appearance="primary"
              icon={<Icon />}
              className={mergeClasses(styles.button, verb === "revokeInvitation" && styles.danger)}
              disabledFocusable={!ready || apply.isPending || apply.isError}
              onClick={() => {
                if (ready) apply.mutate(ready);
              }}
            >
              {apply.isPending ? "Applying…" : (ready?.title ?? verbNames[verb])}
            </Button>
            <Button onClick={onClose} disabledFocusable={apply.isPending}>
              Cancel
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
