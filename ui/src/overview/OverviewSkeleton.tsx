import { Skeleton, SkeletonItem } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { Card } from "../components/Card";
import { useOverviewStyles } from "./useOverviewStyles";

/** Answers that come sooner show no skeleton: a flash is worse than a short wait. */
const PATIENCE_MS = 150;

/** The page's own grid with bars in place of numbers. */
export function OverviewSkeleton() {
  const styles = useOverviewStyles();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return <div className={styles.body} aria-busy />;
  const rows = (count: number) => Array.from({ length: count }, (_, index) => index);
  return (
    <Skeleton aria-label="Loading the overview" className={styles.body}>
      <div className={styles.cards}>
        {rows(8).map((index) => (
          <SkeletonItem key={index} style={{ height: 80, borderRadius: 8 }} />
        ))}
      </div>
      <div className={styles.grid}>
        {rows(4).map((index) => (
          <Card key={index}>
            <SkeletonItem size={20} style={{ width: "40%", marginBottom: 16 }} />
            {rows(7).map((line) => (
              <SkeletonItem key={line} size={16} style={{ marginBottom: 12, width: `${95 - line * 8}%` }} />
            ))}
          </Card>
        ))}
      </div>
    </Skeleton>
  );
}
