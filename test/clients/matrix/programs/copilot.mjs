import { join } from "node:path";

import { shortLimit } from "../scenario.mjs";

// setUp writes the configuration and returns the environment. timeout is the time limit of a call, in ms.
function setUp(context, timeout) {
  const { home, server, model } = context;
  context.write(".copilot/mcp-config.json", { mcpServers: { orq: { type: "local", command: server.command, args: server.args(), tools: ["*"], timeout } } });
  context.write(".copilot/config.json", { trusted_folders: [home], banner: "never" });
  return {
    COPILOT_OFFLINE: "true", COPILOT_AUTO_UPDATE: "false", COPILOT_MODEL: "gpt-4.1",
    COPILOT_PROVIDER_BASE_URL: `${model.url}/v1`, COPILOT_PROVIDER_API_KEY: "played",
  };
}

const instead = [
  "Without a window it answers the question by itself: start the server with `--confirm-by argument` where it may delete agents.",
];

export default {
  id: "copilot", name: "Copilot CLI", package: "@github/copilot",
  async run(context) {
    const program = join(context.packages, "@github/copilot-linux-x64/copilot");
    await context.execute(program, ["--allow-all", "-p", "Try the agents."], setUp(context));
    const window = await context.inWindow((other) => other.window(program, ["--allow-all", "-i", "Try the agents."], setUp(other)));
    const resets = await context.resets((other) => other.execute(program, ["--allow-all", "-p", "Try the agents."], setUp(other, 1000 * shortLimit)));
    return { ...context.measured(), window, limits: [{ seconds: null, resets, source: "stated", setting: "timeout" }], instead };
  },
};
