import { Button, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useMemo, useState } from "react";
import { Card } from "../components/Card";
import { formatNumber, formatUtcDay } from "../format/format";
import type { CoverageView, OverviewFilter, WeekView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";
import { CoverageLegend } from "./CoverageStrip";
import { ChartTable, ShowAsTable } from "./ShowAsTable";
import { spanOf, WeeksChart } from "./WeeksChart";
import { joinWeeks } from "./weeksGeometry";

const useStyles = makeStyles({
  legend: {
    ...ramp.axis,
    display: "flex",
    alignItems: "center",
    gap: "12px",
    color: tokens.colorNeutralForeground2,
  },
  key: { display: "inline-flex", alignItems: "center", gap: "6px" },
  swatch: {
    width: "12px",
    height: "8px",
    borderRadius: "2px",
    forcedColorAdjust: "none",
  },
  invited: {
    backgroundColor: own.chart1,
    "@media (forced-colors: active)": { backgroundColor: "CanvasText" },
  },
  redeemed: {
    backgroundColor: own.chart2,
    "@media (forced-colors: active)": { backgroundColor: "Canvas", outline: "1px solid CanvasText" },
  },
  foot: {
    display: "flex",
    alignItems: "center",
    gap: "12px",
    minHeight: "26px",
    marginTop: "10px",
    paddingLeft: "42px",
  },
  fetch: { marginLeft: "auto", ...ramp.caption, whiteSpace: "nowrap" },
  empty: {
    ...ramp.caption,
    flex: 1,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    color: tokens.colorNeutralForeground3,
  },
});

/** What fetching the days that are not complete needs, and whether it can be started now. */
export interface Fetching {
  /** Why it cannot be started, or null. */
  blocked: string | null;
  running: boolean;
  start: () => void;
}

interface Props {
  weeks: readonly WeekView[];
  coverage: CoverageView;
  filter: OverviewFilter;
  now: Date;
  fetching: Fetching;
}

/** Invited and redeemed week by week, over what is held of the logs on the same axis. */
export function WeeksCard({ weeks, coverage, filter, now, fetching }: Props) {
  const styles = useStyles();
  const [asTable, setAsTable] = useState(false);
  const { fetchableDays } = coverage;
  const bars = useMemo(() => joinWeeks(weeks), [weeks]);
  const title = `Invited and redeemed per ${spanOf(bars.span).toLowerCase()}`;
  return (
    <Card
      title={title}
      action={
        <span className={styles.legend}>
          <span className={styles.key}>
            <span className={mergeClasses(styles.swatch, styles.invited)} aria-hidden /> Invited
          </span>
          <span className={styles.key}>
            <span className={mergeClasses(styles.swatch, styles.redeemed)} aria-hidden /> Redeemed
          </span>
          <ShowAsTable shown={asTable} onChange={setAsTable} />
        </span>
      }
    >
      {weeks.length === 0 && coverage.days.length === 0 ? (
        <p className={styles.empty}>Nothing was invited or read in this range.</p>
      ) : asTable ? (
        <ChartTable
          caption={title}
          columns={[`${spanOf(bars.span)} of`, "Invited", "Redeemed", "Largest bulk job"]}
          rows={bars.weeks.map((week) => [
            formatUtcDay(week.start, now),
            formatNumber(week.invited),
            formatNumber(week.redeemed),
            week.largestBulk === null ? "–" : formatNumber(week.largestBulk),
          ])}
        />
      ) : (
        <WeeksChart weeks={bars.weeks} span={bars.span} coverage={coverage} filter={filter} now={now} />
      )}
      <div className={styles.foot}>
        {asTable ? null : <CoverageLegend />}
        {fetchableDays > 0 ? (
          <Tooltip
            relationship="description"
            content={fetching.blocked ?? "Reads the days that are missing or partial and can still be had"}
          >
            <Button
              size="small"
              className={styles.fetch}
              icon={<ArrowDownloadRegular fontSize={16} />}
              disabledFocusable={fetching.running || fetching.blocked !== null}
              onClick={fetching.start}
            >
              {fetching.running
                ? "Fetching…"
                : `Fetch ${fetchableDays} ${fetchableDays === 1 ? "day" : "days"}`}
            </Button>
          </Tooltip>
        ) : null}
      </div>
    </Card>
  );
}
