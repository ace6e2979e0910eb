import {
  Link,
  Toast,
  ToastBody,
  Toaster,
  ToastTitle,
  ToastTrigger,
  useToastController,
} from "@fluentui/react-components";
import { useCallback } from "react";

const TOASTER = "usher";

interface Notice {
  intent: "success" | "info" | "warning" | "error";
  title: string;
  /** One paragraph, or one line each. */
  body?: string | ReadonlyArray<string>;
  action?: { label: string; run: () => void };
}

/** Shows a toast. Failures stay until they are dismissed. */
export function useNotify(): (notice: Notice) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    ({ intent, title, body, action }) => {
      const lines = body === undefined ? [] : typeof body === "string" ? [body] : body;
      dispatchToast(
        <Toast>
          <ToastTitle
            action={
              action ? (
                <ToastTrigger>
                  <Link onClick={action.run}>{action.label}</Link>
                </ToastTrigger>
              ) : null
            }
          >
            {title}
          </ToastTitle>
          {lines.length > 0 ? (
            <ToastBody>
              {lines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change order
                <div key={index}>{line}</div>
              ))}
            </ToastBody>
          ) : null}
        </Toast>,
        {
          intent,
          timeout: intent === "error" ? -1 : action ? 12_000 : 6_000,
          politeness: intent === "error" ? "assertive" : "polite",
        },
      );
    },
    [dispatchToast],
  );
}

/** Where toasts appear. Rendered once, by the frame. */
export const Notices = () => (
  <Toaster toasterId={TOASTER} position="bottom-end" offset={{ vertical: 36, horizontal: 16 }} limit={4} />
);
