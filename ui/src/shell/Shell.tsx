import { makeStyles, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { Suspense, useEffect, useState } from "react";
import { ActionProvider } from "../acting/ActionProvider";
import { Notices } from "../components/useNotify";
import { useApp, useIsReady } from "../ipc/useApp";
import { SignInPage } from "../sign-in/SignInPage";
import { goTo, useAddress } from "./address";
import { Banners } from "./Banners";
import { CrashGuard } from "./CrashGuard";
import { pages } from "./pages";
import { Rail } from "./Rail";
import { StatusBar } from "./StatusBar";
import { TopBar } from "./TopBar";
import { useConnect } from "./useConnect";
import { useRegions } from "./useRegions";
import { useShortcut } from "./useShortcut";

const useStyles = makeStyles({
  window: {
    display: "flex",
    flexDirection: "column",
    height: "100vh",
    overflow: "hidden",
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground1,
    fontVariantNumeric: "tabular-nums",
  },
  skip: {
    position: "absolute",
    left: "8px",
    top: "-60px",
    zIndex: 10,
    padding: "6px 12px",
    border: "none",
    borderRadius: "4px",
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForeground1,
    ":focus": { top: "8px" },
  },
  middle: { display: "flex", flex: 1, minHeight: 0 },
  page: {
    flex: 1,
    minWidth: 0,
    minHeight: 0,
    display: "flex",
    flexDirection: "column",
    backgroundColor: tokens.colorNeutralBackground2,
    outlineStyle: "none",
  },
  loading: { padding: "20px", display: "flex", flexDirection: "column", gap: "12px" },
});

function PageKeys() {
  const { sync } = useConnect();
  useShortcut("F5", {}, () => sync.mutate());
  return (
    <>{pages.map((page) => (page.key ? <PageKey key={page.id} id={page.id} digit={page.key} /> : null))}</>
  );
}

function PageKey({ id, digit }: { id: string; digit: string }) {
  useShortcut(digit, { ctrl: true }, () => goTo(id));
  return null;
}

/** The window: top bar, rail, page, status bar; before a tenant is open, the sign-in. */
export function Shell() {
  const styles = useStyles();
  const { tenant } = useApp();
  const isReady = useIsReady();
  const address = useAddress();
  const [zone, setZone] = useState(0);
  useRegions();

  const page = pages.find((known) => known.id === address.page);
  const isSigningIn = tenant === null || address.page === "sign-in";
  useEffect(() => {
    if (tenant !== null && page === undefined && address.page !== "sign-in")
      goTo("overview", undefined, { replace: true });
  }, [tenant, page, address.page]);
  const Content = page?.component;

  return (
    <div className={styles.window}>
      <button
        type="button"
        className={styles.skip}
        onClick={() => document.getElementById("content")?.focus()}
      >
        Skip to the content
      </button>
      <TopBar />
      <Banners />
      {isSigningIn ? (
        <SignInPage />
      ) : (
        <ActionProvider>
          <PageKeys />
          <div className={styles.middle}>
            <Rail />
            <main id="content" className={styles.page} tabIndex={-1} key={`${tenant.id} ${zone}`}>
              <CrashGuard key={address.page}>
                <Suspense fallback={<PageLoading />}>{Content && isReady ? <Content /> : null}</Suspense>
              </CrashGuard>
            </main>
          </div>
        </ActionProvider>
      )}
      <StatusBar onZone={() => setZone((n) => n + 1)} />
      <Notices />
    </div>
  );
}

function PageLoading() {
  const styles = useStyles();
  return (
    <Skeleton aria-label="Loading" className={styles.loading}>
      <SkeletonItem size={28} style={{ width: 240 }} />
      <SkeletonItem size={28} />
      <SkeletonItem size={28} />
    </Skeleton>
  );
}
