import { Button, mergeClasses, Tooltip } from "@fluentui/react-components";
import { ArrowClockwiseRegular, ArrowDownloadRegular, LinkRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { FirstReading } from "../components/FirstReading";
import { NoGuests } from "../components/NoGuests";
import { OfflineBar } from "../components/OfflineBar";
import { PageHeader, Refreshing } from "../components/PageHeader";
import { ProblemBar } from "../components/ProblemBar";
import { useCopy } from "../components/useCopy";
import { useGuestExport } from "../guests/useGuestExport";
import type { OverviewFilter, OverviewView } from "../ipc/bindings";
import { overviewQuery } from "../ipc/queries";
import { useApp, useNow } from "../ipc/useApp";
import { goTo, useAddress, viewLink } from "../shell/address";
import { useConnect } from "../shell/useConnect";
import { FailureReasons } from "./FailureReasons";
import { FunnelCard } from "./FunnelCard";
import { NeedsAttention } from "./NeedsAttention";
import { OverviewFilters } from "./OverviewFilters";
import { OverviewSkeleton } from "./OverviewSkeleton";
import { guestsOfCohort, readOverviewFilter, showOverview } from "./overviewAddress";
import { StatCards } from "./StatCards";
import { useOverviewStyles } from "./useOverviewStyles";
import { WeeksCard } from "./WeeksCard";

/** Which guests have not got in, where they stopped, and what to click. */
export default function OverviewPage() {
  const { params } = useAddress();
  const filter = readOverviewFilter(params);
  const overview = useQuery(overviewQuery(filter));
  const copy = useCopy();
  const { sync, connection } = useApp();
  const { data, error } = overview;
  const isFirstReading =
    sync.state === "running" && connection.state === "online" && connection.syncedAt === null;
  return (
    <>
      <PageHeader title="Overview" purpose="Which guests have not got in, and why">
        <RefreshButton />
        {data && !isFirstReading && !isUnread(data, filter) ? (
          <ExportButton overview={data} filter={filter} />
        ) : null}
        <Button
          size="small"
          appearance="subtle"
          icon={<LinkRegular />}
          onClick={() => copy(viewLink(), "Link to view")}
        >
          Copy link to view
        </Button>
      </PageHeader>
      {data && isFirstReading ? (
        // Half-read logs would be drawn as guests who dropped out.
        <FirstReading {...(isUnread(data, filter) ? {} : { onGuests: () => goTo("guests") })} />
      ) : data && isUnread(data, filter) ? (
        <>
          <OfflineBar />
          <NoGuests />
        </>
      ) : (
        <>
          <OverviewFilters filter={filter} overview={data} onChange={showOverview} />
          <OfflineBar />
          <Refreshing active={overview.isFetching && data !== undefined} />
          {error ? <ProblemBar problem={error.view} onRetry={() => void overview.refetch()} /> : null}
          {data ? (
            <OverviewBody overview={data} filter={filter} isFailing={error !== null} />
          ) : error ? null : (
            <OverviewSkeleton />
          )}
        </>
      )}
    </>
  );
}

/** True where the archive holds no guest at all, whatever is filtered. */
function isUnread(overview: OverviewView, filter: OverviewFilter): boolean {
  const isFiltered = Boolean(filter.partner || filter.inviter || filter.identityProvider || filter.card);
  const total = overview.cards.find((card) => card.kind === "total")?.count?.value ?? 0;
  return total === 0 && !isFiltered;
}

interface BodyProps {
  overview: OverviewView;
  filter: OverviewFilter;
  /** True where a problem stands above. */
  isFailing: boolean;
}

function OverviewBody({ overview, filter, isFailing }: BodyProps) {
  const styles = useOverviewStyles();
  const now = useNow();
  const { sync, connection } = useApp();
  const connect = useConnect();
  // Cards, funnel and reasons come first; the row below, which has its place already, is half of the page's elements.
  const isWhole = useDeferredValue(true, false);
  const hasBar = isFailing || connection.state === "offline" || connection.state === "signInExpired";
  return (
    <div className={mergeClasses(styles.body, hasBar && styles.underBar)} data-region="content">
      <StatCards
        cards={overview.cards}
        pressed={filter.card ?? null}
        onPress={(card) => showOverview({ ...filter, card })}
      />
      <div className={styles.grid}>
        <FunnelCard funnel={overview.funnel} filter={filter} now={now} />
        <FailureReasons reasons={overview.reasons} stopped={overview.stopped} filter={filter} />
        {isWhole ? (
          <>
            <WeeksCard
              weeks={overview.weeks}
              coverage={overview.coverage}
              filter={filter}
              now={now}
              fetching={{
                blocked: connection.state === "online" ? null : "The tenant cannot be reached now",
                running: sync.state === "running" || connect.sync.isPending,
                start: () => connect.sync.mutate(),
              }}
            />
            <NeedsAttention
              attention={overview.attention}
              total={overview.attentionTotal}
              filter={filter}
              now={now}
            />
          </>
        ) : null}
      </div>
    </div>
  );
}

/** Writes the guests the funnel speaks of. */
function ExportButton({ overview, filter }: { overview: OverviewView; filter: OverviewFilter }) {
  const { filter: cohort = {} } = guestsOfCohort(filter, overview.funnel);
  const download = useGuestExport({ filter: cohort }, null);
  return (
    <Tooltip relationship="description" content="Writes the guests invited in this range as CSV">
      <Button
        size="small"
        appearance="subtle"
        icon={<ArrowDownloadRegular />}
        disabledFocusable={download.isPending}
        onClick={() => download.mutate()}
      >
        Export
      </Button>
    </Tooltip>
  );
}

/** Reads what is new in the tenant (F5). */
function RefreshButton() {
  const { connection, sync } = useApp();
  const connect = useConnect();
  const isRunning = sync.state === "running" || connect.sync.isPending;
  const isReachable = connection.state === "online" || connection.state === "throttled";
  return (
    <Tooltip
      relationship="description"
      content={isReachable ? "Reads what is new in the tenant (F5)" : "The tenant cannot be reached now"}
    >
      <Button
        size="small"
        appearance="subtle"
        icon={<ArrowClockwiseRegular />}
        disabledFocusable={isRunning || !isReachable}
        onClick={() => connect.sync.mutate()}
      >
        {isRunning ? "Refreshing…" : "Refresh"}
      </Button>
    </Tooltip>
  );
}
