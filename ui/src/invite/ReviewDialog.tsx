import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { SendRegular } from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { usePlanStyles } from "../acting/planStyles";
import { ProblemBar } from "../components/ProblemBar";
import { useReturnFocus } from "../components/useReturnFocus";
import { plainText } from "../format/format";
import { FactList } from "../guests/panel/FactList";
import type { InvitedView, InviteForm, PreflightView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { useApp } from "../ipc/useApp";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  surface: { maxWidth: "520px" },
  warnings: { margin: 0, paddingLeft: "18px", ...ramp.caption, color: tokens.colorStatusWarningForeground1 },
});

interface Props {
  form: InviteForm;
  preflight: PreflightView;
  onClose: () => void;
  onInvited: (invited: InvitedView) => void;
}

/** The plan for one invitation. Enter sends it; nothing was sent before. */
export function ReviewDialog({ form, preflight, onClose, onInvited }: Props) {
  const styles = useStyles();
  const look = usePlanStyles();
  useReturnFocus();
  const { permissions } = useApp();
  const primary = useRef<HTMLButtonElement | null>(null);
  const invite = useMutation({ mutationFn: () => ipc.inviteGuest(form), onSuccess: onInvited });
  useEffect(() => primary.current?.focus(), []);
  const mail = plainText(form.mail ?? "");
  const warnings = preflight.findings.filter((finding) => finding.verdict === "warning");
  const permission = permissions.find((known) => known.scope === "User.Invite.All");
  const isSent = form.sendMessage !== false;
  return (
    <Dialog
      open
      onOpenChange={(_, change) => {
        if (!change.open && !invite.isPending) onClose();
      }}
    >
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{preflight.existingGuestId ? "Invite again" : "Invite external user"}</DialogTitle>
          <DialogContent className={look.content}>
            <p className={look.effect}>
              {isSent ? (
                <>
                  Microsoft sends <bdi>{mail}</bdi> an invitation. A sent mail cannot be taken back.
                </>
              ) : (
                <>
                  An invitation is made for <bdi>{mail}</bdi>. No mail is sent: you hand over the direct link.
                </>
              )}{" "}
              {preflight.existingGuestId
                ? "The older link is superseded."
                : "A guest is created in this tenant."}
            </p>
            <FactList
              facts={[
                { label: "Display name", value: form.displayName ?? "The mail address" },
                { label: "Lands on", value: form.redirectUrl ?? "My Apps of this tenant" },
                ...(isSent
                  ? [
                      { label: "Message", value: form.message ?? null },
                      { label: "Cc recipient", value: form.cc ?? null },
                    ]
                  : []),
                { label: "Undo", value: "Revoke invitation (deletes the guest, restorable for 30 days)" },
                {
                  label: "Permission",
                  value: permission ? `${permission.scope}, ${permission.leastRole}` : null,
                },
              ]}
            />
            {warnings.length > 0 ? (
              <ul className={styles.warnings} aria-label="Warnings">
                {warnings.map((warning) => (
                  <li key={warning.text}>{warning.text}</li>
                ))}
              </ul>
            ) : null}
            {invite.error ? <ProblemBar problem={invite.error.view} inset /> : null}
          </DialogContent>
          <DialogActions>
            <Button
              ref={(button: HTMLButtonElement | null) => {
                primary.current = button;
              }}
              appearance="primary"
              icon={<SendRegular />}
              disabledFocusable={invite.isPending || invite.error?.view.code === "outcomeUnknown"}
              onClick={() => invite.mutate()}
            >
              {invite.isPending ? "Inviting…" : "Invite"}
            </Button>
            <Button onClick={onClose} disabledFocusable={invite.isPending}>
              Back
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
