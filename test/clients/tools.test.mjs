// Every tool, called by the TypeScript SDKs: each succeeds once and fails once, and a person is asked before a deletion.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { Ajv2020 } from "ajv/dist/2020.js";

import { binary, serveHTTP, stdioArguments } from "./program.mjs";
import { Caller, sdks } from "./sdks.mjs";

const agent = { role: "Tester", description: "Is tested", instructions: "Be exact.", model: "openai/gpt-4o" };

// serveCard serves an agent card on a free port.
async function serveCard() {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({
      name: "Planner", description: "Plans trips", url: "http://127.0.0.1/", protocolVersion: "0.3.0",
      capabilities: { streaming: true }, skills: [{ id: "plan", name: "Plan a trip" }], version: "1.0.0",
      defaultInputModes: ["text/plain"], defaultOutputModes: ["text/plain"],
    }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

// calls has one successful call of each tool, in order. earlier has the results of the calls before.
function calls(card) {
  return [
    ["create_agent", () => ({ key: "scout", ...agent, tools: [{ type: "current_date" }] })],
    ["list_agents", () => ({ limit: 5 })],
    ["get_agent", () => ({ key: "scout" })],
    ["list_building_blocks", () => ({ kind: "models" })],
    ["update_agent", () => ({ key: "scout", role: "Chief tester" })],
    ["register_a2a_agent", () => ({ key: "planner", display_name: "Planner", description: "Plans", agent_url: card })],
    ["refresh_agent_card", () => ({ key: "planner" })],
    ["invoke_agent", () => ({ key: "scout", message: "hello" })],
    ["run_agent", () => ({ key: "runner", ...agent, message: "hello" })],
    ["get_agent_response", (earlier) => ({ key: "runner", task_id: earlier.run_agent.task_id })],
    ["delete_agent", () => ({ key: "runner", confirm: "runner" })],
  ];
}

// mistakes has one failing call of each tool.
const mistakes = {
  create_agent: { key: "9 lives" },
  list_agents: { limit: 0 },
  get_agent: { key: "nobody" },
  list_building_blocks: { kind: "prompts" },
  update_agent: { key: "nobody", role: "x" },
  register_a2a_agent: { key: "x" },
  refresh_agent_card: { key: "nobody" },
  invoke_agent: { key: "nobody", message: "hello" },
  run_agent: { key: "x" },
  get_agent_response: { key: "scout", task_id: "none" },
  delete_agent: { key: "scout", confirm: "scuot" },
};

function checks(caller, card) {
  it("has schemas that a strict validator compiles", () => {
    const { tools } = caller();
    assert.equal(tools.length, 11);
    const ajv = new Ajv2020({ strict: true, strictRequired: true, validateFormats: false });
    for (const { name, inputSchema, outputSchema } of tools) {
      assert.ok(ajv.compile(inputSchema), `input of ${name}`);
      assert.ok(ajv.compile(outputSchema), `output of ${name}`);
    }
  });

  it("succeeds with every tool", async () => {
    const ajv = new Ajv2020({ strict: true, validateFormats: false });
    const earlier = {};
    for (const [name, make] of calls(card())) {
      const args = make(earlier);
      const validate = ajv.compile(caller().tools.find((tool) => tool.name === name).inputSchema);
      assert.ok(validate(args), `${name}: ${JSON.stringify(validate.errors)}`);
      earlier[name] = await caller().call(name, args);
    }
    assert.deepEqual(Object.keys(earlier).sort(), caller().tools.map(({ name }) => name).sort());
    assert.deepEqual(earlier.update_agent.changes, [{ field: "role", before: "Tester", after: "Chief tester" }]);
  });

  it("shows the mistakes of every tool", async () => {
    for (const { name } of caller().tools) {
      const result = await caller().sdk.call(caller().client, { name, arguments: mistakes[name] });
      assert.equal(result.isError, true, name);
      assert.match(result.content[0].text, /^(The arguments of |No agent has |There is no task )/, name);
    }
  });
}

// Since protocol 2026-07-28 the server does not know how long an answer took.
// answers has what a client returns for the form, whether the agent is then deleted, and what the error states if not.
const answers = {
  "accepts": [{ action: "accept", content: { confirm: true } }, true],
  "accepts with text": [{ action: "accept", content: { confirm: "true" } }, true],
  "accepts without the box": [{ action: "accept", content: { confirm: false } }, false, /the answer was no/],
  "accepts and fills nothing in": [{ action: "accept", content: {} }, true],
  "accepts without a form": [{ action: "accept" }, true],
  "declines by itself": [{ action: "decline" }, false, /(the client refused the question at once|the answer was no).*--confirm-by argument/],
  "closes the form by itself": [{ action: "cancel" }, false, /the client refused the question at once|the form came back without an answer/],
};

function deletions(sdk, transport) {
  for (const [what, [answer, deleted, reason]] of Object.entries(answers)) {
    it(`deletes ${deleted ? "when" : "nothing when"} the client ${what}`, async () => {
      const asked = [];
      const caller = await Caller.connect(sdk, transport(), ({ params }) => {
        asked.push(params.message);
        return answer;
      });
      const key = `asked-${what.replaceAll(" ", "-")}`;
      await caller.call("create_agent", { key, ...agent });
      const result = await sdk.call(caller.client, { name: "delete_agent", arguments: { key, confirm: key } });
      assert.deepEqual(asked, [`Delete the agent ${key} for good?`]);
      assert.equal(Boolean(result.isError), !deleted, JSON.stringify(result.content));
      if (reason) {
        assert.match(result.content[0].text, reason);
      }
      const { agents } = await caller.call("list_agents", {});
      assert.equal(agents.some((row) => row.key === key), !deleted);
      await caller.close();
    });
  }
}

for (const [title, sdk] of Object.entries(sdks)) {
  describe(`${title} on stdio`, () => {
    const transport = () => sdk.stdio({ command: binary, args: stdioArguments });
    let caller;
    let card;
    before(async () => {
      card = await serveCard();
      caller = await Caller.connect(sdk, transport());
    });
    after(async () => {
      await caller.close();
      card.end();
    });
    checks(() => caller, () => card.url);
    deletions(sdk, transport);

    it("deletes without asking a client that answers by itself, with --confirm-by argument", async () => {
      const args = [...stdioArguments, "--confirm-by", "argument"];
      const headless = await Caller.connect(sdk, sdk.stdio({ command: binary, args }), () => assert.fail("the client was asked"));
      await headless.call("create_agent", { key: "unasked", ...agent });
      assert.equal((await headless.call("delete_agent", { key: "unasked", confirm: "unasked" })).deleted, true);
      await headless.close();
    });
  });

  describe(`${title} on streamable HTTP`, () => {
    let caller;
    let card;
    let server;
    const transport = () => sdk.http(new URL(server.url));
    before(async () => {
      card = await serveCard();
      server = await serveHTTP();
      caller = await Caller.connect(sdk, transport());
    });
    after(async () => {
      await caller.close();
      card.end();
      await server.end();
    });
    checks(() => caller, () => card.url);
    deletions(sdk, transport);
  });
}
