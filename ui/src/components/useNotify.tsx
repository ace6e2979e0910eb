import {
  Button,
  Link,
  Toast,
  ToastBody,
  Toaster,
  ToastTitle,
  ToastTrigger,
  useToastController,
} from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
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
              <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
                {action ? (
                  <ToastTrigger>
                    <Link onClick={action.run}>{action.label}</Link>
                  </ToastTrigger>
                ) : null}
                <ToastTrigger>
                  <Button
                    size="small"
                    appearance="transparent"
                    aria-label="Dismiss"
                    icon={<DismissRegular fontSize={14} />}
                  />
                </ToastTrigger>
              </span>
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

/** Where toasts appear: above the footers, so that no primary button is under them. Rendered once, by the frame. */
export const Notices = () => (
  <Toaster toasterId={TOASTER} position="bottom-end" offset={{ vertical: 96, horizontal: 16 }} limit={4} />
);
