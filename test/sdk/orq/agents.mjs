// Agents, with the client of one release.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { failure } from "../releases.mjs";
import { post } from "../workspace.mjs";

// scout is a body of create. Its tools are built in: releases before 4.13 drop the key of any other.
export const scout = {
  key: "scout", role: "Scout", description: "Looks around", instructions: "Look.", path: "Default", model: "openai/gpt-4o",
  settings: { tools: [{ type: "current_date" }, { type: "google_search" }] },
};

const builtIn = [
  "google_search", "web_scraper", "call_sub_agent", "retrieve_agents", "query_memory_store", "write_memory_store", "retrieve_memory_stores",
  "delete_memory_document", "retrieve_knowledge_bases", "query_knowledge_base", "current_date",
].map((type) => ({ type }));
const referenced = ["http", "code", "function", "json_schema"].map((type) => ({ type, key: `my_${type}` }));
const mcp = { type: "mcp", key: "my_mcp", toolId: "01K0000000000000000000000T" };
const configured = ["advisor", "sidekick", "code_interpreter"].map((type) => ({ type, configuration: { note: "n" } }));
const fileSystem = { type: "file_system", configuration: { fileSystemKey: "docs" } };

// writable are the tools that a release can write.
function writable(release) {
  return [
    ...builtIn, mcp,
    ...release.lacks("toolKeys") ? [{ type: "openai:web_search" }] : [...referenced, ...configured],
    ...release.lacks("fileSystems") ? [] : [fileSystem],
  ];
}

