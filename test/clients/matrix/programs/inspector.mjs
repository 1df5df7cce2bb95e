const instead = [
  "Each call is a process of its own: on stdio a sandbox needs `--data FILE` to remember agents and tasks, or run `orq-mcp http`.",
  "It has no progress: a run of more than 50 s comes back as `working`, and `get_agent_response` with `wait_seconds` below 60 has the answer.",
];

export default {
  id: "inspector", name: "MCP Inspector (CLI)", package: "@modelcontextprotocol/inspector",

  // Each call is a process of its own, so the server is one that goes on. The arguments of a step follow from what was printed.
  async run(context) {
    const server = await context.server.http();
    const printed = {};
    const inspect = async (step, ...args) => {
      const before = context.output.length;
      await context.execute(context.bin("mcp-inspector"), ["--cli", server.url, "--transport", "http", "--method", ...args]);
      printed[step] = context.output.slice(before);
    };
    try {
      await inspect("tools", "tools/list");
      for (const { id, tool, arguments: make } of context.steps) {
        const pairs = Object.entries(make(printed)).flatMap(([key, value]) => ["--tool-arg", `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`]);
        await inspect(id, "tools/call", "--tool-name", tool, ...pairs);
      }
      return { ...context.measured({ model: null }), limits: [{ seconds: 60, resets: null, source: "stated" }], instead };
    } finally {
      await server.end();
    }
  },
};
