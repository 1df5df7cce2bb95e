import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";

import { limit, progress, prompt, server, show } from "./settings.mjs";

const client = new MultiServerMCPClient({
  mcpServers: { orq: server.url ? server : { transport: "stdio", ...server } },
  ...(progress && { onProgress: show }),
  ...(limit && { defaultToolTimeout: limit }),
});
const agent = createAgent({ model: new ChatOpenAI({ model: "played" }), tools: await client.getTools() });
const { messages } = await agent.invoke({ messages: [{ role: "user", content: prompt }] });
console.log(messages.at(-1).content);
await client.close();
