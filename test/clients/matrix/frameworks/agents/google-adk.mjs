import { Gemini, InMemoryRunner, LlmAgent, MCPToolset } from "@google/adk";

import { prompt, server } from "./settings.mjs";

const parameters = server.url
  ? { type: "StreamableHTTPConnectionParams", url: server.url }
  : { type: "StdioConnectionParams", serverParams: server };
const toolset = new MCPToolset(parameters);
const agent = new LlmAgent({ name: "tester", model: new Gemini({ model: "played" }), instruction: "Help.", tools: [toolset] });
const runner = new InMemoryRunner({ agent, appName: "tester" });
const { id } = await runner.sessionService.createSession({ appName: "tester", userId: "user" });
for await (const { content } of runner.runAsync({ userId: "user", sessionId: id, newMessage: { role: "user", parts: [{ text: prompt }] } })) {
  console.log(content?.parts?.map(({ text }) => text).join(""));
}
await toolset.close();
