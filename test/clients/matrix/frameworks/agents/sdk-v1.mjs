// The program takes the place of a model: it follows the scenario, and prints the results.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

import { follow } from "./scenario.mjs";
import { person, server, yes } from "./settings.mjs";

const client = new Client({ name: "tester", version: "1.0.0" }, { capabilities: person ? { elicitation: { form: {} } } : {} });
if (person) {
  client.setRequestHandler(ElicitRequestSchema, yes);
}
await client.connect(new StdioClientTransport(server));
await client.listTools();
await follow((params, options) => client.callTool(params, undefined, options));
await client.close();
