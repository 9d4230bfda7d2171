// npm's oidc-provider logs a person in, who signs by logging in there anew; and ID tokens of anything else.
import { randomUUID } from "node:crypto";
import { importJWK, SignJWT } from "jose";
import { Provider } from "oidc-provider";
import { agreeToSign, faults, layAndRead, open, picture, signedFiles, tell } from "./browser.mjs";

await tell(async ({ origin, port, secret, key, document }) => {
  const issuer = `http://localhost:${port}`;
  const signing = {
    client_secret: secret, grant_types: ["authorization_code"], response_types: ["code"],
    id_token_signed_response_alg: "ES256",
  };
  const person = (sub) => ({ sub, given_name: "Eva", family_name: "Holm", cvr: "12345674" });
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "segl", redirect_uris: [`${origin}/login/callback`], ...signing },
      { client_id: "segl-signing", redirect_uris: [`${origin}/sign/callback`], ...signing },
    ],
    jwks: { keys: [key] },
    claims: { openid: ["sub"], profile: ["given_name", "family_name", "cvr"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => person(id) }),
  });
  const asked = [];
  provider.use(async (context, next) => {
    if (context.path === "/auth") asked.push(Object.fromEntries(new URLSearchParams(context.querystring)));
    await next();
  });
  const server = provider.listen(port, "localhost");
  const found = [];
  const { browser, context, page, complaints } = await open();

  /** Goes through the provider's pages under a name, from a link of ours back to one. */
  const through = async (link, name, back) => {
    await page.click(link);
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", "any");
    await page.click("button[type=submit]");
    // Consent is asked for once.
    await page.waitForLoadState();
    if (new URL(page.url()).port === String(port)) await page.click("button[type=submit]");
    await page.waitForURL(back);
  };
  await page.goto(`${origin}/login`);
  await through("a.button", "signer", "**/me");

  const choose = async () => {
    await layAndRead(page, origin, document);
    return agreeToSign(page);
  };
  await choose();
  const code = await page.textContent("#reference-code");
  found.push(...(await faults(page)));
  await picture(page, "sign-provider");
  await through("a.button", "signer", "**/result");
  const [signed] = await signedFiles(page, 1);
  const request = asked.at(-1);

  // Somebody else logs in there, who is not the person of the session.
  const other = await choose();
  await page.click("a.button");
  await page.fill("input[name=login]", "somebody");
  await page.fill("input[name=password]", "any");
  await page.click("button[type=submit]");
  await page.waitForLoadState();
  const [refusedThere] = await Promise.all([
    page.waitForResponse((answer) => answer.url().startsWith(`${origin}/sign/callback`)),
    page.click("button[type=submit]"),
  ]);

  // What the device has against tokens of anything else, however they came about.
  await page.goto(`${origin}/sign/${other}`);
  const api = (method, path, body) => page.evaluate(async ({ method, path, body }) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const answer = await fetch(path, {
      method, body: JSON.stringify(body),
      headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/json" },
    });
    return { status: answer.status, ...(await answer.json()) };
  }, { method, path, body });
  const begin = () => api("POST", "/v1/activations?profile=staff&format=cades", { a: randomUUID() });
  const privateKey = await importJWK(key, "ES256");
  const token = (nonce, changed) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...person("signer"), iss: issuer, aud: "segl-signing", nonce,
      iat: now, exp: now + 300, auth_time: now, ...changed,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: key.kid }).sign(privateKey);
  };
  const [one, same] = [await begin(), await begin()];
  const give = (begun, id_token) => api("PUT", `/v1/activations/${begun.id}/evidence`, { id_token });
  const now = Math.floor(Date.now() / 1000);
  const refused = {};
  for (const [how, nonce, changed] of [
    ["document", same.challenge, {}],
    ["client", one.challenge, { aud: "segl" }],
    ["clients", one.challenge, { aud: ["segl-signing", "segl"] }],
    ["party", one.challenge, { azp: "segl" }],
    ["older", one.challenge, { auth_time: now - 120 }],
    ["timeless", one.challenge, { auth_time: undefined }],
    ["person", one.challenge, { sub: "somebody" }],
    ["organisation", one.challenge, { cvr: "29915938" }],
  ]) {
    refused[how] = await give(one, await token(nonce, changed));
  }
  const good = await token(one.challenge, {});
  const accepted = await give(one, good);
  refused.again = await give(one, good);
  refused.elsewhere = await give(same, good);
  const theirs = [`:${port}`, "https://fonts.googleapis.com/"];
  found.push(...complaints.filter((one) => !theirs.some((their) => one.includes(their))));
  await context.close();
  await browser.close();
  server.close();
  server.closeAllConnections();
  return {
    found, signed, code, request, refused, accepted, refusedThere: refusedThere.status(),
  };
});
