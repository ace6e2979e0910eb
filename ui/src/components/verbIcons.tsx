import {
  ArrowResetRegular,
  ArrowUndoRegular,
  DeleteRegular,
  type FluentIcon,
  LinkRegular,
  LockOpenRegular,
  MailArrowUpRegular,
  ProhibitedRegular,
} from "@fluentui/react-icons";
import type { ActionVerb } from "../ipc/bindings";

/** The icon on an action's button. */
export const verbIcons = {
  resendInvitation: MailArrowUpRegular,
  resetRedemption: ArrowResetRegular,
  copyDirectLink: LinkRegular,
  revokeInvitation: DeleteRegular,
  blockSignIn: ProhibitedRegular,
  unblockSignIn: LockOpenRegular,
  restore: ArrowUndoRegular,
} as const satisfies Record<ActionVerb, FluentIcon>;
