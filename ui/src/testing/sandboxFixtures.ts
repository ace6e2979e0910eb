import type { GuestSideView, LessonView, PlayableGuestView, SandboxView } from "../ipc/bindings";
import type { Handlers } from "./fake";

/** A sandbox tenant in the middle of its first lesson. For tests and the harness only. */

const lesson = (id: string, title: string, purpose: string): LessonView => ({
  id,
  title,
  purpose,
  mail: null,
  state: "notStarted",
  steps: [{ text: "open the mail", done: false }],
});

export const sandboxAnswer: SandboxView = {
  now: "2026-11-23T10:24:00Z",
  url: "http://127.0.0.1:5190",
  admins: [
    {
      name: "Adele Vance",
      userPrincipalName: "adele.vance@contoso.com",
      role: "User Administrator, Reports Reader",
    },
    { name: "Megan Bowen", userPrincipalName: "megan.bowen@contoso.com", role: "Guest Inviter" },
    { name: "Grady Archie", userPrincipalName: "grady.archie@contoso.com", role: "Global Reader" },
  ],
  faults: [
    {
      id: "throttling",
      label: "Too many requests (429)",
      effect: "Graph asks to slow down now and then.",
      on: false,
    },
    {
      id: "lag",
      label: "Replication lag, 30 s",
      effect: "What was written is read back 30 seconds later.",
      on: true,
    },
    {
      id: "homeOutage",
      label: "Home tenant outage",
      effect: "Guests of managed tenants cannot sign in.",
      on: false,
    },
    { id: "spam", label: "Spam filter eats the mail", effect: "Invitation mails do not arrive.", on: false },
  ],
  lessons: [
    {
      id: "redeem",
      title: "Redeem with Entra ID",
      purpose: "The commonest way in, from the mail to the first access.",
      mail: "grace.liu@northwind.example",
      state: "running",
      steps: [
        { text: "invite the guest", done: true },
        { text: "open the mail and accept", done: true },
        { text: "sign in at home", done: true },
        { text: "accept the permissions", done: false },
        { text: "reach the application", done: false },
      ],
    },
    lesson("wrong", "Wrong account, AADSTS50020", "What happens when a guest signs in with another account."),
    lesson("unsubscribed", "Unsubscribed guest", "Why no mail is sent, and the way round it."),
    lesson("inbound", "Inbound settings block", "A setting of yours stops a whole partner."),
  ],
  scenarios: [
    {
      id: "mfa",
      label: "MFA for guests",
      effect: "A Conditional Access policy asks every guest for MFA.",
      on: true,
    },
    {
      id: "inbound",
      label: "Inbound block for fabrikam.com",
      effect: "Guests of fabrikam.com cannot redeem.",
      on: false,
    },
  ],
};

export const playableAnswer: PlayableGuestView[] = [
  {
    mail: "grace.liu@northwind.example",
    name: "Grace Liu",
    guestId: "guest-grace",
    home: "Managed home tenant",
    mails: 3,
  },
  {
    mail: "yuki.tanaka.design@gmail.com",
    name: "Yuki Tanaka",
    guestId: "guest-yuki",
    home: "Google account",
    mails: 1,
  },
];

export const guestSideAnswer: GuestSideView = {
  guest: playableAnswer[0] as PlayableGuestView,
  inbox: [
    {
      id: "m3",
      from: "Microsoft Invitations",
      subject: "Adele Vance invited you to access applications within their organization",
      at: "2026-11-23T10:14:00Z",
      url: "http://127.0.0.1:5190/mail/m3",
      superseded: false,
    },
    {
      id: "m2",
      from: "Northwind IT",
      subject: "Your Authenticator is set up",
      at: "2026-11-23T08:02:00Z",
      url: "http://127.0.0.1:5190/mail/m2",
      superseded: false,
    },
    {
      id: "m1",
      from: "Megan Bowen",
      subject: "Heads-up: invitation coming today",
      at: "2026-11-23T07:40:00Z",
      url: "http://127.0.0.1:5190/mail/m1",
      superseded: true,
    },
  ],
  log: [
    { at: "2026-11-23T10:24:00Z", kind: "interrupted", text: "50058, not signed in yet" },
    { at: "2026-11-23T10:14:00Z", kind: "audit", text: "Add user sponsor" },
    { at: "2026-11-23T10:14:00Z", kind: "audit", text: "Invite external user, by Adele Vance" },
    { at: "2026-11-23T10:14:00Z", kind: "audit", text: "Add user" },
  ],
};

export const handlers: Handlers = {
  get_sandbox: () => sandboxAnswer,
  list_playable_guests: ({ search }) =>
    playableAnswer.filter((guest) =>
      `${guest.name} ${guest.mail}`.toLowerCase().includes(String(search).toLowerCase()),
    ),
  get_guest_side: ({ mail }) => ({
    ...guestSideAnswer,
    guest: playableAnswer.find((guest) => guest.mail === mail) ?? guestSideAnswer.guest,
  }),
  move_clock: () => ({ now: "2026-11-24T10:24:00Z", events: ["Grace Liu: the passcode expired."] }),
  set_fault: () => null,
  set_scenario: () => null,
  start_lesson: () => null,
  reset_sandbox: () => null,
};
