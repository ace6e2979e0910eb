import { Button, makeStyles, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { BeakerRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../components/EmptyState";
import { PageHeader } from "../components/PageHeader";
import { ProblemBar } from "../components/ProblemBar";
import { writeGuestView } from "../guests/guestAddress";
import type { GuestSideView, SandboxView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { guestSideQuery, playableGuestsQuery, sandboxQuery } from "../ipc/queries";
import { useApp } from "../ipc/useApp";
import { goTo, useAddress } from "../shell/address";
import { sandboxForm, useConnect } from "../shell/useConnect";
import { ClockHeader } from "./ClockHeader";
import { AdminPicker, Faults } from "./Faults";
import { GuestPagePane, MailPane } from "./GuestPane";
import { GuestPicker } from "./GuestPicker";
import { Inbox } from "./Inbox";
import { Lessons, lessonLine } from "./Lessons";
import { LogPane } from "./LogPane";
import { ResetButton } from "./ResetButton";
import { ScenariosMenu } from "./ScenariosMenu";
import { openMail, playGuest, readSandboxAddress } from "./sandboxAddress";
import { useSandboxActions } from "./useSandboxActions";

/** How often the guest's side is asked again: steps happen in the frames, where nobody tells the window. */
const FOLLOW_MS = 1000;

const useStyles = makeStyles({
  body: {
    flex: 1,
    minHeight: 0,
    display: "grid",
    gridTemplateColumns: "252px minmax(320px, 424px) minmax(420px, 1fr)",
    // Zoomed in, the panes go under one another.
    "@media (max-width: 1000px)": {
      gridTemplateColumns: "minmax(0, 1fr)",
      gridAutoRows: "560px",
      overflowY: "auto",
    },
  },
  side: {
    minHeight: 0,
    overflowY: "auto",
    backgroundColor: tokens.colorNeutralBackground1,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  mail: { minHeight: 0, padding: "14px 0 14px 16px" },
  guest: {
    minHeight: 0,
    display: "grid",
    gridTemplateRows: "minmax(0, 1.64fr) minmax(160px, 1fr)",
    gap: "12px",
    padding: "14px 16px",
  },
});

/** A tenant to practise on: its guests are played here, and what it logs is seen as it happens. */
export default function SandboxPage() {
  const sandbox = useQuery({ ...sandboxQuery(), refetchInterval: FOLLOW_MS });
  if (sandbox.data) return <Play sandbox={sandbox.data} />;
  return (
    <>
      <PageHeader title="Sandbox" purpose="A tenant of your own to practise on" line />
      {sandbox.error ? (
        <ProblemBar problem={sandbox.error.view} onRetry={() => void sandbox.refetch()} />
      ) : sandbox.data === null ? (
        <OpenSandbox />
      ) : null}
    </>
  );
}

/** Where the open tenant is a real one: nothing here can touch it. */
function OpenSandbox() {
  const connect = useConnect();
  return (
    <EmptyState
      title="Practise on a tenant that is not yours"
      text="The sandbox tenant runs inside Usher, with guests, mails and a clock you can move. Nothing leaves this computer, and your own tenant is not touched."
    >
      <Button
        appearance="primary"
        icon={<BeakerRegular />}
        disabledFocusable={connect.signIn.isPending}
        onClick={() => connect.signIn.mutate(sandboxForm)}
      >
        Open the sandbox tenant
      </Button>
    </EmptyState>
  );
}

function Play({ sandbox }: { sandbox: SandboxView }) {
  const styles = useStyles();
  const { account } = useApp();
  const { params } = useAddress();
  const address = readSandboxAddress(params);
  const actions = useSandboxActions();
  const now = new Date(sandbox.now);

  const first = useQuery({ ...playableGuestsQuery(""), enabled: address.mail === null });
  const played = address.mail ?? runningGuest(sandbox) ?? first.data?.[0]?.mail ?? null;
  const side = useQuery({
    ...guestSideQuery(played ?? ""),
    enabled: played !== null,
    refetchInterval: FOLLOW_MS,
  });

  const inbox = side.data?.inbox ?? [];
  const open = inbox.find((mail) => mail.id === address.open) ?? inbox[0] ?? null;
  return (
    <>
      <PageHeader
        title="Sandbox"
        purpose={lessonLine(sandbox.lessons) ?? "Play a guest and see what is logged"}
        line
      >
        <ClockHeader
          now={sandbox.now}
          moving={actions.moveClock.isPending}
          onMove={(to) => actions.moveClock.mutate(to)}
        />
        <ResetButton busy={actions.reset.isPending} onReset={() => actions.reset.mutate()} />
        <ScenariosMenu
          scenarios={sandbox.scenarios}
          onSwitch={(id, on) => actions.setScenario.mutate({ id, on })}
        />
      </PageHeader>
      {side.error ? <ProblemBar problem={side.error.view} onRetry={() => void side.refetch()} /> : null}
      <div className={styles.body} data-region="content">
        <div className={styles.side}>
          <GuestPicker guest={side.data?.guest ?? null} onChoose={playGuest} />
          <Inbox
            mails={inbox}
            open={open?.id ?? null}
            now={now}
            onOpen={(id) => {
              if (played !== null) openMail(played, id);
            }}
          />
          <Lessons
            lessons={sandbox.lessons}
            busy={actions.startLesson.isPending}
            onStart={(id) => actions.startLesson.mutate(id)}
            onPlay={playGuest}
          />
          <Faults faults={sandbox.faults} onSwitch={(id, on) => actions.setFault.mutate({ id, on })} />
          <AdminPicker
            admins={sandbox.admins}
            present={account?.userPrincipalName ?? null}
            busy={actions.becomeAdmin.isPending}
            onBecome={(admin) => actions.becomeAdmin.mutate(admin)}
          />
        </div>
        <div className={styles.mail}>
          <MailPane mail={open} />
        </div>
        <div className={styles.guest}>
          <GuestPagePane key={actions.reset.submittedAt} url={sandbox.url} mail={played} />
          {side.data ? (
            <LogPane
              side={side.data}
              now={now}
              onOpenGuest={() => openPlayedGuest(side.data)}
              onInvite={() => goTo("invite", { mail: side.data.guest.mail })}
            />
          ) : (
            <Skeleton aria-label="Loading what was logged">
              <SkeletonItem size={20} />
            </Skeleton>
          )}
        </div>
      </div>
    </>
  );
}

/** The guest of the lesson that runs. */
function runningGuest(sandbox: SandboxView): string | null {
  return sandbox.lessons.find((lesson) => lesson.state === "running")?.mail ?? null;
}

/** Shows the played guest in the list, read anew: what happened here reaches the archive only by reading the tenant. */
function openPlayedGuest(side: GuestSideView): void {
  // A sync that runs already is as good, and one that fails is reported by the frame.
  ipc.startSync().catch(() => {});
  goTo("guests", writeGuestView({ open: side.guest.guestId }));
}
