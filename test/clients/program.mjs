import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// binary is the built program.
export const binary = fileURLToPath(new URL("../../bin/orq-mcp", import.meta.url));

// stdioArguments are the arguments that start it on stdio with an embedded workspace.
export const stdioArguments = ["--sandbox", "--empty", "--log-level", "error"];

// serveHTTP starts it on a free port and returns its URL and a function that ends it.
export function serveHTTP() {
  return serve(binary, ["http", ...stdioArguments, "--addr", "127.0.0.1:0"]);
}

// serveFixtures starts the server with the fixtures of the conformance suite in the same way.
export function serveFixtures() {
  return serve(fileURLToPath(new URL("../../bin/conformance", import.meta.url)), []);
}

// serve starts a program that serves HTTP.
export async function serve(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const [line] = await once(createInterface({ input: child.stderr }), "line");
  const url = /listens on (\S+)/.exec(line)?.[1];
  assert.ok(url, line);
  return {
    url,
    async end() {
      child.kill("SIGTERM");
      const [code] = await ended;
      assert.equal(code, 0, "exit code after SIGTERM");
    },
  };
}
