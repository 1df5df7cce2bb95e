import { Agent, MCPServerStdio, MCPServerStreamableHttp, run, setTracingDisabled } from "@openai/agents";

import { limit, prompt, server } from "./settings.mjs";

setTracingDisabled(true);
const Transport = server.url ? MCPServerStreamableHttp : MCPServerStdio;
const orq = new Transport({ name: "orq", ...server, ...(limit && { timeout: limit }) });
await orq.connect();
const agent = new Agent({ name: "Tester", instructions: "Help.", mcpServers: [orq] });
const { finalOutput } = await run(agent, prompt, { maxTurns: 20 });
console.log(finalOutput);
await orq.close();
