// Shows a passkey at login and to sign, and makes one. Bytes travel in base64url; what is said comes from the page.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

class Refused extends Error {}

async function ask(path, body) {
  const csrf = document.querySelector("meta[name=segl-csrf]")?.content;
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(csrf ? { "X-Segl-CSRF": csrf } : {}) },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.message);
  return said;
}

/** One of the person's passkeys over the challenge, as it is sent. */
async function shown(options) {
  const allow = options.allowCredentials ?? [];
  const got = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: allow.map((one) => ({ ...one, id: bytes(one.id) })),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = got.response;
  return {
    id: got.id,
    client_data_json: text(clientDataJSON),
    authenticator_data: text(authenticatorData),
    signature: text(signature),
    user_handle: userHandle ? text(userHandle) : null,
  };
}

/** Logs in; or agrees to the documents of an activation, over the device's challenge. */
async function show(at) {
  return ask(at, await shown(await ask(`${at}/options`, {})));
}

/** Agrees that a passkey is registered at the device, where that wants somebody to. */
async function vouch(at) {
  const { to, options, registration, nonce } = await ask(`${at}/options`, {});
  return to ? { to } : ask(at, { registration, nonce, shown: await shown(options) });
}

async function register(at, form) {
  const field = (name) => form.elements.namedItem(name)?.value;
  const given = field("given_name");
  const names = given === undefined ? null : { given_name: given, family_name: field("family_name") };
  const options = await ask(`${at}/options`, { names });
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
    },
  });
  return ask(at, {
    client_data_json: text(made.response.clientDataJSON),
    attestation_object: text(made.response.attestationObject),
    name: field("name"),
    user: options.user.id,
    names,
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const { at, passkey, waiting, cancelled, taken, unsupported, failed } = form.dataset;
  const [status, problem] = [form.querySelector(".status"), form.querySelector(".problem")];
  const button = form.querySelector("button");
  const say = (where, words) => {
    for (const one of [status, problem]) {
      one.hidden = one !== where;
      one.textContent = one === where ? words : "";
    }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) return say(problem, unsupported);
    button.disabled = true;
    say(status, waiting);
    try {
      const done = { login: show, activate: show, vouch, register }[passkey];
      const { to } = await done(at, form);
      location.assign(to);
    } catch (error) {
      const ours = error instanceof Refused && error.message;
      const known = error.name === "InvalidStateError" ? taken : cancelled;
      say(problem, ours || (error instanceof DOMException ? known : failed));
      button.disabled = false;
    }
  });
}

// Says in time that the session ends, and has it go on where somebody wants that.
for (const warning of document.querySelectorAll("[data-session]")) {
  const begin = () => setTimeout(() => {
    warning.hidden = false;
    warning.querySelector("button").focus();
  }, Number(warning.dataset.session) * 1000);
  begin();
  warning.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/me", { method: "HEAD", redirect: "manual" });
    if (!answer.ok) return location.assign("/login");
    warning.hidden = true;
    begin();
  });
}
