// The Chat Completions API of OpenAI, as a played model reads and answers it.

export const matches = (path) => path.endsWith("/chat/completions");

// read returns the names of the tools that a request offers, and the tool results in it: id and the text that the model sees.
export function read({ tools = [], messages = [] }) {
  return {
    tools: tools.map(({ function: { name } }) => ({ name })),
    results: messages.filter(({ role }) => role === "tool").map(({ tool_call_id: id, content }) => ({ id, text: plain(content) })),
  };
}

const plain = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? JSON.stringify(part)).join("\n"));

// write answers with a text or the call of a tool, as a stream of chunks where the client wants one.
export function write(response, { stream, model }, { text, call }) {
  const message = { role: "assistant", content: text ?? null };
  if (call) {
    message.tool_calls = [{ id: call.id, type: "function", function: { name: call.tool.name, arguments: JSON.stringify(call.arguments) } }];
  }
  const finish = call ? "tool_calls" : "stop";
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const head = { id: `chatcmpl-${call?.id ?? "end"}`, created: 1, model };
  if (!stream) {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason: finish }], usage }));
    return;
  }
  response.setHeader("Content-Type", "text/event-stream");
  const send = (choices, more) => response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...more })}\n\n`);
  const delta = { ...message, tool_calls: message.tool_calls?.map((each, index) => ({ index, ...each })) };
  send([{ index: 0, delta, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason: finish }]);
  send([], { usage });
  response.end("data: [DONE]\n\n");
}
