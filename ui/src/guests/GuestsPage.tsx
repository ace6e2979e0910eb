import { Button, Link, makeStyles, tokens } from "@fluentui/react-components";
import { InfoRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useAct } from "../acting/ActionProvider";
import { DataTable } from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { NoGuests } from "../components/NoGuests";
import { OfflineBar } from "../components/OfflineBar";
import { PageHeader, Refreshing } from "../components/PageHeader";
import { ProblemBar } from "../components/ProblemBar";
import { useCopy } from "../components/useCopy";
import { useMedia } from "../components/useMedia";
import { formatCount, formatNumber } from "../format/format";
import type { GuestSort, GuestView } from "../ipc/bindings";
import { coverageQuery } from "../ipc/queries";
import { useNow } from "../ipc/useApp";
import { goTo, hrefOf, useAddress } from "../shell/address";
import { ramp } from "../theme/type";
import { BulkBar } from "./bulk/BulkBar";
import { BulkDialog } from "./bulk/BulkDialog";
import type { BulkVerb } from "./bulk/bulkPlan";
import { useSelection } from "./bulk/useSelection";
import { withShown } from "./columnOrder";
import { deletedColumns, guestColumns, shownColumns } from "./columns";
import { GuestCommands } from "./GuestCommands";
import { type AskedFilter, GuestFilters } from "./GuestFilters";
import { GuestViewsMenu } from "./GuestViewsMenu";
import { filterCount, type GuestPlace, guestQueryOf, readGuestView, writeGuestView } from "./guestAddress";
import { rowName } from "./guestText";
import { GuestPanel } from "./panel/GuestPanel";
import { useColumns } from "./useColumns";
import { useGuests } from "./useGuests";

const useStyles = makeStyles({
  middle: {
    position: "relative",
    display: "flex",
    flex: 1,
    minHeight: 0,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  list: { display: "flex", flexDirection: "column", flex: 1, minWidth: 0, minHeight: 0 },
  footer: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "12px",
    height: "30px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: "0 20px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    ...ramp.caption,
    color: tokens.colorNeutralForeground3,
    whiteSpace: "nowrap",
    overflow: "hidden",
  },
  coverage: { display: "inline-flex", alignItems: "center", gap: "5px", minWidth: 0 },
  numbers: { color: tokens.colorNeutralForeground3 },
});

/** Days of the strip that decides whether "≥" is needed. */
const COVERAGE_DAYS = 91;

const DAY_MS = 86_400_000;

/** Columns for which there is no room beside the panel in a small window. */
const NARROW_HIDES: ReadonlyArray<string> = ["invited", "expires"];

const sortOf: Record<string, GuestSort> = {
  name: "name",
  attention: "attention",
  invited: "invited",
  expires: "expires",
  lastSignIn: "lastSignIn",
};

/** The filter of a column, where it has one. */
const filterOf: Record<string, AskedFilter["field"]> = {
  state: "invitationState",
  attention: "reason",
  invited: "invited",
  provider: "identityProvider",
  partner: "partner",
  enabled: "accountEnabled",
};

