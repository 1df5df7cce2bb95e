// Starts the sandbox as a process, and builds messages to its agents.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const binary = fileURLToPath(new URL("../../bin/orq-mcp", import.meta.url));

// serveWorkspace starts an empty sandbox on a free port and returns its URL and a function that ends it.
export async function serveWorkspace() {
  const child = spawn(binary, ["sandbox", "--addr", "127.0.0.1:0", "--pace", "0s"], { stdio: ["ignore", "ignore", "pipe"] });
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
