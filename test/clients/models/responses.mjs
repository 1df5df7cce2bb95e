// The Responses API of OpenAI, as a played model reads and answers it.

export const matches = (path) => path.endsWith("/responses");

// read returns the names of the tools that a request offers (of those in a namespace also its name), and the tool results in
// it: id and the text that the model sees.
export function read({ tools = [], input = [] }) {
  return {
    tools: tools.flatMap(named),
    results: Array.isArray(input) ? input.filter(isOutput).map(({ call_id: id, output, tools: found }) => ({ id, text: plain(output ?? found), tools: (found ?? []).flatMap(named) })) : [],
  };
}

const named = ({ type, name, tools }) => (type === "namespace" ? tools.map((tool) => ({ name: tool.name, namespace: name })) : [{ name: name ?? type, type }]);
const isOutput = ({ type }) => ["function_call_output", "custom_tool_call_output", "tool_search_output"].includes(type);
const plain = (content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? JSON.stringify(part)).join("\n"));

// write answers with a text or the call of a tool, as a stream of events where the client wants one.
export function write(response, { stream, model }, { text, call }) {
  const item = call ? callItem(call) : messageItem(text);
  const usage = {
    input_tokens: 1, input_tokens_details: { cached_tokens: 0 }, output_tokens: 1, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2,
  };
  const head = { id: `resp_${call?.id ?? "end"}`, object: "response", created_at: 1, model, error: null, incomplete_details: null };
  const whole = { ...head, status: "completed", output: [item], usage };
  if (!stream) {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(whole));
    return;
  }
  response.setHeader("Content-Type", "text/event-stream");
  let number = 0;
  const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...data })}\n\n`);
  send("response.created", { response: { ...head, status: "in_progress", output: [] } });
  writeItem(send, item);
  send("response.completed", { response: whole });
  response.end();
}

function callItem({ id, tool, arguments: args }) {
  if (tool.type === "tool_search") {
    return { id: `ts_${id}`, type: "tool_search_call", call_id: id, status: "completed", execution: "client", arguments: args };
  }
  const namespace = tool.namespace && { namespace: tool.namespace };
  return { id: `fc_${id}`, type: "function_call", call_id: id, status: "completed", name: tool.name, ...namespace, arguments: JSON.stringify(args) };
}

const messageItem = (text) => ({
  id: "msg_end", type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text, annotations: [] }],
});

// writeItem sends the events of an item: its beginning, its content as one delta, and its end.
function writeItem(send, item) {
  const at = { output_index: 0, item_id: item.id };
  if (item.type === "message") {
    const [part] = item.content;
    const empty = { ...part, text: "" };
    send("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress", content: [] } });
    send("response.content_part.added", { ...at, content_index: 0, part: empty });
    send("response.output_text.delta", { ...at, content_index: 0, delta: part.text, logprobs: [] });
    send("response.output_text.done", { ...at, content_index: 0, text: part.text, logprobs: [] });
    send("response.content_part.done", { ...at, content_index: 0, part });
  } else if (item.type === "function_call") {
    send("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress", arguments: "" } });
    send("response.function_call_arguments.delta", { ...at, delta: item.arguments });
    send("response.function_call_arguments.done", { ...at, name: item.name, arguments: item.arguments });
  } else {
    send("response.output_item.added", { output_index: 0, item });
  }
  send("response.output_item.done", { output_index: 0, item });
}
