#!/usr/bin/env bash
# Library:   @mastra/core 1.71.0 with @mastra/mcp 2.0.0 (npm), an agent with a tool of an MCP server.
# Input:     an argument that maps names to texts: {"type": "object", "additionalProperties": {"type": "string"}}.
# Behaviour: a model of the provider "openai" is offered an object without properties that allows no others, so that by the
#            schema nothing but {} can be said. The same model under another name of its provider is offered what the server
#            declares. The request does not ask for strict mode, which alone would need a closed object.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @mastra/mcp@2.0.0 @mastra/core@1.71.0 @ai-sdk/openai@4.0.118 zod@4.1.12

cat > expected.txt <<'TEXT'
declared: {"type":"object","additionalProperties":{"type":"string"}}
offered to openai: {"anyOf":[{"type":"object","required":[],"additionalProperties":false},{"type":"null"}]}, strict: undefined
offered to another: {"type":"object","additionalProperties":{"type":"string"}}, strict: undefined
TEXT

cat > server.mjs <<'JS'
import { createInterface } from "node:readline";
export const headers = { type: "object", additionalProperties: { type: "string" } };
const fetchTool = { name: "fetch", description: "Fetches.", inputSchema: { type: "object", properties: { headers } } };
if (process.argv[2] === "serve") {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    const answer = (body) => console.log(JSON.stringify({ jsonrpc: "2.0", id, ...body }));
    if (method === "initialize") {
      answer({ result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "web", version: "1" } } });
    } else if (method === "tools/list") {
      answer({ result: { tools: [fetchTool] } });
    } else if (id !== undefined) {
      answer({ error: { code: -32601, message: "no such method" } });
    }
  }
}
JS

cat > main.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { createOpenAI } from "@ai-sdk/openai";
import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";
import { headers } from "./server.mjs";

let offered;
const model = createServer(async (request, answer) => {
  let body = "";
  for await (const piece of request) body += piece;
  offered = JSON.parse(body).tools[0].function;
  answer.setHeader("Content-Type", "application/json");
  answer.end(JSON.stringify({
    id: "1", object: "chat.completion", created: 1, model: "m", usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Done." } }],
  }));
}).listen(0, "127.0.0.1");
await once(model, "listening");

const mcp = new MCPClient({ servers: { web: { command: process.execPath, args: ["server.mjs", "serve"] } } });
const tools = await mcp.listTools();
console.log(`declared: ${JSON.stringify(headers)}`);
for (const name of ["openai", "another"]) {
  const provider = createOpenAI({ name, apiKey: "none", baseURL: `http://127.0.0.1:${model.address().port}` });
  await new Agent({ id: "a", name: "A", instructions: "Help.", model: provider.chat("m"), tools }).generate("Fetch.");
  console.log(`offered to ${name}: ${JSON.stringify(offered.parameters.properties.headers)}, strict: ${offered.strict}`);
}
await mcp.disconnect();
model.close();
model.closeAllConnections();
JS

node main.mjs | tee seen.txt
diff expected.txt seen.txt
