import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CopyButton } from "../../components/CopyButton";
import { plainText } from "../../format/format";
import { ramp } from "../../theme/type";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "150px minmax(0, 1fr)",
    rowGap: "2px",
    margin: 0,
    ...ramp.caption,
  },
  label: { color: tokens.colorNeutralForeground3, padding: "4px 8px 4px 0" },
  value: {
    display: "flex",
    alignItems: "center",
    gap: "2px",
    minHeight: "24px",
    margin: 0,
    overflowWrap: "anywhere",
    userSelect: "text",
    "& bdi": { minWidth: 0 },
  },
  code: { ...ramp.code },
  none: { color: tokens.colorNeutralForeground3 },
});

export interface Fact {
  label: string;
  /** Null: the object has none. */
  value: string | null;
  /** Tooltip of the label, e.g. Graph's property name. */
  title?: string;
  /** Monospace, with copy. */
  identifier?: boolean;
}

/** Names and values, one a line. */
export function FactList({ facts }: { facts: ReadonlyArray<Fact> }) {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {facts.map((fact) => (
        <Row key={fact.label} fact={fact} />
      ))}
    </dl>
  );
}

function Row({ fact }: { fact: Fact }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.label} title={fact.title}>
        {fact.label}
      </dt>
      <dd className={styles.value}>
        {fact.value === null || fact.value === "" ? (
          <span className={styles.none}>–</span>
        ) : (
          <>
            <bdi className={mergeClasses(fact.identifier && styles.code)}>{plainText(fact.value)}</bdi>
            {fact.identifier ? <CopyButton text={fact.value} what={fact.label} /> : null}
          </>
        )}
      </dd>
    </>
  );
}
