import { tryFramework } from "../framework.mjs";

export default {
  id: "mastra", name: "Mastra", package: "@mastra/mcp",
  run: (context) => tryFramework(context, "mastra", {
    switches: { progress: "enableProgressTracking", deleting: "inputRequests" },
    limits: [{ seconds: 60, source: "stated", setting: "timeout" }],
    instead: [
      "Progress goes to the listener of `mcp.progress.onUpdate`. With it a call lasts as long as its run, and the client gives up after 60 s: raise `timeout`, in ms, or see [clients that give up](#clients-that-give-up-and-clients-that-search).",
      "A call during which the program ends or its connection breaks is sent again ([finding](../findings/mastra-repeats-call.sh)): an agent may run twice. `get_agent_response` shows the newest run.",
      "Models of OpenAI are offered open objects (`variables`, `metadata`, `headers`) as closed and empty ones ([finding](../findings/mastra-open-object.sh)): instructions have to say what belongs there, and it arrives.",
    ],
  }),
};
