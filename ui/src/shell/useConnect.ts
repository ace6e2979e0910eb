import { useMutation } from "@tanstack/react-query";
import { useNotify } from "../components/useNotify";
import type { SignInForm } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { problemShapes } from "../ipc/errors";
import { goTo } from "./address";

/** Opens tenants, signs in and out, starts and stops reading. Failures are said in a toast. */
export function useConnect() {
  const notify = useNotify();
  const say = (error: { view: { code: keyof typeof problemShapes; message: string; nextStep: string } }) =>
    notify({
      intent: problemShapes[error.view.code].intent,
      title: problemShapes[error.view.code].title,
      body: [error.view.message, error.view.nextStep],
    });
  const open = useMutation({
    mutationFn: (tenantId: string) => ipc.openTenant(tenantId),
    onSuccess: () => goTo("overview"),
    onError: say,
  });
  const signIn = useMutation({
    mutationFn: (form: SignInForm) => ipc.signIn(form),
    onSuccess: () => goTo("overview"),
    onError: say,
  });
  const signOut = useMutation({
    mutationFn: () => ipc.signOut(),
    onSuccess: () => goTo("overview"),
    onError: say,
  });
  const sync = useMutation({ mutationFn: () => ipc.startSync(), onError: say });
  const stopSync = useMutation({ mutationFn: () => ipc.cancelSync(), onError: say });
  return { open, signIn, signOut, sync, stopSync };
}

/** The form that opens the sandbox tenant as its first administrator. */
export const sandboxForm: SignInForm = { method: "sandbox", admin: null };
