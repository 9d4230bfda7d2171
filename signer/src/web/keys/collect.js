// Makes a key in this browser, has it certified, and offers both as a file under the holder's password. What is said
// comes from the page; the private key and the password go nowhere.
import { certificates, holds } from "./der.js";
import { makeKey, publicKey, request } from "./pkcs10.js";
import { keyFile } from "./pkcs12.js";

/** The letters of passwords that are made: 32 of them, which nobody takes for one another. */
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const FIT = /^[ -~]{12,128}$/;

class Refused extends Error {}
class Unanswered extends Error {}

/** Five groups of five letters: 125 bits. */
const password = () => Array.from(crypto.getRandomValues(new Uint8Array(25)), (octet) => LETTERS[octet % 32])
  .join("").replaceAll(/.{5}(?=.)/g, "$&-");

/** Sends the request, and answers the certificate with its issuers. */
async function issued({ at, csrf, reference, code }, der) {
  const headers = { "Content-Type": "application/pkcs10", Accept: "application/pem-certificate-chain" };
  if (csrf) headers["X-Segl-CSRF"] = csrf;
  if (code) headers.Authorization = `Basic ${btoa(`${reference}:${code}`)}`;
  let answer;
  try {
    // Without a cookie where there is a code: the browser asks nobody for a password.
    answer = await fetch(at, { method: "POST", headers, body: der, credentials: code ? "omit" : "same-origin" });
  } catch {
    throw new Unanswered();
  }
  if (answer.status >= 500) throw new Unanswered();
  if (!answer.ok) throw new Refused((await answer.json().catch(() => ({}))).detail ?? String(answer.status));
  return certificates(await answer.text());
}

for (const form of document.querySelectorAll("form[data-collect]")) {
  const said = form.dataset;
  const [status, problem] = [form.querySelector(".status"), form.querySelector(".problem")];
  // Neither has a name: no form of this page sends them.
  const [first, again] = ["password", "password_again"].map((id) => form.elements.namedItem(id));
  const buttons = form.querySelectorAll("button");
  form.hidden = false;
  const say = (where, words) => {
    for (const one of [status, problem]) {
      one.hidden = one !== where;
      one.textContent = one === where ? words : "";
    }
  };

  form.querySelector("[data-make]").addEventListener("click", () => {
    first.value = again.value = password();
    first.type = again.type = "text";
    say(status, said.made);
    first.select();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!crypto.subtle) return say(problem, said.unsupported);
    if (!FIT.test(first.value)) return say(problem, said.unfit), first.focus();
    if (first.value !== again.value) return say(problem, said.differ), again.focus();
    for (const button of buttons) button.disabled = true;
    let sent = false;
    try {
      say(status, said.making);
      const pair = await makeKey(said.collect);
      const own = await publicKey(pair);
      const der = await request(said.collect, pair);
      say(status, said.asking);
      sent = true;
      const [certificate, ...issuers] = await issued(said, der);
      if (!certificate || !holds(certificate, own)) throw new Refused(said.other);
      say(status, said.packing);
      const file = await keyFile({
        privateKey: pair.privateKey, certificate, issuers, name: said.name, password: first.value,
      });
      offer(form, file, said);
    } catch (error) {
      if (error instanceof Refused) {
        say(problem, error.message === said.other ? said.other : `${said.refused} ${error.message}`);
      } else {
        say(problem, sent ? said.unknown : said.unsupported);
      }
      // What may have been issued is not asked for once more with another key.
      if (error instanceof Refused && error.message !== said.other) for (const button of buttons) button.disabled = false;
    }
  });
}

/** Offers the file, and takes away what it was made with. */
function offer(form, file, said) {
  const done = document.querySelector("[data-done]");
  const link = done.querySelector("a[download]");
  link.href = URL.createObjectURL(new Blob([file], { type: "application/x-pkcs12" }));
  link.download = `${said.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, "_").slice(0, 80) || "certificate"}.p12`;
  form.reset();
  form.hidden = true;
  for (const other of document.querySelectorAll("[data-otherwise]")) other.hidden = true;
  done.hidden = false;
  done.querySelector("[tabindex]").focus();
}
