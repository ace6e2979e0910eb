import { PageHeader } from "../components/PageHeader";

/** Sandbox. */
export default function SandboxPage() {
  return <PageHeader title="Sandbox" />;
}
