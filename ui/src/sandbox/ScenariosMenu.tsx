import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { BeakerRegular } from "@fluentui/react-icons";
import type { ScenarioView } from "../ipc/bindings";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  popover: { maxWidth: "360px" },
  label: { ...ramp.body, display: "block" },
  effect: { ...ramp.caption, display: "block", color: tokens.colorNeutralForeground3, whiteSpace: "normal" },
});

interface Props {
  scenarios: readonly ScenarioView[];
  onSwitch: (id: string, on: boolean) => void;
}

/** Policies of the tenant that can be switched at once. */
export function ScenariosMenu({ scenarios, onSwitch }: Props) {
  const styles = useStyles();
  const on = scenarios.filter((scenario) => scenario.on).map((scenario) => scenario.id);
  return (
    <Menu
      checkedValues={{ scenario: on }}
      onCheckedValueChange={(_, { checkedItems }) => {
        for (const { id, on: wasOn } of scenarios) {
          const isOn = checkedItems.includes(id);
          if (isOn !== wasOn) onSwitch(id, isOn);
        }
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" icon={<BeakerRegular />}>
          Scenarios
        </Button>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {scenarios.map((scenario) => (
            <MenuItemCheckbox key={scenario.id} name="scenario" value={scenario.id}>
              <span className={styles.label}>{scenario.label}</span>
              <span className={styles.effect}>{scenario.effect}</span>
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
