import { makeStyles, mergeClasses, tokens, useArrowNavigationGroup } from "@fluentui/react-components";
import { formatNumber } from "../format/format";
import type { FunnelStageView, FunnelView, OverviewFilter } from "../ipc/bindings";
import { oneLine, ramp } from "../theme/type";
import { lossIsUpperBound, lostWords } from "./funnelWords";
import { OpenGuests } from "./OpenGuests";
import { guestsOfCohort } from "./overviewAddress";

const useStyles = makeStyles({
  root: {
    display: "grid",
    gridTemplateColumns: "repeat(5, minmax(0, 1fr))",
    columnGap: "4px",
    margin: "11px 0 0",
    padding: "0 0 0 3px",
    listStyleType: "none",
  },
  line: { display: "block", maxWidth: "100%", ...oneLine, "&:hover": { textDecoration: "underline" } },
  total: { ...ramp.caption, lineHeight: "18px", color: tokens.colorNeutralForeground2 },
  lost: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightSemibold },
  reason: { ...ramp.caption, fontSize: "11px", lineHeight: "15px", color: tokens.colorNeutralForeground3 },
  none: { ...ramp.caption, display: "block", lineHeight: "18px", color: tokens.colorNeutralForeground3 },
});

/** Under each step: how many did not get on, and up to three reasons. */
export function FunnelDrops({ funnel, filter }: { funnel: FunnelView; filter: OverviewFilter }) {
  const styles = useStyles();
  const arrows = useArrowNavigationGroup({ axis: "both", memorizeCurrent: true });
  return (
    <ul {...arrows} className={styles.root} aria-label="Where guests dropped out">
      {funnel.stages.slice(1).map((to, index) => {
        const from = funnel.stages[index];
        return (
          <li key={to.stage}>{from ? <Drop from={from} to={to} funnel={funnel} filter={filter} /> : null}</li>
        );
      })}
    </ul>
  );
}

interface DropProps {
  from: FunnelStageView;
  to: FunnelStageView;
  funnel: FunnelView;
  filter: OverviewFilter;
}

function Drop({ from, to, funnel, filter }: DropProps) {
  const styles = useStyles();
  if (to.lost === null || from.guests === null) return <span className={styles.none}>not known</span>;
  if (to.lost === 0) return <span className={styles.none}>nobody dropped out</span>;
  const cohort = (more: Parameters<typeof guestsOfCohort>[2]) => guestsOfCohort(filter, funnel, more);
  return (
    <>
      <OpenGuests
        className={mergeClasses(styles.line, styles.total)}
        view={cohort({ stage: from.stage })}
        label={`${formatNumber(to.lost)} ${lostWords[to.stage]}`}
        title={lossIsUpperBound(to) ? "At most this many: the logs are not complete" : ""}
      >
        <span className={styles.lost}>{`−${formatNumber(to.lost)}`}</span> {lostWords[to.stage]}
      </OpenGuests>
      {to.lostReasons.slice(0, 3).map((reason) => (
        <OpenGuests
          key={reason.key ?? reason.title}
          className={mergeClasses(styles.line, styles.reason)}
          view={cohort({ stage: from.stage, ...(reason.key === null ? {} : { reason: reason.key }) })}
          title={`${formatNumber(reason.guests)} ${reason.title}`}
        >
          {`${formatNumber(reason.guests)} ${reason.title}`}
        </OpenGuests>
      ))}
    </>
  );
}
