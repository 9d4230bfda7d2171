// From the printed link to a login by passkey, and what is refused beside it.
import { createServer } from "node:http";
import { authenticator, faults, open, picture, tell } from "./browser.mjs";

/** Looks at the page in both languages. */
async function looked(page, name, found) {
  for (const language of ["da", "en"]) {
    const path = new URL(page.url()).pathname;
    await page.goto(`${new URL(page.url()).origin}${path}?lang=${language}`);
    const tag = await page.getAttribute("html", "lang");
    if (tag !== language) found.push(`${name} is in ${tag}, not in ${language}`);
    found.push(...(await faults(page)).map((one) => `${name} ${language} ${one}`));
    await picture(page, `${name}-${language}`);
  }
}

/** A passkey shown by the page's own means, spoilt before it is sent. */
async function shown(page, { at, verification = "required", change = "same" }) {
  return page.evaluate(async ({ at, verification, change }) => {
    const bytes = (text) =>
      Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const text = (buffer) =>
      btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    const options = at ?? await (await fetch("/login/passkey/options", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
    })).json();
    const got = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), userVerification: verification },
    });
    const answer = {
      id: got.id,
      client_data_json: text(got.response.clientDataJSON),
      authenticator_data: text(got.response.authenticatorData),
      signature: text(got.response.signature),
      user_handle: text(got.response.userHandle),
    };
    if (change === "handle") answer.user_handle = text(new TextEncoder().encode("0".repeat(32)));
    if (change === "none") answer.user_handle = null;
    if (change === "signature") answer.signature = text(new Uint8Array(70));
    return answer;
  }, { at, verification, change });
}

await tell(async ({ link, origin }) => {
  const found = [];
  const { browser, context, page, complaints } = await open();
  const { session, authenticatorId } = await authenticator(page);
  const sent = async (body) => (await page.evaluate(async (body) => {
    const answer = await fetch("/login/passkey", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    return answer.status;
  }, body));

  // The link, by the address that the service listens on.
  await page.goto(link.replace("localhost", "127.0.0.1"));
  found.push(new URL(page.url()).hostname);
  await looked(page, "invitation", found);
  await page.fill("#given_name", "Karen");
  await page.fill("#family_name", "Ørsted <b>");
  await page.fill("#name", "The laptop");
  await page.click("button.first");
  await page.waitForURL("**/me");
  const name = await page.textContent("dd");
  await looked(page, "me", found);
  const before = (await context.cookies()).find((one) => one.name === "__Host-segl");

  // The interface of administration, through the session alone.
  const asked = await page.evaluate(async () => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const get = async (headers) => (await fetch("/v1/people", { headers })).status;
    const made = await fetch("/v1/people", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Segl-CSRF": csrf },
      body: JSON.stringify({ given_name: "Mads", family_name: "Bæk" }),
    });
    const person = (await made.json()).id;
    const invitation = await fetch(`/v1/people/${person}/invitation`, {
      method: "POST", headers: { "X-Segl-CSRF": csrf },
    });
    return {
      with: await get({ "X-Segl-CSRF": csrf }),
      without: await get({}),
      other: await get({ "X-Segl-CSRF": `${csrf.slice(0, -1)}-` }),
      made: made.status,
      invited: invitation.status,
      link: (await invitation.json()).link,
    };
  });

  // A second passkey of the same person is refused by the authenticator that has one.
  await page.fill("#name", "The same");
  await page.click("h3 ~ form button");
  await page.waitForSelector(".problem:not([hidden])");
  await picture(page, "me-refused");
  await page.click("form[action='/logout'] button");
  await page.waitForURL("**/logged-out");
  await looked(page, "logged-out", found);
  const gone = await page.request.get(`${origin}/me`, { maxRedirects: 0 });

  await page.goto(`${origin}/login`);
  await looked(page, "login", found);
  await page.click("button.first");
  await page.waitForURL("**/me");
  const after = (await context.cookies()).find((one) => one.name === "__Host-segl");
  await page.click("form[action='/logout'] button");
  await page.waitForURL("**/logged-out");
  await page.goto(`${origin}/login`);

  // What is refused.
  const refused = {};
  const good = await shown(page, {});
  refused.good = await sent(good);
  refused.replayed = await sent(good);
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  refused.unverified = await sent(await shown(page, { verification: "discouraged" }));
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  refused.handle = await sent(await shown(page, { change: "handle" }));
  refused.nobody = await sent(await shown(page, { change: "none" }));
  refused.signature = await sent(await shown(page, { change: "signature" }));
  refused.unknown = await sent({ ...(await shown(page, {})), id: "AAAA" });
  refused.extra = await sent({ ...(await shown(page, {})), extra: 1 });
  // Another page of this machine has the same rpId, and another origin.
  const options = await page.evaluate(async () => (await fetch("/login/passkey/options", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
  })).json());
  const other = createServer((_, answer) => answer.end("<title>elsewhere</title>"));
  await new Promise((ready) => other.listen(0, "localhost", ready));
  await page.goto(`http://localhost:${other.address().port}/`);
  const elsewhere = await shown(page, { at: options });
  await page.goto(`${origin}/login`);
  refused.origin = await sent(elsewhere);
  other.close();

  // Somebody who was invited, with the link; and the link once more.
  const mads = await open("da-DK", 390);
  await authenticator(mads.page);
  await mads.page.goto(asked.link);
  await picture(mads.page, "invitation-person-narrow");
  found.push(...(await faults(mads.page)));
  await mads.page.fill("#name", "Telefonen");
  await mads.page.click("button.first");
  await mads.page.waitForURL("**/me");
  await picture(mads.page, "me-narrow");
  const madsName = await mads.page.textContent("dd");
  const again = await mads.page.goto(asked.link);
  const linkGone = again.status();
  await looked(mads.page, "link-gone", found);
  // Another one's authenticator knows no passkey of Karen's.
  complaints.push(...mads.complaints);
  await mads.browser.close();
  await browser.close();
  return {
    found, complaints, name, asked, refused, madsName, linkGone,
    gone: gone.status(),
    fixed: before.value === after.value,
    cookie: { secure: after.secure, httpOnly: after.httpOnly, sameSite: after.sameSite },
  };
});
