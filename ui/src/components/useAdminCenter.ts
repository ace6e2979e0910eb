import { useCallback, useMemo } from "react";
import { ipc } from "../ipc/client";
import { problemOf } from "../ipc/errors";
import { useNotify } from "./useNotify";

/** Opens pages of the Microsoft Entra admin center in the browser, or says why not. */
export function useAdminCenter() {
  const notify = useNotify();
  const tell = useCallback(
    (opened: Promise<unknown>) => {
      opened.catch((error: unknown) => {
        const problem = problemOf(error);
        notify({ intent: "error", title: "Not opened", body: [problem.message, problem.nextStep] });
      });
    },
    [notify],
  );
  return useMemo(
    () => ({
      openGuest: (id: string) => tell(ipc.openGuestPage(id)),
      openSetting: (reason: string) => tell(ipc.openSetting(reason)),
    }),
    [tell],
  );
}
