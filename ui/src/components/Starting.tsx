import { useEffect, useState } from "react";
import { Waiting } from "./Waiting";

/** Before the window knows what to show: nothing for the first moment (it takes milliseconds), then a word. */
export function Starting() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return isSlow ? (
    <div style={{ display: "grid", placeItems: "center", height: "100vh" }}>
      <Waiting label="Opening Usher" size="medium" />
    </div>
  ) : null;
}
