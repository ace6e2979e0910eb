import { Avatar, Combobox, makeStyles, Option, tokens } from "@fluentui/react-components";
import { BuildingRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { StateBadge } from "../components/StateBadge";
import { plainText } from "../format/format";
import type { PlayableGuestView } from "../ipc/bindings";
import { playableGuestsQuery } from "../ipc/queries";
import { oneLine, ramp } from "../theme/type";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexDirection: "column",
    gap: "8px",
    padding: "11px 14px",
    alignItems: "flex-start",
  },
  label: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
  box: { width: "100%", minWidth: 0, "& input": { minWidth: 0, fontSize: "12px" } },
  list: { maxHeight: "360px" },
  option: { display: "flex", alignItems: "center", gap: "8px", minWidth: 0 },
  words: { minWidth: 0 },
  name: { ...ramp.caption, ...oneLine, display: "block", fontWeight: tokens.fontWeightSemibold },
  mail: { ...ramp.axis, ...oneLine, display: "block", color: tokens.colorNeutralForeground3 },
});

interface Props {
  guest: PlayableGuestView | null;
  onChoose: (mail: string) => void;
}

/** Who is played. Guests are looked for by name or mail. */
export function GuestPicker({ guest, onChoose }: Props) {
  const styles = useStyles();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const search = useDeferredValue(typed?.trim() ?? "");
  const { data } = useQuery(playableGuestsQuery(search));
  const guests = data ?? [];
  return (
    <div className={styles.root}>
      <label htmlFor={id} className={styles.label}>
        You play the guest
      </label>
      <Combobox
        id={id}
        className={styles.box}
        listbox={{ className: styles.list }}
        placeholder="Name or mail"
        value={typed ?? plainText(guest?.mail ?? "")}
        selectedOptions={guest ? [guest.mail] : []}
        onChange={(event) => setTyped(event.target.value)}
        onOpenChange={(_, { open }) => setTyped(open ? "" : null)}
        onOptionSelect={(_, { optionValue }) => {
          setTyped(null);
          if (optionValue) onChoose(optionValue);
        }}
      >
        {guests.map((each) => (
          <Option key={each.mail} value={each.mail} text={plainText(each.mail)}>
            <span className={styles.option}>
              <Avatar
                aria-hidden
                size={24}
                name={plainText(each.name)}
                color="colorful"
                idForColor={each.guestId}
              />
              <span className={styles.words}>
                <bdi className={styles.name}>{plainText(each.name)}</bdi>
                <bdi className={styles.mail}>{plainText(each.mail)}</bdi>
              </span>
            </span>
          </Option>
        ))}
        {guests.length === 0 ? (
          <Option disabled value="" text="No guest matches">
            No guest matches
          </Option>
        ) : null}
      </Combobox>
      {guest ? (
        <StateBadge kind="neutral" icon={BuildingRegular} look="edge">
          {guest.home}
        </StateBadge>
      ) : null}
    </div>
  );
}
