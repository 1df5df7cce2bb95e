import { shortLimit } from "../scenario.mjs";

// setUp writes the configuration and returns the environment. timeout is the time limit of a call, in ms.
function setUp(context, timeout) {
  const { home, server, model } = context;
  context.write(".gemini/settings.json", {
    mcpServers: { orq: { command: server.command, args: server.args(), trust: true, timeout } },
    security: { auth: { selectedType: "gemini-api-key" } },
    privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false }, general: { enableAutoUpdate: false },
  });
  context.write(".gemini/trustedFolders.json", { [home]: "TRUST_FOLDER" });
  return { GEMINI_API_KEY: "played", GOOGLE_GEMINI_BASE_URL: model.url };
}

const args = ["-m", "gemini-2.5-flash", "--approval-mode", "yolo"];

const instead = [
  "Its `timeout`, in ms, ends a longer run whatever progress comes: raise it, or start the server with `--stream-patience 580s`.",
];

export default {
  id: "gemini", name: "Gemini CLI", package: "@google/gemini-cli",
  async run(context) {
    const program = context.bin("gemini");
    await context.execute(program, [...args, "-p", "Try the agents."], setUp(context));
    const window = await context.inWindow((other) => other.window(program, [...args, "-i", "Try the agents."], setUp(other)));
    const resets = await context.resets((other) => other.execute(program, [...args, "-p", "Try the agents."], setUp(other, 1000 * shortLimit)));
    return { ...context.measured(), window, limits: [{ seconds: 600, resets, source: "stated", setting: "timeout" }], instead };
  },
};
