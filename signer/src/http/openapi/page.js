// Shows /openapi.json as a page. Text is only ever set as text.

const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

const table = (rows) => element("table", "", ...rows.map((cells) =>
  element("tr", "", ...cells.map((cell) => element("td", cell)))));

const values = (schema) => (schema.enum ?? [schema.type]).flat().filter(Boolean).join(", ");

const operation = (method, path, { summary, description, security, parameters, requestBody, responses }) => {
  const shown = element("section", "", element("h2", `${method.toUpperCase()} ${path}`), element("p", summary));
  if (description) shown.append(element("p", description));
  if (security) shown.append(element("p", "Needs Authorization: Bearer."));
  if (parameters) {
    shown.append(element("h3", "Parameters"), table(parameters.map((parameter) => [
      parameter.name + (parameter.required ? " (required)" : ""),
      values(parameter.schema),
      parameter.description ?? "",
    ])));
  }
  if (requestBody) {
    shown.append(element("h3", "Body"), element("p", Object.keys(requestBody.content).join(", ")));
  }
  shown.append(element("h3", "Answers"), table(Object.entries(responses).map(([status, answer]) => [
    status, answer.description, Object.keys(answer.content ?? {}).join(", "),
  ])));
  return shown;
};

const { info, paths } = await (await fetch("/openapi.json")).json();
document.getElementById("description").textContent = info.description;
document.getElementById("operations").append(...Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => operation(method, path, described))));