/** The guests: who has not got in, why, and what to do. */
export default function GuestsPage() {
  const styles = useStyles();
  const { params } = useAddress();
  const now = useNow();
  const address = params.toString();
  const place = useMemo(() => readGuestView(new URLSearchParams(address)), [address]);
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const { order, setOrder, widths, resize, reset } = useColumns();
  const copy = useCopy();
  const act = useAct();
  const [range, setRange] = useState<readonly [number, number]>([1, 1]);

  const change = useCallback((more: Partial<GuestPlace>) => {
    const next = { ...readGuestView(new URLSearchParams(window.location.hash.split("?")[1] ?? "")), ...more };
    goTo("guests", writeGuestView(next), { replace: true });
  }, []);
  const query = useMemo(() => guestQueryOf(place, new Date(today)), [place, today]);
  const guests = useGuests(query);
  const { rows, first } = guests;
  const coverage = useQuery({ ...coverageQuery(COVERAGE_DAYS), enabled: first?.atLeast === true });

  const { selection, chosen, clear } = useSelection({
    matching: first?.matching ?? 0,
    loadAll: guests.loadAll,
    scope: JSON.stringify(query.filter),
  });
  const [asked, setAsked] = useState<AskedFilter | null>(null);
  const [bulk, setBulk] = useState<BulkVerb | null>(null);

  const openGuest = useCallback((guest: GuestView) => change({ open: guest.id, row: null }), [change]);
  const close = useCallback(() => {
    change({ open: null, row: null });
    document.querySelector<HTMLElement>("[data-region='table']")?.focus();
  }, [change]);
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === place.open);
    const next = rows[at + by];
    if (at >= 0 && next) openGuest(next);
  };
  const showRange = useCallback((from: number, to: number) => setRange([from, to]), []);

  const isNarrow = useMedia("(max-width: 1240px)");
  const isDeleted = place.filter.deleted === true;
  const columns = useMemo(() => {
    const all = isDeleted
      ? deletedColumns((guest) => act("restore", { id: guest.id, name: guest.displayName }))
      : shownColumns(order);
    const shown =
      place.open === null
        ? all
        : all.filter((column) => column.panel && !(isNarrow && NARROW_HIDES.includes(column.id)));
    return shown.map(({ cell, ...column }) => ({
      ...column,
      width: column.width === "rest" ? column.width : (widths[column.id] ?? column.width),
      cell: (guest: GuestView) => cell(guest, now),
    }));
  }, [isDeleted, order, widths, place.open, isNarrow, now, act]);
  const columnActions = useMemo(
    () => ({
      filter: (column: string) => {
        const field = filterOf[column];
        return field ? () => setAsked((old) => ({ field, time: (old?.time ?? 0) + 1 })) : null;
      },
      hide: (column: string) => {
        const isOptional = guestColumns.some((known) => known.id === column && !known.always);
        if (isDeleted || !isOptional) return null;
        return () => setOrder((old) => withShown(old, column, false));
      },
      resize,
    }),
    [isDeleted, setOrder, resize],
  );

  const error = guests.error?.view ?? null;
  const isSlow = useSlow(guests.isPending && !error);
  const nothingRead = first !== undefined && first.total === 0 && !isDeleted;
  if (nothingRead) {
    return (
      <>
        <PageHeader title="Guests" purpose="No guest in the archive" line />
        <OfflineBar />
        <NoGuests />
      </>
    );
  }
  const matching = first?.matching ?? 0;
  return (
    <>
      <PageHeader
        title="Guests"
        beside={
          <GuestViewsMenu
            filter={place.filter}
            onChoose={(filter) => change({ filter, invitedDays: null, open: null, row: null })}
          />
        }
        purpose={
          first ? (
            <span role="status">
              {isDeleted
                ? formatCount(matching, "deleted guest")
                : `${formatNumber(matching)} of ${formatCount(first.total, "guest")}`}
            </span>
          ) : null
        }
      >
        <GuestCommands query={query} columns={order} onColumns={setOrder} onUsualColumns={reset} />
      </PageHeader>
      <GuestFilters view={place} onChange={change} asked={asked} onAsked={() => setAsked(null)} />
      <Refreshing active={guests.isFetching && !guests.isFetchingNextPage && rows.length > 0} />
      <OfflineBar />
      {error ? <ProblemBar problem={error} onRetry={() => void guests.refetch()} /> : null}
      <div className={styles.middle}>
        <div className={styles.list}>
          {chosen.length > 0 ? (
            <BulkBar chosen={chosen} deleted={isDeleted} onClear={clear} onAct={setBulk} />
          ) : null}
          {first && matching === 0 ? (
            <EmptyState
              drawing={null}
              title={isDeleted ? "No deleted guest" : "No guest matches"}
              text={
                isDeleted && filterCount(place) <= 1
                  ? "Entra keeps deleted guests for 30 days."
                  : "Try fewer filters."
              }
            >
              {isDeleted && filterCount(place) <= 1 ? null : (
                <Button
                  onClick={() => change({ filter: isDeleted ? { deleted: true } : {}, invitedDays: null })}
                >
                  Reset filters
                </Button>
              )}
            </EmptyState>
          ) : (
            <DataTable
              label={isDeleted ? "Deleted guests" : "Guests"}
              columns={columns}
              rows={rows}
              rowCount={matching}
              rowId={(guest) => guest.id}
              rowName={(guest) => rowName(guest, now)}
              loading={isSlow}
              sort={{ column: place.sort, descending: place.descending }}
              onSort={(column, descending) => {
                const sort = sortOf[column] ?? "attention";
                change({
                  sort,
                  descending: descending ?? (sort === place.sort ? !place.descending : false),
                });
              }}
              columnActions={columnActions}
              openId={place.open}
              onOpen={openGuest}
              selection={selection}
              onEscape={place.open !== null ? close : chosen.length > 0 ? clear : undefined}
              onNeedMore={guests.needMore}
              onRange={showRange}
              onCopy={(guest) =>
                copy(
                  [guest.mail ?? guest.userPrincipalName, guest.id].join("\t"),
                  "Mail address and object ID",
                )
              }
            />
          )}
          <footer className={styles.footer}>
            <span className={styles.numbers}>
              {matching > 0
                ? `Rows ${formatNumber(Math.min(range[0], matching))} to ${formatNumber(Math.min(range[1], matching))} of ${formatNumber(matching)}`
                : ""}
            </span>
            {first?.atLeast && coverage.data && coverage.data.incompleteSignInDays > 0 ? (
              <span className={styles.coverage}>
                <InfoRegular fontSize={14} aria-hidden />
                {place.open === null ? "Sign-in columns: at least. " : "At least: "}
                {formatNumber(coverage.data.incompleteSignInDays)} of{" "}
                {formatCount(coverage.data.totalDays, "day")} are not complete
                <Link href={hrefOf("overview")} style={{ marginLeft: 8 }}>
                  Show coverage
                </Link>
              </span>
            ) : null}
          </footer>
        </div>
        {place.open === null ? null : (
          <GuestPanel
            id={place.open}
            shownRow={place.row}
            row={rows.find((row) => row.id === place.open)}
            onClose={close}
            onStep={step}
          />
        )}
      </div>
      {bulk ? (
        <BulkDialog
          verb={bulk}
          chosen={chosen}
          onClose={(ran) => {
            setBulk(null);
            // What was done has changed the guests; the old rows would plan on what no longer holds.
            if (ran) clear();
          }}
        />
      ) : null}
    </>
  );
}

const SKELETON_AFTER_MS = 150;

/** True once something has been pending for 150 ms: faster answers need no skeleton. */
function useSlow(pending: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!pending) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, [pending]);
  return isSlow && pending;
}
