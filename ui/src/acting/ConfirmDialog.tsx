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
import { usePlanStyles } from "./planStyles";

const useStyles = makeStyles({
  surface: { maxWidth: "480px" },
  warning: { color: tokens.colorStatusWarningForeground1 },
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
  const look = usePlanStyles();
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
          <DialogContent className={look.content}>
            <bdi className={look.who}>{plainText(ready?.guestName ?? guest.name)}</bdi>
            {ready ? (
              <>
                <p className={look.effect}>{ready.effect}</p>
                {guest.warning ? (
                  <div className={mergeClasses(look.fact, styles.warning)}>
                    <WarningRegular fontSize={16} aria-hidden />
                    <span>{guest.warning}</span>
                  </div>
                ) : null}
                <div className={look.fact}>
                  <ArrowUndoRegular fontSize={16} aria-hidden />
                  <span>{ready.undo}</span>
                </div>
                <div className={look.fact}>
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
              className={mergeClasses(look.button, verb === "revokeInvitation" && look.danger)}
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
