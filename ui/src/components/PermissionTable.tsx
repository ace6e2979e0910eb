import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleRegular,
  ClockRegular,
  LockClosedRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import type { PermissionView } from "../ipc/bindings";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  table: { borderCollapse: "collapse", width: "100%", tableLayout: "auto", ...ramp.caption },
  head: { textAlign: "left", fontWeight: tokens.fontWeightSemibold, padding: "0 12px 0 0", height: "32px" },
  cell: { padding: "0 12px 0 0", height: "32px", borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
  scope: { ...ramp.code, whiteSpace: "nowrap" },
  when: { whiteSpace: "nowrap" },
  icon: { display: "inline-flex", alignItems: "center", gap: "5px" },
  now: { color: tokens.colorBrandForeground1 },
  later: { color: tokens.colorNeutralForeground3 },
  held: { color: tokens.colorStatusSuccessForeground1 },
  missing: { color: tokens.colorStatusWarningForeground1 },
});

interface Props {
  permissions: ReadonlyArray<PermissionView>;
  /** An application that signs in as itself: its permissions are granted beforehand, and roles do not matter. */
  application?: boolean;
}

/** Permissions: what for, what they need, when they are asked for, and whether the account has them. */
export function PermissionTable({ permissions, application = false }: Props) {
  const styles = useStyles();
  const known = permissions.some((permission) => permission.held !== null);
  const [now, later] = application ? ["Reading", "Changes"] : ["Now", "Later"];
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th className={styles.head} scope="col">
            Permission
          </th>
          <th className={styles.head} scope="col">
            Why
          </th>
          {application ? null : (
            <th className={styles.head} scope="col">
              Least role or licence
            </th>
          )}
          <th className={styles.head} scope="col">
            {application ? "For" : known ? "Yours" : "When"}
          </th>
        </tr>
      </thead>
      <tbody>
        {permissions.map((permission) => (
          <tr key={permission.scope}>
            <td className={mergeClasses(styles.cell, styles.scope)}>
              {application ? permission.application.name : permission.scope}
            </td>
            <td className={styles.cell}>{application ? permission.application.why : permission.why}</td>
            {application ? null : <td className={styles.cell}>{permission.leastRole}</td>}
            <td className={mergeClasses(styles.cell, styles.when)}>
              {permission.held === null ? (
                (application ? !permission.changes : permission.askedAtSignIn) ? (
                  <span className={mergeClasses(styles.icon, styles.now)}>
                    <LockClosedRegular fontSize={14} aria-hidden /> {now}
                  </span>
                ) : (
                  <span className={mergeClasses(styles.icon, styles.later)}>
                    <ClockRegular fontSize={14} aria-hidden /> {later}
                  </span>
                )
              ) : permission.held ? (
                <span className={mergeClasses(styles.icon, styles.held)}>
                  <CheckmarkCircleRegular fontSize={14} aria-hidden /> You have it
                </span>
              ) : (
                <span className={mergeClasses(styles.icon, styles.missing)}>
                  <WarningRegular fontSize={14} aria-hidden /> You do not have it
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The permissions as text for whoever grants them. */
export function permissionRequest(
  permissions: ReadonlyArray<PermissionView>,
  clientId: string,
  application = false,
): string {
  const line = (permission: PermissionView) =>
    application
      ? `- ${permission.application.name}: ${permission.application.why}`
      : `- ${permission.scope}: ${permission.why} (${permission.leastRole})`;
  const isFirst = (permission: PermissionView) =>
    application ? !permission.changes : permission.askedAtSignIn;
  const now = permissions.filter(isFirst).map(line);
  const later = permissions.filter((permission) => !isFirst(permission)).map(line);
  return [
    "Please approve Usher, a desktop console for guests (Microsoft Entra B2B), in our tenant.",
    clientId ? `Application (client) ID: ${clientId}` : "",
    "",
    application
      ? "Application permissions of Microsoft Graph (reading only):"
      : "Delegated Microsoft Graph permissions asked for at sign-in (reading only):",
    ...now,
    "",
    application ? "For changes, if the application is to make any:" : "Asked for later, when first needed:",
    ...later,
  ]
    .filter((text, index, all) => text !== "" || all[index - 1] !== "")
    .join("\n");
}
