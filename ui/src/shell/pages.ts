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
import { parseAddress } from "./address";

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
  /** Draws the page; its code comes when it is first needed. */
  component: ComponentType;
  /** Fetches its code before anything is drawn. */
  preload: () => Promise<void>;
}

/**
 * A page whose code comes later. One that was fetched before the first drawing is drawn at once: React keeps the
 * placeholder of a lazy one for 300 ms, however fast its code is there.
 */
function page(
  about: Omit<Page, "component" | "preload">,
  load: () => Promise<{ default: ComponentType }>,
): Page {
  let component: ComponentType = lazy(load);
  return {
    ...about,
    get component() {
      return component;
    },
    preload: async () => {
      component = (await load()).default;
    },
  };
}

/** The rail, in order. A new page is one line here. */
export const pages: ReadonlyArray<Page> = [
  page(
    {
      id: "overview",
      label: "Overview",
      icon: BoardRegular,
      currentIcon: BoardFilled,
      key: "1",
    },
    () => import("../overview/OverviewPage"),
  ),
  page(
    {
      id: "guests",
      label: "Guests",
      icon: PeopleRegular,
      currentIcon: PeopleFilled,
      key: "2",
    },
    () => import("../guests/GuestsPage"),
  ),
  page(
    {
      id: "invite",
      label: "Invite",
      icon: MailAddRegular,
      currentIcon: MailAddFilled,
      key: "4",
    },
    () => import("../invite/InvitePage"),
  ),
  page(
    {
      id: "sandbox",
      label: "Sandbox",
      icon: BeakerRegular,
      currentIcon: BeakerFilled,
      divider: true,
    },
    () => import("../sandbox/SandboxPage"),
  ),
];

/** Fetches the code of the page that will be shown first, while the program still opens the archive. */
export async function preloadFirstPage(): Promise<void> {
  const address = parseAddress(window.location.hash);
  await (pages.find((known) => known.id === address.page) ?? pages[0])?.preload();
}
