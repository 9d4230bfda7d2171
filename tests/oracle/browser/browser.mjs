// Chromium with a virtual authenticator, and what is said of each page that it shows.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const program = process.env.SEGL_CHROMIUM ?? "/usr/bin/chromium";

/** A browser that prefers a language, and a page whose complaints are kept. */
export async function open(locale = "en-GB", width = 1000, more = {}) {
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  const context = await browser.newContext({ locale, viewport: { width, height: 900 }, ...more });
  const complaints = [];
  await context.exposeFunction("complain", (text) => complaints.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.complain(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (!["localhost", "127.0.0.1"].includes(hostname) && protocol !== "data:") complaints.push(`asks ${request.url()}`);
  });
  return { browser, context, page, complaints };
}

/** Gives the page a virtual authenticator that verifies whoever is there. */
export async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, authenticatorId };
}

/** What axe-core finds wrong with the page as it is. */
export async function faults(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
}

/** A picture of the page, where somebody wants to look at it. */
export async function picture(page, name) {
  const folder = process.env.SEGL_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Reads what the test says, and tells it what came of it. */
export async function tell(made) {
  const wanted = JSON.parse(readFileSync(0, "utf8"));
  console.log(JSON.stringify(await made(wanted)));
}
