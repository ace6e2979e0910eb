import {
  AddRegular,
  ArrowSyncRegular,
  BeakerRegular,
  BuildingRegular,
  DocumentSearchRegular,
  ErrorCircleRegular,
  type FluentIcon,
  LinkRegular,
  OpenRegular,
  PeopleSearchRegular,
  PersonRegular,
  SignOutRegular,
  WeatherMoonRegular,
  WeatherSunnyRegular,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useCopy } from "../../components/useCopy";
import { sourceNames } from "../../components/words";
import { formatLogTime, formatNumber, plainText } from "../../format/format";
import { guestsHref } from "../../guests/guestAddress";
import type { ChoiceView } from "../../ipc/bindings";
import { foundRowQuery, guestSearchQuery, overviewQuery } from "../../ipc/queries";
import { useApp, useNow } from "../../ipc/useApp";
import { useColorScheme } from "../../theme/ColorScheme";
import { goTo, hrefFromViewLink, viewLink } from "../address";
import { pages } from "../pages";
import { sandboxForm, useConnect } from "../useConnect";

/** Something the palette opens or does. */
export interface Entry {
  id: string;
  icon: FluentIcon;
  label: string;
  /** Second line, or the key at the right. */
  detail?: string;
  key?: string;
  run: () => void;
}

export interface Group {
  label: string;
  entries: ReadonlyArray<Entry>;
}

const MOST_REASONS = 5;
const AADSTS = /^(?:aadsts)?\s*(\d{4,8})$/i;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const open = (href: string) => {
  window.location.hash = href;
};

/** Every word of `text` is in `label`. */
const fits = (label: string, text: string): boolean => {
  const low = label.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
};

const fitsReason = (reason: ChoiceView, text: string): boolean => {
  const digits = AADSTS.exec(text)?.[1];
  return digits ? String(reason.code ?? "").startsWith(digits) : fits(reason.label, text);
};

/** What fits `text`, most likely first: guests, log rows, failure reasons, pages and commands. */
export function usePalette(text: string, isOpen: boolean): ReadonlyArray<Group> {
  const { tenant, knownTenants } = useApp();
  const { scheme, choose } = useColorScheme();
  const connect = useConnect();
  const copy = useCopy();
  const now = useNow();
  const wanted = text.trim();
  const link = hrefFromViewLink(wanted);
  const asksGuests = isOpen && wanted !== "" && link === null;
  const found = useQuery({ ...guestSearchQuery(wanted), enabled: asksGuests });
  // An object ID is found already; only what is none is worth a look through the logs.
  const asksRows = asksGuests && GUID.test(wanted) && found.data?.matching === 0;
  const foundRow = useQuery({ ...foundRowQuery(wanted), enabled: asksRows });
  const overview = useQuery({ ...overviewQuery({}), enabled: isOpen });

  if (link) {
    return [
      {
        label: "View",
        entries: [{ id: "link", icon: OpenRegular, label: "Open this view", run: () => open(link) }],
      },
    ];
  }

  const other = scheme === "dark" ? "light" : "dark";
  const commands: Entry[] = [
    ...pages.map((page) => ({
      id: `page-${page.id}`,
      icon: page.icon,
      label: `Go to ${page.label}`,
      ...(page.key ? { key: `Ctrl ${page.key}` } : {}),
      run: () => goTo(page.id),
    })),
    {
      id: "sync",
      icon: ArrowSyncRegular,
      label: "Read what is new in the tenant",
      key: "F5",
      run: () => connect.sync.mutate(),
    },
    {
      id: "copy-link",
      icon: LinkRegular,
      label: "Copy link to view",
      run: () => copy(viewLink(), "Link"),
    },
    {
      id: "theme",
      icon: scheme === "dark" ? WeatherSunnyRegular : WeatherMoonRegular,
      label: `Use the ${other} theme`,
      run: () => choose(other),
    },
    ...knownTenants
      .filter((known) => known.id !== tenant?.id)
      .map((known) => ({
        id: `tenant-${known.id}`,
        icon: known.sandbox ? BeakerRegular : BuildingRegular,
        label: known.sandbox ? "Open the sandbox tenant" : `Open ${plainText(known.name)}`,
        detail: plainText(known.domain),
        // The sandbox tenant lives in this program: opening it signs in to it as well.
        run: () => (known.sandbox ? connect.signIn.mutate(sandboxForm) : connect.open.mutate(known.id)),
      })),
    { id: "add-tenant", icon: AddRegular, label: "Add tenant", run: () => goTo("sign-in") },
    { id: "sign-out", icon: SignOutRegular, label: "Sign out", run: () => connect.signOut.mutate() },
  ];
  const command = {
    label: "Commands",
    entries: commands.filter((entry) => wanted === "" || fits(entry.label, wanted)),
  };
  if (wanted === "") return [command];

  const matching = found.data?.matching;
  const guests: Group = {
    label: "Guests",
    entries: [
      {
        id: "guests",
        icon: PeopleSearchRegular,
        label: `Guests that match “${wanted}”`,
        ...(matching === undefined ? {} : { key: formatNumber(matching) }),
        run: () => open(guestsHref({ filter: { search: wanted } })),
      },
      ...(found.data?.items ?? []).map((guest) => ({
        id: `guest-${guest.id}`,
        icon: PersonRegular,
        label: plainText(guest.displayName),
        detail: plainText(guest.mail ?? guest.userPrincipalName),
        run: () => open(guestsHref({ filter: { search: wanted }, open: guest.id })),
      })),
    ],
  };
  const reasons: Group = {
    label: "Failure reasons",
    entries: (overview.data?.choices.reasons ?? [])
      .filter((reason) => fitsReason(reason, wanted))
      .slice(0, MOST_REASONS)
      .map((reason) => ({
        id: `reason-${reason.value}`,
        icon: ErrorCircleRegular,
        label: reason.label,
        key: formatNumber(reason.guests),
        ...(reason.code === null ? {} : { detail: `AADSTS${reason.code}` }),
        run: () => open(guestsHref({ filter: { reason: reason.value } })),
      })),
  };
  const row = foundRow.data;
  const rows: Group = {
    label: "Log rows",
    entries: row
      ? [
          {
            id: `row-${row.row}`,
            icon: DocumentSearchRegular,
            label: plainText(row.displayName),
            detail: `${sourceNames[row.source]}, ${formatLogTime(row.at, now)}`,
            run: () => open(guestsHref({ filter: { search: row.guestId }, open: row.guestId, row: row.row })),
          },
        ]
      : [],
  };
  // Where nobody is called so, what is meant is something else.
  const all = matching === 0 ? [rows, reasons, command, guests] : [guests, reasons, command];
  return all.filter((group) => group.entries.length > 0);
}
