import {
  BeakerFilled,
  BeakerRegular,
  BoardFilled,
  BoardRegular,
  type FluentIcon,
  MailAddFilled,
  MailAddRegular,
  PeopleFilled,
  PeopleRegular,
} from "@fluentui/react-icons";
import { type ComponentType, lazy } from "react";

/** A page of the rail. */
export interface Page {
  id: string;
  label: string;
  icon: FluentIcon;
  currentIcon: FluentIcon;
  /** Ctrl+digit that opens it. */
  key?: string;
  /** Draws a line above it in the rail. */
  divider?: boolean;
  component: ComponentType;
}

/** The rail, in order. A new page is one line here. */
export const pages: ReadonlyArray<Page> = [
  {
    id: "overview",
    label: "Overview",
    icon: BoardRegular,
    currentIcon: BoardFilled,
    key: "1",
    component: lazy(() => import("../overview/OverviewPage")),
  },
  {
    id: "guests",
    label: "Guests",
    icon: PeopleRegular,
    currentIcon: PeopleFilled,
    key: "2",
    component: lazy(() => import("../guests/GuestsPage")),
  },
  {
    id: "invite",
    label: "Invite",
    icon: MailAddRegular,
    currentIcon: MailAddFilled,
    key: "4",
    component: lazy(() => import("../invite/InvitePage")),
  },
  {
    id: "sandbox",
    label: "Sandbox",
    icon: BeakerRegular,
    currentIcon: BeakerFilled,
    divider: true,
    component: lazy(() => import("../sandbox/SandboxPage")),
  },
];
