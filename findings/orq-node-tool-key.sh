#!/usr/bin/env bash
# Library:   @orq-ai/node (npm), 4.6.8 and 4.9.4; 4.13.22 has it right.
# Input:     agents.create with tools that are referred to by key or id, as the types of the library allow: http, code,
#            function and json_schema.
# Behaviour: the request has the type alone, without a word. The schemas of the union are tried in order, and that of the
#            tools of model providers, whose type may be any text, stands before them and keeps nothing but the type.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --legacy-peer-deps zod@3.25.76 \
  a@npm:@orq-ai/node@4.6.8 b@npm:@orq-ai/node@4.9.4 c@npm:@orq-ai/node@4.13.22

cat > expected.txt <<'TEXT'
4.6.8: {"type":"function"} {"type":"http"} {"type":"mcp","key":"docs","tool_id":"t","requires_approval":false}
4.9.4: {"type":"function"} {"type":"http"} {"type":"mcp","key":"docs","tool_id":"t","requires_approval":false}
4.13.22: {"type":"function","key":"lookup","requires_approval":false} {"type":"http","id":"t","requires_approval":false} {"type":"mcp","key":"docs","tool_id":"t","requires_approval":false}
TEXT

cat > main.cjs <<'JS'
const tools = [{ type: "function", key: "lookup" }, { type: "http", id: "t" }, { type: "mcp", key: "docs", toolId: "t" }];
const agent = { key: "a", role: "r", description: "d", instructions: "i", path: "p", model: "m", settings: { tools } };

async function show(version, name) {
  let sent;
  const fetcher = async (request) => {
    sent = JSON.parse(await request.text()).settings.tools;
    return new Response("{}", { status: 500, headers: { "Content-Type": "application/json" } });
  };
  const { HTTPClient } = require(`${name}/lib/http.js`);
  const client = new (require(name).Orq)({ apiKey: "none", serverURL: "http://127.0.0.1", httpClient: new HTTPClient({ fetcher }) });
  await client.agents.create(agent).catch(() => {});
  console.log(`${version}:`, ...sent.map((tool) => JSON.stringify(tool)));
}

(async () => {
  await show("4.6.8", "a");
  await show("4.9.4", "b");
  await show("4.13.22", "c");
})();
JS

node main.cjs | tee seen.txt
diff expected.txt seen.txt
