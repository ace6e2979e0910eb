import {
  Button,
  createFocusOutlineStyle,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { CheckmarkCircleFilled, CircleRegular, PlayRegular } from "@fluentui/react-icons";
import { useId, useState } from "react";
import type { LessonView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";
import { SideSection } from "./SideSection";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  row: {
    boxSizing: "border-box",
    width: "100%",
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) auto",
    columnGap: "8px",
    margin: 0,
    padding: "7px 14px",
    border: "none",
    backgroundColor: "transparent",
    color: "inherit",
    font: "inherit",
    textAlign: "start",
    cursor: "pointer",
    "&:hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
    ...createFocusOutlineStyle(),
  },
  title: { ...ramp.caption },
  running: { fontWeight: tokens.fontWeightSemibold },
  state: { ...ramp.axis, color: tokens.colorNeutralForeground3 },
  runningState: { color: own.sandbox },
  progress: { ...ramp.caption, color: tokens.colorNeutralForeground2, gridColumn: "1 / -1" },
  detail: {
    padding: "0 14px 10px",
    display: "flex",
    flexDirection: "column",
    gap: "6px",
    alignItems: "flex-start",
  },
  purpose: { ...ramp.caption, margin: 0, color: tokens.colorNeutralForeground2 },
  steps: { listStyleType: "none", margin: 0, padding: 0 },
  step: { ...ramp.caption, display: "flex", alignItems: "flex-start", gap: "6px", paddingBottom: "4px" },
  icon: { flexShrink: 0, marginTop: "1px" },
  done: { color: tokens.colorStatusSuccessForeground1 },
  open: { color: tokens.colorNeutralForeground3 },
});

/** The lesson that runs, as one line: "Lesson 1, step 4 of 5: accept the permissions". */
export function lessonLine(lessons: readonly LessonView[]): string | null {
  const index = lessons.findIndex((lesson) => lesson.state === "running");
  const lesson = lessons[index];
  if (!lesson) return null;
  const step = lesson.steps.findIndex((each) => !each.done);
  const next = lesson.steps[step];
  const of = `Lesson ${index + 1}`;
  return next ? `${of}, step ${step + 1} of ${lesson.steps.length}: ${next.text}` : `${of}: all steps done`;
}

function progressWords(lesson: LessonView): string {
  const done = lesson.steps.filter((step) => step.done).length;
  switch (lesson.state) {
    case "notStarted":
      return "not started";
    case "running":
      return `${done} of ${lesson.steps.length} steps`;
    case "done":
      return "all steps done";
  }
}

interface Props {
  lessons: readonly LessonView[];
  busy: boolean;
  onStart: (id: string) => void;
  /** Plays the lesson's guest. */
  onPlay: (mail: string) => void;
}

/** Guided lessons. A step is done when it really happened in the tenant. */
export function Lessons({ lessons, busy, onStart, onPlay }: Props) {
  const styles = useStyles();
  const [opened, setOpened] = useState<string | null>(null);
  if (lessons.length === 0) return null;
  return (
    <SideSection title="Lessons">
      <ol className={styles.list}>
        {lessons.map((lesson, index) => (
          <li key={lesson.id} className={styles.item}>
            <LessonRow
              lesson={lesson}
              number={index + 1}
              isOpen={opened === lesson.id}
              busy={busy}
              onToggle={() => setOpened(opened === lesson.id ? null : lesson.id)}
              onStart={() => onStart(lesson.id)}
              onPlay={onPlay}
            />
          </li>
        ))}
      </ol>
    </SideSection>
  );
}

interface RowProps {
  lesson: LessonView;
  number: number;
  isOpen: boolean;
  busy: boolean;
  onToggle: () => void;
  onStart: () => void;
  onPlay: (mail: string) => void;
}

function LessonRow({ lesson, number, isOpen, busy, onToggle, onStart, onPlay }: RowProps) {
  const styles = useStyles();
  const id = useId();
  const isRunning = lesson.state === "running";
  const { mail } = lesson;
  return (
    <>
      <button
        type="button"
        className={styles.row}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={onToggle}
      >
        <span className={mergeClasses(styles.title, isRunning && styles.running)}>
          {number}. {lesson.title}
        </span>
        <span className={mergeClasses(styles.state, isRunning && styles.runningState)}>
          {isRunning ? "running" : lesson.state === "done" ? "done" : ""}
        </span>
        <span className={styles.progress}>{progressWords(lesson)}</span>
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen ? (
          <div className={styles.detail}>
            <p className={styles.purpose}>{lesson.purpose}</p>
            <ol className={styles.steps}>
              {lesson.steps.map((step) => (
                <li key={step.text} className={styles.step}>
                  {step.done ? (
                    <CheckmarkCircleFilled
                      fontSize={14}
                      className={mergeClasses(styles.icon, styles.done)}
                      aria-label="Done:"
                    />
                  ) : (
                    <CircleRegular
                      fontSize={14}
                      className={mergeClasses(styles.icon, styles.open)}
                      aria-label="To do:"
                    />
                  )}
                  <span>{step.text}</span>
                </li>
              ))}
            </ol>
            <span>
              <Button size="small" icon={<PlayRegular />} disabledFocusable={busy} onClick={onStart}>
                {lesson.state === "notStarted" ? "Start" : "Start again"}
              </Button>
              {mail === null ? null : (
                <Button size="small" appearance="subtle" onClick={() => onPlay(mail)}>
                  Play its guest
                </Button>
              )}
            </span>
          </div>
        ) : null}
      </div>
    </>
  );
}
