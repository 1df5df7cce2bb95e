#!/usr/bin/env bash
# Library:   @orq-ai/node (npm) 4.9.4, responses.create and responses.get; 4.13.22 reads both.
# Input:     one and the same object of a complete response, as the answer of POST and of GET. Its error, incomplete_details
#            and reasoning are null, since there is nothing to report.
# Behaviour: create reads it; get demands objects for the three, so it can read no response that has succeeded. That leaves
#            nothing to poll a response with, and the release does not send "background" either.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --legacy-peer-deps zod@3.25.76 a@npm:@orq-ai/node@4.9.4 b@npm:@orq-ai/node@4.13.22

cat > expected.txt <<'TEXT'
4.9.4 create, background undefined: completed
4.9.4 get: refused: error, incomplete_details, reasoning
4.13.22 create, background true: completed
4.13.22 get: completed
TEXT

cat > main.cjs <<'JS'
const response = {
  id: "resp_1", object: "response", created_at: 1, completed_at: 2, status: "completed", model: "agent/a", previous_response_id: null,
  output: [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content: [{ type: "output_text", text: "Hi", annotations: [] }] }],
  usage: {
    input_tokens: 1, input_tokens_details: { cached_tokens: 0, cache_creation_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 1, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2,
  },
  error: null, incomplete_details: null, reasoning: null,
  background: false, store: true, metadata: {}, temperature: 1, top_p: 1, top_logprobs: 0, frequency_penalty: 0, presence_penalty: 0,
  max_output_tokens: null, max_tool_calls: null, parallel_tool_calls: true, input: null, instructions: null, tools: [], tool_choice: "auto",
  text: { format: { type: "text" } }, service_tier: "default", truncation: "disabled", user: null, safety_identifier: null,
  prompt_cache_key: null, prompt_cache_options: null, prompt_cache_retention: null,
};

async function show(version, name) {
  let sent;
  const fetcher = async (request) => {
    sent = request.method === "POST" ? JSON.parse(await request.text()) : undefined;
    return new Response(JSON.stringify(response), { headers: { "Content-Type": "application/json" } });
  };
  const { HTTPClient } = require(`${name}/lib/http.js`);
  const { responses } = new (require(name).Orq)({ apiKey: "none", serverURL: "http://127.0.0.1", httpClient: new HTTPClient({ fetcher }) });
  const outcome = (call) => call.then(({ status }) => status, ({ cause }) => `refused: ${cause.issues.map(({ path }) => path).join(", ")}`);
  const created = await outcome(responses.create({ model: "agent/a", input: "go", background: true }));
  console.log(`${version} create, background ${sent.background}: ${created}`);
  console.log(`${version} get: ${await outcome(responses.get({ responseId: "resp_1" }))}`);
}

show("4.9.4", "a").then(() => show("4.13.22", "b"));
JS

node main.cjs | tee seen.txt
diff expected.txt seen.txt
