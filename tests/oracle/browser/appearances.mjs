// An administrator names an appearance, sees it before it is stored, changes it and takes it away.
import { authenticator, faults, open, picture, tell } from "./browser.mjs";

const found = [];

async function looked(page, name) {
  found.push(...(await faults(page)).map((one) => `${name} ${one}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) found.push(`${name} is ${wide} pixels wider than its window`);
  await picture(page, `appearances-${name}`);
}

const rows = (page) => page.locator("main table.rows tbody tr").evaluateAll((all) =>
  all.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join(" | ")));

/** How wide the picture of the page is; 0 where none came. */
const drawn = (page) => page.locator("figure.look img").evaluate(async (image) => {
  await image.decode().catch(() => {});
  return image.naturalWidth;
});

await tell(async ({ link, origin, red, blue }) => {
  const karen = await open("en-GB", 1280);
  const { page } = karen;
  await authenticator(page);
  await page.goto(link);
  await page.fill("#given_name", "Karen");
  await page.fill("#family_name", "Ørsted");
  await page.fill("#name", "The laptop");
  await page.click("button.first");
  await page.waitForURL("**/me");
  await page.goto(`${origin}/administration/new-profile`);
  await page.fill("#id", "permits");
  await page.fill("#display_name", "Permits");
  await page.click("main form .first");
  await page.waitForLoadState();
  await page.click("main form .first");
  await page.waitForURL("**/profiles/permits");

  const file = (base64) => ({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from(base64, "base64") });
  const confirmed = async (next) => {
    await page.click("main form .first");
    await page.waitForURL(next);
  };

  // What is no picture is told at once, and nothing that was filled in is lost.
  await page.click('a[href$="/permits/appearance"]');
  await looked(page, "new");
  await page.fill("[name=name]", "letterhead");
  await page.fill("#text", "Journal office");
  await page.setInputFiles("#logo", { name: "logo.png", mimeType: "image/png", buffer: Buffer.from("GIF89a") });
  await page.click("main form .first");
  await page.waitForLoadState();
  const refused = await page.locator("main .problem").allTextContents();
  const kept = await page.inputValue("#text", { timeout: 3000 }).catch(async () => { throw new Error("PAGE " + page.url() + " " + (await page.locator("main").textContent())); });

  await page.setInputFiles("#logo", file(red));
  await page.click("main form .first");
  await page.waitForLoadState();
  const first = { width: await drawn(page), rows: await rows(page) };
  await looked(page, "confirm");
  await confirmed("**/profiles/permits");
  const listed = await rows(page);
  await looked(page, "profile");

  await page.click('a[href$="/appearances/letterhead"]');
  const stored = await drawn(page);
  await looked(page, "one");
  await page.fill("#text", "Archives");
  await page.setInputFiles("#logo", file(blue));
  await page.click("main form .first");
  await page.waitForLoadState();
  const second = { width: await drawn(page), rows: await rows(page) };
  await confirmed("**/profiles/permits");
  const history = await rows(page);

  // In Danish, on a phone, where scripts are off.
  const { cookies } = await karen.context.storageState();
  const quiet = await karen.browser.newContext({ javaScriptEnabled: false, locale: "da-DK", viewport: { width: 320, height: 700 } });
  await quiet.addCookies(cookies);
  const still = await quiet.newPage();
  await still.goto(`${origin}/administration/profiles/permits/appearances/letterhead`);
  await picture(still, "appearances-still");
  await still.click('a[href$="/removal"]');
  await still.waitForURL("**/removal");
  await still.click("main form .first");
  await still.waitForURL("**/profiles/permits");
  const after = await still.locator("main").textContent();

  await karen.browser.close();
  return { found, refused, kept, first, listed, stored, second, history, after };
});
