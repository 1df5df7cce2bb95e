import { tryFramework } from "../framework.mjs";

export default {
  id: "langchain", name: "LangChain", package: "@langchain/mcp-adapters",
  run: (context) => tryFramework(context, "langchain", {
    switches: { progress: "onProgress" },
    limits: [{ seconds: 60, source: "stated", setting: "defaultToolTimeout" }],
    instead: [
      "With `onProgress` a call lasts as long as its run, and the client gives up after 60 s: raise `defaultToolTimeout`, in ms, or see [clients that give up](#clients-that-give-up-and-clients-that-search).",
      "Its model reads each result twice, as text and as structure; `afterToolCall: ({ result: [[block]] }) => ({ result: [block.text, []] })` leaves the text.",
    ],
  }),
};
