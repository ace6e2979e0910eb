import { makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Waiting } from "./Waiting";

const useStyles = makeStyles({
  slow: { display: "grid", placeItems: "center", height: "100vh" },
  ahead: { position: "absolute", visibility: "hidden", fontVariantNumeric: "tabular-nums" },
  semibold: { fontWeight: tokens.fontWeightSemibold },
});

/** Before the window knows what to show: nothing for the first moment (it takes milliseconds), then a word. */
export function Starting() {
  const styles = useStyles();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return isSlow ? (
    <div className={styles.slow}>
      <Waiting label="Opening Usher" size="medium" />
    </div>
  ) : (
    <FontsAhead />
  );
}

/** Makes the web view load the fonts while the program is still asked; the first layout waits for them otherwise. */
function FontsAhead() {
  const styles = useStyles();
  const sample = useRef<HTMLDivElement>(null);
  // Measuring lays it out.
  useLayoutEffect(() => void sample.current?.getBoundingClientRect(), []);
  return (
    <div ref={sample} className={styles.ahead} aria-hidden>
      0 <span className={styles.semibold}>0</span>
    </div>
  );
}
