import {
  Button,
  Menu,
  MenuDivider,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { ChevronDownRegular } from "@fluentui/react-icons";
import type { GuestFilter } from "../ipc/bindings";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  button: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightSemibold,
    height: "28px",
    minWidth: 0,
    flexShrink: 0,
    whiteSpace: "nowrap",
    "& .fui-Button__icon": { fontSize: "12px", width: "12px", height: "12px" },
  },
});

interface SavedView {
  id: string;
  label: string;
  filter: GuestFilter;
}

const views: ReadonlyArray<SavedView> = [
  { id: "all", label: "All guests", filter: {} },
  { id: "stopped", label: "Stopped by a failure", filter: { standing: "stopped" } },
  { id: "pending", label: "Pending acceptance", filter: { invitationState: "pendingAcceptance" } },
  { id: "expiring", label: "Expiring in 14 days", filter: { card: "expiring" } },
  { id: "expired", label: "Expired", filter: { card: "expired" } },
  { id: "never", label: "Accepted, never signed in", filter: { card: "neverSignedIn" } },
  { id: "deleted", label: "Deleted guests", filter: { deleted: true } },
];

const same = (one: GuestFilter, other: GuestFilter): boolean => {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof GuestFilter>;
  return [...keys].every((key) => (one[key] ?? null) === (other[key] ?? null));
};

/** Ready-made views beside the title; any other filter is a view of one's own. */
export function GuestViewsMenu({
  filter,
  onChoose,
}: {
  filter: GuestFilter;
  onChoose: (filter: GuestFilter) => void;
}) {
  const styles = useStyles();
  const current = views.find((view) => same(view.filter, filter));
  const label = current?.label ?? (filter.deleted ? "Deleted guests, filtered" : "Filtered guests");
  return (
    <Menu
      checkedValues={{ view: current ? [current.id] : [] }}
      onCheckedValueChange={(_, change) => {
        const chosen = views.find((view) => view.id === change.checkedItems[0]);
        if (chosen) onChoose(chosen.filter);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" className={styles.button} icon={<ChevronDownRegular />} iconPosition="after">
          {label}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {views.map((view) => (
            <div key={view.id}>
              {view.id === "deleted" ? <MenuDivider /> : null}
              <MenuItemRadio name="view" value={view.id}>
                {view.label}
              </MenuItemRadio>
            </div>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
