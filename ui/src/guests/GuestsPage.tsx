import { PageHeader } from "../components/PageHeader";

/** Guests. */
export default function GuestsPage() {
  return <PageHeader title="Guests" />;
}
