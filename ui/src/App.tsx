import { createDOMRenderer, FluentProvider, RendererProvider } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemBar } from "./components/ProblemBar";
import { Starting } from "./components/Starting";
import type { Session } from "./ipc/session";
import { AppProvider } from "./ipc/useApp";
import { Shell } from "./shell/Shell";
import { ColorSchemeProvider, useColorScheme } from "./theme/ColorScheme";
import { darkTheme, lightTheme } from "./theme/themes";

// The shell puts a nonce on the style element of index.html; the renderer reuses it, so that no inline style is blocked.
const nonce = document.querySelector<HTMLStyleElement>("style")?.nonce;
const renderer = createDOMRenderer(document, nonce ? { styleElementAttributes: { nonce } } : {});

// No className on FluentProvider: it would be copied to every portal. Background and height live on the Shell's own div.
function Themed({ children }: { children: ReactNode }) {
  const { scheme } = useColorScheme();
  return <FluentProvider theme={scheme === "dark" ? darkTheme : lightTheme}>{children}</FluentProvider>;
}

/** The whole window. */
export function App({ session }: { session: Session }) {
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <ColorSchemeProvider>
        <Themed>
          <QueryClientProvider client={session.client}>
            <AppProvider
              session={session}
              starting={<Starting />}
              failed={(problem, retry) => <ProblemBar problem={problem} onRetry={retry} />}
            >
              <Shell />
            </AppProvider>
          </QueryClientProvider>
        </Themed>
      </ColorSchemeProvider>
    </RendererProvider>
  );
}
