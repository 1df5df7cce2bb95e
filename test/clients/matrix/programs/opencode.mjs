import { join } from "node:path";

import { shortLimit } from "../scenario.mjs";

// setUp writes the configuration and returns the environment. timeout is the time limit of a call, in ms.
function setUp(context, timeout) {
  const { server, model } = context;
  const provider = {
    npm: "@ai-sdk/openai-compatible", name: "played", options: { baseURL: `${model.url}/v1`, apiKey: "played" }, models: { played: { name: "played" } },
  };
  context.write(".config/opencode/opencode.json", {
    autoupdate: false, share: "disabled", model: "played/played", provider: { played: provider },
    mcp: { orq: { type: "local", command: [server.command, ...server.args()], enabled: true, timeout } },
  });
  return { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1" };
}

const instead = [
  "It shows no progress: `orq-mcp call` does.",
];

export default {
  id: "opencode", name: "opencode", package: "opencode-linux-x64-baseline",
  async run(context) {
    const program = join(context.packages, "opencode-linux-x64-baseline/bin/opencode");
    await context.execute(program, ["run", "Try the agents."], setUp(context));
    const window = await context.inWindow((other) => other.window(program, ["--prompt", "Try the agents."], setUp(other), [[/Try the agents\./, "\r"]]));
    const resets = await context.resets((other) => other.execute(program, ["run", "Try the agents."], setUp(other, 1000 * shortLimit)));
    return { ...context.measured(), window, limits: [{ seconds: null, resets, source: "stated", setting: "timeout" }], instead };
  },
};
