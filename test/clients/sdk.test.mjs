// The TypeScript SDKs as clients of the built program: every word of a run arrives in order, and a run that pauses for
// tool results goes on. Both check structured content against the output schemas.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as v2 from "@modelcontextprotocol/client";
import * as v2stdio from "@modelcontextprotocol/client/stdio";
import * as v1 from "@modelcontextprotocol/sdk/client/index.js";
import * as v1stdio from "@modelcontextprotocol/sdk/client/stdio.js";
import * as v1http from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { binary, serveHTTP, stdioArguments } from "./program.mjs";

const who = { name: "orq-mcp-check", version: "1.0.0" };

// sdks are how each makes a client, its transports and a call.
const sdks = {
  "TypeScript SDK v1": {
    client: () => new v1.Client(who),
    stdio: (options) => new v1stdio.StdioClientTransport(options),
    http: (url) => new v1http.StreamableHTTPClientTransport(url),
    call: (client, params, options) => client.callTool(params, undefined, options),
  },
  "TypeScript SDK v2, protocol 2025-11-25": second("legacy", "2025-11-25"),
  "TypeScript SDK v2, protocol 2026-07-28": second({ pin: "2026-07-28" }, "2026-07-28"),
};

function second(mode, protocol) {
  return {
    protocol,
    client: () => new v2.Client(who, { versionNegotiation: { mode } }),
    stdio: (options) => new v2stdio.StdioClientTransport(options),
    http: (url) => new v2.StreamableHTTPClientTransport(url),
    call: (client, params, options) => client.callTool(params, options),
  };
}

// Caller is a client that is connected and knows the tools, against whose schemas it checks all results.
class Caller {
  static async connect(sdk, transport) {
    const client = sdk.client();
    await client.connect(transport);
    if (sdk.protocol) {
      assert.equal(client.getNegotiatedProtocolVersion(), sdk.protocol);
    }
    const { tools } = await client.listTools();
    assert.ok(tools.every(({ outputSchema }) => outputSchema), "each tool has an output schema");
    return new Caller(sdk, client);
  }

  constructor(sdk, client) {
    this.sdk = sdk;
    this.client = client;
  }

  // call returns a tool's structured content and the progress messages as they came.
  async call(name, args) {
    const messages = [];
    let last = 0;
    const onprogress = ({ progress, message }) => {
      assert.ok(progress > last, `progress ${progress} came after ${last}`);
      last = progress;
      messages.push(message);
    };
    const result = await this.sdk.call(this.client, { name, arguments: args }, { onprogress, resetTimeoutOnProgress: true });
    assert.ok(!result.isError, JSON.stringify(result.content));
    return { messages, ...result.structuredContent };
  }

  // count runs an agent that says the numbers from 1 to n. Several may come in one message when this reader was slow.
  async count(key, n) {
    const { messages, state } = await this.call("run_agent", {
      key, model: "openai/gpt-4o", role: "Counter", instructions: "Count.", message: `/count ${n}`,
    });
    assert.equal(state, "completed");
    const said = messages.filter((message) => /^(\d+ )+$/.test(message)).join("").trim().split(" ").map(Number);
    assert.deepEqual(said, Array.from({ length: n }, (_, i) => i + 1));
  }

  close() {
    return this.client.close();
  }
}

function checks(caller) {
  for (const n of [1, 10, 1000, 10_000]) {
    it(`relays a run of ${n} events`, () => caller().count(`counter-${n}`, n));
  }

  for (const n of [50, 1000]) {
    it(`keeps eight runs of about ${n} events at once apart`, () => (
      Promise.all(Array.from({ length: 8 }, (_, i) => caller().count(`at-once-${n}-${i}`, n + i)))
    ));
  }

  it("goes on with a run that paused for a tool result", async () => {
    const key = "clerk";
    await caller().call("create_agent", {
      key, role: "Clerk", description: "Finds orders.", instructions: "Find orders.", model: "openai/gpt-4o",
      tools: [{ type: "function", key: "lookup_order" }],
    });
    const paused = await caller().call("invoke_agent", { key, message: "/tool lookup_order {\"id\": 7}\nWhere is it?" });
    assert.equal(paused.state, "input_required");
    assert.ok(paused.messages.includes("paused: waiting for the result of lookup_order"), paused.messages.join("\n"));
    const [pending, ...more] = paused.pending_tool_calls;
    assert.deepEqual([pending.name, pending.arguments, more], ["lookup_order", "{\"id\":7}", []]);
    const ended = await caller().call("invoke_agent", {
      key, task_id: paused.task_id, tool_results: [{ tool_call_id: pending.id, result: { state: "shipped" } }],
    });
    assert.deepEqual([ended.state, ended.task_id], ["completed", paused.task_id]);
    assert.match(ended.output_text, /lookup_order returned {"state":"shipped"}/);
  });
}

for (const [title, sdk] of Object.entries(sdks)) {
  describe(`${title} on stdio`, () => {
    let caller;
    before(async () => { caller = await Caller.connect(sdk, sdk.stdio({ command: binary, args: stdioArguments })); });
    after(() => caller.close());
    checks(() => caller);
  });

  describe(`${title} on streamable HTTP`, () => {
    let caller;
    let server;
    before(async () => {
      server = await serveHTTP();
      caller = await Caller.connect(sdk, sdk.http(new URL(server.url)));
    });
    after(async () => {
      await caller.close();
      await server.end();
    });
    checks(() => caller);
  });
}
