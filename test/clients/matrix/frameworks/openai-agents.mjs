import { tryFramework } from "../framework.mjs";

export default {
  id: "openai-agents", name: "OpenAI Agents SDK", package: "@openai/agents",
  run: (context) => tryFramework(context, "openai-agents", {
    limits: [{ seconds: 60, source: "stated", setting: "timeout" }],
    instead: [
      "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with `wait_seconds` below 60 has the answer.",
      "`useStructuredContent: true` shows the model the structure in place of the text.",
    ],
  }),
};
