#!/usr/bin/env bash
# Library:   @mastra/mcp 2.0.0 (npm), a tool of MCPClient.
# Input:     an MCP server on stdio whose tool is declared neither read-only nor idempotent, and whose process ends while a
#            call of that tool is under way.
# Behaviour: the client starts the process again and sends the same call a second time, so that what the tool does is done
#            twice; the caller sees one success and learns nothing of it. No option turns it off.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @mastra/mcp@2.0.0 @mastra/core@1.71.0 zod@4.1.12

cat > expected.txt <<'TEXT'
the caller got: {"content":[{"type":"text","text":"ordered"}]}
orders: 2
TEXT

cat > server.mjs <<'JS'
import { appendFileSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const order = {
  name: "order", description: "Orders one.", inputSchema: { type: "object", properties: {} },
  annotations: { readOnlyHint: false, idempotentHint: false, destructiveHint: true },
};
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const answer = (result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
  if (method === "initialize") {
    answer({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "shop", version: "1" } });
  } else if (method === "tools/list") {
    answer({ tools: [order] });
  } else if (method === "tools/call") {
    appendFileSync("orders.txt", "order\n");
    if (readFileSync("orders.txt", "utf8") === "order\n") process.exit(1);
    answer({ content: [{ type: "text", text: "ordered" }] });
  } else if (id !== undefined) {
    console.log(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such method" } }));
  }
}
JS

cat > main.mjs <<'JS'
import { readFileSync } from "node:fs";
import { MCPClient } from "@mastra/mcp";
const mcp = new MCPClient({ servers: { shop: { command: process.execPath, args: ["server.mjs"] } } });
const { shop_order } = await mcp.listTools();
console.log("the caller got:", JSON.stringify(await shop_order.execute({}, {})));
console.log("orders:", readFileSync("orders.txt", "utf8").trim().split("\n").length);
await mcp.disconnect();
JS

node main.mjs | tee seen.txt
diff expected.txt seen.txt
