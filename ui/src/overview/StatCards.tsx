import { createFocusOutlineStyle, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  CalendarCancelRegular,
  CalendarClockRegular,
  CheckmarkCircleRegular,
  ErrorCircleRegular,
  type FluentIcon,
  HourglassHalfRegular,
  PeopleRegular,
  PersonProhibitedRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import { countText, countWords } from "../components/CountText";
import type { StateKind } from "../components/StateBadge";
import { cardNames } from "../components/words";
import type { CardKind, CardView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { oneLine, ramp } from "../theme/type";
import { useOverviewStyles } from "./useOverviewStyles";

const useStyles = makeStyles({
  card: {
    position: "relative",
    boxSizing: "border-box",
    height: "80px",
    minWidth: 0,
    margin: 0,
    padding: "8px 10px",
    display: "flex",
    flexDirection: "column",
    textAlign: "start",
    font: "inherit",
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: "8px",
    boxShadow: tokens.shadow2,
    cursor: "pointer",
    transition: "background-color 100ms",
    "&:hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    "@media (prefers-reduced-motion: reduce)": { transition: "none" },
    "@media (max-width: 1240px)": { padding: "8px 6px" },
    ...createFocusOutlineStyle(),
  },
  pressed: {
    backgroundColor: tokens.colorBrandBackground2,
    border: `1px solid ${tokens.colorCompoundBrandStroke}`,
    boxShadow: `inset 0 0 0 1px ${tokens.colorCompoundBrandStroke}`,
    "&:hover": { backgroundColor: tokens.colorBrandBackground2Hover },
    "@media (forced-colors: active)": { outline: "2px solid Highlight" },
  },
  label: {
    ...ramp.caption,
    ...oneLine,
    color: tokens.colorNeutralForeground2,
    "@media (max-width: 1240px)": { fontSize: "11px", letterSpacing: "-0.01em" },
  },
  middle: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "4px",
    height: "31px",
  },
  number: { ...ramp.number, ...oneLine },
  unknown: { ...ramp.section, color: tokens.colorNeutralForeground3 },
  note: { ...ramp.axis, ...oneLine, color: tokens.colorNeutralForeground3 },
  icon: { fontSize: "20px", flexShrink: 0 },
  ok: { color: tokens.colorStatusSuccessForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  error: { color: tokens.colorStatusDangerForeground1 },
  info: { color: own.infoForeground },
  neutral: { color: tokens.colorNeutralForeground3 },
});

const looks = {
  total: { icon: PeopleRegular, kind: "neutral" },
  active: { icon: CheckmarkCircleRegular, kind: "ok" },
  pending: { icon: HourglassHalfRegular, kind: "warning" },
  expiring: { icon: CalendarClockRegular, kind: "warning" },
  expired: { icon: CalendarCancelRegular, kind: "warning" },
  blocked: { icon: ErrorCircleRegular, kind: "error" },
  inactive: { icon: WarningRegular, kind: "error" },
  neverSignedIn: { icon: PersonProhibitedRegular, kind: "info" },
} as const satisfies Record<CardKind, { icon: FluentIcon; kind: StateKind }>;

/** A card's name for a screen reader, where it says more than the label has room for. */
const spokenNames: Partial<Record<CardKind, string>> = {
  expiring: "Expiring within 14 days",
  inactive: "Inactive for 90 days",
};

interface Props {
  cards: readonly CardView[];
  pressed: CardKind | null;
  onPress: (card: CardKind | null) => void;
}

/** The eight numbers. Each filters the page; they overlap and are not a sum. */
export function StatCards({ cards, pressed, onPress }: Props) {
  const styles = useStyles();
  const page = useOverviewStyles();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and belong to a form
    <div role="group" aria-label="Guests by state; the numbers overlap" className={page.cards}>
      {cards.map((card) => {
        const { icon: Icon, kind } = looks[card.kind];
        const isPressed = pressed === card.kind;
        const name = cardNames[card.kind];
        return (
          <button
            type="button"
            key={card.kind}
            aria-pressed={isPressed}
            aria-label={`${spokenNames[card.kind] ?? name}: ${countWords(card.count)}. ${card.note}`}
            className={mergeClasses(styles.card, isPressed && styles.pressed)}
            onClick={() => onPress(isPressed ? null : card.kind)}
          >
            <span className={styles.label} title={name}>
              {name}
            </span>
            <span className={styles.middle}>
              <span className={card.count === null ? styles.unknown : styles.number}>
                {countText(card.count)}
              </span>
              <Icon aria-hidden className={mergeClasses(styles.icon, styles[kind])} />
            </span>
            <span className={styles.note} title={card.note}>
              {card.note}
            </span>
          </button>
        );
      })}
    </div>
  );
}
