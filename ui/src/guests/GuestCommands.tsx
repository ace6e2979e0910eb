import { Button, Tooltip, useRestoreFocusTarget } from "@fluentui/react-components";
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
import { ColumnsDrawer } from "./ColumnsDrawer";
import type { ColumnOrder } from "./columnOrder";
import { downloadedColumns } from "./columns";
import { useGuestExport } from "./useGuestExport";

interface Props {
  query: Pick<GuestQuery, "filter" | "sort" | "descending">;
  columns: ColumnOrder;
  onColumns: (columns: ColumnOrder) => void;
  /** Back to the usual columns and widths. */
  onUsualColumns: () => void;
}

/** The commands of the guest list. */
export function GuestCommands({ query, columns, onColumns, onUsualColumns }: Props) {
  const { sync } = useApp();
  const canWrite = useCanWrite();
  const connect = useConnect();
  const copy = useCopy();
  const [showsCall, setShowsCall] = useState(false);
  // A drawer gives focus back to the button that opened it.
  const columnsButton = useRestoreFocusTarget();
  const callButton = useRestoreFocusTarget();
  const [showsColumns, setShowsColumns] = useState(false);
  const isDeleted = query.filter?.deleted ?? false;
  const download = useGuestExport(query, downloadedColumns(isDeleted, columns));
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
      <Tooltip
        content={isDeleted ? "Deleted guests have columns of their own" : "Choose columns and their order"}
        relationship="description"
      >
        <Button
          size="small"
          appearance="subtle"
          icon={<ColumnTripleRegular />}
          {...columnsButton}
          disabledFocusable={isDeleted}
          onClick={() => setShowsColumns(true)}
        >
          Columns
        </Button>
      </Tooltip>
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
      <Button
        size="small"
        appearance="subtle"
        icon={<CodeRegular />}
        {...callButton}
        onClick={() => setShowsCall(true)}
      >
        Show the call
      </Button>
      <Button size="small" appearance="primary" icon={<MailAddRegular />} onClick={() => goTo("invite")}>
        Invite external user
      </Button>
      <ColumnsDrawer
        order={columns}
        onChange={onColumns}
        onReset={onUsualColumns}
        open={showsColumns}
        onClose={() => setShowsColumns(false)}
      />
      <CallDrawer query={query} open={showsCall} onClose={() => setShowsCall(false)} />
    </>
  );
}
