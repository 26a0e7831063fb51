// `npm test` from a fresh clone: installs what is missing, runs every check and every test, ends with `N passed, N failed`.
// Plain Node, no dependencies. Each part's tests are counted from Vitest's own report.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installChromium, installLavapipe, lavapipe, swiftshader } from "./drivers.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), "loam-test-"));
const totals = { passed: 0, failed: 0, skipped: 0 };

function run(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status === 0;
}

/** A check that passes or fails as a whole. */
function check(name, args) {
  console.log(`\n── ${name}`);
  totals[run("npm", ["run", "--silent", ...args]) ? "passed" : "failed"]++;
}

/** A part of the tests; one that reports nothing has failed. */
function tests(name, args, env) {
  console.log(`\n── ${name}`);
  const report = join(reports, `${name.replace(/\W+/g, "-")}.json`);
  const isGood = run(
    "npx",
    ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args],
    env,
  );
  const result = existsSync(report)
    ? JSON.parse(readFileSync(report, "utf8"))
    : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  totals.passed += result.numPassedTests;
  totals.skipped += result.numPendingTests;
  totals.failed += result.numFailedTests || (isGood ? 0 : 1);
}

if (!existsSync(join(root, "node_modules/vitest")) && !run("npm", ["ci"])) process.exit(1);
installChromium();
installLavapipe();

check("types", ["check"]);
check("lint", ["lint"]);
const first = lavapipe() ? "lavapipe" : "swiftshader";
tests(`unit tests, GPU: ${first}`, [], { LOAM_ADAPTER: first });
if (first !== "swiftshader" && swiftshader())
  tests("shaders, GPU: swiftshader", ["shaders", "test/model"], { LOAM_ADAPTER: "swiftshader" });
if (first !== "lavapipe")
  console.log("\nskipped: the tests on lavapipe (Debian: mesa-vulkan-drivers 25 from backports)");
tests("browser", ["--config", "test/e2e/vitest.config.ts"]);

const { passed, failed, skipped } = totals;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
