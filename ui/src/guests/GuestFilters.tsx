import {
  Button,
  Link,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  SearchBox,
  tokens,
} from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { FilterPill, type PillOption } from "../components/FilterPill";
import { FilterBar } from "../components/PageHeader";
import {
  cardNames,
  invitationStateNames,
  providerName,
  stageNames,
  standingNames,
} from "../components/words";
import { formatDay } from "../format/format";
import type { GuestFilter } from "../ipc/bindings";
import { overviewQuery } from "../ipc/queries";
import { useNow } from "../ipc/useApp";
import { useShortcut } from "../shell/useShortcut";
import { ramp } from "../theme/type";
import { filterCount, type GuestPlace } from "./guestAddress";

const useStyles = makeStyles({
  search: { width: "252px", flexShrink: 0 },
  reset: { ...ramp.caption },
  add: {
    ...ramp.caption,
    height: "28px",
    borderRadius: "14px",
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    padding: "0 10px",
  },
});

type Field = keyof GuestFilter;

/** A filter that was asked for elsewhere: its choices open. Each time counts. */
export interface AskedFilter {
  field: Field | "invited";
  time: number;
}

interface FieldShape {
  field: Field;
  label: string;
  /** True where the pill is there without being asked for. */
  always?: boolean;
  options: ReadonlyArray<PillOption>;
}

const named = (names: Record<string, string>): PillOption[] =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

const RANGES: ReadonlyArray<PillOption> = [7, 30, 90, 180, 365].map((days) => ({
  value: String(days),
  label: `last ${days} days`,
}));

const SEARCH_AFTER_MS = 200;

interface Props {
  view: GuestPlace;
  onChange: (change: Partial<GuestPlace>) => void;
  asked?: AskedFilter | null;
  /** What was asked for is over. */
  onAsked?: () => void;
}

/** Search and filters of the guest list; all of it lives in the address. */
export function GuestFilters({ view, onChange, asked = null, onAsked }: Props) {
  const styles = useStyles();
  const now = useNow(3_600_000);
  const { filter } = view;
  const overview = useQuery(overviewQuery({}));
  const choices = overview.data?.choices;
  const [added, setAdded] = useState<ReadonlyArray<Field>>([]);

  const fields: ReadonlyArray<FieldShape> = [
    { field: "reason", label: "Reason", always: true, options: choices?.reasons ?? [] },
    { field: "partner", label: "Partner", always: true, options: choices?.partners ?? [] },
    {
      field: "identityProvider",
      label: "Identity provider",
      always: true,
      options: (choices?.identityProviders ?? []).map((each) => ({
        ...each,
        label: providerName(each.label),
      })),
    },
    { field: "invitationState", label: "Invitation state", options: named(invitationStateNames) },
    { field: "standing", label: "Standing", options: named(standingNames) },
    { field: "stage", label: "Stage reached", options: named(stageNames) },
    { field: "reached", label: "Reached at least", options: named(stageNames) },
    { field: "inviter", label: "Inviter", options: choices?.inviters ?? [] },
    {
      field: "accountEnabled",
      label: "Account enabled",
      options: [
        { value: "true", label: "Yes" },
        { value: "false", label: "No" },
      ],
    },
    { field: "card", label: "Overview card", options: named(cardNames) },
  ];
  const chosen = (field: Field): string | null => {
    const value = filter[field];
    return value === undefined || value === null ? null : String(value);
  };
  const set = (field: Field, value: string | null) => {
    const { [field]: _, ...rest } = filter;
    const next = field === "accountEnabled" && value !== null ? value === "true" : value;
    onChange({ filter: value === null ? rest : { ...rest, [field]: next } });
  };
  const isShown = (shape: FieldShape) =>
    shape.always ||
    added.includes(shape.field) ||
    asked?.field === shape.field ||
    chosen(shape.field) !== null;
  const isAsked = (field: AskedFilter["field"]) => asked?.field === field;
  // A pill that is asked for once more is a new one, which opens.
  const keyOf = (field: AskedFilter["field"]) => (isAsked(field) ? `${field} ${asked?.time}` : field);
  const more = fields.filter((shape) => !isShown(shape));
  const { invitedFrom, invitedTo } = filter;

  return (
    <FilterBar
      end={
        filterCount(view) > (filter.deleted ? 1 : 0) ? (
          <Link
            className={styles.reset}
            onClick={() => {
              setAdded([]);
              onAsked?.();
              onChange({ filter: filter.deleted ? { deleted: true } : {}, invitedDays: null });
            }}
          >
            Reset filters
          </Link>
        ) : null
      }
    >
      <Search value={filter.search ?? ""} onSearch={(search) => set("search", search || null)} />
      {invitedFrom || invitedTo ? (
        <FilterPill
          key={keyOf("invited")}
          startOpen={isAsked("invited")}
          label="Invited"
          value="range"
          options={[{ value: "range", label: rangeLabel(invitedFrom ?? null, invitedTo ?? null, now) }]}
          onChange={(value) => {
            const { invitedFrom: _, invitedTo: __, ...rest } = filter;
            if (value === null) {
              onAsked?.();
              onChange({ filter: rest });
            }
          }}
        />
      ) : (
        <FilterPill
          key={keyOf("invited")}
          startOpen={isAsked("invited")}
          label="Invited"
          anyLabel="Any time"
          value={view.invitedDays ? String(view.invitedDays) : null}
          options={RANGES}
          onChange={(value) => onChange({ invitedDays: value ? Number(value) : null })}
        />
      )}
      {fields.filter(isShown).map((shape) => (
        <FilterPill
          key={keyOf(shape.field)}
          startOpen={isAsked(shape.field)}
          label={shape.label}
          value={chosen(shape.field)}
          options={shape.options}
          onChange={(value) => set(shape.field, value)}
        />
      ))}
      {more.length > 0 ? (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="transparent"
              size="small"
              className={styles.add}
              icon={<AddRegular fontSize={12} />}
            >
              Add filter
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {more.map((shape) => (
                <MenuItem key={shape.field} onClick={() => setAdded((old) => [...old, shape.field])}>
                  {shape.label}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      ) : null}
    </FilterBar>
  );
}

function rangeLabel(from: string | null, to: string | null, now: Date): string {
  // The end is exclusive; the last day of the range is the one before it.
  const last = to ? formatDay(new Date(Date.parse(to) - 1), now) : null;
  if (from && last) return `${formatDay(from, now)} to ${last}`;
  return from ? `since ${formatDay(from, now)}` : `until ${last ?? ""}`;
}

function Search({ value, onSearch }: { value: string; onSearch: (value: string) => void }) {
  const styles = useStyles();
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement | null>(null);
  const latest = useRef(onSearch);
  useEffect(() => {
    latest.current = onSearch;
  });
  useShortcut("f", { ctrl: true }, () => input.current?.focus());
  // A change from outside (Reset filters, the search of the top bar) replaces what was typed.
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      latest.current(sent.current);
    }, SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <SearchBox
      ref={(box: HTMLInputElement | null) => {
        input.current = box;
      }}
      className={styles.search}
      size="small"
      placeholder="Name, mail, UPN, object ID"
      aria-label="Search guests"
      value={text}
      onChange={(_, change) => setText(change.value)}
    />
  );
}
