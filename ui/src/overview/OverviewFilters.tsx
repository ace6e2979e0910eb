import {
  Button,
  Input,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  tokens,
} from "@fluentui/react-components";
import { AddRegular, InfoRegular } from "@fluentui/react-icons";
import { type FormEvent, useState } from "react";
import { FilterPill, type PillOption } from "../components/FilterPill";
import { FilterBar } from "../components/PageHeader";
import { providerName } from "../components/words";
import { formatCount, formatNumber } from "../format/format";
import type { CardView, ChoiceView, OverviewFilter, OverviewView } from "../ipc/bindings";
import { ramp } from "../theme/type";
import { OpenGuests } from "./OpenGuests";
import { DEFAULT_DAYS, guestsOfFilter, LONGEST_DAYS } from "./overviewAddress";

const useStyles = makeStyles({
  hint: { display: "inline-flex", alignItems: "center", gap: "6px", color: tokens.colorNeutralForeground2 },
  partial: {
    display: "inline-flex",
    alignItems: "center",
    gap: "6px",
    color: tokens.colorStatusWarningForeground1,
  },
  show: {
    ...ramp.caption,
    color: tokens.colorBrandForegroundLink,
    "&:hover": { textDecoration: "underline" },
  },
  form: { display: "flex", alignItems: "center", gap: "8px" },
  days: { width: "88px" },
  custom: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightRegular,
    height: "28px",
    padding: "0 11px",
    borderRadius: "14px",
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    "& .fui-Button__icon": { fontSize: "14px", width: "14px", height: "14px" },
  },
});

const RANGES: readonly PillOption[] = [
  { value: "1", label: "last 24 hours" },
  { value: "7", label: "last 7 days" },
  { value: "30", label: "last 30 days" },
  { value: "90", label: "last 90 days" },
];

/** The usual ranges, and the present one where it is another. */
function rangesWith(days: number): readonly PillOption[] {
  const value = String(days);
  return RANGES.some((range) => range.value === value)
    ? RANGES
    : [...RANGES, { value, label: `last ${formatNumber(days)} days` }];
}

const options = (choices: readonly ChoiceView[]): PillOption[] =>
  choices.map(({ value, label, guests }) => ({ value, label, guests }));

interface Props {
  filter: OverviewFilter;
  overview: OverviewView | undefined;
  onChange: (filter: OverviewFilter) => void;
}

/** Which guests the page speaks of, and why some numbers say "at least". */
export function OverviewFilters({ filter, overview, onChange }: Props) {
  const styles = useStyles();
  const days = filter.days ?? DEFAULT_DAYS;
  const choices = overview?.choices;
  const pressed = overview?.cards.find((card) => card.kind === filter.card);
  const incomplete = overview?.coverage.incompleteSignInDays ?? 0;
  const end = (
    <>
      {pressed ? <ShowGuests card={pressed} filter={filter} /> : null}
      {overview && incomplete > 0 && showsAtLeast(overview) ? (
        <span className={styles.partial}>
          <InfoRegular fontSize={14} aria-hidden />
          {`≥ means at least: ${incomplete} of ${overview.coverage.totalDays} sign-in days are not complete`}
        </span>
      ) : null}
      {overview?.funnel.stages.some((stage) => stage.guests === null) ? (
        <span className={styles.hint}>
          <InfoRegular fontSize={14} aria-hidden />
          What rests on sign-in logs is not known: they need an Entra ID P1 licence
        </span>
      ) : null}
    </>
  );
  return (
    <FilterBar end={end}>
      <FilterPill
        label="Invited"
        value={String(days)}
        options={rangesWith(days)}
        removable={false}
        onChange={(value) => onChange({ ...filter, days: value === null ? DEFAULT_DAYS : Number(value) })}
      />
      <FilterPill
        label="Partner domain"
        anyLabel="All"
        value={filter.partner ?? null}
        options={options(choices?.partners ?? [])}
        onChange={(partner) => onChange({ ...filter, partner })}
      />
      <FilterPill
        label="Inviter"
        anyLabel="All"
        value={filter.inviter ?? null}
        options={options(choices?.inviters ?? [])}
        onChange={(inviter) => onChange({ ...filter, inviter })}
      />
      <FilterPill
        label="Identity provider"
        anyLabel="All"
        value={filter.identityProvider ?? null}
        options={options(choices?.identityProviders ?? []).map((each) => ({
          ...each,
          label: providerName(each.label),
        }))}
        onChange={(identityProvider) => onChange({ ...filter, identityProvider })}
      />
      <CustomRange days={days} onChoose={(chosen) => onChange({ ...filter, days: chosen })} />
    </FilterBar>
  );
}

/** True where any number of the page is a lower bound: only then the words are needed. */
function showsAtLeast(overview: OverviewView): boolean {
  const counts = [
    ...overview.cards.map((card) => card.count),
    ...overview.funnel.stages.map((stage) => stage.guests),
    ...overview.reasons.map((reason) => reason.guests),
    overview.stopped,
  ];
  return counts.some((count) => count?.atLeast === true);
}

function ShowGuests({ card, filter }: { card: CardView; filter: OverviewFilter }) {
  const styles = useStyles();
  const count = card.count;
  return (
    <OpenGuests className={styles.show} view={guestsOfFilter(filter)}>
      {count === null
        ? "Show guests"
        : `Show ${count.atLeast ? "≥ " : ""}${formatCount(count.value, "guest")}`}
    </OpenGuests>
  );
}

/** A range of one's own, in days. */
function CustomRange({ days, onChoose }: { days: number; onChoose: (days: number) => void }) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const wanted = Number(text);
  const fits = Number.isInteger(wanted) && wanted >= 1 && wanted <= LONGEST_DAYS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    setOpen(false);
    onChoose(wanted);
  };
  return (
    <Popover
      open={open}
      trapFocus
      onOpenChange={(_, change) => {
        setText(String(days));
        setOpen(change.open);
      }}
    >
      <PopoverTrigger disableButtonEnhancement>
        <Button appearance="transparent" size="small" className={styles.custom} icon={<AddRegular />}>
          Custom range
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label="Custom range">
        <form className={styles.form} onSubmit={submit}>
          <span>Last</span>
          <Input
            className={styles.days}
            type="number"
            min={1}
            max={LONGEST_DAYS}
            aria-label="Days"
            aria-invalid={!fits}
            value={text}
            onChange={(_, change) => setText(change.value)}
          />
          <span>days</span>
          <Button type="submit" appearance="primary" disabledFocusable={!fits}>
            Apply
          </Button>
        </form>
      </PopoverSurface>
    </Popover>
  );
}
