import { openai } from "@ai-sdk/openai";
import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";

import { limit, person, progress, prompt, server, show, yes } from "./settings.mjs";

const mcp = new MCPClient({
  servers: {
    orq: {
      ...(server.url ? { url: new URL(server.url) } : server),
      ...(progress && { enableProgressTracking: true }),
      ...(person && { inputRequests: async () => yes() }),
      ...(limit && { timeout: limit }),
    },
  },
});
if (progress) {
  await mcp.progress.onUpdate("orq", show);
}
const agent = new Agent({ id: "tester", name: "Tester", instructions: "Help.", model: openai("played"), tools: await mcp.listTools() });
const { text } = await agent.generate(prompt, { maxSteps: 20 });
console.log(text);
await mcp.disconnect();
