import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  ProgressBar,
  tokens,
} from "@fluentui/react-components";
import { ArrowUndoRegular, InfoRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { usePlanStyles } from "../../acting/planStyles";
import { StateBadge, type StateKind } from "../../components/StateBadge";
import { useReturnFocus } from "../../components/useReturnFocus";
import { verbIcons } from "../../components/verbIcons";
import { verbNames } from "../../components/words";
import { formatCount, formatNumber, plainText } from "../../format/format";
import type { GuestView, OutcomeKind } from "../../ipc/bindings";
import { ramp } from "../../theme/type";
import { type BulkVerb, bulkEffect, firstNames, fitting, needsTypedCount } from "./bulkPlan";
import { type BulkRun, useBulkRun } from "./useBulkRun";

const useStyles = makeStyles({
  surface: { maxWidth: "560px" },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    maxHeight: "260px",
    overflowY: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: "4px",
  },
  row: {
    display: "grid",
    gridTemplateColumns: "92px minmax(0, 1fr)",
    columnGap: "8px",
    alignItems: "start",
    padding: "6px 10px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ...ramp.caption,
  },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: "anywhere" },
  message: { display: "block", color: tokens.colorNeutralForeground3 },
});

const outcomes = {
  failed: { kind: "error", word: "Failed", words: "failed" },
  unknown: { kind: "warning", word: "Not known", words: "not known" },
  skipped: { kind: "warning", word: "Skipped", words: "skipped" },
  done: { kind: "ok", word: "Done", words: "done" },
} as const satisfies Record<OutcomeKind, { kind: StateKind; word: string; words: string }>;
const ORDER = Object.keys(outcomes) as OutcomeKind[];

/** The verb that takes a finished one back, where there is one. */
const undoOf: Partial<Record<BulkVerb, BulkVerb>> = {
  blockSignIn: "unblockSignIn",
  unblockSignIn: "blockSignIn",
  revokeInvitation: "restore",
};

interface Props {
  verb: BulkVerb;
  chosen: ReadonlyArray<GuestView>;
  onClose: (ran: boolean) => void;
}

/** The plan for several guests: who, what changes, undo; then each guest in turn, and what came of it. */
export function BulkDialog({ verb, chosen, onClose }: Props) {
  const styles = useStyles();
  const look = usePlanStyles();
  useReturnFocus();
  // What was planned stays, whatever the list behind it does.
  const [guests] = useState(() => fitting(verb, chosen));
  const { run, start, stop } = useBulkRun(verb);
  const isRunning = run.state === "running";
  const undo = undoOf[run.verb];
  const done = run.steps.filter((step) => step.result === "done").map((step) => step.guest);
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, change) => {
        // A step under way is waited for: closing would hide how it ended.
        if (!change.open && !isRunning) onClose(run.state === "ended");
      }}
    >
      <DialogSurface className={styles.surface}>
        {run.state === "ready" ? (
          <Review
            verb={verb}
            guests={guests}
            leftOut={chosen.length - guests.length}
            onApply={() => void start(verb, guests)}
            onClose={() => onClose(false)}
          />
        ) : (
          <DialogBody>
            <DialogTitle>{verbNames[run.verb]}</DialogTitle>
            <DialogContent className={look.content}>
              <Progress run={run} />
              <Results run={run} />
            </DialogContent>
            <DialogActions>
              {isRunning ? (
                <Button onClick={stop}>Stop after this step</Button>
              ) : (
                <>
                  {undo && done.length > 0 ? (
                    <Button icon={<ArrowUndoRegular />} onClick={() => void start(undo, done)}>
                      Undo {formatCount(done.length, "step")}
                    </Button>
                  ) : null}
                  <Button appearance="primary" onClick={() => onClose(true)}>
                    Close
                  </Button>
                </>
              )}
            </DialogActions>
          </DialogBody>
        )}
      </DialogSurface>
    </Dialog>
  );
}

interface ReviewProps {
  verb: BulkVerb;
  guests: ReadonlyArray<GuestView>;
  leftOut: number;
  onApply: () => void;
  onClose: () => void;
}

function Review({ verb, guests, leftOut, onApply, onClose }: ReviewProps) {
  const look = usePlanStyles();
  const [typed, setTyped] = useState("");
  const { effect, undo } = bulkEffect(verb, guests.length);
  const isTyped = !needsTypedCount(verb, guests.length) || typed.trim() === String(guests.length);
  const Icon = verbIcons[verb];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped) onApply();
      }}
    >
      <DialogBody>
        <DialogTitle>{verbNames[verb]}</DialogTitle>
        <DialogContent className={look.content}>
          <bdi className={look.who}>{firstNames(guests)}</bdi>
          <p className={look.effect}>{effect}</p>
          <div className={look.fact}>
            <ArrowUndoRegular fontSize={16} aria-hidden />
            <span>{undo}</span>
          </div>
          <div className={look.fact}>
            <InfoRegular fontSize={16} aria-hidden />
            <span>
              Each guest is read again just before the change; one that changed since is left alone. Every
              step is written to the ledger.
              {leftOut > 0
                ? ` ${formatCount(leftOut, "selected guest")} left out: the action does not fit.`
                : ""}
            </span>
          </div>
          {needsTypedCount(verb, guests.length) ? (
            <Field label={`Type ${guests.length} to go on`}>
              <Input
                inputMode="numeric"
                autoFocus
                value={typed}
                onChange={(_, change) => setTyped(change.value)}
              />
            </Field>
          ) : null}
        </DialogContent>
        <DialogActions>
          <Button
            type="submit"
            appearance="primary"
            icon={<Icon />}
            className={mergeClasses(look.button, verb === "revokeInvitation" && look.danger)}
            disabledFocusable={!isTyped}
          >
            {`Apply ${formatCount(guests.length, "step")}`}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}

function Progress({ run }: { run: BulkRun }) {
  const look = usePlanStyles();
  const parts = ORDER.toReversed().flatMap((result) => {
    const count = run.steps.filter((step) => step.result === result).length;
    return count > 0 ? [`${formatNumber(count)} ${outcomes[result].words}`] : [];
  });
  const waiting = run.total - run.steps.length;
  if (waiting > 0)
    parts.push(`${formatNumber(waiting)} ${run.state === "running" ? "waiting" : "not tried"}`);
  return (
    <>
      <ProgressBar
        aria-label={verbNames[run.verb]}
        thickness="large"
        value={run.steps.length}
        max={Math.max(run.total, 1)}
      />
      <p className={look.effect} role="status">
        {parts.join(", ")}
      </p>
      {run.stopped ? <p className={look.effect}>{run.stopped}</p> : null}
    </>
  );
}

/** Problems first; what went well is counted above and listed last. */
function Results({ run }: { run: BulkRun }) {
  const styles = useStyles();
  if (run.state === "running") return null;
  const steps = ORDER.flatMap((result) => run.steps.filter((step) => step.result === result));
  return (
    <ul className={styles.list} aria-label="Results">
      {steps.map(({ guest, result, message }) => (
        <li key={guest.id} className={styles.row}>
          <span>
            <StateBadge kind={outcomes[result].kind}>{outcomes[result].word}</StateBadge>
          </span>
          <span>
            <bdi className={styles.name}>{plainText(guest.displayName || guest.mail || guest.id)}</bdi>
            <span className={styles.message}>{plainText(message)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
