// Asks how far it is, and shows what came of it.
const bar = document.querySelector("progress");
const said = document.querySelector("[role=status]");

async function ask() {
  const answer = await fetch(new URL("state", location.href), { headers: { "Content-Type": "application/json" } });
  if (!answer.ok) return location.reload();
  const { done, count, working } = await answer.json();
  if (!working) return location.reload();
  bar.value = done;
  said.textContent = said.textContent.replace(/^\d+/, done);
  setTimeout(ask, 700);
}

setTimeout(ask, 400);
