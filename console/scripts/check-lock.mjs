// The lock file must hold hashes and no registry addresses, and no package may need an install script.
import { readFileSync } from "node:fs";

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const mantine = new Set();
const problems = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === "") continue;
  if (entry.resolved !== undefined) problems.push(`${path}: has a resolved address`);
  if (entry.hasInstallScript) problems.push(`${path}: wants an install script`);
  if (!entry.integrity && !entry.link) problems.push(`${path}: has no integrity hash`);
  if (/node_modules\/@mantine\/[^/]+$/.test(path)) mantine.add(entry.version);
}
if (mantine.size !== 1)
  problems.push(`@mantine packages must share one version, found ${[...mantine].join(", ")}`);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
