// The TypeScript SDKs as clients of the built program. Both check structured content against the output schemas.
import assert from "node:assert/strict";

import * as v2 from "@modelcontextprotocol/client";
import * as v2stdio from "@modelcontextprotocol/client/stdio";
import * as v1 from "@modelcontextprotocol/sdk/client/index.js";
import * as v1stdio from "@modelcontextprotocol/sdk/client/stdio.js";
import * as v1http from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const who = { name: "orq-mcp-check", version: "1.0.0" };

// sdks has, for each SDK, functions that create a client and its transports, make a call, and handle elicitations.
export const sdks = {
  "TypeScript SDK v1": {
    client: (capabilities) => new v1.Client(who, { capabilities }),
    stdio: (options) => new v1stdio.StdioClientTransport(options),
    http: (url) => new v1http.StreamableHTTPClientTransport(url),
    call: (client, params, options) => client.callTool(params, undefined, options),
    onQuestion: (client, handler) => client.setRequestHandler(ElicitRequestSchema, handler),
  },
  "TypeScript SDK v2, protocol 2025-11-25": second("legacy", "2025-11-25"),
  "TypeScript SDK v2, protocol 2026-07-28": second({ pin: "2026-07-28" }, "2026-07-28"),
};

function second(mode, protocol) {
  return {
    protocol,
    client: (capabilities) => new v2.Client(who, { capabilities, versionNegotiation: { mode } }),
    stdio: (options) => new v2stdio.StdioClientTransport(options),
    http: (url) => new v2.StreamableHTTPClientTransport(url),
    call: (client, params, options) => client.callTool(params, options),
    onQuestion: (client, handler) => client.setRequestHandler("elicitation/create", handler),
  };
}

// Caller is a connected client. It checks each result against the output schema of its tool.
export class Caller {
  // connect connects a client. With answer it declares the elicitation capability and handles elicitations with it.
  static async connect(sdk, transport, answer) {
    const client = sdk.client(answer ? { elicitation: { form: {} } } : {});
    if (answer) {
      sdk.onQuestion(client, answer);
    }
    await client.connect(transport);
    if (sdk.protocol) {
      assert.equal(client.getNegotiatedProtocolVersion(), sdk.protocol);
    }
    const { tools } = await client.listTools();
    assert.ok(tools.every(({ outputSchema }) => outputSchema), "each tool has an output schema");
    return new Caller(sdk, client, tools);
  }

  constructor(sdk, client, tools) {
    this.sdk = sdk;
    this.client = client;
    this.tools = tools;
  }

  // call calls a tool and returns its structured content, its progress messages in order, and the text that came with them.
  async call(name, args) {
    const messages = [];
    let text = "";
    let last = 0;
    const onprogress = ({ progress, message, _meta }) => {
      assert.ok(progress > last, `progress ${progress} came after ${last}`);
      last = progress;
      messages.push(message);
      text += _meta?.["ai.orq/event"]?.text ?? "";
    };
    const result = await this.sdk.call(this.client, { name, arguments: args }, { onprogress, resetTimeoutOnProgress: true });
    assert.ok(!result.isError, JSON.stringify(result.content));
    return { messages, text, ...result.structuredContent };
  }

  // count runs an agent that sends the numbers from 1 to n, and then a text of its own.
  async count(key, n) {
    const { text, state } = await this.call("run_agent", {
      key, model: "openai/gpt-4o", role: "Counter", instructions: "Count.", message: `/count ${n}`,
    });
    assert.equal(state, "completed");
    const numbers = text.match(/^(\d+ )+/)[0].trim().split(" ").map(Number);
    assert.deepEqual(numbers, Array.from({ length: n }, (_, i) => i + 1));
  }

  close() {
    return this.client.close();
  }
}
