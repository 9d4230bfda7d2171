// People read, place and seal documents, and take them away; in several kinds of window.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { agreeToSign, faults, layAndRead, open, picture, signedFiles, tell } from "./browser.mjs";

const found = [];
const program = process.env.SEGL_CHROMIUM ?? "/usr/bin/chromium";

async function looked(page, name) {
  found.push(...(await faults(page)).map((one) => `${name} ${one}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) found.push(`${name} is ${wide} pixels wider than its window`);
  await picture(page, name);
}

async function login(page, origin, person) {
  await page.goto(`${origin}/documents`);
  await page.click(`form[action="/login/demo"]:has(input[value="${person}"]) button`);
  // The login leads back to what was asked before it.
  await page.waitForURL("**/documents");
}

const code = (page) => page.textContent(".reference strong");

async function downloaded(page, selector) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()).toString("base64") };
}

/** Reads documents to their end, with the keyboard alone where that is wanted. */
async function read(page, count, name, keys) {
  const codes = new Set();
  for (let at = 1; at <= count; at += 1) {
    await page.waitForURL(new RegExp(`/documents/[0-9a-f]+/${at}`));
    await page.waitForSelector("svg.layer text", { state: "attached" });
    codes.add(await code(page));
    if (at === 1) await looked(page, `${name}-reading`);
    const button = page.locator("form.gate button");
    if (keys) {
      await page.locator(".pages").focus();
      await page.keyboard.press("End");
    } else {
      await page.locator("figcaption").last().scrollIntoViewIfNeeded();
    }
    await page.waitForFunction(() => !document.querySelector("form.gate button").disabled);
    if (keys) {
      await button.focus();
      await page.keyboard.press("Enter");
    } else await button.click();
  }
  await page.waitForURL("**/choice");
  return codes;
}

/** The whole way, in one kind of window. */
async function sealed(origin, files, name, locale, width, more, keys = false) {
  const { browser, page, complaints } = await open(locale, width, { acceptDownloads: true, ...more });
  await login(page, origin, "karen");
  await looked(page, `${name}-start`);
  await page.setInputFiles("input[type=file]", files);
  await page.click("form.drop button");
  await page.waitForURL(/documents\/[0-9a-f]+/);
  if (files.length > 1) {
    await looked(page, `${name}-batch`);
    await page.click(".bar a.first");
  }
  const id = new URL(page.url()).pathname.split("/")[2];

  // The gate is the server's: marks without pages that were given open nothing.
  const refused = await page.evaluate(async (id) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const body = new URLSearchParams({ csrf, marks: "0123456789abcdef", from: 0 });
    return (await fetch(`/documents/${id}/1/read`, { method: "POST", body })).status;
  }, id);
  const text = await page.waitForSelector("svg.layer text", { state: "attached" }).then((line) => line.textContent());
  const codes = await read(page, files.length, name, keys);

  await page.waitForSelector("rect.box");
  await page.waitForFunction(() => document.querySelector(".placing img").naturalWidth > 0);
  const [frame, on] = ["rect.box", "form.choosing button.first"];
  const inSight = await page.evaluate((both) => both.every((one) => {
    const { top, bottom } = document.querySelector(one).getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }), [frame, on]);
  const frameFirst = await page.evaluate(([frame, on]) => {
    const [placed, goesOn] = [frame, on].map((one) => document.querySelector(one));
    const above = placed.getBoundingClientRect().top < goesOn.getBoundingClientRect().top;
    return above && Boolean(placed.compareDocumentPosition(goesOn) & Node.DOCUMENT_POSITION_FOLLOWING);
  }, [frame, on]);
  const still = await page.locator(".placing [role=status]").isHidden();
  const before = await page.inputValue("#x");
  if (keys) {
    await page.locator("rect.box").focus();
    for (let at = 0; at < 5; at += 1) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowUp");
  } else {
    const box = await page.locator("rect.box").boundingBox();
    await page.locator("rect.box").scrollIntoViewIfNeeded();
    const shown = await page.locator("rect.box").boundingBox() ?? box;
    await page.mouse.move(shown.x + 12, shown.y + 10);
    await page.mouse.down();
    await page.mouse.move(shown.x + 72, shown.y - 30, { steps: 4 });
    await page.mouse.up();
  }
  const moved = (await page.inputValue("#x")) !== before;
  const said = await page.textContent(".placing [role=status]");
  await page.waitForFunction(() => {
    const shown = new URL(document.querySelector(".placing img").src).searchParams.get("x");
    return Math.abs(shown - document.getElementById("x").value * 72 / 25.4) < 0.01;
  }, null, { timeout: 20000 });
  const why = await page.locator(".option ul.why li").allTextContents();
  await looked(page, `${name}-choice`);
  const place = {};
  for (const one of ["x", "y", "w", "h"]) place[one] = Number(await page.inputValue(`#${one}`));
  await page.click("form.choosing button.first");
  await page.waitForURL("**/consent");
  codes.add(await code(page));
  await page.waitForFunction(() => document.querySelector("figure.page img").naturalWidth > 0, null, { timeout: 20000 });
  await looked(page, `${name}-consent`);
  await page.check("#agree");
  await page.click("form.gate button.first");
  await page.waitForURL("**/result");
  await page.waitForSelector("progress", { state: "detached", timeout: 60000 });
  codes.add(await code(page));
  await looked(page, `${name}-result`);
  const results = [];
  for (let at = 1; at <= files.length; at += 1) results.push(await downloaded(page, `a[href$="/${at}/result"]`));
  const archive = files.length > 1 ? await downloaded(page, 'a[href$="/archive"]') : null;
  const evidence = await downloaded(page, 'form[action$="/1/evidence"] button');
  const wide = await page.locator("h1").textContent();

  await page.goto(`${origin}/acts`);
  await page.locator("details summary").first().click();
  await looked(page, `${name}-acts`);
  const acts = await page.locator("ul.papers > li").count();

  // After signing out nothing is there.
  await page.goto(`${origin}/me`);
  await page.click('form[action="/logout"] button');
  await login(page, origin, "karen");
  const left = await page.locator("ul.rows li").count();
  await browser.close();
  return { refused, text, codes: [...codes], inSight, frameFirst, still, moved, said, why, place, results, archive, evidence, title: wide, acts, left, complaints };
}

/** Who may not seal is told why, and declines. */
async function declined(origin, file) {
  const { browser, page, complaints } = await open("en-GB", 1280);
  await login(page, origin, "mads");
  await page.setInputFiles("input[type=file]", [file]);
  await page.click("form.drop button");
  await read(page, 1, "mads", false);
  const why = await page.locator(".option ul.why li").allTextContents();
  await looked(page, "mads-choice");
  await page.click("details.decline summary");
  await page.selectOption("#why", "content");
  await page.click("details.decline button");
  const title = await page.textContent("h1");
  await looked(page, "mads-declined");
  await page.goto(`${origin}/documents`);
  const left = await page.locator("ul.rows li").count();
  await browser.close();
  return { why, title, left, complaints };
}

/** One of the demo's persons signs, of whom its identity provider says at a click that they logged in anew. */
async function signed(origin, files) {
  const { browser, page, complaints } = await open("da-DK", 320, { colorScheme: "dark", hasTouch: true });
  await login(page, origin, "mads");
  await layAndRead(page, origin, files);
  await agreeToSign(page);
  await looked(page, "demo-sign");
  const codes = [await page.textContent("#reference-code")];
  const declines = await page.locator("details.decline form").getAttribute("action");
  await page.click('form[action$="/demo"] button');
  const results = await signedFiles(page, files.length);
  codes.push(await code(page));
  await looked(page, "demo-signed");
  const evidence = await downloaded(page, 'form[action$="/1/evidence"] button');
  await browser.close();
  return { results, codes, declines, evidence, complaints };
}

/** All but dragging works without scripts. */
async function scriptless(origin, file) {
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  const context = await browser.newContext({ javaScriptEnabled: false, acceptDownloads: true, locale: "da-DK" });
  const page = await context.newPage();
  await login(page, origin, "karen");
  const dragged = [await page.locator("[data-scripted]").isVisible()];
  await page.setInputFiles("input[type=file]", [file]);
  await page.click("form.drop button");
  await page.waitForLoadState("load");
  await picture(page, "scriptless-reading");
  await page.click("form.gate button");
  await page.waitForURL("**/choice");
  dragged.push(await page.locator("#place-hint").isVisible());
  await picture(page, "scriptless-choice");
  await page.check("#placed-invisible");
  await page.click("form.choosing button.first");
  await page.waitForURL("**/consent");
  await page.check("#agree");
  await page.click("form.gate button.first");
  await page.waitForURL("**/result");
  for (let at = 0; at < 20 && (await page.locator("progress").count()); at += 1) {
    await new Promise((done) => setTimeout(done, 500));
    await page.goto(page.url());
  }
  const result = await downloaded(page, 'a[href$="/1/result"]');
  await browser.close();
  return { result, dragged };
}

await tell(async ({ origin, files }) => {
  const wide = await sealed(origin, files, "wide", "en-GB", 1280, { viewport: { width: 1280, height: 800 } });
  const keys = await sealed(origin, files.slice(0, 1), "danish-keys", "da-DK", 1280, {}, true);
  const phone = await sealed(origin, files.slice(0, 1), "phone-dark", "da-DK", 320, { colorScheme: "dark", hasTouch: true });
  const mads = await declined(origin, files[0]);
  const plain = await scriptless(origin, files[0]);
  const demo = await signed(origin, files);
  return { found, wide, keys, phone, mads, plain, demo };
});
