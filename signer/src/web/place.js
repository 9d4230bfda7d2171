// A frame on a page's picture, moved by pointer and keys; the numbers in the form are what counts. When it
// rests, the server draws the page as it will look.
const form = document.querySelector("form.choosing");
const stage = document.querySelector(".placing");
const MILLIMETRE = 72 / 25.4;
// Pixels of what is seen of the corner; the style makes what is caught larger.
const GRIP = 12;

if (stage) {
  const picture = stage.querySelector("img");
  const figure = stage.querySelector("figure");
  const status = stage.querySelector(".status");
  const [width, height] = stage.dataset.unit.split(" ").map(Number);
  const field = (name) => document.getElementById(name);
  const value = (name) => (parseFloat(field(name).value) || 0) * MILLIMETRE;
  const decimals = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const said = (name) => (value(name) / MILLIMETRE).toLocaleString(document.documentElement.lang, decimals);

  const svg = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, one] of Object.entries(attributes)) made.setAttribute(key, one);
    return made;
  };
  const layer = svg("svg", { class: "frame", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" });
  const box = svg("rect", { class: "box", tabindex: 0, role: "application", "aria-label": stage.dataset.label, "aria-describedby": "place-hint" });
  const corner = svg("rect", { class: "corner" });
  layer.append(box, corner);
  figure.append(layer);

  const clamp = (one, least, most) => Math.min(Math.max(one, least), Math.max(least, most));

  function draw() {
    const [x, y, w, h] = ["x", "y", "w", "h"].map(value);
    for (const [key, one] of Object.entries({ x, y: height - y - h, width: w, height: h })) box.setAttribute(key, one);
    // As large on a small picture as on a large one.
    const grip = GRIP * width / (picture.clientWidth || width);
    for (const [key, one] of Object.entries({ x: x + w - grip / 2, y: height - y - h - grip / 2, width: grip, height: grip })) corner.setAttribute(key, one);
    layer.classList.toggle("off", !field("placed-page").checked);
  }

  function put(x, y, w, h) {
    w = clamp(w, 30, width);
    h = clamp(h, 15, height);
    const places = { x: clamp(x, 0, width - w), y: clamp(y, 0, height - h), w, h };
    for (const [name, points] of Object.entries(places)) field(name).value = (points / MILLIMETRE).toFixed(1);
    field("placed-page").checked = true;
    status.hidden = false;
    status.textContent = stage.dataset.placed.replace(/\{(\w)\}/g, (_, name) => said(name));
    draw();
    rest();
  }

  let waiting;
  let latest;
  function rest() {
    clearTimeout(waiting);
    waiting = setTimeout(preview, 350);
  }

  function preview() {
    const profile = form.querySelector("[name=profile]:checked")?.value;
    const page = parseInt(field("page").value, 10) || 1;
    const plain = `${stage.dataset.source}${page}?width=1240`;
    if (!profile || !field("placed-page").checked) {
      latest = null;
      picture.src = plain;
      return;
    }
    const look = field("look")?.value ?? "";
    const wanted = new URLSearchParams({ page, profile, look, x: value("x"), y: value("y"), w: value("w"), h: value("h"), width: 1240 });
    const next = new Image();
    latest = next;
    next.onload = () => { if (latest === next) picture.src = next.src; };
    next.onerror = () => { if (latest === next) picture.src = plain; };
    next.src = `${location.pathname.replace(/choice$/, "preview")}?${wanted}`;
  }

  function drag(event, resizes) {
    event.preventDefault();
    box.focus();
    const start = [event.clientX, event.clientY];
    const [x, y, w, h] = ["x", "y", "w", "h"].map(value);
    const scale = width / picture.clientWidth;
    event.target.setPointerCapture(event.pointerId);
    const move = (event) => {
      const [dx, dy] = [(event.clientX - start[0]) * scale, (event.clientY - start[1]) * scale];
      if (resizes) put(x, y - dy, w + dx, h + dy);
      else put(x + dx, y - dy, w, h);
    };
    event.target.addEventListener("pointermove", move);
    event.target.addEventListener("pointerup", () => event.target.removeEventListener("pointermove", move), { once: true });
  }

  box.addEventListener("pointerdown", (event) => drag(event, false));
  corner.addEventListener("pointerdown", (event) => drag(event, true));
  box.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (!by) return;
    event.preventDefault();
    put(value("x") + by[0], value("y") + by[1], value("w"), value("h"));
  });
  form.addEventListener("input", () => { draw(); rest(); });
  picture.addEventListener("load", draw);
  addEventListener("resize", draw);
  document.getElementById("place-hint").hidden = false;
  draw();
  preview();
}
