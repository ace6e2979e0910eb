import { PageHeader } from "../components/PageHeader";

/** Invite. */
export default function InvitePage() {
  return <PageHeader title="Invite" />;
}
