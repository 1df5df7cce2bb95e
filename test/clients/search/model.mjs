// A model that is played: it answers the Messages API on loopback, searches for tools, and keeps what its client finds.
import { once } from "node:events";
import { createServer } from "node:http";

// playModel starts the model, which searches for each query in one turn. found has the names that the client returned, best
// first, by query.
export async function playModel(queries) {
  const model = { found: new Map(), errors: [] };
  const server = createServer(async (request, response) => {
    const { messages = [], stream } = JSON.parse(Buffer.concat(await request.toArray()).toString() || "{}");
    const results = messages.at(-1)?.content;
    const answered = Array.isArray(results) && results.filter(({ type }) => type === "tool_result");
    if (answered?.length > 0) {
      keep(model, queries, answered);
    }
    const content = answered?.length > 0 ? [{ type: "text", text: "Thank you." }] : searches(queries);
    answer(response, content, stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  model.url = `http://127.0.0.1:${server.address().port}`;
  model.end = () => server.close();
  return model;
}

const searches = (queries) => queries.map((query, i) => ({ type: "tool_use", id: `toolu_${i}`, name: "ToolSearch", input: { query, max_results: 10 } }));

// keep stores the references to tools of each result.
function keep(model, queries, results) {
  for (const { tool_use_id: id, content, is_error: failed } of results) {
    const query = queries[Number(id.slice("toolu_".length))];
    const references = Array.isArray(content) ? content.filter(({ type }) => type === "tool_reference") : [];
    model.found.set(query, references.map(({ tool_name: name }) => name));
    if (failed) {
      model.errors.push(`${query}: ${JSON.stringify(content)}`);
    }
  }
}

// answer writes a message with that content, as a stream of events where the client wants one.
function answer(response, content, stream) {
  const stop = content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "played", stop_sequence: null, usage };
  if (!stream) {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ ...message, content, stop_reason: stop }));
    return;
  }
  response.setHeader("Content-Type", "text/event-stream");
  const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send("message_start", { message: { ...message, content: [], stop_reason: null } });
  content.forEach((block, index) => {
    const [start, delta] = block.type === "text"
      ? [{ ...block, text: "" }, { type: "text_delta", text: block.text }]
      : [{ ...block, input: {} }, { type: "input_json_delta", partial_json: JSON.stringify(block.input) }];
    send("content_block_start", { index, content_block: start });
    send("content_block_delta", { index, delta });
    send("content_block_stop", { index });
  });
  send("message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
}
