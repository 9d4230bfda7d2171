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
  // Pages that draw documents or make keys take their time where all tests run beside each other.
  context.setDefaultTimeout(90000);
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
    const here = hostname === "127.0.0.1" || /^(.+\.)?localhost$/.test(hostname);
    if (!here && protocol !== "data:") complaints.push(`asks ${request.url()}`);
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

/** Lays documents down, and reads each to its end: up to the page on which it is chosen what happens with them. */
export async function layAndRead(page, origin, documents) {
  await page.goto(`${origin}/documents`);
  await page.setInputFiles("input[type=file]", documents);
  await page.click("form.drop button");
  await page.waitForURL(/documents\/[0-9a-f]{32}/);
  const several = page.locator(".bar a.first");
  if (await several.count()) await several.click();
  for (let at = 1; at <= [documents].flat().length; at += 1) {
    await page.waitForURL(new RegExp(`/documents/[0-9a-f]+/${at}(\\?.*)?$`));
    await page.waitForLoadState();
    await page.locator("figcaption").last().scrollIntoViewIfNeeded();
    await page.waitForFunction(() => !document.querySelector("form.gate button").disabled);
    await page.click("form.gate button");
  }
  await page.waitForURL("**/choice");
}

/** Goes on from there with a person's signature: up to the page that asks for their evidence. Answers its activation. */
export async function agreeToSign(page) {
  await page.check('input[name=profile][value="staff"]');
  await page.click("form.choosing button.first");
  await page.waitForURL("**/consent");
  await page.check("#agree");
  await page.click("form.gate button.first");
  await page.waitForURL(/\/sign\/[0-9a-f]{32}$/);
  return page.url().split("/").at(-1);
}

/** Takes away what was signed of so many documents. */
export async function signedFiles(page, count) {
  await page.waitForURL("**/result");
  await page.waitForSelector("progress", { state: "detached", timeout: 60000 });
  const files = [];
  for (let at = 1; at <= count; at += 1) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`a[href$="/${at}/result"]`)]);
    files.push(readFileSync(await download.path()).toString("base64"));
  }
  return files;
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
