import { Button, makeStyles, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CopyButton } from "../../components/CopyButton";
import { OuterText } from "../../components/OuterText";
import { permissionRequest } from "../../components/PermissionTable";
import { ProblemBar } from "../../components/ProblemBar";
import { StateBadge } from "../../components/StateBadge";
import { useCopy } from "../../components/useCopy";
import { Waiting } from "../../components/Waiting";
import { formatAgo, formatDay, formatFull, plainText } from "../../format/format";
import type { AccessGroupView, GroupKindView, GuestAccessView } from "../../ipc/bindings";
import { ipc } from "../../ipc/client";
import { guestAccessQuery } from "../../ipc/queries";
import { useApp, useCanWrite, useNow } from "../../ipc/useApp";
import { ramp } from "../../theme/type";

const useStyles = makeStyles({
  title: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold, margin: "12px 0 4px" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  line: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    minHeight: "28px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ...ramp.caption,
  },
  named: { display: "flex", alignItems: "center", flex: 1, minWidth: 0 },
  buttons: { display: "flex", alignItems: "center", gap: "8px" },
  more: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: "8px 0" },
});

const kindNames: Record<GroupKindView, string> = {
  microsoft365: "Microsoft 365",
  security: "Security",
  mailEnabledSecurity: "Mail-enabled security",
  distribution: "Distribution",
};

const groupWords = (group: AccessGroupView): string => {
  const membership = group.isDynamic === null ? null : group.isDynamic ? "Dynamic" : "Assigned";
  return [group.kind ? kindNames[group.kind] : null, membership].filter((word) => word !== null).join(" · ");
};

interface Props {
  id: string;
  deleted: boolean;
}

/**
 * What a guest was given: directory roles, groups, applications. Read from the tenant whenever the tab is opened. One of
 * these is for one guest; another guest takes another (`key`), so that an answer that comes late is told of nobody else.
 */
export function AccessTab({ id, deleted }: Props) {
  const styles = useStyles();
  const { connection, permissions } = useApp();
  const canRead = useCanWrite();
  const copy = useCopy();
  const client = useQueryClient();
  const query = guestAccessQuery(id);
  const access = useQuery({ ...query, enabled: canRead && !deleted });
  const allow = useMutation({
    mutationFn: () => ipc.getGuestAccess(id, true),
    onSuccess: (read) => {
      client.setQueryData(query.queryKey, read);
      // The button that had the focus is gone.
      document.getElementById("guest-tab-panel")?.focus();
    },
  });
  const cancel = useMutation({ mutationFn: () => ipc.cancelSignIn() });
  if (deleted)
    return (
      <p className={styles.text}>A deleted guest has none. Groups and applications come back with Restore.</p>
    );
  if (access.data?.state === "read") {
    return (
      <>
        {access.error ? (
          <ProblemBar problem={access.error.view} inset onRetry={() => void access.refetch()} />
        ) : null}
        <Given access={access.data} />
      </>
    );
  }
  if (!canRead) {
    return (
      <p className={styles.text}>
        Roles, groups and applications are read from the tenant when you look, and not kept on this computer.{" "}
        {connection.state === "offline"
          ? "This works again when you are online."
          : "Sign in again to read them."}
      </p>
    );
  }
  const problem = allow.error?.view ?? access.error?.view ?? null;
  const missing = access.data?.held === false;
  return (
    <>
      {problem ? (
        <ProblemBar
          problem={problem}
          inset
          onRetry={() => (allow.isError ? allow.mutate() : void access.refetch())}
        />
      ) : null}
      {access.data ? (
        <>
          <p className={styles.text}>
            Usher has not been allowed to read roles, groups and applications yet. Nothing can be changed with
            the permission it needs: {access.data.permission}.
          </p>
          <div className={styles.buttons}>
            {allow.isPending ? (
              <>
                <Waiting label="Waiting for your browser" />
                <Button onClick={() => cancel.mutate()}>Cancel</Button>
              </>
            ) : (
              <Button disabledFocusable={missing} onClick={() => allow.mutate()}>
                Allow reading
              </Button>
            )}
            {missing || problem ? (
              <Button onClick={() => copy(permissionRequest(permissions, ""), "Request")}>
                Copy request
              </Button>
            ) : null}
          </div>
        </>
      ) : problem ? null : (
        <Skeleton aria-label="Loading what the guest was given" style={{ display: "grid", gap: 8 }}>
          <SkeletonItem size={16} />
          <SkeletonItem size={16} />
          <SkeletonItem size={16} />
        </Skeleton>
      )}
    </>
  );
}

function Given({ access }: { access: Extract<GuestAccessView, { state: "read" }> }) {
  const styles = useStyles();
  const now = useNow();
  const { roles, groups, apps } = access;
  return (
    <>
      <Section title="Directory roles" none="No active role given directly.">
        {roles.map((role) => (
          <Line key={role.id} id={role.id} name={role.name}>
            <StateBadge kind="warning" title="The guest can do in the tenant what the role allows">
              Elevated
            </StateBadge>
          </Line>
        ))}
      </Section>
      <Section title="Groups" none="In no group.">
        {groups.map((group) => (
          <Line key={group.id} id={group.id} name={group.name}>
            {group.isRoleAssignable ? (
              <StateBadge kind="info" title="isAssignableToRole: directory roles can be given to this group">
                Role-assignable
              </StateBadge>
            ) : null}
            <span className={styles.more}>{groupWords(group)}</span>
          </Line>
        ))}
      </Section>
      <Section title="Applications" none="No application is assigned.">
        {apps.map((app) => (
          <Line key={app.id} id={app.servicePrincipal} name={app.name}>
            <span className={styles.more} title={app.assignedAt ? formatFull(app.assignedAt) : undefined}>
              {app.through ? (
                <>
                  Through the group <bdi>{plainText(app.through)}</bdi>
                </>
              ) : app.assignedAt ? (
                `Assigned ${formatDay(app.assignedAt, now)}`
              ) : null}
            </span>
          </Line>
        ))}
      </Section>
      <p className={styles.text}>
        Not in it: roles that are eligible, custom, limited to an administrative unit or given through a
        group; groups in groups; sharing links; applications open to everybody. Read{" "}
        {formatAgo(access.readAt, now)}.
      </p>
    </>
  );
}

function Section({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  const styles = useStyles();
  return (
    <section aria-label={title}>
      <h3 className={styles.title}>
        {title}
        {children.length > 0 ? ` (${children.length})` : ""}
      </h3>
      {children.length > 0 ? (
        <ul className={styles.list}>{children}</ul>
      ) : (
        <p className={styles.text}>{none}</p>
      )}
    </section>
  );
}

function Line({ id, name, children }: { id: string; name: string | null; children: ReactNode }) {
  const styles = useStyles();
  return (
    <li className={styles.line}>
      <span className={styles.named}>
        <OuterText text={name ?? `Name not readable: ${id}`} />
        <CopyButton text={id} what="Object ID" />
      </span>
      {children}
    </li>
  );
}
