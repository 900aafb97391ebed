// Features do not import each other, shared code does not import features or the
// application, and only src/api knows the HTTP client. Prints each breach, exits 1.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../src");
const layers = ["api", "shared", "features", "app"];

/** Every TypeScript source below `folder`. */
function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

/** The layer of a path and, inside features, the feature's name. */
function place(path) {
  const [layer, feature] = relative(root, path).split("/");
  return { layer, feature: layer === "features" ? feature : undefined };
}

const breaches = [];
for (const file of sources(root)) {
  const from = place(file);
  if (!layers.includes(from.layer)) continue;
  for (const [, spec] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (spec === "openapi-fetch" && from.layer !== "api") breaches.push(`${relative(root, file)}: ${spec}`);
    const target = spec.startsWith("@/")
      ? join(root, spec.slice(2))
      : spec.startsWith(".")
        ? resolve(dirname(file), spec)
        : undefined;
    if (target === undefined) continue;
    const to = place(target);
    const upward = layers.indexOf(to.layer) > layers.indexOf(from.layer);
    const sideways = from.layer === "features" && to.layer === "features" && from.feature !== to.feature;
    if (upward || sideways) breaches.push(`${relative(root, file)}: imports ${spec}`);
  }
}

for (const breach of breaches) console.error(breach);
process.exit(breaches.length > 0 ? 1 : 0);
