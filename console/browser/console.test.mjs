// The console in a real browser, over a served result folder: CONSOLE_URL is its one-time link.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { firstOf, launch, loginLink, settled, signIn } from "./session.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_OPTIONS = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] };
const link = loginLink();
let browser;
let origin;
let storageState;
let addresses;

/** A page of a signed-in window, with everything that goes wrong in it. */
async function open(options = {}, from = browser) {
  const context = await from.newContext({ storageState, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("blob:")) wrong.push(request.url());
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, wrong, close: () => context.close() };
}

async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), AXE_OPTIONS);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(" | ")}`,
  );
}

before(async () => {
  browser = await launch();
  ({ origin, storageState } = await signIn(browser, link));
  const { page, close } = await open();
  const [device, alert, finding] = await Promise.all(
    ["devices?kind=device&limit=1", "alerts?limit=1", "findings?limit=1"].map((path) =>
      firstOf(page, origin, path),
    ),
  );
  await close();
  addresses = {
    overview: "/",
    devices: "/devices",
    device: `/devices/${device.id}`,
    "device, peers": `/devices/${device.id}?tab=peers`,
    "device, activities": `/devices/${device.id}?tab=activities`,
    map: "/map",
    "map as a list": "/map?view=list",
    alerts: "/alerts",
    ...(alert && { alert: `/alerts/${alert.id}` }),
    vulnerabilities: "/vulnerabilities",
    ...(finding && { "vulnerability, open": `/vulnerabilities?open=${finding.id}` }),
    protocols: "/traffic",
    connections: "/traffic?tab=connections",
    activities: "/traffic?tab=activities",
    "process values": "/traffic?tab=values",
    "not understood": "/traffic?tab=unknown",
    "no such page": "/nowhere",
  };
});

after(() => browser?.close());

describe("session", () => {
  it("takes the one-time link once", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(link);
    assert.equal(answer.status(), 403);
    await context.close();
  });

  it("keeps its secret from scripts", async () => {
    const { page, close } = await open();
    await page.goto(origin);
    assert.equal(await page.evaluate(() => document.cookie), "");
    await close();
  });

  it("says so when it is over", async () => {
    const { page, close } = await open({ storageState: undefined });
    await page.goto(`${origin}/devices`);
    await page.getByRole("heading", { name: "This session is over" }).waitFor();
    await close();
  });
});

describe("every page", () => {
  for (const [width, height, colorScheme] of [
    [1440, 900, "light"],
    [390, 844, "dark"],
  ]) {
    it(`works at ${width} px in ${colorScheme} colours`, async () => {
      const { page, wrong, close } = await open({ viewport: { width, height }, colorScheme });
      const problems = [];
      for (const [name, address] of Object.entries(addresses)) {
        await page.goto(`${origin}${address}`);
        await settled(page);
        const wide = await page.evaluate(() => {
          const main = document.getElementById("main");
          return Math.max(
            document.documentElement.scrollWidth - innerWidth,
            main.scrollWidth - main.clientWidth,
          );
        });
        if (wide > 0) problems.push(`${name}: scrolls sideways by ${wide} px`);
        for (const violation of await axe(page)) problems.push(`${name}: ${violation}`);
        for (const message of wrong.splice(0)) problems.push(`${name}: ${message}`);
      }
      await close();
      assert.deepEqual(problems, []);
    });
  }

  it("needs no inline style or script", async () => {
    const { page, wrong, close } = await open();
    await page.route(
      (url) => !url.pathname.startsWith("/api/") && !url.pathname.startsWith("/assets/"),
      async (route) => {
        const answer = await route.fetch();
        const headers = {
          ...answer.headers(),
          "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'",
        };
        await route.fulfill({ response: answer, headers });
      },
    );
    for (const address of Object.values(addresses)) {
      await page.goto(`${origin}${address}`);
      await settled(page);
    }
    await page.getByRole("button", { name: /Switch to/ }).click();
    await close();
    assert.deepEqual(wrong, []);
  });
});

describe("filters", () => {
  it("stand in the address and survive a reload", async () => {
    const { page, close } = await open();
    await page.goto(`${origin}/devices`);
    await settled(page);
    const [type] = (await (await page.request.get(`${origin}/api/v1/devices/facets`)).json()).type;
    const filters = page.getByRole("search", { name: "Filters" });
    await filters.getByRole("button", { name: "Type" }).click();
    await page.getByRole("checkbox", { name: type.value }).first().check();
    await page.waitForURL((url) => url.searchParams.get("type") === type.value);
    await page.reload();
    await settled(page);
    const rows = await page.getByRole("table").getAttribute("aria-rowcount");
    assert.equal(Number(rows), type.count + 1);
    await close();
  });

  it("search and order stand in the address, and can all be taken off", async () => {
    const { page, close } = await open();
    await page.goto(`${origin}/devices`);
    await settled(page);
    await page.getByRole("button", { name: "Vendor" }).last().click();
    await page.waitForURL(/sort=vendor/);
    await page.getByRole("searchbox", { name: /Name, address/ }).fill("there-is-no-such-device");
    await page.waitForURL(/q=there-is-no-such-device/);
    await page.getByText("Nothing matches these filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).first().click();
    await page.waitForURL((url) => !url.searchParams.has("q") && url.searchParams.get("sort") === "vendor");
    await close();
  });

  it("chosen columns outlive the visit", async () => {
    const { page, close } = await open();
    await page.goto(`${origin}/devices`);
    await settled(page);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Serial number" }).check();
    await page.reload();
    await page.getByRole("columnheader", { name: "Serial number" }).waitFor();
    await close();
  });
});

describe("keyboard", () => {
  it("skips to the page and finds a device from anywhere", async () => {
    const { page, close } = await open();
    await page.goto(origin);
    await settled(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.keyboard.press("/");
    await page.keyboard.type("10.");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/devices\?q=10/);
    await close();
  });
});

describe("map", () => {
  it("selects by click, zooms and opens the device", async () => {
    const { page, wrong, close } = await open();
    await page.goto(`${origin}/map`);
    await settled(page);
    const drawing = page.getByRole("group", { name: "Network map" });
    const first = drawing.getByRole("button").first();
    const last = drawing.getByRole("button").last();
    const distance = async () => (await last.boundingBox()).y - (await first.boundingBox()).y;
    const before = await distance();
    await page.getByRole("button", { name: "Zoom in" }).click();
    assert.ok(Math.abs(await distance()) > Math.abs(before) * 1.2);
    await page.getByRole("button", { name: "Fit to window" }).click();
    await first.click();
    await page.waitForURL(/device=/);
    await page.getByRole("link", { name: "Open device" }).click();
    await page.waitForURL(/\/devices\//);
    await close();
    assert.deepEqual(wrong, []);
  });

  /** The served map, repeated until it is too large for one element per device. */
  async function enlarge(page) {
    await page.route("**/api/v1/map", async (route) => {
      const answer = await route.fetch();
      const map = await answer.json();
      const copies = Math.ceil(600 / map.nodes.length);
      const nodes = [];
      const edges = [];
      for (let copy = 0; copy < copies; copy += 1) {
        const at = copy * map.width;
        nodes.push(...map.nodes.map((node) => ({ ...node, id: `${copy}-${node.id}`, x: node.x + at })));
        edges.push(
          ...map.edges.map((edge) => ({
            ...edge,
            id: `${copy}-${edge.id}`,
            first: `${copy}-${edge.first}`,
            second: `${copy}-${edge.second}`,
          })),
        );
      }
      await route.fulfill({ json: { ...map, nodes, edges, width: map.width * copies } });
    });
  }

  it("draws a large plant with WebGL where its lanes are", async () => {
    const { page, wrong, close } = await open();
    await enlarge(page);
    await page.goto(`${origin}/map`);
    await settled(page);
    const stage = page.locator("[data-renderer=webgl]");
    await stage.locator("canvas").first().waitFor();
    // The device that the address names stands in the middle, so a click there must choose the same one again.
    const map = await (await page.request.get(`${origin}/api/v1/map`)).json();
    const id = `3-${map.nodes[0].id}`;
    await page.goto(`${origin}/map?device=${id}`);
    await settled(page);
    await page.getByRole("button", { name: "Close" }).click();
    await page.waitForURL((url) => !url.searchParams.has("device"));
    const box = await stage.boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForURL((url) => url.searchParams.get("device") === id);
    await close();
    assert.deepEqual(
      wrong.filter((text) => !text.includes("GPU stall")),
      [],
    );
  });

  it("draws it in SVG without WebGL", async () => {
    const plain = await launch(["--disable-3d-apis"]);
    try {
      const { page, close } = await open({}, plain);
      await enlarge(page);
      await page.goto(`${origin}/map`);
      await settled(page);
      await page.locator("[data-renderer=svg]").waitFor();
      assert.ok((await page.getByRole("group", { name: "Network map" }).getByRole("button").count()) >= 600);
      await close();
    } finally {
      await plain.close();
    }
  });
});
