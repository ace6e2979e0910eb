import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from "@fluentui/react-components";
import { ArrowCounterclockwiseRegular } from "@fluentui/react-icons";

/** Puts the sandbox tenant back to its beginning, after asking. */
export function ResetButton({ busy, onReset }: { busy: boolean; onReset: () => void }) {
  return (
    <Dialog modalType="alert">
      <DialogTrigger disableButtonEnhancement>
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowCounterclockwiseRegular />}
          disabledFocusable={busy}
        >
          {busy ? "Resetting…" : "Reset"}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Reset the sandbox tenant?</DialogTitle>
          <DialogContent>
            The tenant, its clock and the archive of the sandbox go back to the beginning. What was played and
            invited here is gone. Other tenants are not touched.
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary" onClick={onReset}>
                Reset sandbox
              </Button>
            </DialogTrigger>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
