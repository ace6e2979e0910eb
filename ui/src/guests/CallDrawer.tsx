import { makeStyles, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { CopyButton } from "../components/CopyButton";
import { ProblemBar } from "../components/ProblemBar";
import { SideDrawer } from "../components/SideDrawer";
import type { CallView, GuestQuery } from "../ipc/bindings";
import { callQuery } from "../ipc/queries";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  head: { display: "flex", alignItems: "center", justifyContent: "space-between", marginTop: "12px" },
  title: { ...ramp.section, margin: 0 },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: 0 },
  code: {
    ...ramp.code,
    margin: "4px 0 0",
    padding: "10px",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    userSelect: "text",
    borderRadius: "4px",
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

const parts = [
  ["graph", "Graph request"],
  ["powerShell", "Microsoft Graph PowerShell"],
  ["cli", "usherctl"],
] as const satisfies ReadonlyArray<readonly [keyof CallView, string]>;

interface Props {
  query: Pick<GuestQuery, "filter" | "sort" | "descending">;
  open: boolean;
  onClose: () => void;
}

/** The list as calls that can be run elsewhere. */
export function CallDrawer({ query, open, onClose }: Props) {
  const styles = useStyles();
  const call = useQuery({ ...callQuery(query), enabled: open });
  return (
    <SideDrawer title="Show the call" width={520} open={open} onClose={onClose}>
      <p className={styles.text}>What this list is, to run elsewhere. Tickets and tokens are never in it.</p>
      {call.error ? <ProblemBar problem={call.error.view} inset onRetry={() => void call.refetch()} /> : null}
      {call.data ? (
        parts.map(([part, title]) => (
          <section key={part} aria-label={title}>
            <div className={styles.head}>
              <h3 className={styles.title}>{title}</h3>
              <CopyButton text={call.data[part]} what={title} />
            </div>
            <pre className={styles.code}>{call.data[part]}</pre>
          </section>
        ))
      ) : call.error ? null : (
        <Skeleton aria-label="Loading">
          <SkeletonItem size={64} />
        </Skeleton>
      )}
    </SideDrawer>
  );
}
