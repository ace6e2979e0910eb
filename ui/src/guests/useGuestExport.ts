import { useMutation } from "@tanstack/react-query";
import { useNotify } from "../components/useNotify";
import { formatCount } from "../format/format";
import type { GuestColumnView, GuestQuery } from "../ipc/bindings";
import { ipc } from "../ipc/client";

/** Writes the guests of a list as CSV, these columns or all, and says where, or why not. */
export function useGuestExport(
  query: Pick<GuestQuery, "filter" | "sort" | "descending">,
  columns: GuestColumnView[] | null,
) {
  const notify = useNotify();
  return useMutation({
    mutationFn: () => ipc.exportGuests(query, columns),
    onSuccess: (file) =>
      notify({ intent: "success", title: `${formatCount(file.rows, "row")} written`, body: file.path }),
    onError: (error) =>
      notify({
        intent: "error",
        title: "The file was not written",
        body: [error.view.message, error.view.nextStep],
      }),
  });
}
