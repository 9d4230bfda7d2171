// The contact person's page, on a narrow and a wide screen, in both languages: seen, blocked, and a link that is not good.
import { faults, open, picture, tell } from "./browser.mjs";

const found = [];

async function looked(page, name) {
  found.push(...(await faults(page)).map((one) => `${name} ${one}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) found.push(`${name} is ${wide} pixels wider than its window`);
  await picture(page, `contact-${name}`);
}

await tell(async ({ link, gone }) => {
  const phone = await open("da-DK", 320);
  const { page } = phone;
  await page.goto(link);
  await looked(page, "list");
  await page.locator('a[href$="/installation"]').first().click();
  await page.waitForSelector("main form .first");
  await looked(page, "installation");
  await page.goto(link);
  await page.locator('form[action$="/notices"] button').first().click();
  await page.waitForURL("**#certificate-**");
  await looked(page, "muted");
  await page.goto(link);
  await page.locator('a[href$="/blocking"]').first().click();
  await page.waitForSelector("#reason");
  await looked(page, "reason");
  await page.selectOption("#reason", "compromise-suspected");
  await page.click("main form .first");
  await page.waitForSelector("input[name=confirmed]", { state: "attached" });
  await looked(page, "confirm");
  await page.click("main form .first");
  await page.waitForSelector("main p.done");
  await looked(page, "done");
  const done = await page.textContent("main");
  const wide = await open("en-GB", 1280, { colorScheme: "dark" });
  await wide.page.goto(link);
  await looked(wide.page, "list-dark");
  const dead = await open("da-DK", 320, { colorScheme: "dark" });
  await dead.page.goto(gone);
  await looked(dead.page, "gone-dark");
  const complaints = [...phone.complaints, ...wide.complaints, ...dead.complaints];
  for (const one of [phone, wide, dead]) await one.browser.close();
  return { found, complaints, done };
});
