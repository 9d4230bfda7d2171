// Keycloak logs a person in, who signs by logging in there anew; and its tokens of anything else.
import { createHash, randomBytes } from "node:crypto";
import { agreeToSign, layAndRead, open, picture, signedFiles, tell } from "./browser.mjs";

await tell(async ({ origin, issuer, secret, document, management, token }) => {
  const found = [];
  const { browser, context, page, complaints } = await open();

  /** Fills Keycloak's form, which knows the name already where somebody logs in anew. */
  const enter = async (page, name) => {
    await page.waitForSelector("#password");
    if (await page.locator("#username").isVisible()) await page.fill("#username", name);
    await page.fill("#password", "any");
    await page.click("#kc-login");
  };
  await page.goto(`${origin}/login`);
  await page.click("a.button");
  await enter(page, "signer");
  await page.waitForURL("**/me");

  await layAndRead(page, origin, document);
  await agreeToSign(page);
  await page.click("a.button");
  await enter(page, "signer");
  await page.waitForURL("**/result");
  await picture(page, "sign-keycloak");
  const [signed] = await signedFiles(page, 1);

  await page.goto(`${origin}/me`);
  const api = (method, path, body) => page.evaluate(async ({ method, path, body }) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const answer = await fetch(path, {
      method, body: JSON.stringify(body),
      headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/json" },
    });
    return { status: answer.status, ...(await answer.json()) };
  }, { method, path, body });
  const begin = () =>
    api("POST", "/v1/activations?profile=staff&format=cades", { a: randomBytes(8).toString("hex") });
  const give = (begun, id_token) => api("PUT", `/v1/activations/${begun.id}/evidence`, { id_token });

  /** An ID token as somebody gets it who has the client's secret, and sends the person there. */
  const fetched = async (page, { client = "segl-signing", nonce, anew = true, name = "signer" }) => {
    const redirect = `${origin}/healthz`;
    const verifier = randomBytes(32).toString("base64url");
    const asked = new URLSearchParams({
      response_type: "code", client_id: client, redirect_uri: redirect, scope: "openid profile",
      nonce, code_challenge_method: "S256",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      ...(anew ? { prompt: "login", max_age: "0" } : {}),
    });
    await page.goto(`${issuer}/protocol/openid-connect/auth?${asked}`);
    if (!page.url().startsWith(redirect)) {
      await enter(page, name);
      await page.waitForURL(`${redirect}?**`);
    }
    const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code", code: new URL(page.url()).searchParams.get("code"),
        redirect_uri: redirect, code_verifier: verifier, client_id: client, client_secret: secret,
      }),
    });
    const said = await answer.json();
    if (!said.id_token) found.push(`no token: ${JSON.stringify(said)}`);
    return said.id_token;
  };
  const refused = {};
  const [one, same] = [await begin(), await begin()];
  // The provider's pages are in a window of their own, of the same browser.
  const provider = await context.newPage();
  refused.document = await give(one, await fetched(provider, { nonce: same.challenge }));
  refused.client = await give(one, await fetched(provider, { nonce: one.challenge, client: "segl" }));
  const good = await fetched(provider, { nonce: one.challenge });
  const other = await open();
  refused.person =
    await give(one, await fetched(other.page, { nonce: one.challenge, name: "somebody" }));
  const third = await open();
  refused.organisation =
    await give(one, await fetched(third.page, { nonce: one.challenge, name: "elsewhere" }));
  const accepted = await give(one, good);
  refused.again = await give(one, good);
  refused.elsewhere = await give(same, good);
  // An activation that begins two minutes later wants a login that is not older.
  const clock = await fetch(`${management}/clock`, {
    method: "POST", body: JSON.stringify({ action: "advance", seconds: 120 }),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  });
  if (!clock.ok) found.push(`the clock: ${clock.status}`);
  const late = await begin();
  refused.older = await give(late, await fetched(provider, { nonce: late.challenge, anew: false }));

  const theirs = new URL(issuer).host;
  found.push(...complaints.filter((one) => !one.includes(theirs)));
  await other.browser.close();
  await third.browser.close();
  await context.close();
  await browser.close();
  return { found, signed, refused, accepted };
});
