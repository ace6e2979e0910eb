import { type Theme, webDarkTheme, webLightTheme } from "@fluentui/react-components";

/** What Usher needs beyond Fluent's tokens: info, sandbox accent, chart palette. */
interface OwnTokens {
  usherInfoForeground: string;
  usherInfoBackground: string;
  usherInfoBorder: string;
  usherSandbox: string;
  usherSandboxBackground: string;
  usherChart1: string;
  usherChart2: string;
  usherChart3: string;
  usherChartRest: string;
  usherChartFlow: string;
  usherChartStop: string;
}

export type UsherTheme = Theme & OwnTokens;

/**
 * Only Windows has the first two. Elsewhere they are left out, for WebKitGTK asks the system anew for every name, size and
 * weight, and at the start that took longest for names that are never there.
 */
const family = navigator.userAgent.includes("Windows")
  ? "'Segoe UI Variable', 'Segoe UI', Inter, system-ui, sans-serif"
  : "Inter, system-ui, sans-serif";

const type = {
  fontFamilyBase: family,
  fontFamilyMonospace: "'Cascadia Code', Consolas, 'Liberation Mono', monospace",
  fontFamilyNumeric: family,
} as const;

export const lightTheme: UsherTheme = {
  ...webLightTheme,
  ...type,
  colorNeutralBackground3: "#f7f7f7",
  colorNeutralStroke3: "#ededed",
  colorBrandForeground2: "#0f6cbd",
  colorBrandForegroundLink: "#0f6cbd",
  colorStatusWarningForeground1: "#8a3707",
  colorStatusWarningBackground1: "#fff6ef",
  colorStatusWarningBorder1: "#f4bd94",
  usherInfoForeground: "#115ea3",
  usherInfoBackground: "#ebf3fc",
  usherInfoBorder: "#b4d6fa",
  usherSandbox: "#7a4fb5",
  usherSandboxBackground: "#f6f1fb",
  usherChart1: "#0f6cbd",
  usherChart2: "#c2570c",
  usherChart3: "#00544f",
  usherChartRest: "#8b8b8b",
  usherChartFlow: "#ebf3fc",
  usherChartStop: "#b10e1c",
};

export const darkTheme: UsherTheme = {
  ...webDarkTheme,
  ...type,
  colorNeutralBackground3: "#242424",
  colorNeutralBackground4: "#141414",
  colorNeutralStroke2: "#474747",
  colorNeutralStroke3: "#3a3a3a",
  colorBrandForeground1: "#62abf5",
  colorBrandForeground2: "#62abf5",
  colorBrandForegroundLink: "#62abf5",
  colorBrandForegroundLinkHover: "#96c6fa",
  colorBrandBackground2: "#0e2f4c",
  colorBrandBackground2Hover: "#0f3a5f",
  colorBrandStroke2: "#0f548c",
  colorStatusSuccessForeground1: "#7fce7f",
  colorStatusSuccessBackground1: "#0f2a0f",
  colorStatusSuccessBorder1: "#2f6b2f",
  colorStatusWarningForeground1: "#f9b27e",
  colorStatusWarningBackground1: "#3a2110",
  colorStatusWarningBorder1: "#80491f",
  colorStatusDangerForeground1: "#f1a0a7",
  colorStatusDangerBackground1: "#3d1418",
  colorStatusDangerBorder1: "#8a2c35",
  usherInfoForeground: "#77b7f7",
  usherInfoBackground: "#0e2f4c",
  usherInfoBorder: "#0f548c",
  usherSandbox: "#b99cf0",
  usherSandboxBackground: "#2b2140",
  usherChart1: "#479ef5",
  usherChart2: "#f2995a",
  usherChart3: "#7be0d8",
  usherChartRest: "#999999",
  usherChartFlow: "#0e2f4c",
  usherChartStop: "#f1a0a7",
};

/** Our own tokens as CSS variables, to be used in styles beside Fluent's `tokens`. */
export const own = {
  infoForeground: "var(--usherInfoForeground)",
  infoBackground: "var(--usherInfoBackground)",
  infoBorder: "var(--usherInfoBorder)",
  sandbox: "var(--usherSandbox)",
  sandboxBackground: "var(--usherSandboxBackground)",
  chart1: "var(--usherChart1)",
  chart2: "var(--usherChart2)",
  chart3: "var(--usherChart3)",
  chartRest: "var(--usherChartRest)",
  chartFlow: "var(--usherChartFlow)",
  chartStop: "var(--usherChartStop)",
} as const;
