// Sees which pages were on screen, and lays selectable text over their pictures. The server has the gate:
// it takes the marks of pages alone that it gave.
const gate = document.querySelector("form.gate");
const button = gate.querySelector("button");
const told = gate.querySelector("[role=status]");
const pages = [...document.querySelectorAll("[data-page]")];
const unseen = new Set(pages);
let isUndrawn = false;
const zoom = document.getElementById("zoom");

if (zoom) {
  zoom.form.querySelector("button").hidden = true;
  zoom.addEventListener("change", () => zoom.form.submit());
}

function opens() {
  const open = unseen.size === 0;
  button.disabled = !open;
  if (isUndrawn) told.textContent = gate.dataset.undrawn;
  else told.textContent = open ? gate.dataset.open : gate.dataset.wait;
}

// Its text is known once it is drawn. One that cannot be drawn is read in the original, which the gate knows of.
async function drawn(page) {
  const picture = page.querySelector("img");
  if (picture.complete) return;
  await new Promise((done) => ["load", "error"].forEach((end) => picture.addEventListener(end, done, { once: true })));
}

async function lay(page) {
  await drawn(page);
  const layer = page.querySelector("svg.layer");
  const answer = await fetch(page.dataset.text, { headers: { "Content-Type": "application/json" } });
  if (!answer.ok) return;
  const { lines } = await answer.json();
  for (const [text, x, baseline, length, height, turn] of lines) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "text");
    const is = { x, y: baseline, "font-size": Math.max(height * 1.33, 1), textLength: Math.max(length, 1), lengthAdjust: "spacingAndGlyphs" };
    if (turn) is.transform = `rotate(${turn} ${x} ${baseline})`;
    for (const [name, value] of Object.entries(is)) line.setAttribute(name, value);
    line.textContent = text;
    layer.append(line);
  }
}

async function seen(page) {
  if (!unseen.has(page)) return;
  await drawn(page);
  isUndrawn ||= page.querySelector("img").naturalWidth === 0;
  unseen.delete(page);
  opens();
}

const laid = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    laid.unobserve(target);
    lay(target);
  }
}, { rootMargin: "400px" });

// A page has an end: where that was on screen, the page was gone through.
const watched = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) seen(target.closest("[data-page]"));
});

for (const page of pages) {
  laid.observe(page);
  watched.observe(page.querySelector("figcaption"));
}
if (pages.length) opens();
