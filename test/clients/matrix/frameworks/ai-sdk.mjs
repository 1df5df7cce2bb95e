import { tryFramework } from "../framework.mjs";

export default {
  id: "ai-sdk", name: "AI SDK", package: "@ai-sdk/mcp",
  run: (context) => tryFramework(context, "ai-sdk", {
    switches: { deleting: "capabilities.elicitation" },
    limits: [{ seconds: null, source: "stated", setting: "timeout.toolMs" }],
    instead: [
      "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with `wait_seconds` below 60 has the answer.",
      "On stdio the server does not learn that `abortSignal` or `timeout` of `generateText` ended a call; over HTTP it does.",
    ],
  }),
};
