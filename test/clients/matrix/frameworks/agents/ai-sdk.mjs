import { createMCPClient, ElicitationRequestSchema } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { openai } from "@ai-sdk/openai";
import { generateText, isStepCount } from "ai";

import { limit, person, prompt, server, yes } from "./settings.mjs";

const transport = server.url ? { type: "http", url: server.url } : new StdioTransport(server);
const client = await createMCPClient({ transport, ...(person && { capabilities: { elicitation: { form: {} } } }) });
if (person) {
  client.onElicitationRequest(ElicitationRequestSchema, yes);
}
const { text } = await generateText({
  model: openai("played"), tools: await client.tools(), stopWhen: isStepCount(20), prompt,
  ...(limit && { timeout: { toolMs: limit } }),
});
console.log(text);
await client.close();
