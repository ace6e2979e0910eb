import { useCallback } from "react";
import { ipc } from "../ipc/client";
import { problemOf } from "../ipc/errors";
import { useNotify } from "./useNotify";

/** Puts text on the clipboard and says so, or says why not. */
export function useCopy(): (text: string, what: string) => void {
  const notify = useNotify();
  return useCallback(
    (text, what) => {
      ipc.copyText(text).then(
        () => notify({ intent: "success", title: `${what} copied` }),
        (error: unknown) =>
          notify({ intent: "error", title: `${what} not copied`, body: problemOf(error).message }),
      );
    },
    [notify],
  );
}
