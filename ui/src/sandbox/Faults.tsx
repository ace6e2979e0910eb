import { Dropdown, makeStyles, Option, Switch, Tooltip, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { FaultView, SandboxAdminView } from "../ipc/bindings";
import { ramp } from "../theme/type";
import { SideSection } from "./SideSection";

const useStyles = makeStyles({
  row: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    minHeight: "28px",
    padding: "0 8px 0 14px",
  },
  switch: { marginLeft: "-8px", width: "calc(100% + 8px)", justifyContent: "space-between" },
  label: { ...ramp.caption },
  indicator: { transform: "scale(0.9)", margin: "4px 0 4px 8px" },
  admin: { padding: "0 14px 14px" },
  box: { width: "100%", minWidth: 0, fontSize: "12px" },
  role: { ...ramp.axis, color: tokens.colorNeutralForeground3, display: "block" },
});

interface FaultsProps {
  faults: readonly FaultView[];
  onSwitch: (id: string, on: boolean) => void;
}

/** What can go wrong on purpose. */
export function Faults({ faults, onSwitch }: FaultsProps) {
  const styles = useStyles();
  if (faults.length === 0) return null;
  return (
    <SideSection title="Faults">
      {faults.map((fault) => (
        <div key={fault.id} className={styles.row}>
          <Tooltip content={fault.effect} relationship="description">
            <Switch
              className={styles.switch}
              checked={fault.on}
              labelPosition="before"
              label={{ children: fault.label, className: styles.label }}
              indicator={{ className: styles.indicator }}
              onChange={(_, { checked }) => onSwitch(fault.id, checked)}
            />
          </Tooltip>
        </div>
      ))}
    </SideSection>
  );
}

interface AdminProps {
  admins: readonly SandboxAdminView[];
  /** User principal name of the signed-in administrator. */
  present: string | null;
  busy: boolean;
  onBecome: (userPrincipalName: string) => void;
}

/** Which administrator of the sandbox tenant you are: others may do less. */
export function AdminPicker({ admins, present, busy, onBecome }: AdminProps) {
  const styles = useStyles();
  const id = useId();
  if (admins.length < 2) return null;
  const isSame = (admin: SandboxAdminView) =>
    admin.userPrincipalName.toLowerCase() === present?.toLowerCase();
  return (
    <SideSection title="You are the administrator">
      <div className={styles.admin}>
        <Dropdown
          id={id}
          size="small"
          className={styles.box}
          aria-label="You are the administrator"
          disabled={busy}
          value={admins.find(isSame)?.name ?? "Nobody"}
          selectedOptions={
            present === null ? [] : admins.filter(isSame).map((admin) => admin.userPrincipalName)
          }
          onOptionSelect={(_, { optionValue }) => {
            if (optionValue && optionValue.toLowerCase() !== present?.toLowerCase()) onBecome(optionValue);
          }}
        >
          {admins.map((admin) => (
            <Option key={admin.userPrincipalName} value={admin.userPrincipalName} text={admin.name}>
              <span>
                {admin.name}
                <span className={styles.role}>{admin.role}</span>
              </span>
            </Option>
          ))}
        </Dropdown>
      </div>
    </SideSection>
  );
}
