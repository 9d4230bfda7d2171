// Seals a PDF through the generated types, once plainly and once visibly.
//
// Usage: seal.js ADDRESS KEY DOCUMENT IMAGE FOLDER

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const [address = "", key = "", document = "", image = "", folder = ""] = process.argv.slice(2);
const client = createClient<paths>({
  baseUrl: address,
  headers: { Authorization: `Bearer ${key}` },
});

/** What was answered, where it is a document. */
async function keep(name: string, answer: { data?: Blob; error?: components["schemas"]["Problem"] }) {
  if (answer.error) throw new Error(`${answer.error.status} ${answer.error.type}: ${answer.error.detail}`);
  if (!answer.data) throw new Error("neither a document nor a problem");
  await writeFile(join(folder, name), Buffer.from(await answer.data.arrayBuffer()));
}

const pdf = new Blob([new Uint8Array(await readFile(document))], { type: "application/pdf" });

const plain = await client.POST("/v1/seals", {
  params: { query: { profile: "decisions", level: "B-T" } },
  body: pdf,
  bodySerializer: (body) => body,
  headers: { "Content-Type": "application/pdf" },
  parseAs: "blob",
});
await keep("plain.pdf", plain);

const options: components["schemas"]["Options"] = {
  reason: "Decided",
  appearance: { page: 1, rect: [50, 50, 250, 80], language: "da", show: ["signer", "time"], text: ["Sealed by a client"] },
};
const visible = await client.POST("/v1/seals", {
  params: { query: { profile: "decisions" } },
  body: { document: pdf, options, image: new Blob([new Uint8Array(await readFile(image))]) },
  bodySerializer(body) {
    if (body instanceof Blob) return body;
    const form = new FormData();
    form.append("document", body.document);
    form.append("options", new Blob([JSON.stringify(body.options)], { type: "application/json" }));
    if (body.image) form.append("image", body.image);
    return form;
  },
  parseAs: "blob",
});
await keep("visible.pdf", visible);

// What is not there is a problem with a type, as described.
const missing = await client.GET("/v1/receipts/{id}", { params: { path: { id: "1-0" } } });
if (missing.error?.type !== "urn:segl:problem:not-found") {
  throw new Error(`expected a problem: ${JSON.stringify(missing.error)}`);
}
