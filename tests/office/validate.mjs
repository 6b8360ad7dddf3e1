// Judges files by the Open XML SDK: reads a path per line, answers with the errors it finds as one JSON line.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const entry = createRequire(`${process.argv[2]}/package.json`).resolve("@ooxml-tools/validate");
const { default: validate } = await import(pathToFileURL(entry).href);

for await (const path of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const found = await validate(new Uint8Array(await readFile(path)), "Microsoft365");
    answer = found.map((one) => ({ description: one.description, place: one.path?.partUri ?? "" }));
  } catch (error) {
    answer = [{ description: `cannot be validated: ${error}`, place: "" }];
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
