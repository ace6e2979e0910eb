import { PageHeader } from "../components/PageHeader";

/** Overview. */
export default function OverviewPage() {
  return <PageHeader title="Overview" />;
}
