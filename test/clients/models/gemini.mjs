// generateContent of the Gemini API, as a played model reads and answers it.

export const matches = (path) => /:(streamG|g)enerateContent$/.test(path);

// read returns the names of the tools that a request offers, and the tool results in it: id and the text that the model sees.
// Clients may leave ids out: results without one get the id of their order, as calls have.
export function read({ tools = [], contents = [] }) {
  const parts = contents.flatMap((content) => content.parts ?? []);
  return {
    tools: tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => ({ name }))),
    results: parts.filter((part) => part.functionResponse).map(({ functionResponse: { id, response } }, i) => ({ id: id ?? `step_${i}`, text: plain(response) })),
  };
}

const plain = (response) => (typeof response?.output === "string" ? response.output : JSON.stringify(response));

// write answers with a text or the call of a tool, as a stream of one event where the client wants one.
export function write(response, _, { text, call }, path) {
  const part = call ? { functionCall: { id: call.id, name: call.tool.name, args: call.arguments } } : { text };
  const answer = JSON.stringify({
    candidates: [{ index: 0, content: { role: "model", parts: [part] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 }, modelVersion: "played", responseId: "1",
  });
  const stream = path.endsWith(":streamGenerateContent");
  response.setHeader("Content-Type", stream ? "text/event-stream" : "application/json");
  response.end(stream ? `data: ${answer}\n\n` : answer);
}
