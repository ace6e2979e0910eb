import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from "@fluentui/react-components";
import {
  ArrowClockwiseRegular,
  ArrowDownloadRegular,
  CodeRegular,
  ColumnTripleRegular,
  LinkRegular,
  MailAddRegular,
} from "@fluentui/react-icons";
import { useState } from "react";
import { useCopy } from "../components/useCopy";
import type { GuestQuery } from "../ipc/bindings";
import { useApp, useCanWrite } from "../ipc/useApp";
import { goTo, viewLink } from "../shell/address";
import { useConnect } from "../shell/useConnect";
import { CallDrawer } from "./CallDrawer";
import { downloadedColumns, guestColumns } from "./columns";
import { useGuestExport } from "./useGuestExport";

interface Props {
  query: Pick<GuestQuery, "filter" | "sort" | "descending">;
  hidden: ReadonlyArray<string>;
  onShowColumns: (shown: ReadonlyArray<string>) => void;
}

/** The commands of the guest list. */
export function GuestCommands({ query, hidden, onShowColumns }: Props) {
  const { sync } = useApp();
  const canWrite = useCanWrite();
  const connect = useConnect();
  const copy = useCopy();
  const [showsCall, setShowsCall] = useState(false);
  const download = useGuestExport(query, downloadedColumns(query.filter?.deleted ?? false, hidden));
  const optional = guestColumns.filter((column) => !column.always);
  const refreshing = sync.state === "running";
  return (
    <>
      <Tooltip
        content={
          refreshing
            ? "Reading the tenant already"
            : canWrite
              ? "Reads what changed in the tenant (F5)"
              : "Works again when you are online"
        }
        relationship="description"
      >
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowClockwiseRegular />}
          disabledFocusable={!canWrite || refreshing}
          onClick={() => connect.sync.mutate()}
        >
          Refresh
        </Button>
      </Tooltip>
      <Menu
        checkedValues={{
          shown: optional.filter((column) => !hidden.includes(column.id)).map((column) => column.id),
        }}
        onCheckedValueChange={(_, change) => onShowColumns(change.checkedItems)}
      >
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" icon={<ColumnTripleRegular />}>
            Columns
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {optional.map((column) => (
              <MenuItemCheckbox key={column.id} name="shown" value={column.id}>
                {column.header}
              </MenuItemCheckbox>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Button
        size="small"
        appearance="subtle"
        icon={<ArrowDownloadRegular />}
        disabledFocusable={download.isPending}
        onClick={() => download.mutate()}
      >
        Download users
      </Button>
      <Tooltip content="Paste it into Usher's search box to open this view" relationship="description">
        <Button
          size="small"
          appearance="subtle"
          icon={<LinkRegular />}
          onClick={() => copy(viewLink(), "Link to this view")}
        >
          Copy link to view
        </Button>
      </Tooltip>
      <Button size="small" appearance="subtle" icon={<CodeRegular />} onClick={() => setShowsCall(true)}>
        Show the call
      </Button>
      <Button size="small" appearance="primary" icon={<MailAddRegular />} onClick={() => goTo("invite")}>
        Invite external user
      </Button>
      <CallDrawer query={query} open={showsCall} onClose={() => setShowsCall(false)} />
    </>
  );
}
