import { tryFramework } from "../framework.mjs";

export default {
  id: "sdk-v2", name: "TypeScript SDK v2", package: "@modelcontextprotocol/client",
  run: (context) => tryFramework(context, "sdk-v2", {
    model: null, switches: { progress: "onprogress", deleting: "capabilities.elicitation" },
    limits: [{ seconds: 60, source: "stated", setting: "timeout" }],
    instead: ["Set `resetTimeoutOnProgress` beside `onprogress`, or it gives up after 60 s although progress comes."],
  }),
};
