import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Fragment } from "react";
import { ramp, unseen } from "../theme/type";
import { hrefOf, useAddress } from "./address";
import { pages } from "./pages";

const useStyles = makeStyles({
  nav: {
    width: "76px",
    flexShrink: 0,
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    gap: "2px",
    padding: "6px 0",
    overflowY: "auto",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    // At 200 % zoom the icons stay and the words go; the tooltip and the screen reader keep them.
    "@media (max-width: 860px)": { width: "52px" },
  },
  item: {
    position: "relative",
    width: "64px",
    height: "52px",
    flexShrink: 0,
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    gap: "4px",
    borderRadius: "6px",
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    ...ramp.axis,
    transition: "background-color 100ms",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    "@media (prefers-reduced-motion: reduce)": { transition: "none" },
    "@media (max-width: 860px)": { width: "44px", height: "40px" },
  },
  word: {
    "@media (max-width: 860px)": unseen,
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow2,
    color: tokens.colorBrandForeground1,
    fontWeight: tokens.fontWeightBold,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1 },
    "::before": {
      content: '""',
      position: "absolute",
      left: 0,
      top: "16px",
      width: "3px",
      height: "20px",
      borderRadius: "2px",
      backgroundColor: tokens.colorCompoundBrandBackground,
    },
    "@media (forced-colors: active)": { outline: "2px solid Highlight" },
  },
  divider: {
    width: "44px",
    maxWidth: "60%",
    height: "1px",
    flexShrink: 0,
    margin: "8px 0",
    backgroundColor: tokens.colorNeutralStroke1,
  },
});

/** The pages, always with their words. */
export function Rail() {
  const styles = useStyles();
  const { page: current } = useAddress();
  return (
    <nav className={styles.nav} aria-label="Pages" data-region="rail">
      {pages.map((page) => {
        const isCurrent = page.id === current;
        const Icon = isCurrent ? page.currentIcon : page.icon;
        return (
          <Fragment key={page.id}>
            {page.divider ? <div className={styles.divider} aria-hidden /> : null}
            <a
              href={hrefOf(page.id)}
              className={mergeClasses(styles.item, isCurrent && styles.current)}
              aria-current={isCurrent ? "page" : undefined}
              title={page.key ? `${page.label} (Ctrl+${page.key})` : page.label}
            >
              <Icon fontSize={20} aria-hidden />
              <span className={styles.word}>{page.label}</span>
            </a>
          </Fragment>
        );
      })}
    </nav>
  );
}
