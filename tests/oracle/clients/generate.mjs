// Generates the types of the interface: openapi-typescript, with binary content as Blob.
//
// Usage: generate.mjs DESCRIPTION TARGET

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [description, target] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode(ts.factory.createIdentifier("Blob"));
const types = await openapiTS(await readFile(description, "utf8"), {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
await writeFile(target, astToString(types));
