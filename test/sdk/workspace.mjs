// Starts the sandbox as a process, and builds messages to its agents.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const binary = fileURLToPath(new URL("../../bin/orq-mcp", import.meta.url));

// serveWorkspace starts an empty sandbox on a free port and returns its URL and a function that ends it.
export async function serveWorkspace() {
  const child = spawn(binary, ["sandbox", "--empty", "--addr", "127.0.0.1:0", "--pace", "0s"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let url;
  for await (const line of createInterface({ input: child.stderr })) {
    url = /listens on (http:\/\/\S+)/.exec(line)?.[1];
    if (url) {
      break;
    }
  }
  assert.ok(url, "the workspace did not start");
  child.stderr.resume();
  return {
    url,
    async end() {
      child.kill("SIGTERM");
      assert.equal((await ended)[0], 0, "exit code after SIGTERM");
    },
  };
}

export const message = (text) => ({ role: "user", parts: [{ kind: "text", text }] });

const body = {
  path: "Default", description: "Helps", model: "openai/gpt-4o", role: "Helper", instructions: "Help.",
};
const responders = [
  { ...body, key: "helper", settings: { tools: [{ type: "current_date" }, { type: "google_search" }] } },
  { ...body, key: "clerk", settings: { tools: [{ type: "function", key: "lookup" }] } },
];

// createResponders creates the agents for tests of the Responses API: "helper", with tools that it uses itself, and "clerk",
// with a function tool.
export async function createResponders(url) {
  for (const agent of responders) {
    await post(url, "/v2/agents", agent);
  }
}

// post sends a body without any client, and expects success.
export async function post(url, path, body) {
  const answer = await fetch(url + path, {
    method: "POST", headers: { Authorization: "Bearer any", "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}
