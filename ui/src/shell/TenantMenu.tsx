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
import type { TenantView } from "../ipc/bindings";
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
  name: {
    ...ramp.section,
    marginLeft: "4px",
    maxWidth: "160px",
    ...oneLine,
    "@media (max-width: 860px)": { maxWidth: "110px" },
  },
  domain: {
    ...ramp.caption,
    color: tokens.colorNeutralForeground3,
    marginLeft: "8px",
    minWidth: 0,
    ...oneLine,
    "@media (max-width: 860px)": { display: "none" },
  },
  sandbox: { color: own.sandbox },
});

/** A tenant's name; the sandbox is called what it is, so that nobody takes its Contoso for a real one. */
const tenantName = (tenant: TenantView): string =>
  tenant.sandbox ? "Sandbox tenant" : plainText(tenant.name);

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
        const chosen = all.find((known) => known.id === id);
        if (!chosen || chosen.id === tenant.id) return;
        // The sandbox tenant lives in this program: opening it signs in to it as well.
        if (chosen.sandbox) signIn.mutate(sandboxForm);
        else open.mutate(chosen.id);
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
          aria-label={`Tenant ${tenantName(tenant)}, ${plainText(tenant.domain)}`}
        >
          <bdi className={styles.name}>{tenantName(tenant)}</bdi>
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
              <bdi>{tenantName(known)}</bdi>
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
