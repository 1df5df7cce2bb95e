import { tryFramework } from "../framework.mjs";

export default {
  id: "google-adk", name: "Google ADK", package: "@google/adk",
  run: (context) => tryFramework(context, "google-adk", {
    http: true, limits: [],
    instead: [
      "It opens a session for each call, so on stdio a program, and a sandbox forgets everything between two calls: run `orq-mcp http` and give its address.",
      "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with its `task_id`, and `wait_seconds` below 60, has the answer.",
    ],
    unknown: { schemas: "open objects (`variables`, `metadata`, `headers`) are declared to Gemini as objects without members, which Gemini 2.0 refused; not tried with Gemini." },
  }),
};
