// Runs the clients of the matrix one by one, in a home of their own and without an account, and writes the table in
// docs/clients.md:
//
//   node test/clients/matrix/run.mjs [--check] [--keep] [--patience] [--table] [ID...]
//
// Without an ID it runs all. Results of clients that are not run stay, from results.json. --check writes nothing, and ends
// with 1 if a client behaves differently than results.json has it. --keep leaves the folder of each run and prints its name.
// --patience measures only how long they wait for a result: all at once, as that takes ten minutes. --table runs none.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";

import { measurePatience, runClient } from "./client.mjs";
import { place } from "./table.mjs";

const folder = new URL("./", import.meta.url);
const resultsFile = new URL("results.json", folder);
const document = new URL("../../../docs/clients.md", folder);

// clients loads the clients of a kind, in order of their files, with the version that package.json has.
async function clients(kind) {
  const pinned = JSON.parse(readFileSync(new URL(`${kind}/package.json`, folder)));
  const versions = { ...pinned.dependencies, ...pinned.optionalDependencies };
  const files = readdirSync(new URL(kind, folder)).filter((name) => name.endsWith(".mjs")).sort();
  const loaded = await Promise.all(files.map((name) => import(new URL(`${kind}/${name}`, folder))));
  return loaded.map(({ default: client }) => ({ ...client, kind, version: versions[client.package], packages: fileURLToPath(new URL(`${kind}/node_modules/`, folder)) }));
}

const flags = ["check", "keep", "patience", "table"];

// read returns the arguments; mistakes end the program.
function read() {
  try {
    return parseArgs({ allowPositionals: true, options: Object.fromEntries(flags.map((name) => [name, { type: "boolean" }])) });
  } catch (error) {
    return refuse(error.message);
  }
}

function refuse(message) {
  console.error(message);
  process.exit(2);
}

// choose returns the clients with these ids, or all.
function choose(all, ids) {
  const missing = ids.filter((id) => !all.some((client) => client.id === id));
  if (missing.length > 0) {
    refuse(`no client ${missing.join(", ")}; there are ${all.map(({ id }) => id).join(", ")}`);
  }
  return all.filter(({ id }) => ids.length === 0 || ids.includes(id));
}

// measureAll runs clients one by one, puts their rows into results, and returns the number of those that differ from it.
async function measureAll(clients, results, keep) {
  let changed = 0;
  for (const client of clients) {
    const { patience, ...before } = results.get(client.id) ?? {};
    const result = await runClient(client, keep);
    console.log(JSON.stringify(result, null, 2));
    if (!isDeepStrictEqual({ ...result, date: "" }, { ...before, date: "" })) {
      console.log(`${client.id} differs from ${JSON.stringify(before)}`);
      changed++;
    }
    results.set(client.id, { ...result, ...(patience && { patience }) });
  }
  return changed;
}

// measurePatienceOfAll runs clients that have a row, all at once.
async function measurePatienceOfAll(clients, results, keep) {
  await Promise.all(clients.filter(({ id }) => results.has(id)).map(async (client) => {
    const patience = await measurePatience(client, keep);
    console.log(client.id, patience);
    results.set(client.id, { ...results.get(client.id), patience });
  }));
  return 0;
}

// write writes the rows in the order of the clients, and the table.
function write(rows) {
  writeFileSync(resultsFile, `${JSON.stringify(rows, null, 2)}\n`);
  writeFileSync(document, place(readFileSync(document, "utf8"), rows));
}

const { values: { check, keep, patience, table }, positionals } = read();
const all = [...await clients("programs"), ...await clients("frameworks")];
const chosen = table ? [] : choose(all, positionals);
const results = new Map(JSON.parse(readFileSync(resultsFile)).map((result) => [result.id, result]));

// Contexts that are open end their programs first.
process.on("SIGINT", () => setImmediate(() => process.exit(130)));

const changed = await (patience ? measurePatienceOfAll : measureAll)(chosen, results, keep);
if (!check) {
  write(all.flatMap(({ id }) => results.get(id) ?? []));
}
process.exit(check && changed > 0 ? 1 : 0);
