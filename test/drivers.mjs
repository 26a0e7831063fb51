// What the tests need of the machine: a Chromium, and software Vulkan drivers. Found, or installed from Debian's packages
// where that is possible; lavapipe is optional, and must be newer than the one Debian 12 carries.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const chromiums = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const manifests = ["/usr/share/vulkan/icd.d/lvp_icd.json", "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"];

export const swiftshader = () =>
  ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"].some((f) =>
    existsSync(`${f}/vk_swiftshader_icd.json`),
  );
export const lavapipe = () => manifests.some(existsSync);
const chromium = () => existsSync(process.env.LOAM_CHROMIUM ?? "") || chromiums.some(existsSync);
const isRootOnDebian = () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
const shell = (command) =>
  spawnSync("sh", ["-c", command], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).status === 0;

/** Ends the process with a sentence where there is no Chromium and none can be installed. */
export function installChromium() {
  if (chromium()) return;
  console.log("Installing Chromium from Debian's packages …");
  if (isRootOnDebian()) shell("apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium");
  if (chromium()) return;
  console.error("No Chromium was found. Install one (Debian: apt-get install chromium), or name it in LOAM_CHROMIUM.");
  process.exit(1);
}

/** Tries Debian's backports; without success the tests on lavapipe are skipped, with a message. */
export function installLavapipe() {
  if (lavapipe() || !isRootOnDebian() || !existsSync("/usr/share/keyrings/debian-archive-keyring.gpg")) return;
  console.log("Installing lavapipe (mesa-vulkan-drivers) from Debian's backports …");
  const folder = mkdtempSync(join(tmpdir(), "loam-apt-"));
  const line = (suite) =>
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${suite} main\n`;
  writeFileSync(join(folder, "sources.list"), line("bookworm") + line("bookworm-backports"));
  const options = `-o Dir::Etc::SourceList=${folder}/sources.list -o Dir::Etc::SourceParts=/dev/null`;
  shell(`apt-get ${options} update -qq && apt-get ${options} install -y -qq -t bookworm-backports mesa-vulkan-drivers`);
}
