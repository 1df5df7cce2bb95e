// The official conformance suite, as far as it asks for no fixture tools: what any server must do.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { serveHTTP } from "./program.mjs";

const suite = fileURLToPath(new URL("node_modules/.bin/conformance", import.meta.url));
const run = promisify(execFile);

describe("official conformance suite", () => {
  let server;
  let folder;
  before(async () => {
    server = await serveHTTP();
    folder = await mkdtemp(join(tmpdir(), "orq-mcp-conformance-"));
  });
  after(async () => {
    await server.end();
    await rm(folder, { recursive: true });
  });

  for (const scenario of ["server-initialize", "ping", "tools-list", "server-sse-multiple-streams", "dns-rebinding-protection"]) {
    it(scenario, async () => {
      const { stdout } = await run(process.execPath, [suite, "server", "--url", server.url, "--scenario", scenario], { cwd: folder, timeout: 60_000 });
      assert.match(stdout, /Passed: (\d+)\/\1, 0 failed/);
    });
  }
});
