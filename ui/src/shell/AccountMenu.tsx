import {
  Avatar,
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
import { PersonSwapRegular, SignOutRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { plainText } from "../format/format";
import type { AccountView } from "../ipc/bindings";
import { sandboxQuery } from "../ipc/queries";
import { useApp } from "../ipc/useApp";
import { type SchemeChoice, useColorScheme } from "../theme/ColorScheme";
import { ramp } from "../theme/type";
import { useConnect } from "./useConnect";

const useStyles = makeStyles({
  button: { minWidth: "32px", height: "32px", padding: 0, overflow: "visible" },
  who: { padding: "8px 12px", maxWidth: "300px" },
  name: { ...ramp.section },
  detail: { ...ramp.caption, color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
});

const schemes: ReadonlyArray<[SchemeChoice, string]> = [
  ["system", "Theme of the system"],
  ["light", "Light theme"],
  ["dark", "Dark theme"],
];

/** Who is signed in, as whom else one can act in the sandbox, the theme, sign out. */
export function AccountMenu({ account }: { account: AccountView }) {
  const styles = useStyles();
  const { tenant, version } = useApp();
  const { choice, choose } = useColorScheme();
  const { signIn, signOut } = useConnect();
  const sandbox = useQuery({ ...sandboxQuery(), enabled: tenant?.sandbox === true });
  const others = (sandbox.data?.admins ?? []).filter(
    (admin) => admin.userPrincipalName !== account.userPrincipalName,
  );
  return (
    <Menu
      checkedValues={{ theme: [choice] }}
      onCheckedValueChange={(_, change) => choose((change.checkedItems[0] ?? "system") as SchemeChoice)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.button}
          aria-label={`Account ${plainText(account.name)}`}
          icon={<Avatar name={plainText(account.name)} size={28} color="colorful" aria-hidden />}
        />
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <div className={styles.name}>{plainText(account.name)}</div>
          <div className={styles.detail}>{plainText(account.userPrincipalName)}</div>
          <div className={styles.detail}>
            {account.roles.length > 0 ? account.roles.join(", ") : "No directory role"}
          </div>
        </div>
        <MenuList>
          {others.length > 0 ? <MenuDivider /> : null}
          {others.map((admin) => (
            <MenuItem
              key={admin.userPrincipalName}
              icon={<PersonSwapRegular />}
              subText={admin.role}
              onClick={() => signIn.mutate({ method: "sandbox", admin: admin.userPrincipalName })}
            >
              Sign in as {plainText(admin.name)}
            </MenuItem>
          ))}
          <MenuDivider />
          {schemes.map(([value, label]) => (
            <MenuItemRadio key={value} name="theme" value={value}>
              {label}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuItem icon={<SignOutRegular />} onClick={() => signOut.mutate()} subText={`Usher ${version}`}>
            Sign out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
