// Files may be dropped, and what was chosen is said. The form does the rest.
const form = document.querySelector("form.drop");
const field = form.querySelector("input[type=file]");
const status = form.querySelector(".status");

function told() {
  const names = [...field.files].map((file) => file.name);
  status.hidden = names.length === 0;
  status.textContent = `${form.dataset.chosen} ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` +${names.length - 5}` : ""}`;
}

field.addEventListener("change", told);
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  form.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) {
      field.files = event.dataTransfer.files;
      told();
    }
  });
}
told();
form.querySelector("[data-scripted]").hidden = false;
