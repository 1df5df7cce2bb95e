// The releases of the official orq.ai client that the sandbox is checked with.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

const current = [
  "responses", "readResponses", "eventMembers", "background", "schedules", "skills", "chatExposed", "toolKeys", "models",
];

// A release is installed under its name. `has` lists what not every release has:
//   a2a            POST /v2/agents/a2a and the refresh of a card
//   responses      the Responses API
//   readResponses  4.9.4 refuses the answer of GET, which has null for error, incomplete_details and reasoning
//   eventMembers   4.9.4 keeps only the type and the number of a streamed event
//   background     4.9.4 does not send it
//   toolKeys       4.6.8 and 4.9.4 drop key and id of an agent's tool, except for mcp
//   fileSystems    the tool file_system, and the list of file systems
//   schedules, models (of the router), and the fields skills and chatExposed of agents
export const releases = [
  { version: "4.6.8", name: "@orq-ai/node", has: ["a2a"] },
  { version: "4.9.4", name: "orq-4.9", has: ["a2a", "responses", "schedules", "skills"] },
  { version: "4.13.22", name: "orq-4.13", has: current },
  { version: "4.14.16", name: "orq-4.14", has: current },
  { version: "4.15.11", name: "orq-4.15", has: [...current, "fileSystems"] },
].map((release) => ({ ...release, lacks: (what) => !release.has.includes(what) && `the release lacks it: ${what}` }));

// load returns a function that connects the client of a release to a server, and the operations it has, each with its
// method and path. Each request of a connected client is added to `sent`.
export function load({ name, version }) {
  const folder = join(import.meta.dirname, "node_modules", name);
  assert.equal(require(join(folder, "package.json")).version, version, `the version of ${name}`);
  const { Orq } = require(name);
  const { HTTPClient } = require(`${name}/lib/http.js`);
  const sent = [];
  const fetcher = (request) => {
    sent.push({ method: request.method, path: new URL(request.url).pathname });
    return fetch(request);
  };
  return {
    sent,
    operations: operations(folder),
    connect: (serverURL, apiKey = "any") => new Orq({ serverURL, apiKey, httpClient: new HTTPClient({ fetcher }) }),
    keyless: (serverURL) => new Orq({ serverURL }),
  };
}

// operations reads the operations of a client from its generated functions: each has one path and one method.
function operations(folder) {
  const found = [];
  for (const file of readdirSync(join(folder, "funcs")).filter((file) => file.endsWith(".js"))) {
    const source = readFileSync(join(folder, "funcs", file), "utf8");
    const path = /pathToFunc\)?\("([^"]+)"\)/.exec(source)?.[1];
    const method = /method: "([A-Z]+)"/.exec(source)?.[1];
    assert.ok(path && method, `${file} has a path and a method`);
    found.push({ method, path });
  }
  assert.ok(found.length > 50, `${found.length} operations in ${folder}`);
  return found;
}

// isServed reports whether a server has an operation: without a key it is refused with 401, any other with 404 or 405.
export async function isServed(url, { method, path }) {
  const response = await fetch(url + path.replaceAll(/\{[^}]+\}/g, "x"), { method });
  await response.text();
  return response.status === 401;
}

// wasSent reports whether a request for an operation is among those sent.
export function wasSent(sent, { method, path }) {
  const pattern = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
  return sent.some((request) => request.method === method && pattern.test(request.path));
}

// failure returns the error that a call of a client ends with: its HTTP status and its words.
export async function failure(promise) {
  const error = await promise.then(() => assert.fail("it succeeded"), (reason) => reason);
  return { status: error.statusCode, text: `${error.message} ${error.body ?? ""}` };
}

// all returns the events of a stream. Releases differ in whether the payload is in a member `data`.
export async function all(stream) {
  const seen = [];
  for await (const event of stream) {
    seen.push(event.data?.type ? event.data : event);
  }
  return seen;
}

export const types = async (stream) => (await all(stream)).map(({ type }) => type);
