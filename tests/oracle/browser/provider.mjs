// npm's oidc-provider logs people in, who come to Segl.
import { Provider } from "oidc-provider";
import { faults, open, picture, tell } from "./browser.mjs";

await tell(async ({ origin, port, secret }) => {
  const issuer = `http://localhost:${port}`;
  const claims = (sub) => ({
    sub, given_name: "Eva", family_name: "Holm",
    ...(sub.startsWith("cvr-") ? { nemlogin: { cvr: sub.slice(4) } } : {}),
  });
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "segl", client_secret: secret, redirect_uris: [`${origin}/login/callback`],
      grant_types: ["authorization_code"], response_types: ["code"],
    }],
    claims: { openid: ["sub"], profile: ["given_name", "family_name", "nemlogin"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  });
  const asked = [];
  let mixedUp = false;
  provider.use(async (context, next) => {
    if (context.path === "/auth") asked.push(Object.fromEntries(new URLSearchParams(context.querystring)));
    await next();
    // As if another provider had answered (RFC 9207 section 2.4).
    const to = context.response.get("Location");
    if (mixedUp && to?.startsWith(`${origin}/login/callback`)) {
      const back = new URL(to);
      back.searchParams.set("iss", "https://other.example");
      context.set("Location", back.href);
    }
  });
  const server = provider.listen(port, "localhost");
  const found = [];

  /** What somebody sees who logs in at the provider under this name. */
  const come = async (name) => {
    const { browser, context, page, complaints } = await open();
    await page.goto(`${origin}/login`);
    found.push(...(await faults(page)));
    await picture(page, "login-provider");
    await page.click("a.button");
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", "any");
    await page.click("button[type=submit]");
    await page.waitForSelector("button[type=submit]");
    const [back] = await Promise.all([
      page.waitForResponse((answer) => answer.url().startsWith(`${origin}/login/callback`)),
      page.click("button[type=submit]"),
    ]);
    await page.waitForLoadState();
    const said = { at: new URL(page.url()).pathname, status: back.status() };
    said.name = said.at === "/me" ? await page.textContent("dd") : null;
    said.organisation = said.at === "/me" ? await page.textContent("dd >> nth=1") : null;
    // What came back once is good for nothing.
    const again = await page.request.get(back.url(), { maxRedirects: 0 });
    said.again = again.status();
    const stranger = await (await browser.newContext()).request.get(back.url(), { maxRedirects: 0 });
    said.stranger = stranger.status();
    // The provider's own pages load a font, and are none of ours.
    const theirs = [`:${port}`, "https://fonts.googleapis.com/"];
    found.push(...complaints.filter((one) => !theirs.some((their) => one.includes(their))));
    await context.close();
    await browser.close();
    return said;
  };
  const came = {
    linked: await come("eva"),
    cvr: await come("cvr-12345674"),
    elsewhere: await come("cvr-29915938"),
    nobody: await come("nobody"),
  };
  mixedUp = true;
  came.mixedUp = await come("eva");
  server.close();
  server.closeAllConnections();
  return { came, found, asked: asked[0] };
});
