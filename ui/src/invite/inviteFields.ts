import type { StateKind } from "../components/StateBadge";
import type { InviteForm, PreflightVerdict } from "../ipc/bindings";

/** The form as it is typed: empty text where nothing is given. */
export interface InviteFields {
  mail: string;
  displayName: string;
  redirectUrl: string;
  sendMessage: boolean;
  message: string;
  language: string;
  cc: string;
}

/** Longest message that fits in the mail (characters). */
export const MESSAGE_MAX = 5000;

/** Days an invitation link lives by default. */
export const LINK_DAYS = 90;

export const emptyFields: InviteFields = {
  mail: "",
  displayName: "",
  redirectUrl: "",
  sendMessage: true,
  message: "",
  language: "",
  cc: "",
};

/** The fields as the form that is checked and sent. What a switched-off mail would carry is left out. */
export function inviteForm(fields: InviteFields): InviteForm {
  const text = (value: string) => value.trim() || null;
  const inMail = (value: string) => (fields.sendMessage ? text(value) : null);
  return {
    mail: fields.mail.trim(),
    displayName: text(fields.displayName),
    redirectUrl: text(fields.redirectUrl),
    sendMessage: fields.sendMessage,
    message: inMail(fields.message),
    language: inMail(fields.language),
    cc: inMail(fields.cc),
  };
}

/** Languages of the invitation mail, by their own names. */
export const languages: ReadonlyArray<readonly [string, string]> = [
  ["ar-SA", "العربية"],
  ["cs-CZ", "čeština"],
  ["da-DK", "dansk"],
  ["de-DE", "Deutsch"],
  ["en-US", "English (US)"],
  ["es-ES", "español"],
  ["fi-FI", "suomi"],
  ["fr-FR", "français"],
  ["hu-HU", "magyar"],
  ["it-IT", "italiano"],
  ["ja-JP", "日本語"],
  ["ko-KR", "한국어"],
  ["nb-NO", "norsk bokmål"],
  ["nl-NL", "Nederlands"],
  ["pl-PL", "polski"],
  ["pt-BR", "português (Brasil)"],
  ["ro-RO", "română"],
  ["sv-SE", "svenska"],
  ["tr-TR", "Türkçe"],
  ["uk-UA", "українська"],
  ["zh-CN", "简体中文"],
];

/** A verdict as word and colour. */
export const verdictLooks = {
  ready: { kind: "ok", word: "Ready" },
  warning: { kind: "warning", word: "Warning" },
  blocked: { kind: "error", word: "Blocked" },
} as const satisfies Record<PreflightVerdict, { kind: StateKind; word: string }>;
