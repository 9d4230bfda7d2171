// Somebody links a login at npm's oidc-provider, which claims no organisation, and signs by it once the device took it.
import { readFileSync } from "node:fs";
import { Provider } from "oidc-provider";
import { authenticator, faults, open, picture, tell } from "./browser.mjs";

await tell(async ({ link, origin, port, secret, key, document }) => {
  const issuer = `http://localhost:${port}`;
  const client = {
    client_secret: secret, grant_types: ["authorization_code"], response_types: ["code"],
    id_token_signed_response_alg: "ES256",
  };
  const claims = (sub) => ({
    sub, given_name: "Privat", family_name: "Person", ...(sub.startsWith("cvr-") ? { cvr: sub.slice(4) } : {}),
  });
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "segl", redirect_uris: [`${origin}/login/callback`], ...client },
      { client_id: "segl-signing", redirect_uris: [`${origin}/sign/callback`], ...client },
    ],
    jwks: { keys: [key] },
    claims: { openid: ["sub"], profile: ["given_name", "family_name", "cvr"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  });
  const asked = [];
  provider.use(async (context, next) => {
    if (context.path === "/auth") asked.push(Object.fromEntries(new URLSearchParams(context.querystring)));
    await next();
  });
  const server = provider.listen(port, "localhost");
  const found = [];
  const said = {};

  /** Goes through the provider's pages under a name; answers what our own page said then. */
  const through = async (page, click, name, back) => {
    const answered = page.waitForResponse((answer) => answer.url().startsWith(`${origin}${back}`));
    await click();
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", "any");
    await page.click("button[type=submit]");
    await page.waitForLoadState();
    // Consent is asked for once.
    if (new URL(page.url()).port === String(port)) await page.click("button[type=submit]");
    const answer = await answered;
    await page.waitForLoadState();
    return answer;
  };
  const at = '.button[href^="/me/logins/provider/"]';
  const linkAs = (page, name) => through(page, () => page.click(at), name, "/login/callback");
  const api = (page, method, path, body) => page.evaluate(async ({ method, path, body }) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const answer = await fetch(path, {
      method, body, headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/json" },
    });
    const text = await answer.text();
    return { status: answer.status, ...(text.startsWith("{") ? JSON.parse(text) : { text }) };
  }, { method, path, body: body && JSON.stringify(body) });

  /** Has the document wait for whoever is logged in there, and opens the page that asks for their evidence. */
  const begin = async (page) => {
    await page.goto(`${origin}/me`);
    const id = await page.evaluate(async (text) => {
      const csrf = document.querySelector("meta[name=segl-csrf]").content;
      const answer = await fetch("/v1/activations?profile=staff", {
        method: "POST", body: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
        headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/pdf" },
      });
      return (await answer.json()).id;
    }, readFileSync(document).toString("base64"));
    await page.goto(`${origin}/sign/${id}`);
    return id;
  };
  const evidence = (page, name) => through(page, () => page.click("a.button"), name, "/sign/callback");
  /** What is signed of it then. */
  const signed = (page, id) => page.evaluate(async (id) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const answer = await fetch(`/v1/signatures?activation=${id}`, { method: "POST", headers: { "X-Segl-CSRF": csrf } });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, id);

  const karen = await open();
  const { page } = karen;
  await authenticator(page);
  await page.goto(link);
  for (const [field, value] of Object.entries({ given_name: "Karen", family_name: "Ørsted", name: "The laptop" })) {
    await page.fill(`#${field}`, value);
  }
  await page.click("button.first");
  await page.waitForURL("**/me");
  found.push(...(await faults(page)).map((one) => `me ${one}`));

  // One that claims another organisation acts for no other.
  said.elsewhere = (await linkAs(page, "cvr-29915938")).status();
  await page.goto(`${origin}/me`);
  const asks = await linkAs(page, "private");
  said.asks = [asks.status(), await page.locator("dd").allTextContents()];
  said.prompt = [asked.at(-1).prompt, asked.at(-1).max_age];
  found.push(...(await faults(page)).map((one) => `asks ${one}`));
  await picture(page, "link-asks");
  // What came back is good once, and in the browser that began it.
  said.again = (await page.request.get(asks.url(), { maxRedirects: 0 })).status();
  const code = await page.inputValue("input[name=code]");
  const csrf = await page.inputValue("form[action='/me/logins'] input[name=csrf]");
  const post = (form, headers) => page.request.post(`${origin}/me/logins`, {
    form, maxRedirects: 0, headers: { "Sec-Fetch-Site": "same-origin", Origin: origin, ...headers },
  });
  said.forged = (await post({ csrf: "x", code })).status();
  said.crossSite = (await post({ csrf, code }, { "Sec-Fetch-Site": "cross-site" })).status();
  await page.click("button.first");
  await page.waitForURL("**/me");
  said.spent = (await post({ csrf, code })).status();
  const logins = page.locator("section[aria-labelledby=logins]");
  said.linked = [await logins.locator("li").count(), await logins.locator(".signs").count()];
  found.push(...(await faults(page)).map((one) => `linked ${one}`));
  await picture(page, "link-linked");
  await linkAs(page, "private");
  const [twice] = await Promise.all([
    page.waitForResponse((answer) => answer.url() === `${origin}/me/logins`), page.click("button.first"),
  ]);
  said.twice = twice.status();

  // Whoever logs in there is she, in a browser that has no passkey; but the device knows nothing of it.
  const other = await open("da-DK");
  await other.page.goto(`${origin}/login`);
  await through(other.page, () => other.page.click("a.button"), "private", "/login/callback");
  said.name = await other.page.textContent("dd");
  await begin(other.page);
  said.unregistered = (await evidence(other.page, "private")).status();

  // She agrees with her passkey that it is one that signs.
  await page.goto(`${origin}/me`);
  await logins.locator("form[data-passkey=vouch] button").click();
  await logins.locator(".signs").waitFor();
  await picture(page, "link-registered");
  const hers = await begin(other.page);
  await evidence(other.page, "private");
  said.signed = await signed(other.page, hers);
  await other.page.goto(`${origin}/me`);
  found.push(...(await faults(other.page)).map((one) => `dansk ${one}`));
  await picture(other.page, "link-dansk");

  // Taken away: no way in, and the device has forgotten it.
  await begin(other.page);
  await page.goto(`${origin}/me`);
  await logins.locator("form[action$='/removal'] button").click();
  await page.waitForURL("**/me");
  said.left = await logins.locator("li").count();
  said.late = (await evidence(other.page, "private")).status();
  await other.page.context().clearCookies();
  await other.page.goto(`${origin}/login`);
  said.nobody = (await through(other.page, () => other.page.click("a.button"), "private", "/login/callback")).status();

  // An administrator links one for somebody who is there and holds no role.
  await page.goto(`${origin}/me`);
  const login = { issuer, subject: "mads" };
  const person = await api(page, "POST", "/v1/people", { given_name: "Mads", family_name: "Bæk", login });
  await page.goto(`${origin}/administration/people/${person.id}/change`);
  await page.selectOption("select[name=state]", "active");
  await page.click("form button.first");
  await page.click("form button.first");
  await page.goto(`${origin}/administration/people/${person.id}/logins`);
  found.push(...(await faults(page)).map((one) => `administration ${one}`));
  await page.selectOption("select[name=login]", "link-local");
  await page.fill("input[name=subject]", "mads-private");
  await page.click("form button.first");
  await picture(page, "link-administration-confirm");
  await page.click("form button.first");
  await page.waitForURL(`**/administration/people/${person.id}`);
  found.push(...(await faults(page)).map((one) => `person ${one}`));
  await picture(page, "link-administration");
  await page.goto(`${origin}/me`);
  await picture(page, "link-waiting");
  await page.click("section[aria-labelledby=waiting] button");
  await page.waitForSelector("section[aria-labelledby=waiting]", { state: "detached" });
  await api(page, "POST", "/v1/grants", { person: login, acts: ["signature"] });
  const mads = await open();
  await mads.page.goto(`${origin}/login`);
  await through(mads.page, () => mads.page.click("a.button"), "mads-private", "/login/callback");
  said.mads = await mads.page.textContent("dd");
  const his = await begin(mads.page);
  await evidence(mads.page, "mads-private");
  said.madsSigned = await signed(mads.page, his);

  const theirs = [`:${port}`, "https://fonts.googleapis.com/"];
  for (const { browser, context, complaints } of [karen, other, mads]) {
    found.push(...complaints.filter((one) => !theirs.some((their) => one.includes(their))));
    await context.close();
    await browser.close();
  }
  server.close();
  server.closeAllConnections();
  return { ...said, found };
});
