import { join } from "node:path";

const programOf = ({ packages }) => join(packages, "@cline/cli-linux-x64/bin/cline");

// setUp writes the configuration, and lets the program write which model it uses.
async function setUp(context) {
  const { server, model } = context;
  context.write(".cline/data/settings/cline_mcp_settings.json", {
    mcpServers: { orq: { command: server.command, args: server.args(), autoApprove: ["*"] } },
  });
  await context.execute(programOf(context), ["auth", "openai-native", "--apikey", "played", "--modelid", "gpt-4o", "--baseurl", `${model.url}/v1`], env);
}

const env = { CLINE_TELEMETRY_DISABLED: "1", CLINE_NO_AUTO_UPDATE: "1" };

const instead = [
  "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with `wait_seconds` below 60 has the answer.",
];

export default {
  id: "cline", name: "Cline", package: "@cline/cli-linux-x64",
  async run(context) {
    const program = programOf(context);
    await setUp(context);
    await context.execute(program, ["Try the agents."], env);
    const window = await context.inWindow(async (other) => {
      await setUp(other);
      await other.window(program, ["--tui", "Try the agents."], env);
    });
    return { ...context.measured(), window, limits: [{ seconds: 60, resets: null, source: "stated", setting: "timeout" }], instead };
  },
};
