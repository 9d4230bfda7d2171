// People make passkeys on the page of a device elsewhere, agree to them and sign there; and what the device
// refuses.
import { agreeToSign, authenticator, faults, layAndRead, open, picture, signedFiles, tell } from "./browser.mjs";

/** An assertion over a challenge, in the words of the device's form. */
const shown = (page, challenge, party, id) => page.evaluate(async ({ challenge, party, id }) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const allowCredentials = id ? [{ type: "public-key", id: bytes(id) }] : [];
  const got = await navigator.credentials.get({ publicKey: {
    challenge: bytes(challenge), rpId: party, allowCredentials, userVerification: "required",
  } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = got.response;
  return {
    id: got.id, client_data: text(clientDataJSON), authenticator_data: text(authenticatorData),
    signature: text(signature), user_handle: userHandle ? text(userHandle) : "",
  };
}, { challenge, party, id });

const api = (page, method, path, body) => page.evaluate(async ({ method, path, body }) => {
  const csrf = document.querySelector("meta[name=segl-csrf]").content;
  const headers = { "X-Segl-CSRF": csrf, ...(body ? { "Content-Type": "application/json" } : {}) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return answer.json();
}, { method, path, body });

/** Posts to the device's page; what answers on its port answers by any name. */
async function post(context, address, form, origin) {
  const at = address.replace("//sign.localhost", "//localhost");
  const answer = await context.request.post(at, { form, maxRedirects: 0, headers: { origin } });
  return { status: answer.status(), text: await answer.text(), to: answer.headers().location };
}

async function read(context, address) {
  const at = address.replace("//sign.localhost", "//localhost");
  const answer = await context.request.get(at, { maxRedirects: 0 });
  return { status: answer.status(), text: await answer.text(), to: answer.headers().location };
}

/** The code of what is agreed to. */
const means = async (page) =>
  /: ([0-9A-Z]{8} [0-9A-Z]{8})$/m.exec((await page.locator("dd").allTextContents()).join("\n"))?.[1];

async function admit(page, link, names) {
  await page.goto(link);
  for (const [field, value] of Object.entries(names)) await page.fill(`#${field}`, value);
  await page.click("button.first");
  await page.waitForURL("**/me");
}

await tell(async ({ link, origin, document, page: device, management, token }) => {
  const found = [];
  const looked = async (page, name) => {
    found.push(...(await faults(page)).map((one) => `${name} ${one}`));
    await picture(page, `device-page-${name}`);
  };
  const { browser, context, page, complaints } = await open();
  const { session, authenticatorId } = await authenticator(page);
  await admit(page, link, { given_name: "Karen", family_name: "Ørsted", name: "The laptop" });

  // The passkey of the service's pages is for login; one that signs is made on the device's page.
  const before = await page.locator("ul.passkeys li p.hint").allTextContents();
  await looked(page, "me-before");
  await page.click("#device-passkey button");
  await page.waitForURL(`${device}/passkeys/**`);
  await looked(page, "make");
  const making = page.url();
  const titles = [await page.textContent("h1")];
  await page.click("form button");
  await page.waitForURL(`${origin}/me`);
  const after = await page.locator("ul.passkeys li p.hint").allTextContents();
  await looked(page, "me-after");
  const refused = { madeAgain: await read(context, making) };

  const begin = async (page) => {
    await layAndRead(page, origin, document);
    return agreeToSign(page);
  };
  const id = await begin(page);
  const code = await page.textContent("#reference-code");
  await page.click("a.button.first[href^='http']");
  await page.waitForURL(`${device}/activations/${id}**`);
  await looked(page, "sign");
  const imprint = await page.textContent("ol code");
  const codeOfDevice = (await page.locator("dd").allTextContents()).find((one) => one.trim() === code) ?? null;
  titles.push(await page.textContent("h1"));
  await page.click("header a");
  await page.waitForURL(/lang=da/);
  await looked(page, "sign-danish");
  titles.push(await page.textContent("h1"));
  await page.click("form button");
  const [signed] = await signedFiles(page, 1);

  const at = (id, back = `${origin}/sign/${id}`) =>
    `${device}/activations/${id}?return=${encodeURIComponent(back)}`;
  refused.answered = await read(context, at(id));
  refused.unknown = await read(context, at("0".repeat(32)));

  // What the service's pages can have of this person is no evidence.
  const other = await begin(page);
  const address = await page.getAttribute("a.button.first[href^='http']", "href");
  const challenge = (await api(page, "GET", `/v1/activations/${other}`)).challenge;
  const login = await shown(page, challenge, "localhost");
  refused.atService = await api(page, "PUT", `/v1/activations/${other}/evidence`, { passkey: {
    id: login.id, clientDataJSON: login.client_data, authenticatorData: login.authenticator_data,
    signature: login.signature, userHandle: login.user_handle,
  } });
  refused.loginPasskey = await post(context, at(other), login, device);
  refused.elsewhere = await read(context, at(other, "https://evil.example/"));

  // Nor what is made with the device's passkey on another port of its name.
  await page.goto(address);
  const passkey = await page.getAttribute("form", "data-passkeys");
  const good = await shown(page, challenge, "sign.localhost", passkey);
  await page.goto(`${origin.replace("//localhost", "//sign.localhost")}/login`);
  const strange = await shown(page, challenge, "sign.localhost", passkey);
  refused.otherOrigin = await post(context, at(other), strange, device);
  refused.otherPage = await post(context, at(other), good, origin);
  refused.noPage = await post(context, at(other), good, "null");
  refused.elsewherePosted = await post(context, at(other, `${origin}.evil.example/`), good, device);
  refused.spoilt = await post(context, at(other), { ...good, signature: `${good.signature.slice(0, -4)}AAAA` }, device);

  // The same passkey, registered for somebody else by the operator under another id, is another person's.
  const said = await fetch(`${management}/authenticators`, { headers: { Authorization: `Bearer ${token}` } });
  const { authenticators } = await said.json();
  const known = authenticators.length;
  const theirs = structuredClone(authenticators[0]);
  const foreign = crypto.getRandomValues(new Uint8Array(16));
  theirs.person.subject = "somebody-else";
  theirs.means.passkey.credential_id = Buffer.from(foreign).toString("base64");
  const made = await fetch(`${management}/authenticators`, {
    method: "POST", body: JSON.stringify(theirs),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  });
  if (made.status !== 201) found.push(`the operator: ${made.status}`);
  const otherId = Buffer.from(foreign).toString("base64url");
  refused.otherPerson = await post(context, at(other), { ...good, id: otherId }, device);

  const accepted = await post(context, at(other), good, device);
  if (accepted.status !== 303 || accepted.to !== `${origin}/sign/${other}`) found.push(JSON.stringify(accepted));
  refused.again = await post(context, at(other), good, device);

  // No link of anybody's begins anything: a form with the session's token does.
  const begun = await read(context, `${origin}/me/device-passkeys/options`);

  // Somebody who was invited makes one, too; it signs once an administrator agrees, on the device's page.
  await page.goto(`${origin}/me`);
  const person = await api(page, "POST", "/v1/people", { given_name: "Mads", family_name: "Bæk" });
  const invitation = await api(page, "POST", `/v1/people/${person.id}/invitation`);
  const mads = await open("da-DK");
  await authenticator(mads.page);
  await admit(mads.page, invitation.link, { name: "Telefonen" });
  await mads.page.click("#device-passkey button");
  await mads.page.waitForURL(`${device}/passkeys/**`);
  const his = mads.page.url();
  await mads.page.click("form button");
  await mads.page.waitForURL(`${device}/registrations/**`);
  await looked(mads.page, "agree");
  const codes = [await means(mads.page)];
  // His own new passkey cannot speak for itself.
  await mads.page.click("form button");
  await mads.page.waitForSelector(".problem");
  const himself = await mads.page.textContent(".problem");
  await mads.page.click("main a");
  await mads.page.waitForURL(`${origin}/me`);
  const waiting = await mads.page.locator("ul.passkeys li p.hint").allTextContents();
  // By whose name it was made, it is kept; nobody else comes by it.
  const name = new URL(his).pathname.split("/").at(-1);
  await page.goto(`${origin}/me/device-passkeys/${name}`);
  const stolen = await page.locator("h1").textContent();
  await page.goto(`${origin}/me`);
  await page.click("section[aria-labelledby=waiting] button");
  await page.waitForURL(`${device}/registrations/**`);
  await looked(page, "agree-administrator");
  codes.push(await means(page));
  await page.click("form button");
  await page.waitForURL(`${origin}/me`);
  const stillWaiting = await page.locator("section[aria-labelledby=waiting]").count();
  await mads.page.goto(`${origin}/me`);
  const agreed = await mads.page.locator("ul.passkeys li p.hint").allTextContents();
  const passkeys = (await api(page, "GET", `/v1/people/${person.id}`)).passkeys.map((one) => one.signing_only ?? false);

  await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await mads.browser.close();
  await browser.close();
  return {
    found, complaints: [...complaints, ...mads.complaints], signed, code, codeOfDevice, titles, refused,
    before, after, known, himself, waiting, stolen, stillWaiting, agreed, passkeys, codes, begun, imprint,
  };
});
