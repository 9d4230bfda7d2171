// A passkey of before the service was started again logs in, and signs.
import { readFileSync } from "node:fs";
import { authenticator, open, tell } from "./browser.mjs";

await tell(async ({ origin, credentials, document }) => {
  const { browser, page, complaints } = await open();
  const { session, authenticatorId } = await authenticator(page);
  for (const credential of credentials) {
    await session.send("WebAuthn.addCredential", { authenticatorId, credential });
  }
  await page.goto(`${origin}/login`);
  await page.click("button.first");
  await page.waitForURL("**/me");
  const registered = await page.locator(".signs").count();
  await page.goto(`${origin}/sign`);
  await page.setInputFiles("#document", document);
  await Promise.all([page.waitForNavigation(), page.click("button.first")]);
  await page.click("button.first");
  await page.waitForSelector("p.done");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("ol button")]);
  const signed = readFileSync(await download.path()).toString("base64");
  await browser.close();
  return { registered, signed, complaints };
});
