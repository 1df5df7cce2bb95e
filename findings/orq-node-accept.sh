#!/usr/bin/env bash
# Library:   @orq-ai/node (npm), 4.9.4 to 4.15.11, responses.create; 4.6.8 to 4.15.11, agents.responses.create.
# Input:     a request with stream: true.
# Behaviour: the header says that a stream is not acceptable: "text/event-stream;q=0" (RFC 9110, 12.4.2: a weight of 0
#            means "not acceptable"), and the client reads it all the same. A server that negotiates by Accept, or a proxy
#            or framework that does so before it, would answer with JSON or 406. The body has to decide.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --legacy-peer-deps zod@3.25.76 old@npm:@orq-ai/node@4.6.8 new@npm:@orq-ai/node@4.15.11

cat > expected.txt <<'TEXT'
4.6.8 agents.responses.create: stream: true, accept: application/json;q=1, text/event-stream;q=0, events: 1
4.15.11 agents.responses.create: stream: true, accept: application/json;q=1, text/event-stream;q=0, events: 1
4.15.11 responses.create: stream: true, accept: application/json;q=1, text/event-stream;q=0, events: 1
TEXT

cat > main.cjs <<'JS'
const { createServer } = require("node:http");
const { once } = require("node:events");

const march = { type: "part.delta", timestamp: "2026-03-01T12:00:00Z", data: { partId: "p", delta: { kind: "text", text: "Hi" } } };
const response = { type: "response.output_text.delta", sequence_number: 0, item_id: "m", output_index: 0, content_index: 0, delta: "Hi", logprobs: [] };
let seen;
const server = createServer(async (request, answer) => {
  let body = "";
  for await (const piece of request) {
    body += piece;
  }
  seen = `stream: ${JSON.parse(body).stream}, accept: ${request.headers.accept}`;
  answer.setHeader("Content-Type", "text/event-stream");
  const event = request.url.startsWith("/v3/") ? response : march;
  answer.end(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`);
});

async function show(name, call) {
  let events = 0;
  for await (const event of await call) {
    events += event ? 1 : 0;
  }
  console.log(`${name}: ${seen}, events: ${events}`);
}

(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = (name) => new (require(name).Orq)({ apiKey: "none", serverURL: `http://127.0.0.1:${server.address().port}` });
  const message = { role: "user", parts: [{ kind: "text", text: "go" }] };
  await show("4.6.8 agents.responses.create", client("old").agents.responses.create({ message, stream: true }, "a"));
  await show("4.15.11 agents.responses.create", client("new").agents.responses.create({ message, stream: true }, "a"));
  await show("4.15.11 responses.create", client("new").responses.create({ model: "agent/a", input: "go", stream: true }));
  server.close();
  server.closeAllConnections();
})();
JS

node main.cjs | tee seen.txt
diff expected.txt seen.txt
