// Compares a file's fingerprint before anything is uploaded. Without it the form uploads at once.
const form = document.querySelector("form[data-verify]");
const input = form.querySelector("input[type=file]");
const said = form.querySelector(".compared");

/** Signatures state their time in plain sight, near the end of the file. */
const NEAR = 1 << 20;

/** The times that the file's signatures state, in seconds since 1970; the last ones first. */
function stated(bytes) {
  const end = new TextDecoder("latin1").decode(bytes.subarray(Math.max(0, bytes.length - NEAR)));
  const times = [];
  const pattern = /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|\+00'00')/g;
  for (const [, year, month, day, hour, minute, second] of end.matchAll(pattern)) {
    times.push(Date.UTC(year, month - 1, day, hour, minute, second) / 1000);
  }
  return times.reverse().slice(0, 4);
}

function say(text, tone) {
  said.textContent = text;
  said.className = `compared ${tone}`;
  said.hidden = false;
}

let turn = 0;
async function compare() {
  const mine = ++turn;
  said.hidden = true;
  const file = input.files[0];
  if (!file) return;
  if (file.size > Number(form.dataset.most) << 20) return say(form.dataset.large, "doubtful");
  say(form.dataset.comparing, "");
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const answer = await fetch(form.dataset.verify, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sha256, times: stated(bytes) }),
    });
    const { message } = await answer.json();
    if (mine !== turn) return;
    if (answer.ok && message) say(message, "good");
    else say(answer.ok ? form.dataset.unknown : message, "");
  } catch {
    if (mine === turn) said.hidden = true;
  }
}

// Browsers compute hashes on pages that came safely alone.
if (globalThis.crypto?.subtle) {
  form.querySelector(".scripted").hidden = false;
  input.addEventListener("change", compare);
}
