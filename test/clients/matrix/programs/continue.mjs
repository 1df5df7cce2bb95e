// setUp writes the configuration and returns the arguments that name it.
function setUp(context) {
  const { server, model } = context;
  const config = context.write("config.yaml", {
    name: "played", version: "1.0.0", schema: "v1",
    models: [{ name: "played", provider: "openai", model: "played", apiKey: "played", apiBase: `${model.url}/v1`, roles: ["chat"], capabilities: ["tool_use"] }],
    mcpServers: [{ name: "orq", command: server.command, args: server.args() }],
  });
  return ["--config", config, "--auto"];
}

const env = { CONTINUE_TELEMETRY_ENABLED: "0", CONTINUE_CLI_ENABLE_TELEMETRY: "0", CONTINUE_CLI_AUTO_UPDATED: "1" };

const instead = [
  "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with `wait_seconds` below 60 has the answer.",
];

export default {
  id: "continue", name: "Continue", package: "@continuedev/cli",
  async run(context) {
    const program = context.bin("cn");
    await context.execute(program, ["-p", "Try the agents.", ...setUp(context)], env);
    const window = await context.inWindow((other) => other.window(program, ["Try the agents.", ...setUp(other)], env));
    return { ...context.measured(), window, limits: [{ seconds: 60, resets: null, source: "stated" }], instead };
  },
};