async function serveCard() {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({
      name: "Planner", description: "Plans trips", url: "http://127.0.0.1/", protocolVersion: "0.3.0", version: "1.0.0",
      capabilities: { streaming: true }, skills: [{ id: "plan", name: "Plan", description: "Plans", tags: ["trips"] }],
      defaultInputModes: ["text/plain"], defaultOutputModes: ["text/plain"],
    }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

export function agents(release, client) {
  it("creates, lists, retrieves and updates an agent", async () => {
    const { orq } = client;
    const created = await orq.agents.create(scout);
    assert.equal(created.key, "scout");
    assert.equal(created.settings.tools.length, 2);
    const list = await orq.agents.list(10);
    assert.deepEqual(list.data.map(({ key }) => key), ["scout"]);
    assert.equal(list.hasMore, false);
    const updated = await orq.agents.update({ role: "Chief scout", versionIncrement: "minor" }, "scout");
    assert.equal(updated.role, "Chief scout");
    const retrieved = await orq.agents.retrieve("scout");
    assert.deepEqual([retrieved.role, retrieved.version, retrieved.instructions], ["Chief scout", "1.1.0", "Look."]);
  });

  it("reads a version", async () => {
    const old = await client.orq.agents.retrieve("scout@1.0.0");
    assert.deepEqual([old.role, old.status], ["Scout", "published"]);
  });

  it("pages through a list", async () => {
    const { orq } = client;
    await orq.agents.create({ ...scout, key: "second" });
    const first = await orq.agents.list(1);
    assert.deepEqual([first.data.map(({ key }) => key), first.hasMore], [["second"], true]);
    const next = await orq.agents.list(1, first.data[0].id);
    assert.deepEqual([next.data.map(({ key }) => key), next.hasMore], [["scout"], false]);
    const back = await orq.agents.list(1, undefined, next.data[0].id);
    assert.deepEqual(back.data.map(({ key }) => key), ["second"]);
    await orq.agents.delete("second");
  });

  it("keeps every field that it can write", async () => {
    const { orq } = client;
    const model = {
      id: "openai/gpt-4o", parameters: { temperature: 0.5, maxTokens: 100, reasoningEffort: "high" }, retry: { count: 2, onCodes: [429] },
    };
    const written = {
      ...scout, key: "full", displayName: "Full", systemPrompt: "Be brief.", model, fallbackModels: ["openai/gpt-4o-mini", model],
      memoryStores: ["notes"], knowledgeBases: [{ knowledgeId: "kb" }], teamOfAgents: [{ key: "scout", role: "looks" }],
      variables: { name: "Ann" }, skills: ["writing"],
      settings: {
        maxIterations: 7, maxExecutionTime: 60, toolApprovalRequired: "none", maxCost: 1, chatExposed: true,
        tools: [{ type: "web_scraper", requiresApproval: true }],
        evaluators: [{ id: "01K0000000000000000000000E", sampleRate: 10, executeOn: "output" }],
        guardrails: [{ id: "orq_pii_detection", executeOn: "input" }],
      },
    };
    const created = await orq.agents.create(written);
    for (const field of ["displayName", "systemPrompt", "memoryStores", "variables"]) {
      assert.deepEqual(created[field], written[field], field);
    }
    assert.equal(created.model.parameters.temperature, 0.5);
    assert.equal(created.teamOfAgents[0].key, "scout");
    assert.deepEqual(created.settings.evaluators.map(({ sampleRate }) => sampleRate), [10]);
    assert.equal(created.settings.tools[0].requiresApproval, true);
    assert.equal(created.settings.maxIterations, 7);
    assert.deepEqual(created.skills, release.lacks("skills") ? undefined : ["writing"]);
    assert.equal(created.settings.chatExposed, release.lacks("chatExposed") ? undefined : true);
    assert.deepEqual(await orq.agents.retrieve("full"), created);
    await orq.agents.delete("full");
  });

  it("writes and reads every type of tool that it has", async () => {
    const { orq } = client;
    const tools = writable(release);
    const created = await orq.agents.create({ ...scout, key: "tooled", settings: { tools } });
    assert.deepEqual(created.settings.tools.map(({ actionType }) => actionType), tools.map(({ type }) => type));
    const keys = (list) => list.map(({ key }) => key).filter((key) => key?.startsWith("my_"));
    assert.deepEqual(keys(created.settings.tools), keys(tools));
    const updated = await orq.agents.update({ settings: { tools: [mcp] } }, "tooled");
    assert.deepEqual(updated.settings.tools.map(({ actionType, toolId }) => [actionType, toolId]), [["mcp", mcp.toolId]]);
    await orq.agents.delete("tooled");
  });

  it("reads tools that others wrote", async () => {
    const tools = [...builtIn, ...referenced, ...configured, { type: "openai:web_search" },
      { type: "file_system", configuration: { file_system_key: "docs" } }, { type: "mcp", key: "my_mcp", tool_id: mcp.toolId }];
    await post(client.url, "/v2/agents", { ...scout, key: "others", settings: { tools } });
    const read = await client.orq.agents.retrieve("others");
    assert.deepEqual(read.settings.tools.map(({ actionType }) => actionType), tools.map(({ type }) => type));
    await client.orq.agents.delete("others");
  });

  describe("A2A agents", { skip: release.lacks("a2a") }, () => {
    let card;
    before(async () => {
      card = await serveCard();
    });
    after(() => card.end());

    it("registers one and refreshes its card", async () => {
      const { orq } = client;
      const registered = await orq.agents.postV2AgentsA2a({
        key: "planner", displayName: "Planner", description: "Plans", path: "Default", agentUrl: card.url,
        headers: { Authorization: { value: "Bearer s3cr3t", encrypted: true } },
      });
      assert.equal(registered.type, "a2a");
      assert.ok(!JSON.stringify(registered).includes("s3cr3t"));
      const refreshed = await orq.agents.postV2AgentsKeyCardRefresh({ key: "planner" });
      assert.ok(refreshed.message);
      assert.equal((await orq.agents.retrieve("planner")).key, "planner");
      assert.deepEqual((await orq.agents.list(9, undefined, undefined, "a2a")).data.map(({ key }) => key), ["planner"]);
    });

    it("receives errors with their status", async () => {
      const { orq } = client;
      const body = { displayName: "S", description: "d", path: "Default" };
      const taken = await failure(orq.agents.postV2AgentsA2a({ ...body, key: "scout", agentUrl: card.url }));
      assert.equal(taken.status, 409);
      const unreadable = await failure(orq.agents.postV2AgentsA2a({ ...body, key: "nowhere", agentUrl: "http://127.0.0.1:9" }));
      assert.equal(unreadable.status, 400);
      assert.match(unreadable.text, /card/);
    });
  });

  it("reads an external agent in the list, which it cannot register", { skip: !release.lacks("a2a") }, async () => {
    const card = await serveCard();
    const body = { key: "planner", display_name: "Planner", description: "Plans", path: "Default", agent_url: card.url };
    await post(client.url, "/v2/agents/external", body);
    card.end();
    const list = await client.orq.agents.list(9);
    assert.ok(list.data.some(({ key }) => key === "planner") && list.data.some(({ key }) => key === "scout"));
    assert.equal((await client.orq.agents.retrieve("planner")).key, "planner");
  });

  it("receives errors with their status", async () => {
    const { orq, url } = client;
    assert.equal((await failure(orq.agents.retrieve("nobody"))).status, 404);
    assert.equal((await failure(orq.agents.create(scout))).status, 409);
    assert.equal((await failure(client.keyless(url).agents.list(1))).status, 401);
    const invalid = await failure(orq.agents.update({ key: "not a key" }, "scout"));
    assert.equal(invalid.status, 400);
    assert.match(invalid.text, /key: /);
  });

  it("deletes an agent", async () => {
    const { orq } = client;
    await orq.agents.create({ ...scout, key: "short" });
    await orq.agents.delete("short");
    assert.equal((await failure(orq.agents.retrieve("short"))).status, 404);
    assert.equal((await failure(orq.agents.delete("short"))).status, 404);
  });
}
