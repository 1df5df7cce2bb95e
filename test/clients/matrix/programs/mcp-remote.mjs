import { pathToFileURL } from "node:url";

// load imports a module of the official SDK, which plays the client in front of the bridge.
const load = (context, name) => import(pathToFileURL(`${context.packages}@modelcontextprotocol/sdk/dist/esm/${name}.js`));

const instead = ["It passes everything on: what is shown, asked and waited for depends on the client before it. A client that speaks streamable HTTP needs no bridge."];

export default {
  id: "mcp-remote", name: "mcp-remote (a bridge to HTTP)", package: "mcp-remote",
  async run(context) {
    const [{ Client }, { StdioClientTransport }, { ElicitRequestSchema }] = await Promise.all(["client/index", "client/stdio", "types"].map((name) => load(context, name)));
    const server = await context.server.http();
    const client = new Client({ name: "orq-mcp-check", version: "1.0.0" }, { capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: {} }));
    try {
      await client.connect(new StdioClientTransport({ command: process.execPath, args: [context.bin("mcp-remote"), server.url, "--allow-http"], env: context.env(), stderr: "ignore" }));
      await client.listTools();
      const shown = {};
      for (const { id, tool, arguments: make } of context.steps) {
        const onprogress = ({ message }) => { context.output += `${message}\n`; };
        shown[id] = JSON.stringify(await client.callTool({ name: tool, arguments: make(shown) }, undefined, { onprogress, timeout: context.limit }));
        context.output += shown[id];
      }
      const facts = context.measured({ model: null });
      return { ...facts, deleting: { ...facts.deleting, handler: true }, instead };
    } finally {
      await client.close();
      await server.end();
    }
  },
};
