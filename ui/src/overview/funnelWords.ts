import { countWords } from "../components/CountText";
import { stageNames } from "../components/words";
import { formatCount, formatPercent } from "../format/format";
import type { FunnelStageView, FunnelView, StageView } from "../ipc/bindings";

/** What is said of those who did not get to a stage: "25 not mailed". */
export const lostWords = {
  invited: "not invited",
  mailSent: "not mailed",
  attemptedSignIn: "no attempt seen",
  requirementsMet: "stopped",
  redeemed: "stopped",
  firstAccess: "no access",
} as const satisfies Record<StageView, string>;

/** The funnel as one sentence, for those who cannot see it. */
export function funnelSentence(funnel: FunnelView): string {
  const stages = funnel.stages.map((stage) => `${stageNames[stage.stage]} ${countWords(stage.guests)}`);
  return `Redemption funnel: ${stages.join(", ")}.`;
}

/** A step as words: "Mail sent to Attempted sign-in: 81 % went on, 119 no attempt seen". */
export function stepWords(from: FunnelStageView, to: FunnelStageView): string {
  const conversion = to.conversion === null ? "not known" : `${formatPercent(to.conversion)} went on`;
  const dropped = to.lost ? `, ${formatCount(to.lost, "guest")} ${lostWords[to.stage]}` : "";
  return `${stageNames[from.stage]} to ${stageNames[to.stage]}: ${conversion}${dropped}`;
}

/** True where the logs behind a step are incomplete: its drop-out is then at most the number shown. */
export const lossIsUpperBound = (to: FunnelStageView): boolean => to.guests?.atLeast === true;
