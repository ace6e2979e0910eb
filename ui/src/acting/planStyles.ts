import { makeStyles, tokens } from "@fluentui/react-components";
import { ramp } from "../theme/type";

/** How a plan looks before it is applied: who, what changes, the facts beside it, and the button of a deletion. */
export const usePlanStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: "12px" },
  who: { ...ramp.body, fontWeight: tokens.fontWeightSemibold, overflowWrap: "anywhere" },
  effect: { ...ramp.body, margin: 0, overflowWrap: "anywhere" },
  fact: {
    display: "flex",
    gap: "8px",
    ...ramp.caption,
    color: tokens.colorNeutralForeground2,
    "& svg": { flexShrink: 0 },
  },
  button: { flexShrink: 0, whiteSpace: "nowrap" },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ":hover": {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ":hover:active": {
      backgroundColor: tokens.colorStatusDangerBackground3Pressed,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});
