// A real Chromium with the app in it, and a record of every request that leaves the browser.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { chromium, type Browser, type BrowserContext, type Page, type Request } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const quiet = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
const more = ["--disable-sync", "--disable-quic", "--disable-default-apps"];
const softwareGpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
/** For any test that only needs a Chromium with WebGPU in software. */
export const softwareGpuArguments = [...quiet, ...more, ...softwareGpu];

/** The path of a Chromium: LOAM_CHROMIUM, the usual places, else from Debian's packages. Throws when there is none. */
export function findChromium(): string {
  const wanted = process.env["LOAM_CHROMIUM"];
  const found = [...(wanted ? [wanted] : []), ...places].find((path) => existsSync(path));
  if (found !== undefined) return found;
  const install = "apt-get update && apt-get install --yes --no-install-recommends chromium";
  const { status } = spawnSync("sh", ["-c", install], { stdio: "inherit" });
  if (status === 0 && existsSync(places[0]!)) return places[0]!;
  throw new Error("No Chromium was found. Install one, or name it in LOAM_CHROMIUM.");
}

export interface Opened {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly requests: readonly Request[]; // of the page, its workers and the service worker
  readonly problems: readonly string[]; // exceptions and violations of the policy, from the console
}

export interface OpenOptions {
  readonly hasGpu?: boolean;
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  readonly passageCount?: number; // fewer: a shorter prompt, which a software GPU reads sooner
}

function presetSettings(settings: string): void {
  if (localStorage.getItem("loam-settings") === null) localStorage.setItem("loam-settings", settings);
}

/** Opens the app in a fresh browser. */
export async function open(url: string, options: OpenOptions = {}): Promise<Opened> {
  const { hasGpu = true, colorScheme = "light", width = 1280, height = 800, passageCount } = options;
  const args = [...quiet, ...more, ...(hasGpu ? softwareGpu : ["--disable-gpu", "--disable-features=WebGPU"])];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, acceptDownloads: true });
  if (passageCount !== undefined) await context.addInitScript(presetSettings, JSON.stringify({ passageCount }));
  const requests: Request[] = [];
  const problems: string[] = [];
  context.on("request", (request) => requests.push(request));
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted|Uncaught/.test(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  return { browser, context, page, requests, problems };
}
