import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { AddRegular, BeakerRegular, BuildingRegular, ChevronDownRegular } from "@fluentui/react-icons";
import { plainText } from "../format/format";
import { useApp } from "../ipc/useApp";
import { own } from "../theme/themes";
import { oneLine, ramp } from "../theme/type";
import { goTo } from "./address";
import { sandboxForm, useConnect } from "./useConnect";

const useStyles = makeStyles({
  trigger: {
    minWidth: 0,
    maxWidth: "100%",
    padding: "0 8px",
    gap: "2px",
    fontWeight: tokens.fontWeightRegular,
  },
  name: { ...ramp.section, marginLeft: "4px", maxWidth: "160px", ...oneLine },
  domain: {
    ...ramp.caption,
    color: tokens.colorNeutralForeground3,
    marginLeft: "8px",
    minWidth: 0,
    ...oneLine,
  },
  sandbox: { color: own.sandbox },
});

/** The open tenant and the others this computer knows. */
export function TenantMenu() {
  const styles = useStyles();
  const { tenant, knownTenants } = useApp();
  const { open, signIn } = useConnect();
  if (!tenant) return null;
  const hasSandbox = tenant.sandbox || knownTenants.some((known) => known.sandbox);
  const all = knownTenants.some((known) => known.id === tenant.id) ? knownTenants : [tenant, ...knownTenants];
  return (
    <Menu
      checkedValues={{ tenant: [tenant.id] }}
      onCheckedValueChange={(_, change) => {
        const id = change.checkedItems[0];
        if (id && id !== tenant.id) open.mutate(id);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.trigger}
          icon={
            tenant.sandbox ? (
              <BeakerRegular className={styles.sandbox} fontSize={16} />
            ) : (
              <BuildingRegular fontSize={16} />
            )
          }
          aria-label={`Tenant ${plainText(tenant.name)}, ${tenant.domain}`}
        >
          <bdi className={styles.name}>{plainText(tenant.name)}</bdi>
          <span className={styles.domain}>{plainText(tenant.domain)}</span>
          <ChevronDownRegular fontSize={12} style={{ marginLeft: 8, flexShrink: 0 }} aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {all.map((known) => (
            <MenuItemRadio
              key={known.id}
              name="tenant"
              value={known.id}
              icon={known.sandbox ? <BeakerRegular /> : <BuildingRegular />}
              secondaryContent={plainText(known.domain)}
            >
              <bdi>{plainText(known.name)}</bdi>
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuItem icon={<AddRegular />} onClick={() => goTo("sign-in")}>
            Add tenant
          </MenuItem>
          {hasSandbox ? null : (
            <MenuItem icon={<BeakerRegular />} onClick={() => signIn.mutate(sandboxForm)}>
              Sandbox tenant
            </MenuItem>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
