import { Button, makeStyles, mergeClasses, Tooltip, tokens } from "@fluentui/react-components";
import { DataBarVerticalRegular, TableSimpleRegular } from "@fluentui/react-icons";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  button: { minWidth: "24px", height: "24px", margin: "-4px -4px -4px 0", verticalAlign: "middle" },
  scroll: { flex: 1, minHeight: 0, overflow: "auto", marginTop: "8px" },
  table: { ...ramp.caption, width: "100%", borderCollapse: "collapse", fontVariantNumeric: "tabular-nums" },
  cell: {
    padding: "4px 8px 4px 0",
    textAlign: "end",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  first: { textAlign: "start" },
  head: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular },
});

/** Switches a chart to its table and back. */
export function ShowAsTable({ shown, onChange }: { shown: boolean; onChange: (shown: boolean) => void }) {
  const styles = useStyles();
  const label = shown ? "Show as chart" : "Show as table";
  return (
    <Tooltip content={label} relationship="label">
      <Button
        size="small"
        appearance="subtle"
        className={styles.button}
        icon={shown ? <DataBarVerticalRegular fontSize={16} /> : <TableSimpleRegular fontSize={16} />}
        onClick={() => onChange(!shown)}
      />
    </Tooltip>
  );
}

interface TableProps {
  /** Names the table for a screen reader. */
  caption: string;
  columns: readonly string[];
  /** The first cell of a row names it. */
  rows: readonly (readonly string[])[];
}

/** The numbers of a chart as a plain table. */
export function ChartTable({ caption, columns, rows }: TableProps) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={styles.scroll} aria-label={caption} tabIndex={0}>
      <table className={styles.table} aria-label={caption}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th
                key={column}
                scope="col"
                className={mergeClasses(styles.cell, styles.head, index === 0 && styles.first)}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = "", ...values]) => (
            <tr key={name}>
              <th scope="row" className={mergeClasses(styles.cell, styles.first, styles.head)}>
                {name}
              </th>
              {values.map((value, index) => (
                <td key={columns[index + 1]} className={styles.cell}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
