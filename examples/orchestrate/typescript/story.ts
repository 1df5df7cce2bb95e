// A writer drafts, a critic that runs elsewhere comments, a judge decides: three rounds at most.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const { ORQ_BASE_URL: base = "http://127.0.0.1:8586", ORQ_API_KEY: key = "sandbox", SUBJECT: subject = "the tides", PATH = "" } = process.env;

const client = new Client({ name: "story", version: "1" });
await client.connect(new StdioClientTransport({
  command: "orq-mcp", env: { PATH, ORQ_BASE_URL: base, ORQ_API_KEY: key, ORQ_MCP_LOG_LEVEL: "error" },
}));

type Outcome = { state?: string; output_text?: string };

async function call(name: string, args: Record<string, unknown>): Promise<Outcome> {
  // With onprogress the SDK sends a progress token, and each event restarts its timer: a run may take long.
  const result = await client.callTool({ name, arguments: args }, undefined, { onprogress: () => {}, resetTimeoutOnProgress: true });
  if (result.isError) {
    throw new Error(`${name}: ${(result.content as { text: string }[])[0].text}`);
  }
  return result.structuredContent as Outcome;
}

async function ask(agent: string, message: string): Promise<string> {
  const { state, output_text = "" } = await call("invoke_agent", { key: agent, message });
  if (state !== "completed") {
    throw new Error(`${agent}: the run is ${state}`);
  }
  return output_text;
}

async function tell(task: string): Promise<void> {
  let request = task;
  for (const round of [1, 2, 3]) {
    const draft = await ask("writer", request);
    const note = await ask("critic", draft);
    const verdict = await ask("judge", `Draft: ${draft}\nNote of the critic: ${note}`);
    console.log(`round ${round}\n  writer: ${draft}\n  critic: ${note}\n  judge:  ${verdict}`);
    if (verdict.startsWith("Content")) {
      return;
    }
    request = `${task}\nYour last draft: ${draft}\nNote of the critic: ${note}`;
  }
}

try {
  await call("get_agent", { key: "critic" }).catch(() => call("register_a2a_agent", {
    key: "critic", display_name: "Critic", description: "Says what a sentence lacks",
    agent_url: `${base}/v2/agents/reviewer/a2a`, headers: { Authorization: `Bearer ${key}` },
  }));
  await tell(`Write one sentence on ${subject}.`);
} finally {
  await client.close();
}
