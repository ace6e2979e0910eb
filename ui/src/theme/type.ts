import { tokens } from "@fluentui/react-components";

/** The type ramp as style fragments: size/line height, and weight where it is not regular. */
export const ramp = {
  number: { fontSize: "24px", lineHeight: "30px", fontWeight: tokens.fontWeightSemibold },
  pageTitle: { fontSize: "20px", lineHeight: "28px", fontWeight: tokens.fontWeightSemibold },
  panelTitle: { fontSize: "16px", lineHeight: "22px", fontWeight: tokens.fontWeightSemibold },
  section: { fontSize: "14px", lineHeight: "20px", fontWeight: tokens.fontWeightSemibold },
  body: { fontSize: "14px", lineHeight: "20px" },
  rowTitle: { fontSize: "13px", lineHeight: "18px", fontWeight: tokens.fontWeightSemibold },
  caption: { fontSize: "12px", lineHeight: "16px" },
  axis: { fontSize: "11px", lineHeight: "14px" },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: "11.5px", lineHeight: "16px" },
} as const;

/** One line, cut with an ellipsis. */
export const oneLine = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" } as const;

/** There for a screen reader alone. */
export const unseen = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
} as const;
