import { Button, makeStyles, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { OuterText } from "../../components/OuterText";
import { ProblemBar } from "../../components/ProblemBar";
import { StateBadge } from "../../components/StateBadge";
import { formatAgo, formatDay, shortId } from "../../format/format";
import type { AccessGroupView, GroupKindView, GuestAccessView } from "../../ipc/bindings";
import { ipc } from "../../ipc/client";
import { guestAccessQuery } from "../../ipc/queries";
import { useCanWrite, useNow } from "../../ipc/useApp";
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
  name: { flex: 1, minWidth: 0 },
  more: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: "8px 0" },
});

const kindNames: Record<GroupKindView, string> = {
  microsoft365: "Microsoft 365",
  security: "Security",
  mailEnabledSecurity: "Mail-enabled security",
  distribution: "Distribution",
};

const groupWords = (group: AccessGroupView): string =>
  [group.kind ? kindNames[group.kind] : null, group.isDynamic ? "Dynamic" : "Assigned"]
    .filter((word) => word !== null)
    .join(" · ");

interface Props {
  id: string;
  deleted: boolean;
}

/** What a guest was given: directory roles, groups, applications. Read from the tenant when the tab is opened. */
export function AccessTab({ id, deleted }: Props) {
  const styles = useStyles();
  const canRead = useCanWrite();
  const client = useQueryClient();
  const query = guestAccessQuery(id);
  const access = useQuery({ ...query, enabled: canRead && !deleted });
  const allow = useMutation({
    mutationFn: () => ipc.getGuestAccess(id, true),
    onSuccess: (read) => client.setQueryData(query.queryKey, read),
  });
  if (deleted)
    return (
      <p className={styles.text}>A deleted guest has none. Groups and applications come back with Restore.</p>
    );
  const problem = allow.error?.view ?? access.error?.view ?? null;
  return (
    <>
      {problem ? <ProblemBar problem={problem} inset onRetry={() => void access.refetch()} /> : null}
      {access.data?.state === "read" ? (
        <Given access={access.data} />
      ) : access.data ? (
        <>
          <p className={styles.text}>
            Usher has not been allowed to read groups, roles and applications yet. Nothing can be changed with
            the permission it needs: {access.data.permission}.
          </p>
          <Button disabledFocusable={allow.isPending} onClick={() => allow.mutate()}>
            Allow reading
          </Button>
        </>
      ) : problem ? null : canRead ? (
        <Skeleton aria-label="Loading what the guest was given" style={{ display: "grid", gap: 8 }}>
          <SkeletonItem size={16} />
          <SkeletonItem size={16} />
          <SkeletonItem size={16} />
        </Skeleton>
      ) : (
        <p className={styles.text}>
          Groups, roles and applications are read from the tenant when you look, and not kept on this
          computer. This works again when you are online.
        </p>
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
      <Section title="Directory roles" none="No directory role.">
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
            {group.isRoleAssignable ? <StateBadge kind="warning">Gives roles</StateBadge> : null}
            <span className={styles.more}>{groupWords(group)}</span>
          </Line>
        ))}
      </Section>
      <Section title="Applications" none="No application is assigned.">
        {apps.map((app) => (
          <Line key={app.id} id={app.id} name={app.name}>
            {app.assignedAt ? (
              <span className={styles.more}>Assigned {formatDay(app.assignedAt, now)}</span>
            ) : null}
          </Line>
        ))}
      </Section>
      <p className={styles.text}>
        Direct assignments only: groups in groups, sharing links and applications open to everybody are not in
        it. Read {formatAgo(access.readAt, now)}.
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
    <li className={styles.line} title={id}>
      <OuterText className={styles.name} text={name ?? `Name not readable (${shortId(id)})`} />
      {children}
    </li>
  );
}
