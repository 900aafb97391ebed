// Writes a PNG of every page, wide and narrow, light and dark: `npm run screenshots -- FOLDER`.
// CONSOLE_URL is the one-time link of a served result folder.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { firstOf, launch, loginLink, settled, signIn } from "./session.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("Give the folder to write to.");
  process.exit(2);
}
const only = process.argv[3];
mkdirSync(folder, { recursive: true });

const link = loginLink();
const browser = await launch();
const { origin, storageState } = await signIn(browser, link);

/** Pages by file name; each takes an address, and may do something before the picture. */
async function pages(page) {
  // The device with most to show: findings or at least alerts.
  const device =
    (await firstOf(page, origin, "devices?has_alerts=true&has_findings=true&sort=-risk&limit=1")) ??
    (await firstOf(page, origin, "devices?has_alerts=true&limit=1")) ??
    (await firstOf(page, origin, "devices?limit=1"));
  const alert = await firstOf(page, origin, "alerts?limit=1");
  const finding = await firstOf(page, origin, "findings?limit=1");
  const answer = await page.request.get(`${origin}/api/v1/map`);
  const { nodes } = await answer.json();
  const central = nodes.toSorted((a, b) => b.alerts - a.alerts)[0];
  return {
    overview: "/",
    devices: "/devices",
    "devices-filtered-empty": "/devices?q=there-is-no-such-device",
    "device-identity": `/devices/${device.id}`,
    "device-peers": `/devices/${device.id}?tab=peers`,
    "device-activities": `/devices/${device.id}?tab=activities`,
    "device-alerts": `/devices/${device.id}?tab=alerts`,
    "device-findings": `/devices/${device.id}?tab=findings`,
    map: "/map",
    "map-selected": `/map?device=${central.id}`,
    "map-list": "/map?view=list",
    alerts: "/alerts",
    ...(alert && { alert: `/alerts/${alert.id}` }),
    vulnerabilities: "/vulnerabilities",
    ...(finding && { "vulnerability-open": `/vulnerabilities?open=${finding.id}` }),
    "traffic-protocols": "/traffic",
    "traffic-connections": "/traffic?tab=connections",
    "traffic-activities": "/traffic?tab=activities",
    "traffic-values": "/traffic?tab=values",
    "traffic-unknown": "/traffic?tab=unknown",
    "no-such-page": "/nowhere",
  };
}

/** States that need a server that misbehaves: the browser answers in its place. */
const STATES = {
  "state-loading": async (page) => {
    await page.route("**/api/v1/devices?*", () => {});
    await page.goto(`${origin}/devices`);
    await page.locator("[aria-busy=true]").waitFor();
  },
  "state-failed": async (page) => {
    await page.route("**/api/v1/devices?*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        body: JSON.stringify({
          title: "Internal Server Error",
          status: 500,
          detail: "The state cannot be read.",
        }),
      }),
    );
    await page.goto(`${origin}/devices`);
    await page.getByRole("alert").waitFor();
  },
  "state-empty": async (page) => {
    await page.route("**/api/v1/devices?*", (route) =>
      route.fulfill({ json: { items: [], next: null, total: 0 } }),
    );
    await page.goto(`${origin}/devices`);
    await settled(page);
  },
  "state-session-over": async (page) => {
    await page.route("**/api/v1/**", (route) =>
      route.fulfill({
        status: 401,
        contentType: "application/problem+json",
        body: JSON.stringify({ title: "Unauthorized", status: 401 }),
      }),
    );
    await page.goto(`${origin}/`);
    await page.locator("h1").waitFor();
  },
};

for (const [width, height] of [
  [1440, 900],
  [390, 844],
]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height } });
    const page = await context.newPage();
    const shots = Object.entries(await pages(page)).map(([name, address]) => [
      name,
      async () => {
        await page.goto(`${origin}${address}`);
        await settled(page);
      },
    ]);
    const states = Object.entries(STATES).map(([name, show]) => [
      name,
      async () => {
        await show(page);
        await page.waitForTimeout(200);
      },
    ]);
    for (const [name, show] of [...shots, ...states]) {
      if (only && !name.startsWith(only)) continue;
      await show();
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      await page.unrouteAll({ behavior: "ignoreErrors" });
    }
    await context.close();
  }
}
await browser.close();
