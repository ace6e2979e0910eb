import { makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { Card } from "../components/Card";
import { countText } from "../components/CountText";
import { OuterText } from "../components/OuterText";
import { stageNames } from "../components/words";
import { formatCount, formatDay, formatDuration, formatNumber, formatPercent } from "../format/format";
import type { FunnelStageView, FunnelView, OverviewFilter } from "../ipc/bindings";
import { ramp } from "../theme/type";
import { FunnelChart } from "./FunnelChart";
import { FunnelDrops } from "./FunnelDrops";
import { ChartTable, ShowAsTable } from "./ShowAsTable";

const useStyles = makeStyles({
  empty: {
    ...ramp.caption,
    flex: 1,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    color: tokens.colorNeutralForeground3,
  },
});

/** A stage as cells. What compares it with a stage that is not known is not known either. */
function stageRow(stage: FunnelStageView, before: FunnelStageView | undefined): string[] {
  const comparable = before !== undefined && before.guests !== null && stage.guests !== null;
  const cell = (value: number | null, text: (value: number) => string) =>
    comparable && value !== null ? text(value) : "–";
  return [
    stageNames[stage.stage],
    countText(stage.guests),
    cell(stage.conversion, formatPercent),
    cell(stage.medianSeconds, formatDuration),
    cell(stage.lost, formatNumber),
  ];
}

interface Props {
  funnel: FunnelView;
  filter: OverviewFilter;
  now: Date;
}

/** Where the guests invited in the range stand, and where they stopped. */
export function FunnelCard({ funnel, filter, now }: Props) {
  const styles = useStyles();
  const [asTable, setAsTable] = useState(false);
  const invited = funnel.stages[0]?.guests?.value ?? 0;
  const subtitle = `${formatCount(invited, "guest")} invited since ${formatDay(funnel.from, now)} · step conversion and median time`;
  return (
    <Card
      title="Redemption funnel"
      subtitle={<OuterText text={subtitle} />}
      action={<ShowAsTable shown={asTable} onChange={setAsTable} />}
    >
      {invited === 0 ? (
        <p className={styles.empty}>No guest was invited in this range. Choose a longer one.</p>
      ) : asTable ? (
        <ChartTable
          caption="Redemption funnel"
          columns={["Stage", "Guests", "Conversion", "Median time", "Dropped out"]}
          rows={funnel.stages.map((stage, index) => stageRow(stage, funnel.stages[index - 1]))}
        />
      ) : (
        <>
          <FunnelChart funnel={funnel} filter={filter} />
          <FunnelDrops funnel={funnel} filter={filter} />
        </>
      )}
    </Card>
  );
}
