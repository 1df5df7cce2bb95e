import { join } from "node:path";

import { shortLimit } from "../scenario.mjs";

// setUp writes the configuration. It returns the program, its arguments and its environment.
function setUp(context) {
  const { home, packages, server, model } = context;
  const config = context.write("mcp.json", { mcpServers: { orq: { command: server.command, args: server.args() } } });
  context.write(".claude.json", {
    hasCompletedOnboarding: true, theme: "dark", customApiKeyResponses: { approved: ["played"], rejected: [] },
    projects: { [home]: { hasTrustDialogAccepted: true } },
  });
  return [
    join(packages, "@anthropic-ai/claude-code-linux-x64/claude"),
    ["--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__orq"],
    {
      ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "played", ENABLE_TOOL_SEARCH: "true",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1",
    },
  ];
}

const instead = [
  "Without a window it answers the question by itself: start the server with `--confirm-by argument` where it may delete agents.",
];

export default {
  id: "claude-code", name: "Claude Code", package: "@anthropic-ai/claude-code",
  async run(context) {
    const [program, args, env] = setUp(context);
    await context.execute(program, ["-p", "Try the agents.", ...args], env);
    const window = await context.inWindow((other) => {
      const [, more, variables] = setUp(other);
      return other.window(program, [...more, "--", "Try the agents."], variables);
    });
    const resets = await context.resets((other) => {
      const [, more, variables] = setUp(other);
      return other.execute(program, ["-p", "Try the agents.", ...more], { ...variables, MCP_TOOL_TIMEOUT: String(1000 * shortLimit) });
    });
    return { ...context.measured(), window, limits: [{ seconds: 100_000, resets, source: "stated", setting: "MCP_TOOL_TIMEOUT" }], instead };
  },
};
