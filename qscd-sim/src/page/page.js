// Has the browser show a passkey over the challenge of the page, or make one, and sends what it says. Bytes
// travel in base64url.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const listed = (ids) => ids.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

const show = async ({ challenge, party, passkeys }) => {
  const got = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge), rpId: party, allowCredentials: listed(passkeys), userVerification: "required",
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = got.response;
  return {
    id: got.id, client_data: text(clientDataJSON), authenticator_data: text(authenticatorData),
    signature: text(signature), user_handle: userHandle ? text(userHandle) : "",
  };
};

const make = async ({ challenge, party, passkeys, user, name, algorithms }) => {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp: { id: party, name: party },
      user: { id: bytes(user), name, displayName: name },
      pubKeyCredParams: algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      excludeCredentials: listed(passkeys),
      authenticatorSelection: {
        residentKey: "required", requireResidentKey: true, userVerification: "required",
      },
      attestation: "none",
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return { client_data: text(clientDataJSON), attestation_object: text(attestationObject) };
};

const form = document.querySelector("form");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = form.querySelector(".status");
  const button = form.querySelector("button");
  status.hidden = true;
  button.disabled = true;
  try {
    const said = form.dataset.user ? await make(form.dataset) : await show(form.dataset);
    for (const [name, value] of Object.entries(said)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.submit();
  } catch (error) {
    status.textContent = error.name === "InvalidStateError" ? form.dataset.taken : form.dataset.failed;
    status.hidden = false;
    button.disabled = false;
  }
});
