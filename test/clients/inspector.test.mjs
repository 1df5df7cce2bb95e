// The MCP Inspector's command line as a client of the built program, on both transports.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { binary, serveHTTP, stdioArguments } from "./program.mjs";

const inspector = fileURLToPath(new URL("node_modules/.bin/mcp-inspector", import.meta.url));
const run = promisify(execFile);

// inspect runs the Inspector and returns its output, exit code and errors.
async function inspect(...args) {
  try {
    const { stdout, stderr } = await run(process.execPath, [inspector, "--cli", ...args], { timeout: 60_000 });
    return { code: 0, stdout, stderr };
  } catch (failure) {
    return { code: failure.code, stdout: failure.stdout, stderr: failure.stderr };
  }
}

async function call(target, tool, args) {
  const pairs = Object.entries(args).flatMap(([key, value]) => ["--tool-arg", `${key}=${value}`]);
  const { code, stdout, stderr } = await inspect(...target, "--method", "tools/call", "--tool-name", tool, ...pairs);
  assert.ok(stdout, `no result: ${stderr}`);
  return { code, result: JSON.parse(stdout) };
}

const names = [
  "create_agent", "delete_agent", "get_agent", "get_agent_response", "invoke_agent",
  "list_agents", "list_building_blocks", "refresh_agent_card", "register_a2a_agent", "run_agent", "update_agent",
];

// checks defines the tests for a transport. target returns the Inspector's arguments for the server.
function checks(target) {
  it("lists eleven tools whose schemas are portable", async () => {
    const { code, stdout, stderr } = await inspect(...target(), "--strict", "--method", "tools/list");
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).tools.map((tool) => tool.name).sort(), names);
  });

  it("runs an agent", async () => {
    const { code, result } = await call(target(), "run_agent", {
      key: "checker", model: "openai/gpt-4o", role: "Checker", instructions: "Check.", message: "hello inspector",
    });
    assert.equal(code, 0);
    assert.equal(result.structuredContent.state, "completed");
    assert.match(result.content[0].text, /hello inspector/);
  });

  it("lists agents with a number given as text", async () => {
    const { code, result } = await call(target(), "list_agents", { limit: "5" });
    assert.equal(code, 0);
    assert.equal(result.structuredContent.has_more, false);
  });

  it("shows a tool's error", async () => {
    const { code, result } = await call(target(), "get_agent", { key: "nobody" });
    assert.equal(code, 5, "the Inspector's exit code for isError");
    assert.match(result.content[0].text, /^No agent has the key nobody \(404\)\./);
  });
}

describe("stdio", () => checks(() => [binary, ...stdioArguments]));

describe("streamable HTTP", () => {
  let server;
  before(async () => { server = await serveHTTP(); });
  after(() => server.end());
  checks(() => [server.url, "--transport", "http"]);
});

describe("streamable HTTP, with a slash at the end of the URL", () => {
  let server;
  before(async () => { server = await serveHTTP(); });
  after(() => server.end());
  checks(() => [`${server.url}/`, "--transport", "http"]);
});
