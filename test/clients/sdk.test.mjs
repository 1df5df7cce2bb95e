// The TypeScript SDK as a client of the built program: every progress message of a run arrives, in order.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { binary, serveHTTP, stdioArguments } from "./program.mjs";

async function connect(transport) {
  const client = new Client({ name: "orq-mcp-check", version: "1.0.0" });
  await client.connect(transport);
  await client.listTools(); // the SDK then checks structured content against the output schemas
  return client;
}

// count runs an agent that says 1 to n, and returns the numbers as they came and the result.
async function count(client, key, n) {
  const said = [];
  const result = await client.callTool(
    { name: "run_agent", arguments: { key, model: "openai/gpt-4o", role: "Counter", instructions: "Count.", message: `/count ${n}` } },
    undefined,
    { onprogress: ({ message }) => { if (/^\d+ $/.test(message)) said.push(Number(message)); }, resetTimeoutOnProgress: true },
  );
  return { said, result };
}

function checks(client) {
  for (const n of [1, 10, 1000]) {
    it(`relays a run of ${n} events`, async () => {
      const { said, result } = await count(client(), `counter-${n}`, n);
      assert.deepEqual(said, Array.from({ length: n }, (_, i) => i + 1));
      assert.equal(result.structuredContent.state, "completed");
    });
  }

  it("keeps eight runs at once apart", async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, (_, i) => count(client(), `at-once-${i}`, 50 + i)));
    assert.deepEqual(runs.map(({ said }) => said.length), Array.from({ length: 8 }, (_, i) => 50 + i));
  });
}

describe("TypeScript SDK on stdio", () => {
  let client;
  before(async () => {
    client = await connect(new StdioClientTransport({ command: binary, args: stdioArguments }));
  });
  after(() => client.close());
  checks(() => client);
});

describe("TypeScript SDK on streamable HTTP", () => {
  let client;
  let server;
  before(async () => {
    server = await serveHTTP();
    client = await connect(new StreamableHTTPClientTransport(new URL(server.url)));
  });
  after(async () => {
    await client.close();
    await server.end();
  });
  checks(() => client);
});
