// From the printed link to a first signature, and what the device refuses beside it.
import { createServer } from "node:http";
import { agreeToSign, authenticator, faults, layAndRead, open, picture, signedFiles, tell } from "./browser.mjs";

const bytes = `(text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))`;
const text = `(buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")`;

/** An assertion over a challenge, as the interface takes it. */
const shown = (page, challenge, verification = "required") => page.evaluate(async (asked) => {
  const [bytes, text] = [eval(asked.bytes), eval(asked.text)];
  const got = await navigator.credentials.get({ publicKey: {
    challenge: bytes(asked.challenge), rpId: "localhost", userVerification: asked.verification,
  } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = got.response;
  return { passkey: {
    id: got.id, clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData),
    signature: text(signature), userHandle: text(userHandle),
  } };
}, { challenge, verification, bytes, text });

/** Registers a passkey by a link. */
async function admit(page, link, names) {
  await page.goto(link);
  for (const [field, value] of Object.entries(names)) await page.fill(`#${field}`, value);
  await page.click("button.first");
  await page.waitForURL("**/me");
}

/** What the interface answers to a page of whoever is logged in there. */
const api = (page, method, path, body) => page.evaluate(async ({ method, path, body }) => {
  const csrf = document.querySelector("meta[name=segl-csrf]").content;
  const answer = await fetch(path, {
    method, body, headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/json" },
  });
  const said = await answer.text();
  return { status: answer.status, ...(said.startsWith("{") ? JSON.parse(said) : { said }) };
}, { method, path, body: body && JSON.stringify(body) });

await tell(async ({ link, origin, documents, management, token }) => {
  const began = Date.now();
  const found = [];
  const karen = await open();
  const { page, context } = karen;
  const { session, authenticatorId } = await authenticator(page);
  await admit(page, link, { given_name: "Karen", family_name: "Ørsted", name: "The laptop" });
  const first = { registered: await page.locator(".signs").count() };
  await layAndRead(page, origin, documents.slice(0, 1));
  const activation = await agreeToSign(page);
  found.push(...(await faults(page)).map((one) => `agreeing ${one}`));
  await picture(page, "sign-agree");
  first.code = await page.textContent("#reference-code");
  // The demo's identity provider says nothing of anybody but the demo's people.
  first.demo = await page.evaluate(async () => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    return (await fetch(`${location.pathname}/demo`, { method: "POST", body: new URLSearchParams({ csrf }) })).status;
  });
  await page.click("button.first");
  [first.signed] = await signedFiles(page, 1);
  first.milliseconds = Date.now() - began;
  first.codeOfResult = await page.textContent(".reference strong");
  found.push(...(await faults(page)).map((one) => `signed ${one}`));
  await picture(page, "sign-result");
  const result = page.url();
  await page.goto(`${origin}/sign/${activation}`);
  first.back = page.url() === result;
  await page.goto(`${origin}/sign`);
  first.led = new URL(page.url()).pathname;

  // Whoever is not answered when they gave their evidence goes on where they look again.
  await layAndRead(page, origin, documents.slice(0, 1));
  const unanswered = await agreeToSign(page);
  const { challenge } = await api(page, "GET", `/v1/activations/${unanswered}`);
  await api(page, "PUT", `/v1/activations/${unanswered}/evidence`, await shown(page, challenge));
  await page.reload();
  [first.unanswered] = await signedFiles(page, 1);

  // What was agreed to stands for one choice: another one needs another act, and the first signs nothing.
  await layAndRead(page, origin, documents.slice(0, 1));
  const earlier = await agreeToSign(page);
  await page.click('a[href$="/choice"]');
  await page.check("#placed-invisible");
  const after = await agreeToSign(page);
  const gone = await page.goto(`${origin}/sign/${earlier}`);
  first.alone = [earlier !== after, gone.status(), await page.locator("button.first").count()];

  // A page says in time that the session ends, and goes on.
  await page.clock.install();
  await page.goto(`${origin}/me`);
  const warning = page.locator("[data-session]");
  const before = await warning.isVisible();
  await page.clock.fastForward("12:01");
  await warning.waitFor({ state: "visible" });
  found.push(...(await faults(page)).map((one) => `warning ${one}`));
  await picture(page, "session-ends");
  await warning.locator("button").click();
  await warning.waitFor({ state: "hidden" });
  if (before) found.push("the warning is there at once");
  await page.clock.resume();

  // Several, with one act.
  await layAndRead(page, origin, documents);
  await agreeToSign(page);
  await picture(page, "sign-several");
  await page.click("button.first");
  const several = await signedFiles(page, documents.length);

  const begin = (page, content = "a text") => page.evaluate(async (content) => {
    const csrf = document.querySelector("meta[name=segl-csrf]").content;
    const answer = await fetch("/v1/activations?profile=staff&format=cades", {
      method: "POST", body: content,
      headers: { "X-Segl-CSRF": csrf, "Content-Type": "application/octet-stream" },
    });
    return answer.json();
  }, content);
  const give = (page, begun, evidence) =>
    api(page, "PUT", `/v1/activations/${begun.id}/evidence`, evidence);

  // Somebody who was invited: the service alone cannot make their passkey one that signs.
  await page.goto(`${origin}/me`);
  const person = await api(page, "POST", "/v1/people", { given_name: "Mads", family_name: "Bæk" });
  const invitation = await api(page, "POST", `/v1/people/${person.id}/invitation`);
  const mads = await open("da-DK");
  await authenticator(mads.page);
  await admit(mads.page, invitation.link, { name: "Telefonen" });
  found.push(...(await faults(mads.page)).map((one) => `me ${one}`));
  await picture(mads.page, "me-not-for-signing");
  const refused = {};
  // Nobody signs without a right to, which an administrator gives.
  await layAndRead(mads.page, origin, documents[0]);
  const staff = mads.page.locator('input[name=profile][value="staff"]');
  const denied = (await staff.isDisabled()) && (await mads.page.locator('.option a[href="/me"]').count()) === 0;
  found.push(...(await faults(mads.page)).map((one) => `denied ${one}`));
  const choice = mads.page.url();
  await mads.page.goto(`${origin}/me`);
  const granted = await api(page, "POST", "/v1/grants", {
    person: { issuer: "urn:segl:register", subject: person.id }, acts: ["signature"],
  });
  // Nor with a passkey that the device did not take: the page says so, and leads to where that is mended.
  await mads.page.goto(choice);
  const lacks = (await staff.isDisabled()) && (await mads.page.locator('.option a[href="/me"]').count()) === 1;
  found.push(...(await faults(mads.page)).map((one) => `lacking ${one}`));
  await picture(mads.page, "sign-lacks-passkey");
  await mads.page.click('.option a[href="/me"]');
  await mads.page.waitForURL("**/me");
  first.rights = [denied, granted.status, lacks];
  const his = await begin(mads.page);
  refused.unregistered = await give(mads.page, his, await shown(mads.page, his.challenge));
  await mads.page.click("form[data-passkey=vouch] button");
  await mads.page.waitForSelector("form[data-passkey=vouch] .problem:not([hidden])");

  // What the device has against evidence for anything else.
  const [one, same, other] = [await begin(page), await begin(page), await begin(page, "another")];
  refused.otherForm = await give(page, one, await shown(page, same.challenge));
  refused.otherDocument = await give(page, one, await shown(page, other.challenge));
  refused.otherPerson = await give(page, one, await shown(mads.page, one.challenge));
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  refused.unverified = await give(page, one, await shown(page, one.challenge, "discouraged"));
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  const elsewhere = createServer((_, answer) => answer.end("<title>elsewhere</title>"));
  await new Promise((ready) => elsewhere.listen(0, "localhost", ready));
  await page.goto(`http://localhost:${elsewhere.address().port}/`);
  const strange = await shown(page, one.challenge);
  elsewhere.close();
  await page.goto(`${origin}/me`);
  refused.otherOrigin = await give(page, one, strange);
  const good = await shown(page, one.challenge);
  const accepted = await give(page, one, good);
  refused.again = await give(page, one, good);
  refused.replayed = await give(page, same, good);

  // An administrator agrees, with a passkey of their own, that his is one that signs.
  await picture(page, "me-waiting");
  found.push(...(await faults(page)).map((one) => `waiting ${one}`));
  await page.click("section[aria-labelledby=waiting] button");
  await page.waitForSelector("section[aria-labelledby=waiting]", { state: "detached" });
  const now = await begin(mads.page);
  const madsSigns = await give(mads.page, now, await shown(mads.page, now.challenge));

  const theirs = await begin(page);
  refused.registeredOther = await give(page, theirs, await shown(mads.page, theirs.challenge));

  // Kept for later.
  const kept = await begin(page);
  const late = await shown(page, kept.challenge);
  const clock = await fetch(`${management}/clock`, {
    method: "POST", body: JSON.stringify({ action: "advance", seconds: 601 }),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  });
  if (!clock.ok) found.push(`the clock: ${clock.status}`);
  refused.late = await give(page, kept, late);

  // Nobody else's activation is there.
  const hers = await begin(page);
  refused.ofAnother = await api(mads.page, "GET", `/v1/activations/${hers.id}`);
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
  await context.close();
  const complaints = [...karen.complaints, ...mads.complaints];
  await karen.browser.close();
  await mads.browser.close();
  return { found, complaints, first, several, refused, accepted, madsSigns, credentials };
});
