// What browser tests and screenshots share: one Chromium, one signed-in context.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** Start the browser; CHROMIUM names another one than Debian's. */
export function launch(extra = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...extra],
    headless: true,
  });
}

/** The one-time login link from the environment; without it there is nothing to test. */
export function loginLink() {
  const link = process.env.CONSOLE_URL;
  if (!link) {
    console.error("Set CONSOLE_URL to the one-time link that `sightglass open DIR` printed.");
    process.exit(2);
  }
  return link;
}

/**
 * Sign in with the one-time link and give back the session's cookies and the server's origin.
 *
 * @returns {Promise<{origin: string, storageState: object}>}
 */
export async function signIn(browser, link) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link, { waitUntil: "networkidle" });
  const { origin } = new URL(link);
  const storageState = await context.storageState();
  await context.close();
  return { origin, storageState };
}

/** Wait until a page has its data: the heading is there and nothing is on its way. */
export async function settled(page) {
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  await page.waitForTimeout(250);
}

/** First row of a list of the API. */
export async function firstOf(page, origin, path) {
  const answer = await page.request.get(`${origin}/api/v1/${path}`);
  const { items } = await answer.json();
  return items[0];
}
