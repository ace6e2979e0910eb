import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  makeStyles,
  Skeleton,
  SkeletonItem,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { CopyButton } from "../../components/CopyButton";
import { ProblemBar } from "../../components/ProblemBar";
import { sourceNames } from "../../components/words";
import { formatLogTime, plainText } from "../../format/format";
import type { TimelineStageView } from "../../ipc/bindings";
import { rawRowQuery } from "../../ipc/queries";
import { useNow } from "../../ipc/useApp";
import { ramp } from "../../theme/type";

const useStyles = makeStyles({
  none: { ...ramp.caption, color: tokens.colorNeutralForeground3 },
  head: { ...ramp.caption },
  text: { display: "block", ...ramp.axis, color: tokens.colorNeutralForeground3 },
  raw: { position: "relative" },
  copy: { position: "absolute", right: "4px", top: "4px" },
  json: {
    ...ramp.code,
    margin: "0 0 8px",
    padding: "8px",
    maxHeight: "320px",
    overflow: "auto",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    userSelect: "text",
    borderRadius: "4px",
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

interface Props {
  stages: ReadonlyArray<TimelineStageView>;
  /** The row that is open, by its handle. */
  open: string | null;
  onOpen: (row: string | null) => void;
}

/** The rows behind the timeline as Graph sent them, newest first. */
export function LogRows({ stages, open, onOpen }: Props) {
  const styles = useStyles();
  const now = useNow();
  const rows = stages
    .flatMap((stage) => stage.evidence)
    .flatMap(({ row, ...evidence }) => (row ? [{ ...evidence, row }] : []))
    .filter((evidence, index, all) => all.findIndex((other) => other.row === evidence.row) === index)
    .sort((one, other) => other.at.localeCompare(one.at));
  const isKnown = open === null || rows.some((row) => row.row === open);
  if (rows.length === 0 && isKnown)
    return <p className={styles.none}>No log row about this guest is held on this computer.</p>;
  return (
    <Accordion
      collapsible
      openItems={open === null ? [] : [open]}
      onToggle={(_, change) => onOpen(change.openItems.length > 0 ? String(change.value) : null)}
    >
      {isKnown ? null : (
        <AccordionItem value={open}>
          <AccordionHeader size="small" as="h4">
            <span className={styles.head}>The row that was looked for</span>
          </AccordionHeader>
          <AccordionPanel>
            <RawRow row={open} />
          </AccordionPanel>
        </AccordionItem>
      )}
      {rows.map((evidence) => (
        <AccordionItem key={evidence.row} value={evidence.row}>
          <AccordionHeader size="small" as="h4">
            <span className={styles.head}>
              {formatLogTime(evidence.at, now)} · {sourceNames[evidence.source]}
              <bdi className={styles.text}>{plainText(evidence.text)}</bdi>
            </span>
          </AccordionHeader>
          <AccordionPanel>{open === evidence.row ? <RawRow row={evidence.row} /> : null}</AccordionPanel>
        </AccordionItem>
      ))}
    </Accordion>
  );
}

function RawRow({ row }: { row: string }) {
  const styles = useStyles();
  const raw = useQuery(rawRowQuery(row));
  if (raw.error) return <ProblemBar problem={raw.error.view} inset onRetry={() => void raw.refetch()} />;
  if (!raw.data) {
    return (
      <Skeleton aria-label="Loading the row">
        <SkeletonItem size={64} />
      </Skeleton>
    );
  }
  return (
    <div className={styles.raw}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long rows scroll, which needs the keyboard */}
      <pre className={styles.json} tabIndex={0}>
        {raw.data.json}
      </pre>
      <span className={styles.copy}>
        <CopyButton text={raw.data.json} what="Row" />
      </span>
    </div>
  );
}
