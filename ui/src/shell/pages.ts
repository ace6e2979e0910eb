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
import type { QueryClient } from "@tanstack/react-query";
import { type ComponentType, lazy } from "react";
import { overviewQuery } from "../ipc/queries";
import { readOverviewFilter } from "../overview/overviewAddress";
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
  /** Fetches what it shows first; a failure is said when it is drawn. */
  prefetch?: (client: QueryClient, params: URLSearchParams) => Promise<unknown>;
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
      prefetch: (client, params) => client.prefetchQuery(overviewQuery(readOverviewFilter(params))),
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

const pageOf = (id: string) => pages.find((known) => known.id === id);

/** Fetches the code of the page that will be shown first, while the program still opens the archive. */
export async function preloadFirstPage(): Promise<void> {
  await (pageOf(parseAddress(window.location.hash).page) ?? pages[0])?.preload();
}

/** Fetches what the first page shows where a tenant is open. */
export async function prefetchFirstPage(client: QueryClient): Promise<void> {
  const { page, params } = parseAddress(window.location.hash);
  await (pageOf(page) ?? pages[0])?.prefetch?.(client, params);
}
