import { Component, type ReactNode } from "react";
import { EmptyState } from "../components/EmptyState";
import { ProblemBar } from "../components/ProblemBar";
import { problemOf } from "../ipc/errors";

interface State {
  error: Error | null;
}

/** Keeps the frame alive when a page breaks, and says so. */
export class CrashGuard extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <>
        <ProblemBar problem={problemOf(error)} onRetry={() => this.setState({ error: null })} />
        <EmptyState
          drawing={null}
          title="This page stopped"
          text="The rest of Usher works. Nothing was sent."
        />
      </>
    );
  }
}
