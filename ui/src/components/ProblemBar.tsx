import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { ArrowClockwiseRegular, CopyRegular } from "@fluentui/react-icons";
import type { ProblemView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { problemDetails, problemShapes } from "../ipc/errors";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  bar: { flexShrink: 0, borderRadius: 0, borderLeft: "none", borderRight: "none", paddingLeft: "20px" },
  inset: { borderRadius: "4px" },
  next: { display: "block", color: tokens.colorNeutralForeground2 },
  request: { ...ramp.code, color: tokens.colorNeutralForeground3, userSelect: "text" },
});

interface Props {
  problem: ProblemView;
  onRetry?: (() => void) | undefined;
  onSignIn?: (() => void) | undefined;
  /** True inside a card or form, false across the page. */
  inset?: boolean;
}

/** A problem, above what is still on screen: what happened, next step, request ID, Copy details. */
export function ProblemBar({ problem, onRetry, onSignIn, inset = false }: Props) {
  const styles = useStyles();
  const shape = problemShapes[problem.code];
  return (
    <MessageBar
      intent={shape.intent}
      layout="multiline"
      politeness={shape.intent === "error" ? "assertive" : "polite"}
      className={inset ? styles.inset : styles.bar}
    >
      <MessageBarBody>
        <MessageBarTitle>{shape.title}.</MessageBarTitle> {problem.message}{" "}
        <span className={styles.next}>
          {problem.nextStep}
          {problem.retryAfterSeconds === null
            ? ""
            : ` Usher continues in ${problem.retryAfterSeconds} s, nothing is lost.`}
        </span>
        {problem.requestId ? <span className={styles.request}>Request ID {problem.requestId}</span> : null}
      </MessageBarBody>
      <MessageBarActions>
        {shape.remedy === "signIn" && onSignIn ? (
          <Button size="small" onClick={onSignIn}>
            Sign in again
          </Button>
        ) : null}
        {onRetry ? (
          <Button size="small" icon={<ArrowClockwiseRegular />} onClick={onRetry}>
            Try again
          </Button>
        ) : null}
        <Button
          size="small"
          appearance="transparent"
          icon={<CopyRegular />}
          onClick={() => void ipc.copyText(problemDetails(problem, new Date())).catch(() => {})}
        >
          Copy details
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
