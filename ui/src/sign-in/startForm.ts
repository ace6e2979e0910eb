import type { CloudView, SignInForm } from "../ipc/bindings";

/** The four ways to start. */
export type StartMethod = SignInForm["method"];

/** What the page holds while it is filled in. */
export interface StartFields {
  method: StartMethod;
  cloud: CloudView;
  tenant: string;
  clientId: string;
  /** The application that signs in as itself, and its tenant. */
  appClientId: string;
  appTenant: string;
  /** Path of the PEM file with certificate and private key. */
  certificate: string;
  remember: boolean;
}

type Field = "tenant" | "clientId" | "certificate";

export const cloudNames = {
  commercial: "Commercial (global)",
  usGovernmentL4: "US Government L4",
  usGovernmentL5: "US Government DoD L5",
  china: "China operated by 21Vianet",
} as const satisfies Record<CloudView, string>;

/** The primary button is named after the card. */
export const methodNames = {
  sandbox: "Explore the sandbox tenant",
  browser: "Sign in with Microsoft",
  azureCli: "Use Azure CLI",
  certificate: "App-only certificate",
} as const satisfies Record<StartMethod, string>;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** What is wrong with the fields, by field; empty: they can be sent. */
export function startFieldErrors(fields: StartFields): Partial<Record<Field, string>> {
  const errors: Partial<Record<Field, string>> = {};
  if (fields.method === "sandbox") return errors;
  const isApplication = fields.method === "certificate";
  const tenant = (isApplication ? fields.appTenant : fields.tenant).trim();
  const clientId = (isApplication ? fields.appClientId : fields.clientId).trim();
  if (tenant && !GUID.test(tenant) && !DOMAIN.test(tenant)) {
    errors.tenant = "A tenant ID (GUID) or a domain such as contoso.onmicrosoft.com.";
  }
  if (!tenant && isApplication) {
    errors.tenant = "Needed: an application has no tenant of its own.";
  }
  if (isApplication && !fields.certificate.trim()) {
    errors.certificate = "Needed: the path of the file.";
  }
  if (fields.method !== "azureCli" && !GUID.test(clientId)) {
    errors.clientId = clientId
      ? "An application ID is a GUID: 8-4-4-4-12 hexadecimal digits."
      : "Needed: the ID of the application registered for Usher in your tenant.";
  }
  return errors;
}

/** The fields as the form that is sent. */
export function startForm(fields: StartFields): SignInForm {
  const tenant = fields.tenant.trim() || null;
  switch (fields.method) {
    case "sandbox":
      return { method: "sandbox", admin: null };
    case "browser":
      return {
        method: "browser",
        cloud: fields.cloud,
        tenant,
        clientId: fields.clientId.trim(),
        remember: fields.remember,
      };
    case "certificate":
      return {
        method: "certificate",
        cloud: fields.cloud,
        tenant: fields.appTenant.trim(),
        clientId: fields.appClientId.trim(),
        file: fields.certificate.trim(),
      };
    case "azureCli":
      return { method: "azureCli", cloud: fields.cloud, tenant };
  }
}
