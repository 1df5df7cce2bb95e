import { tryFramework } from "../framework.mjs";

export default {
  id: "sdk-v1", name: "TypeScript SDK v1", package: "@modelcontextprotocol/sdk",
  run: (context) => tryFramework(context, "sdk-v1", {
    model: null, switches: { progress: "onprogress", deleting: "capabilities.elicitation" },
    limits: [{ seconds: 60, source: "stated", setting: "timeout" }],
    instead: ["Set `resetTimeoutOnProgress` beside `onprogress`, or it gives up after 60 s although progress comes."],
  }),
};
