// The program takes the place of a model: it follows the scenario, and prints the results.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { follow } from "./scenario.mjs";
import { person, server, yes } from "./settings.mjs";

const client = new Client(
  { name: "tester", version: "1.0.0" },
  { capabilities: person ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode: "auto" } },
);
if (person) {
  client.setRequestHandler("elicitation/create", yes);
}
await client.connect(new StdioClientTransport(server));
await client.listTools();
await follow((params, options) => client.callTool(params, options));
await client.close();
