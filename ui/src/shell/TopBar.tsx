import { Button, makeStyles, Tooltip, tokens } from "@fluentui/react-components";
import { WeatherMoonRegular, WeatherSunnyRegular } from "@fluentui/react-icons";
import { useApp } from "../ipc/useApp";
import { useColorScheme } from "../theme/ColorScheme";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";
import { AccountMenu } from "./AccountMenu";
import { ConnectionChip } from "./ConnectionChip";
import { HelpDialog } from "./HelpDialog";
import { Logo } from "./Logo";
import { SearchBox } from "./SearchBox";
import { TenantMenu } from "./TenantMenu";

const useStyles = makeStyles({
  bar: {
    position: "relative",
    display: "grid",
    gridTemplateColumns: "minmax(max-content, 1fr) minmax(160px, 432px) minmax(max-content, 1fr)",
    alignItems: "center",
    gap: "16px",
    height: "44px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: "0 12px 0 26px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 860px)": {
      gridTemplateColumns: "auto minmax(100px, 1fr) minmax(0, auto)",
      gap: "8px",
      padding: "0 8px 0 14px",
    },
  },
  sandbox: { position: "absolute", left: 0, right: 0, top: 0, height: "3px", backgroundColor: own.sandbox },
  start: { display: "flex", alignItems: "center", minWidth: 0, gap: "10px" },
  name: { ...ramp.section, marginLeft: "10px", "@media (max-width: 860px)": { display: "none" } },
  rule: { width: "1px", height: "33px", backgroundColor: tokens.colorNeutralStroke2, flexShrink: 0 },
  none: { ...ramp.caption, color: tokens.colorNeutralForeground3, marginLeft: "8px" },
  end: { display: "flex", alignItems: "center", justifyContent: "flex-end", gap: "4px", minWidth: 0 },
});

/** Logo, tenant, search, connection, theme, help, account. */
export function TopBar() {
  const styles = useStyles();
  const { tenant, account } = useApp();
  const { scheme, choose } = useColorScheme();
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <header className={styles.bar} data-region="top">
      {tenant?.sandbox ? <div className={styles.sandbox} aria-hidden /> : null}
      <div className={styles.start}>
        <Logo size={24} />
        <span className={styles.name}>Usher</span>
        <span className={styles.rule} aria-hidden />
        {tenant ? <TenantMenu /> : <span className={styles.none}>No tenant yet</span>}
      </div>
      {tenant ? <SearchBox /> : <span />}
      <div className={styles.end}>
        <ConnectionChip />
        <Tooltip content={`Use the ${other} theme`} relationship="label">
          <Button
            appearance="transparent"
            size="small"
            icon={
              scheme === "dark" ? <WeatherSunnyRegular fontSize={18} /> : <WeatherMoonRegular fontSize={18} />
            }
            onClick={() => choose(other)}
          />
        </Tooltip>
        <HelpDialog />
        {account ? <AccountMenu account={account} /> : null}
      </div>
    </header>
  );
}
