import {
  Button,
  Checkbox,
  Dropdown,
  Field,
  Input,
  Link,
  makeStyles,
  Option,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowLeftRegular,
  BeakerRegular,
  BuildingRegular,
  CertificateRegular,
  KeyRegular,
  WindowConsoleRegular,
} from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Card } from "../components/Card";
import { PermissionTable, permissionRequest } from "../components/PermissionTable";
import { ProblemBar } from "../components/ProblemBar";
import { useCopy } from "../components/useCopy";
import { Waiting } from "../components/Waiting";
import { plainText } from "../format/format";
import type { CloudView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { useApp } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { ramp } from "../theme/type";
import { PromiseSide } from "./PromiseSide";
import { StartCard } from "./StartCard";
import {
  cloudNames,
  methodNames,
  type StartFields,
  type StartMethod,
  startFieldErrors,
  startForm,
} from "./startForm";

const CLIENT_ID_KEY = "usher.clientId";
/** An application that signs in as itself is usually another one than Usher's, in one tenant. */
const APPLICATION_KEYS = {
  appClientId: "usher.app.clientId",
  appTenant: "usher.app.tenant",
  certificate: "usher.app.certificate",
} as const;

const useStyles = makeStyles({
  page: {
    display: "flex",
    flex: 1,
    minHeight: 0,
    "@media (max-width: 860px)": { flexDirection: "column", overflowY: "auto" },
  },
  main: {
    flex: 1,
    minWidth: 0,
    overflowY: "auto",
    "@media (max-width: 860px)": { flex: "none", overflowY: "visible", padding: "20px 20px 0" },
    boxSizing: "border-box",
    padding: "44px 36px 0",
    backgroundColor: tokens.colorNeutralBackground2,
    display: "flex",
    flexDirection: "column",
    gap: "16px",
  },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "flex-end",
    justifyContent: "space-between",
    gap: "16px",
    minHeight: "48px",
  },
  title: { ...ramp.pageTitle, margin: 0 },
  purpose: { ...ramp.caption, color: tokens.colorNeutralForeground3 },
  cloud: { width: "290px" },
  cards: {
    display: "grid",
    gridTemplateColumns: "1fr 1fr",
    gap: "12px",
    "@media (max-width: 860px)": { gridTemplateColumns: "1fr" },
  },
  fields: {
    display: "grid",
    gridTemplateColumns: "1fr 1fr",
    gap: "12px",
    alignItems: "start",
    "@media (max-width: 860px)": { gridTemplateColumns: "1fr" },
  },
  file: { gridColumn: "1 / -1" },
  known: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px", ...ramp.caption },
  footer: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "12px",
    minHeight: "32px",
    // The way on stays in view however long the table is.
    position: "sticky",
    bottom: 0,
    marginTop: "-4px",
    padding: "12px 0",
    // Covers the edges and the shadow of the card that goes by under it.
    boxShadow: `-4px 0 ${tokens.colorNeutralBackground2}, 4px 0 ${tokens.colorNeutralBackground2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  buttons: { display: "flex", alignItems: "center", gap: "12px", marginLeft: "auto" },
  request: { ...ramp.caption },
  none: { ...ramp.caption, color: tokens.colorNeutralForeground2, margin: "4px 0 0" },
});

const cards = [
  {
    value: "sandbox",
    icon: BeakerRegular,
    title: methodNames.sandbox,
    text: "A playable tenant with its guests, an inbox and a clock you can move. Nothing leaves this computer.",
    tags: ["No sign-in", "Offline"],
  },
  {
    value: "browser",
    icon: KeyRegular,
    title: methodNames.browser,
    text: "You sign in with your own account in your browser. The tenant’s logs show your name.",
    tags: ["Delegated"],
    praise: "Recommended",
  },
  {
    value: "azureCli",
    icon: WindowConsoleRegular,
    title: methodNames.azureCli,
    text: "Uses the account you signed in with by az login. Install it from Microsoft if it is missing.",
    tags: ["No app registration"],
  },
  {
    value: "certificate",
    icon: CertificateRegular,
    title: methodNames.certificate,
    text: "For a scheduled job or a jump host. Custom text in invitations is dropped by Microsoft in this mode.",
    tags: ["Tenant ID", "Client ID", "Certificate"],
  },
] as const;

/** First run and Add tenant: how to start, what is asked and why. Errors stay on the page. */
export function SignInPage() {
  const styles = useStyles();
  const { tenant, knownTenants, permissions, keychain, version } = useApp();
  const copy = useCopy();
  const cloudId = useId();
  const [fields, setFields] = useState<StartFields>(() => ({
    // With no tenant yet, the card that needs nothing is one click away.
    method: tenant === null && knownTenants.every((known) => known.sandbox) ? "sandbox" : "browser",
    cloud: "commercial",
    tenant: "",
    clientId: localStorage.getItem(CLIENT_ID_KEY) ?? "",
    appClientId: localStorage.getItem(APPLICATION_KEYS.appClientId) ?? "",
    appTenant: localStorage.getItem(APPLICATION_KEYS.appTenant) ?? "",
    certificate: localStorage.getItem(APPLICATION_KEYS.certificate) ?? "",
    remember: keychain.kind === "system",
  }));
  const [showErrors, setShowErrors] = useState(false);
  const set = (change: Partial<StartFields>) => setFields((old) => ({ ...old, ...change }));

  const signIn = useMutation({ mutationFn: ipc.signIn, onSuccess: () => goTo("overview") });
  const cancel = useMutation({ mutationFn: () => ipc.cancelSignIn() });
  const open = useMutation({ mutationFn: ipc.openTenant, onSuccess: () => goTo("overview") });

  const { method } = fields;
  const Icon = cards.find((card) => card.value === method)?.icon ?? KeyRegular;
  const isRemote = method !== "sandbox";
  const isApplication = method === "certificate";
  const hasClientId = method === "browser" || isApplication;
  const clientIdField = isApplication ? "appClientId" : "clientId";
  const tenantField = isApplication ? "appTenant" : "tenant";
  const errors = showErrors ? startFieldErrors(fields) : {};
  const start = () => {
    setShowErrors(true);
    if (Object.keys(startFieldErrors(fields)).length > 0) return;
    if (method === "browser") localStorage.setItem(CLIENT_ID_KEY, fields.clientId.trim());
    if (isApplication) {
      for (const field of ["appClientId", "appTenant", "certificate"] as const)
        localStorage.setItem(APPLICATION_KEYS[field], fields[field].trim());
    }
    open.reset();
    signIn.mutate(startForm(fields));
  };
  const problem = signIn.error?.view ?? open.error?.view ?? null;
  const copyRequest = () =>
    copy(permissionRequest(permissions, fields[clientIdField].trim(), isApplication), "Request");

  return (
    <div className={styles.page}>
      <PromiseSide version={version} />
      <main className={styles.main} id="content" tabIndex={-1}>
        <div className={styles.head}>
          <div>
            {tenant ? (
              <Link onClick={() => goTo("overview")}>
                <ArrowLeftRegular aria-hidden /> Back to{" "}
                {tenant.sandbox ? "the sandbox tenant" : plainText(tenant.name)}
              </Link>
            ) : null}
            <h1 className={styles.title}>How do you want to start?</h1>
            <div className={styles.purpose}>You can switch or add a tenant any time</div>
          </div>
          {isRemote ? (
            <Field label={{ children: "Cloud", id: cloudId }} size="small" className={styles.cloud}>
              <Dropdown
                aria-labelledby={cloudId}
                value={cloudNames[fields.cloud]}
                selectedOptions={[fields.cloud]}
                onOptionSelect={(_, change) => set({ cloud: change.optionValue as CloudView })}
              >
                {Object.entries(cloudNames).map(([value, name]) => (
                  <Option key={value} value={value}>
                    {name}
                  </Option>
                ))}
              </Dropdown>
            </Field>
          ) : null}
        </div>

        {tenant === null && knownTenants.length > 0 ? (
          <section className={styles.known} aria-label="Tenants on this computer">
            On this computer:
            {knownTenants.map((known) => (
              <Button
                key={known.id}
                size="small"
                icon={known.sandbox ? <BeakerRegular /> : <BuildingRegular />}
                onClick={() => {
                  signIn.reset();
                  open.reset();
                  // The sandbox tenant lives in this program: opening it signs in to it as well.
                  if (known.sandbox) signIn.mutate(startForm({ ...fields, method: "sandbox" }));
                  else open.mutate(known.id);
                }}
              >
                Open {known.sandbox ? "the sandbox tenant" : plainText(known.name)}, {plainText(known.domain)}
              </Button>
            ))}
          </section>
        ) : null}

        {problem ? (
          <>
            <ProblemBar problem={problem} inset />
            {problem.code === "consentNeeded" ? (
              <div>
                <Button onClick={copyRequest}>Copy request</Button>
              </div>
            ) : null}
          </>
        ) : null}

        <RadioGroup
          className={styles.cards}
          aria-label="How to start"
          value={method}
          disabled={signIn.isPending}
          onChange={(_, change) => {
            set({ method: change.value as StartMethod });
            setShowErrors(false);
            signIn.reset();
          }}
        >
          {cards.map((card) => (
            <StartCard key={card.value} {...card} chosen={card.value === method} />
          ))}
        </RadioGroup>

        {isRemote ? (
          <div className={styles.fields}>
            {hasClientId ? (
              <Field
                label="Application (client) ID"
                required
                {...(errors.clientId
                  ? { validationMessage: errors.clientId }
                  : { hint: "From the app registration for Usher in your tenant" })}
              >
                <Input
                  value={fields[clientIdField]}
                  spellCheck={false}
                  onChange={(_, change) => set({ [clientIdField]: change.value })}
                />
              </Field>
            ) : null}
            <Field
              label="Tenant ID or domain"
              required={isApplication}
              {...(errors.tenant
                ? { validationMessage: errors.tenant }
                : {
                    hint: isApplication
                      ? "Where the application is registered"
                      : "Empty: the account’s own tenant",
                  })}
            >
              <Input
                value={fields[tenantField]}
                spellCheck={false}
                onChange={(_, change) => set({ [tenantField]: change.value })}
              />
            </Field>
            {isApplication ? (
              <Field
                label="Certificate file"
                required
                className={styles.file}
                {...(errors.certificate
                  ? { validationMessage: errors.certificate }
                  : {
                      hint: "PEM, with the private key in it. Usher reads it at every sign-in and keeps no copy.",
                    })}
              >
                <Input
                  value={fields.certificate}
                  spellCheck={false}
                  onChange={(_, change) => set({ certificate: change.value })}
                />
              </Field>
            ) : null}
          </div>
        ) : null}

        <Card
          title="What is asked, and why"
          subtitle={methodNames[method]}
          action={
            isRemote ? (
              <Link className={styles.request} onClick={copyRequest}>
                Copy as a request to a Global Administrator
              </Link>
            ) : null
          }
        >
          {isRemote ? (
            <PermissionTable
              permissions={permissions.map((permission) => ({ ...permission, held: null }))}
              application={isApplication}
            />
          ) : (
            <p className={styles.none}>
              Nothing. The sandbox tenant runs inside Usher and knows only made-up people. You sign in as one
              of its administrators and can become another one in the account menu.
            </p>
          )}
        </Card>

        <div className={styles.footer}>
          {method === "browser" ? (
            <Checkbox
              label={
                keychain.kind === "system"
                  ? "Remember me on this computer (system keychain)"
                  : "Remember me: there is no system keychain here"
              }
              checked={fields.remember && keychain.kind === "system"}
              disabled={keychain.kind !== "system"}
              onChange={(_, change) => set({ remember: change.checked === true })}
            />
          ) : null}
          <div className={styles.buttons}>
            {signIn.isPending ? (
              <>
                <Waiting
                  label={
                    method === "browser"
                      ? "Waiting for your browser"
                      : method === "sandbox"
                        ? "Opening the sandbox"
                        : "Signing in"
                  }
                />
                <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
                  Cancel
                </Button>
              </>
            ) : null}
            <Button
              appearance="primary"
              icon={<Icon />}
              disabledFocusable={signIn.isPending || open.isPending}
              onClick={start}
            >
              {methodNames[method]}
            </Button>
          </div>
        </div>
      </main>
    </div>
  );
}
