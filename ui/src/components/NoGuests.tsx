import { Button } from "@fluentui/react-components";
import { MailAddRegular } from "@fluentui/react-icons";
import { useApp } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { EmptyState } from "./EmptyState";
import { FirstReading } from "./FirstReading";

/** An archive without guests: either nobody has read the tenant yet, or it really has none. */
export function NoGuests() {
  const { sync, connection } = useApp();
  const wasRead = connection.state === "online" && connection.syncedAt !== null;
  if (sync.state === "running" || (!wasRead && sync.state !== "completed")) return <FirstReading />;
  return (
    <EmptyState title="This tenant has no guests" text="Usher has read the directory and found none.">
      <Button appearance="primary" icon={<MailAddRegular />} onClick={() => goTo("invite")}>
        Invite the first guest
      </Button>
    </EmptyState>
  );
}
