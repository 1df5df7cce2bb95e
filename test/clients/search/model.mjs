// A model that is played: it answers the Messages API on loopback, searches for tools, and keeps what its client finds.
import { once } from "node:events";
import { createServer } from "node:http";

import { writeContent } from "../models/anthropic.mjs";

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
    writeContent(response, content, stream);
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
