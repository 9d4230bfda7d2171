// Shows a passkey at login, and makes one. Bytes travel in base64url; what is said comes from the page.

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

async function login(at) {
  const options = await ask(`${at}/options`, {});
  const shown = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  return ask(at, {
    id: shown.id,
    client_data_json: text(clientDataJSON),
    authenticator_data: text(authenticatorData),
    signature: text(signature),
    user_handle: userHandle ? text(userHandle) : null,
  });
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
      const { to } = await (passkey === "login" ? login(at) : register(at, form));
      location.assign(to);
    } catch (error) {
      const ours = error instanceof Refused && error.message;
      const known = error.name === "InvalidStateError" ? taken : cancelled;
      say(problem, ours || (error instanceof DOMException ? known : failed));
      button.disabled = false;
    }
  });
}
