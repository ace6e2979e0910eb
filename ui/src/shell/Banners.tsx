import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { formatNumber } from "../format/format";
import { useApp } from "../ipc/useApp";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  bar: {
    "& .fui-MessageBarBody": { ...ramp.caption },
    "& .fui-MessageBarTitle": { ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
    flexShrink: 0,
    borderRadius: 0,
    borderLeft: "none",
    borderRight: "none",
  },
});

/** What concerns the whole program: a tenant that could not be opened, no keychain, a damaged archive that was set aside. */
export function Banners() {
  const styles = useStyles();
  const { keychain, archive, notOpened } = useApp();
  const [dismissed, setDismissed] = useState<ReadonlyArray<string>>([]);
  const dismiss = (id: string) => setDismissed((old) => [...old, id]);
  const close = (id: string) => (
    <MessageBarActions
      containerAction={
        <Button
          appearance="transparent"
          size="small"
          icon={<DismissRegular />}
          aria-label="Dismiss"
          onClick={() => dismiss(id)}
        />
      }
    />
  );
  const setAside = archive?.setAside ?? null;
  return (
    <>
      {notOpened && !dismissed.includes("notOpened") ? (
        <MessageBar intent="error" className={styles.bar} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>Your tenant could not be opened.</MessageBarTitle> {notOpened.message}{" "}
            {notOpened.nextStep}
          </MessageBarBody>
          {close("notOpened")}
        </MessageBar>
      ) : null}
      {keychain.kind === "sessionOnly" && !dismissed.includes("keychain") ? (
        <MessageBar intent="warning" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>For this session only.</MessageBarTitle> {keychain.reason}
          </MessageBarBody>
          {close("keychain")}
        </MessageBar>
      ) : null}
      {setAside && !dismissed.includes(setAside.path) ? (
        <MessageBar intent="warning" className={styles.bar} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>The archive was damaged and set aside.</MessageBarTitle>{" "}
            {formatNumber(setAside.salvagedRows)} rows were saved. {setAside.lost} The damaged file is kept at{" "}
            {setAside.path}.
          </MessageBarBody>
          {close(setAside.path)}
        </MessageBar>
      ) : null}
    </>
  );
}
