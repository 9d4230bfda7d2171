// A person agrees in Chromium, and is sent to a client on another port, on [::1], and to a program of its
// own scheme: the page's policy names where its form leads, and nothing else.
import { createServer } from "node:http";
import { faults, open, picture, tell } from "./browser.mjs";

/** A client that waits for its person on a free port. */
async function client(host) {
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end("<!doctype html><title>Client</title><link rel=icon href='data:,'><p>Back");
  });
  await new Promise((ready) => server.listen(0, host, ready));
  const name = host.includes(":") ? `[${host}]` : host;
  return { server, redirect: `http://${name}:${server.address().port}/cb` };
}

await tell(async ({ origin, clientId, challenge, scheme }) => {
  const { browser, page, complaints } = await open("da-DK");
  const found = [];
  const ask = (redirect) => page.goto(`${origin}/oauth2/authorize?${new URLSearchParams({
    response_type: "code", client_id: clientId, redirect_uri: redirect, scope: "service",
    state: "s", code_challenge: challenge, code_challenge_method: "S256",
  })}`);
  const back = {};
  for (const host of ["127.0.0.1", "::1"]) {
    const { server, redirect } = await client(host);
    await ask(redirect);
    if (new URL(page.url()).pathname === "/login") await page.click("text=Karen");
    await page.waitForURL("**/oauth2/consent");
    for (const language of ["da", "en"]) {
      await page.goto(`${origin}/oauth2/consent?lang=${language}`);
      if (await page.getAttribute("html", "lang") !== language) found.push(`not in ${language}`);
      found.push(...await faults(page));
      await picture(page, `consent-${language}`);
    }
    await page.click("button[value=allow]");
    await page.waitForURL((url) => url.href.startsWith(redirect), { timeout: 10_000 }).catch(() => {});
    const to = new URL(page.url());
    back[host] = { there: to.href.startsWith(redirect), code: to.searchParams.has("code"), iss: to.searchParams.get("iss") };
    server.close();
  }
  // No program has the scheme here: that the browser went after it is all that can be seen.
  const policy = [];
  page.on("console", (message) => policy.push(message.text()));
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const went = [];
  cdp.on("Network.requestWillBeSent", ({ request }) => went.push(request.url));
  await ask(scheme);
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.click("button[value=allow]");
  const answer = await answered;
  const to = (await answer.allHeaders()).location ?? "";
  await page.waitForTimeout(1000);
  back.scheme = { status: answer.status(), there: to.startsWith(`${scheme}?code=`) };
  // The client's own addresses are no request of a page of ours.
  const said = complaints.filter((one) => !one.startsWith("asks "));
  await browser.close();
  return { back, found, complaints: said, policy, went: went.filter((one) => one.startsWith("dk.")).length };
});
