import { join } from "node:path";

import { shortLimit, steps } from "../scenario.mjs";

const exec = ["exec", "--skip-git-repo-check", "Try the agents."];
const text = (value) => JSON.stringify(value);

// setUp writes the configuration and returns the environment. limit is the time limit of a call, in seconds.
function setUp(context, limit) {
  const { home, server, model } = context;
  context.write(".codex/config.toml", `
model = "gpt-5.2-codex"
model_provider = "played"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.played]
name = "played"
base_url = "${model.url}/v1"
env_key = "PLAYED_KEY"
wire_api = "responses"
[mcp_servers.orq]
command = ${text(server.command)}
args = ${text(server.args())}
default_tools_approval_mode = "approve"
${limit ? `tool_timeout_sec = ${limit}` : ""}
[projects.${text(home)}]
trust_level = "trusted"
`);
  return { CODEX_HOME: join(home, ".codex"), PLAYED_KEY: "played" };
}

const everything = "--dangerously-bypass-approvals-and-sandbox";

const instead = [
  "It shows no progress: `orq-mcp call` does.",
  "It gives up on a run after 300 s, which cancels it: raise `tool_timeout_sec` in the entry of the server, or start the server with `--stream-patience 280s`.",
  "Without a window it answers the question by itself: start the server with `--confirm-by argument` where it may delete agents.",
];

const bypassed = ({ answer, deleted }) => `\`codex exec ${everything}\` answers it with ${answer}: the agent is ${deleted ? "deleted" : "not deleted"}.`;

export default {
  id: "codex", name: "Codex", package: "@openai/codex",
  async run(context) {
    const program = context.bin("codex");
    await context.execute(program, exec, setUp(context));
    const window = await context.inWindow((other) => other.window(program, ["Try the agents."], setUp(other)));
    const resets = await context.resets((other) => other.execute(program, exec, setUp(other, shortLimit)));
    const bypass = await context.apart(steps, (other) => other.execute(program, [...exec, everything], setUp(other)));
    const limits = [{ seconds: 300, resets, source: "measured", setting: "tool_timeout_sec" }];
    return { ...context.measured(), window, limits, instead: [...instead, ...(bypass ? [bypassed(bypass.deleting)] : [])] };
  },
};
