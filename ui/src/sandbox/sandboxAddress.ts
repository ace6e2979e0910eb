import { goTo } from "../shell/address";

/** What the Sandbox page is set to: the guest who is played and the mail that is open. */
export interface SandboxAddress {
  mail: string | null;
  open: string | null;
}

/** Reads the page's settings. */
export const readSandboxAddress = (params: URLSearchParams): SandboxAddress => ({
  mail: params.get("mail"),
  open: params.get("open"),
});

/** Plays a guest. Another guest starts with the newest mail. */
export const playGuest = (mail: string): void => goTo("sandbox", { mail });

/** Opens a mail of the played guest; Back does not walk through mails. */
export const openMail = (mail: string, id: string): void =>
  goTo("sandbox", { mail, open: id }, { replace: true });
