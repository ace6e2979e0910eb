import { makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleRegular,
  CircleHintRegular,
  ErrorCircleRegular,
  type FluentIcon,
  HourglassHalfRegular,
  InfoRegular,
  QuestionCircleRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { InvitationStateView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { invitationStateNames } from "./words";

/** What a state means for the administrator; decides its colour. */
export type StateKind = "ok" | "warning" | "error" | "info" | "neutral";

const icons = {
  ok: CheckmarkCircleRegular,
  warning: WarningRegular,
  error: ErrorCircleRegular,
  info: InfoRegular,
  neutral: QuestionCircleRegular,
} as const satisfies Record<StateKind, FluentIcon>;

const useStyles = makeStyles({
  root: {
    display: "inline-flex",
    alignItems: "center",
    gap: "5px",
    boxSizing: "border-box",
    minHeight: "20px",
    maxWidth: "100%",
    fontSize: "12px",
    lineHeight: "16px",
    whiteSpace: "nowrap",
    "& svg": { flexShrink: 0, width: "14px", height: "14px" },
  },
  tint: { borderRadius: "4px", padding: "1px 6px" },
  edge: {
    ...shorthands.borderWidth("1px"),
    ...shorthands.borderStyle("solid"),
    padding: "0 6px",
    height: "20px",
  },
  ok: { color: tokens.colorStatusSuccessForeground1 },
  okTint: {
    backgroundColor: tokens.colorStatusSuccessBackground1,
    ...shorthands.borderColor(tokens.colorStatusSuccessBorder1),
  },
  warning: { color: tokens.colorStatusWarningForeground1 },
  warningTint: {
    backgroundColor: tokens.colorStatusWarningBackground1,
    ...shorthands.borderColor(tokens.colorStatusWarningBorder1),
  },
  error: { color: tokens.colorStatusDangerForeground1 },
  errorTint: {
    backgroundColor: tokens.colorStatusDangerBackground1,
    ...shorthands.borderColor(tokens.colorStatusDangerBorder1),
  },
  info: { color: own.infoForeground },
  infoTint: { backgroundColor: own.infoBackground, ...shorthands.borderColor(own.infoBorder) },
  neutral: { color: tokens.colorNeutralForeground2 },
  neutralTint: {
    backgroundColor: tokens.colorNeutralBackground4,
    ...shorthands.borderColor(tokens.colorNeutralStroke1),
  },
});

interface Props {
  kind: StateKind;
  /** Replaces the kind's own icon. */
  icon?: FluentIcon;
  /** `tint` in tables, `edge` elsewhere, `none` for icon and coloured word alone. */
  look?: "tint" | "edge" | "none";
  children: ReactNode;
  title?: string;
  className?: string | undefined;
}

/** A state: always icon, word and colour. */
export function StateBadge({ kind, icon, look = "tint", children, title, className }: Props) {
  const styles = useStyles();
  const Icon = icon ?? icons[kind];
  return (
    <span
      title={title}
      className={mergeClasses(
        styles.root,
        styles[kind],
        look !== "none" && styles.tint,
        look !== "none" && styles[`${kind}Tint`],
        look === "edge" && styles.edge,
        className,
      )}
    >
      <Icon aria-hidden />
      <span>{children}</span>
    </span>
  );
}

const invitationLooks = {
  accepted: { kind: "ok", icon: CheckmarkCircleRegular, title: "externalUserState: Accepted" },
  pendingAcceptance: {
    kind: "warning",
    icon: HourglassHalfRegular,
    title: "externalUserState: PendingAcceptance",
  },
  none: {
    kind: "neutral",
    icon: CircleHintRegular,
    title:
      "externalUserState is null: not created by an invitation (self-service sign-up or cross-tenant sync). This is not pending.",
  },
} as const satisfies Record<InvitationStateView, { kind: StateKind; icon: FluentIcon; title: string }>;

/** The invitation state of a guest. */
export function InvitationBadge({
  state,
  look = "tint",
}: {
  state: InvitationStateView;
  look?: "tint" | "edge";
}) {
  const { kind, icon, title } = invitationLooks[state];
  return (
    <StateBadge kind={kind} icon={icon} look={look} title={title}>
      {invitationStateNames[state]}
    </StateBadge>
  );
}
