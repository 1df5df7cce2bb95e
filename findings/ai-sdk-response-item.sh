#!/usr/bin/env bash
# Library:   ai 6.0.326 with @ai-sdk/openai 3.0.141 (npm), the model openai.responses(...).
# Input:     a response of the Responses API that has, before its message, an item of a type that OpenAI does not have,
#            here "orq:current_date", a tool that the server used itself. The same response twice: as one JSON object, and
#            as a stream of events.
# Behaviour: the stream is read, and its text returned. The JSON object is refused as "Invalid JSON response", and its text
#            is lost. So whether a response can be read depends on how it was asked for.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund ai@6.0.326 @ai-sdk/openai@3.0.141 zod@4.1.12

cat > expected.txt <<'TEXT'
plain, not streamed: Monday.
plain, streamed: Monday.
with a tool, not streamed: AI_APICallError: Invalid JSON response
with a tool, streamed: Monday.
TEXT

cat > main.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";
const message = { type: "message", id: "msg_1", role: "assistant", status: "completed", content: [{ type: "output_text", text: "Monday.", annotations: [] }] };
const tool = { type: "orq:current_date", id: "tool_1", status: "completed", call_id: "call_1", name: "current_date", arguments: "{}" };
const response = (output) => ({
  id: "resp_1", object: "response", created_at: 1, status: "completed", model: "m", output,
  error: null, incomplete_details: null, usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
});
const server = createServer(async (request, answer) => {
  let body = "";
  for await (const piece of request) body += piece;
  const output = body.includes("with a tool") ? [tool, message] : [message];
  if (!JSON.parse(body).stream) {
    answer.setHeader("Content-Type", "application/json");
    return answer.end(JSON.stringify(response(output)));
  }
  answer.setHeader("Content-Type", "text/event-stream");
  let n = 0;
  const send = (type, members) => answer.write(`data: ${JSON.stringify({ type, sequence_number: n++, ...members })}\n\n`);
  send("response.created", { response: { ...response([]), status: "in_progress" } });
  output.forEach((item, index) => {
    send("response.output_item.added", { output_index: index, item: { ...item, content: item.content && [] } });
    if (item === message) send("response.output_text.delta", { item_id: "msg_1", output_index: index, content_index: 0, delta: "Monday." });
    send("response.output_item.done", { output_index: index, item });
  });
  send("response.completed", { response: response(output) });
  answer.end("data: [DONE]\n\n");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const model = createOpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}` }).responses("m");
for (const prompt of ["plain", "with a tool"]) {
  console.log(`${prompt}, not streamed:`, await generateText({ model, prompt, maxRetries: 0 }).then(({ text }) => text, (e) => `${e.name}: ${e.message}`));
  console.log(`${prompt}, streamed:`, await streamText({ model, prompt, maxRetries: 0, onError() {} }).text);
}
server.close(); server.closeAllConnections();
JS

node main.mjs | tee seen.txt
diff expected.txt seen.txt
