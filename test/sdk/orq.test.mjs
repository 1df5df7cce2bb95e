// The official orq.ai client for TypeScript, unmodified, on the sandbox: it checks every answer against its own schemas.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { Orq } from "@orq-ai/node";

import { message, serveWorkspace } from "./workspace.mjs";

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

// The client cannot create an agent with a function tool: it drops the key of any tool that is not built in.
const scout = {
  key: "scout", role: "Scout", description: "Looks around", instructions: "Look.", path: "Default", model: "openai/gpt-4o",
  settings: { tools: [{ type: "current_date" }, { type: "google_search" }] },
};

// types returns the types of the events of a stream.
async function types(stream) {
  const seen = [];
  for await (const event of stream) {
    seen.push(event.data?.type ?? event.type);
  }
  return seen;
}

async function failure(promise) {
  const error = await promise.then(() => assert.fail("it succeeded"), (reason) => reason);
  return { status: error.statusCode, text: `${error.message} ${error.body ?? ""}` };
}

describe("the official client", () => {
  let workspace;
  let card;
  let orq;
  before(async () => {
    workspace = await serveWorkspace();
    card = await serveCard();
    orq = new Orq({ apiKey: "any", serverURL: workspace.url });
  });
  after(async () => {
    card.end();
    await workspace.end();
  });

  it("creates, lists, retrieves and updates an agent", async () => {
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

  it("registers an A2A agent and refreshes its card", async () => {
    const registered = await orq.agents.postV2AgentsA2a({
      key: "planner", displayName: "Planner", description: "Plans", path: "Default", agentUrl: card.url,
      headers: { Authorization: { value: "Bearer s3cr3t", encrypted: true } },
    });
    assert.equal(registered.type, "a2a");
    assert.ok(!JSON.stringify(registered).includes("s3cr3t"));
    const refreshed = await orq.agents.postV2AgentsKeyCardRefresh({ key: "planner" });
    assert.ok(refreshed.message);
    const retrieved = await orq.agents.retrieve("planner");
    assert.equal(retrieved.key, "planner");
  });

  it("invokes an agent and gets its response", async () => {
    const task = await orq.agents.invoke("scout", { message: message("hello") });
    assert.equal(task.kind, "task");
    let response;
    do {
      response = await orq.agents.responses.get({ agentKey: "scout", taskId: task.id });
    } while (response.status === "in_progress");
    assert.equal(response.status, "completed");
    assert.match(JSON.stringify(response.output), /You wrote: hello/);
  });

  it("streams an agent that uses a tool", async () => {
    const seen = await types(await orq.agents.stream({ message: message("/tool current_date\nhello") }, "scout"));
    for (const type of [
      "agents.execution_started", "event.agents.started", "event.agents.execution_named", "event.agents.message-created", "event.agents.thought",
      "event.workflow_events.tool_execution_started", "event.workflow_events.tool_execution_finished", "event.agents.inactive",
    ]) {
      assert.ok(seen.includes(type), `${type} in ${seen}`);
    }
    assert.equal(seen.at(-1), "event.agents.inactive");
  });

  it("streams a response", async () => {
    const request = { message: message("/tool current_date\nhello"), stream: true };
    const seen = [];
    let text = "";
    for await (const { data: { type, data } } of await orq.agents.responses.create(request, "scout")) {
      seen.push(type);
      text += type === "part.done" ? data.part.text : "";
    }
    assert.deepEqual(seen, ["response.started", "tool.started", "tool.done", "part.delta", "part.done", "response.done"]);
    assert.match(text, /You wrote: hello/);
  });

  it("runs an agent by its configuration, streamed and not", async () => {
    const configuration = { key: "runner", role: "Runner", instructions: "Run.", path: "Default", model: "openai/gpt-4o", settings: {} };
    const task = await orq.agents.run({ ...configuration, message: message("hello") });
    assert.ok(task.id);
    const seen = await types(await orq.agents.streamRun({ ...configuration, message: message("/count 3") }));
    assert.equal(seen.filter((type) => type === "event.agents.thought").length, 4);
  });

  it("answers the call of a function tool, and the run goes on", async () => {
    const clerk = {
      key: "clerk", role: "Clerk", instructions: "Find orders.", path: "Default", model: "openai/gpt-4o",
      settings: { tools: [{ type: "function", key: "lookup", function: { name: "lookup", description: "Looks up" } }] },
    };
    let taskId;
    let pending;
    for await (const { data } of await orq.agents.streamRun({ ...clerk, message: message("/tool lookup {\"id\": 7}") })) {
      taskId ??= data.data?.agentTaskId;
      pending = data.data?.pendingToolCalls ?? pending;
    }
    assert.ok(taskId);
    assert.deepEqual(pending.map((call) => [call.function.name, call.function.arguments]), [["lookup", "{\"id\":7}"]]);
    const paused = await orq.agents.responses.get({ agentKey: "clerk", taskId });
    assert.equal(paused.pendingToolCalls.length, 1);
    const answer = { role: "tool", parts: [{ kind: "tool_result", toolCallId: pending[0].id, result: { state: "shipped" } }] };
    assert.equal((await types(await orq.agents.stream({ taskId, message: answer }, "clerk"))).at(-1), "event.agents.inactive");
    const ended = await orq.agents.responses.get({ agentKey: "clerk", taskId });
    assert.match(JSON.stringify(ended.output), /lookup returned/);
  });

  it("waits for a response, and continues it", async () => {
    const first = await orq.agents.responses.create({ message: message("/tool current_date\nhello") }, "scout");
    assert.equal(first.finishReason, "stop");
    assert.match(JSON.stringify(first.output), /You wrote: hello/);
    const second = await orq.agents.responses.create({ taskId: first.taskId, message: message("again") }, "scout");
    assert.equal(second.taskId, first.taskId);
    const begun = await orq.agents.responses.create({ background: true, message: message("/slow 5m") }, "scout");
    assert.deepEqual(begun.output, []);
  });

  it("receives reviews, timeouts and errors that end a stream", async () => {
    const reviewed = await types(await orq.agents.stream({ message: message("/review\nhello") }, "scout"));
    assert.ok(reviewed.includes("event.agents.execution_review_required") && reviewed.includes("event.agents.execution_reviewed"), reviewed);
    const late = await types(await orq.agents.stream({ message: message("/slow 5m"), streamTimeoutSeconds: 1 }, "scout"));
    assert.equal(late.at(-1), "agents.timeout");
    await orq.agents.create({ ...scout, key: "doomed" });
    const seen = [];
    for await (const { data } of await orq.agents.stream({ message: message("/slow 5m") }, "doomed")) {
      if (data.type === "event.agents.message-created") {
        await orq.agents.delete("doomed");
      }
      seen.push(data.type);
    }
    assert.equal(seen.at(-1), "agents.error");
  });

  it("reads a version", async () => {
    const old = await orq.agents.retrieve("scout@1.0.0");
    assert.deepEqual([old.role, old.status], ["Scout", "published"]);
  });

  it("receives errors with their status", async () => {
    const missing = await failure(orq.agents.retrieve("nobody"));
    assert.equal(missing.status, 404);
    const taken = await failure(orq.agents.postV2AgentsA2a({
      key: "scout", displayName: "S", description: "d", path: "Default", agentUrl: card.url,
    }));
    assert.equal(taken.status, 409);
    const keyless = await failure(new Orq({ serverURL: workspace.url }).agents.list(1));
    assert.equal(keyless.status, 401);
    const unreadable = await failure(orq.agents.postV2AgentsA2a({
      key: "nowhere", displayName: "N", description: "d", path: "Default", agentUrl: "http://127.0.0.1:9",
    }));
    assert.equal(unreadable.status, 400);
    assert.match(unreadable.text, /card/);
  });

  it("deletes an agent", async () => {
    await orq.agents.delete("scout");
    assert.equal((await failure(orq.agents.retrieve("scout"))).status, 404);
    assert.equal((await failure(orq.agents.delete("scout"))).status, 404);
  });
});
