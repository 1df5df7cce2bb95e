// The Messages API of Anthropic, as a played model reads and answers it.

export const matches = (path) => path.endsWith("/messages");

// read returns the names of the tools that a request offers, and the tool results in it: id and the text that the model sees.
export function read({ tools = [], messages = [] }) {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  return {
    tools: tools.map(({ name }) => ({ name })),
    results: blocks.filter(({ type }) => type === "tool_result").map(({ tool_use_id: id, content }) => ({ id, text: plain(content) })),
  };
}

const plain = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? JSON.stringify(part)).join("\n"));

// write answers with a text or the call of a tool.
export function write(response, { stream }, { text, call }) {
  const content = call ? { type: "tool_use", id: call.id, name: call.tool.name, input: call.arguments } : { type: "text", text };
  writeContent(response, [content], stream);
}

// writeContent writes a message with that content, as a stream of events where the client wants one.
export function writeContent(response, content, stream) {
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
