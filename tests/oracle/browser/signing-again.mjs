// A passkey of before the service was started again logs in, and signs.
import { agreeToSign, authenticator, layAndRead, open, signedFiles, tell } from "./browser.mjs";

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
  await layAndRead(page, origin, document);
  await agreeToSign(page);
  await page.click("button.first");
  const [signed] = await signedFiles(page, 1);
  await browser.close();
  return { registered, signed, complaints };
});
