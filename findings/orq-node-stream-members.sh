#!/usr/bin/env bash
# Library:   @orq-ai/node (npm) 4.9.4, responses.create with stream: true; 4.13.22 has it right.
# Input:     an event of the Responses API: a piece of text.
# Behaviour: the type and the number arrive, all other members are dropped, without a word. The text of a stream cannot be
#            read, and neither can the id with which it is continued.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --legacy-peer-deps zod@3.25.76 a@npm:@orq-ai/node@4.9.4 b@npm:@orq-ai/node@4.13.22

cat > expected.txt <<'TEXT'
4.9.4: response.output_text.delta, members: sequenceNumber, type, delta: undefined
4.13.22: response.output_text.delta, members: contentIndex, delta, itemId, logprobs, outputIndex, sequenceNumber, type, delta: Hi
TEXT

cat > main.cjs <<'JS'
const event = {
  type: "response.output_text.delta", sequence_number: 0, item_id: "msg_1", output_index: 0, content_index: 0, delta: "Hi", logprobs: [],
};
const fetcher = async () => new Response(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`, {
  headers: { "Content-Type": "text/event-stream" },
});

async function show(version, name) {
  const { HTTPClient } = require(`${name}/lib/http.js`);
  const client = new (require(name).Orq)({ apiKey: "none", serverURL: "http://127.0.0.1", httpClient: new HTTPClient({ fetcher }) });
  for await (const received of await client.responses.create({ model: "agent/a", input: "go", stream: true })) {
    const data = received.data ?? received;
    console.log(`${version}: ${data.type}, members: ${Object.keys(data).sort().join(", ")}, delta: ${data.delta}`);
  }
}

show("4.9.4", "a").then(() => show("4.13.22", "b"));
JS

node main.cjs | tee seen.txt
diff expected.txt seen.txt
