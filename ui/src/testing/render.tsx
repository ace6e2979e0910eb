import { FluentProvider } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import axe from "axe-core";
import type { ReactNode } from "react";
import { ActionProvider } from "../acting/ActionProvider";
import { Notices } from "../components/useNotify";
import { startSession } from "../ipc/session";
import { AppProvider } from "../ipc/useApp";
import { ColorSchemeProvider } from "../theme/ColorScheme";
import { lightTheme } from "../theme/themes";

/** Renders a page as the window does, on the answers of a fake shell. */
export function renderPage(page: ReactNode) {
  const session = startSession(() => Promise.resolve());
  const { client } = session;
  const view = render(
    <ColorSchemeProvider>
      <FluentProvider theme={lightTheme}>
        <QueryClientProvider client={client}>
          <AppProvider session={session} starting={null} failed={(problem) => <p>{problem.message}</p>}>
            <ActionProvider>
              <main>{page}</main>
            </ActionProvider>
            <Notices />
          </AppProvider>
        </QueryClientProvider>
      </FluentProvider>
    </ColorSchemeProvider>,
  );
  return { ...view, client };
}

/** The rules a page breaks, each with the elements that break it; empty is what a test expects. */
export async function axeViolations(root: Element = document.body): Promise<string[]> {
  const found = await axe.run(root, {
    // Frames hold pages of the sandbox, which has its own tests.
    iframes: false,
    // jsdom computes no colours or layout; contrast is checked in the tokens.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`,
  );
}
