import { makeStyles } from "@fluentui/react-components";

/** The grid of the page: cards in one row, then two columns. Above 1600 pixels the left one is twice as wide. */
export const useOverviewStyles = makeStyles({
  body: {
    flex: 1,
    minHeight: 0,
    overflowY: "auto",
    display: "flex",
    flexDirection: "column",
    gap: "12px",
    padding: "2px 20px 12px",
  },
  underBar: { paddingTop: "12px" },
  cards: {
    display: "grid",
    gridTemplateColumns: "repeat(8, minmax(0, 1fr))",
    gap: "8px",
    "@media (max-width: 1000px)": { gridTemplateColumns: "repeat(auto-fill, minmax(120px, 1fr))" },
  },
  grid: {
    display: "grid",
    gap: "12px",
    // A long list scrolls in its card; it never makes its row higher.
    flex: "1 0 600px",
    minHeight: 0,
    gridTemplateColumns: "minmax(0, 720px) minmax(430px, 1fr)",
    gridTemplateRows: "286px minmax(302px, 1fr)",
    "& > *": { minHeight: 0 },
    maxHeight: "900px",
    "@media (min-width: 1600px)": { gridTemplateColumns: "minmax(0, 2fr) minmax(0, 1fr)" },
    // Zoomed in, the cards go under one another.
    "@media (max-width: 1000px)": {
      gridTemplateColumns: "minmax(0, 1fr)",
      gridTemplateRows: "auto",
      gridAutoRows: "minmax(286px, auto)",
      flex: "none",
      maxHeight: "none",
    },
  },
});
