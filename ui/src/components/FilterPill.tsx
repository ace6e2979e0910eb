import {
  Button,
  Input,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { ChevronDownRegular, DismissRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { formatNumber, plainText } from "../format/format";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  root: {
    display: "inline-flex",
    alignItems: "center",
    height: "28px",
    boxSizing: "border-box",
    maxWidth: "280px",
    borderRadius: "14px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    transition: "background-color 150ms",
    "@media (prefers-reduced-motion: reduce)": { transition: "none" },
  },
  active: {
    backgroundColor: own.infoBackground,
    border: `1px solid ${own.infoBorder}`,
    color: own.infoForeground,
  },
  trigger: {
    ...ramp.caption,
    fontWeight: tokens.fontWeightRegular,
    minWidth: 0,
    height: "26px",
    padding: "0 10px",
    border: "none",
    borderRadius: "13px",
    backgroundColor: "transparent",
    color: "inherit",
    overflow: "hidden",
    gap: "2px",
    whiteSpace: "nowrap",
    "& .fui-Button__icon": { fontSize: "12px", width: "12px", height: "12px" },
  },
  triggerRemovable: { paddingRight: "4px" },
  value: {
    fontWeight: tokens.fontWeightSemibold,
    marginLeft: "4px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    maxWidth: "160px",
  },
  remove: {
    minWidth: "24px",
    width: "24px",
    height: "24px",
    padding: 0,
    marginRight: "2px",
    borderRadius: "12px",
    color: "inherit",
  },
  list: { maxHeight: "360px", overflowY: "auto", overflowX: "hidden", minWidth: "180px", maxWidth: "320px" },
  find: { margin: "4px", width: "calc(100% - 8px)" },
  guests: { color: tokens.colorNeutralForeground3, marginLeft: "8px" },
  nothing: { ...ramp.caption, padding: "8px", color: tokens.colorNeutralForeground3 },
});

export interface PillOption {
  value: string;
  label: string;
  /** Guests behind it. */
  guests?: number;
}

interface Props {
  label: string;
  /** The chosen value; null: not filtered. */
  value: string | null;
  options: ReadonlyArray<PillOption>;
  onChange: (value: string | null) => void;
  /** What "not filtered" is called. */
  anyLabel?: string;
  /** False where a value is always set (a range that has no "any"). */
  removable?: boolean;
  /** True where the choices show at once. */
  startOpen?: boolean;
}

/** Options from which a search box is worth its room. */
const SEARCH_FROM = 12;

/** A filter as a pill, `Field: Value`. Set filters have the brand tint and a cross. */
export function FilterPill({
  label,
  value,
  options,
  onChange,
  anyLabel = "Any",
  removable = true,
  startOpen = false,
}: Props) {
  const styles = useStyles();
  const [find, setFind] = useState("");
  const chosen = options.find((option) => option.value === value);
  const valueLabel = value === null ? anyLabel : plainText(chosen?.label ?? value);
  const isSet = value !== null;
  const wanted = find.trim().toLowerCase();
  const shown = wanted ? options.filter((option) => option.label.toLowerCase().includes(wanted)) : options;
  return (
    <span className={mergeClasses(styles.root, isSet && styles.active)}>
      <Menu
        defaultOpen={startOpen}
        checkedValues={{ choice: [value ?? ""] }}
        onCheckedValueChange={(_, change) => onChange(change.checkedItems[0] || null)}
        onOpenChange={(_, change) => {
          if (!change.open) setFind("");
        }}
      >
        <MenuTrigger disableButtonEnhancement>
          <Button
            appearance="transparent"
            size="small"
            className={mergeClasses(styles.trigger, isSet && removable && styles.triggerRemovable)}
            icon={isSet && removable ? null : <ChevronDownRegular />}
            iconPosition="after"
          >
            <span>{label}:</span> <bdi className={styles.value}>{valueLabel}</bdi>
          </Button>
        </MenuTrigger>
        <MenuPopover>
          {options.length >= SEARCH_FROM ? (
            <Input
              size="small"
              className={styles.find}
              placeholder="Find"
              aria-label={`Find ${label.toLowerCase()}`}
              value={find}
              onChange={(_, change) => setFind(change.value)}
            />
          ) : null}
          <MenuList className={styles.list}>
            {removable && !wanted ? (
              <MenuItemRadio name="choice" value="">
                {anyLabel}
              </MenuItemRadio>
            ) : null}
            {shown.map((option) => (
              <MenuItemRadio name="choice" value={option.value} key={option.value}>
                <bdi>{plainText(option.label)}</bdi>
                {option.guests === undefined ? null : (
                  <span className={styles.guests}>{formatNumber(option.guests)}</span>
                )}
              </MenuItemRadio>
            ))}
          </MenuList>
          {shown.length === 0 ? <div className={styles.nothing}>Nothing to choose from</div> : null}
        </MenuPopover>
      </Menu>
      {isSet && removable ? (
        <Button
          appearance="transparent"
          size="small"
          className={styles.remove}
          icon={<DismissRegular fontSize={12} />}
          aria-label={`Remove filter ${label}`}
          onClick={() => onChange(null)}
        />
      ) : null}
    </span>
  );
}
