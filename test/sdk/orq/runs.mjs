// The run operations of March 2026, with the client of one release. They need the agent "scout".
import assert from "node:assert/strict";
import { it } from "node:test";

import { all, types } from "../releases.mjs";
import { message } from "../workspace.mjs";
import { scout } from "./agents.mjs";

export function runs(client) {
  it("invokes an agent and gets its response", async () => {
    const { orq } = client;
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
    const seen = await types(await client.orq.agents.stream({ message: message("/tool current_date\nhello") }, "scout"));
    for (const type of [
      "agents.execution_started", "event.agents.started", "event.agents.execution_named", "event.agents.message-created", "event.agents.thought",
      "event.workflow_events.tool_execution_started", "event.workflow_events.tool_execution_finished", "event.agents.inactive",
    ]) {
      assert.ok(seen.includes(type), `${type} in ${seen}`);
    }
    assert.equal(seen.at(-1), "event.agents.inactive");
  });

  it("receives a tool that fails and one that needs approval", async () => {
    const { orq } = client;
    const failed = await types(await orq.agents.stream({ message: message("/tool google_search") }, "scout"));
    assert.ok(failed.includes("event.workflow_events.tool_execution_failed"), failed);
    await orq.agents.create({ ...scout, key: "careful", settings: { toolApprovalRequired: "all", tools: [{ type: "current_date" }] } });
    const asked = await types(await orq.agents.stream({ message: message("/tool current_date") }, "careful"));
    assert.ok(asked.includes("event.agents.action_review_requested") && asked.includes("event.agents.action_reviewed"), asked);
  });

  it("receives what a team does", async () => {
    const { orq } = client;
    await orq.agents.create({
      ...scout, key: "chief", teamOfAgents: [{ key: "scout" }], settings: { tools: [{ type: "call_sub_agent" }, { type: "retrieve_agents" }] },
    });
    const seen = await types(await orq.agents.stream({
      message: message('/tool retrieve_agents\n/tool call_sub_agent {"agent_key": "scout", "input": "go"}'),
    }, "chief"));
    assert.ok(seen.includes("event.agents.handed_off"), seen);
    assert.equal(seen.at(-1), "event.agents.inactive");
  });

  it("streams a response", async () => {
    const request = { message: message("/tool current_date\nhello"), stream: true };
    const events = await all(await client.orq.agents.responses.create(request, "scout"));
    assert.deepEqual(events.map(({ type }) => type),
      ["response.started", "tool.started", "tool.done", "part.delta", "part.done", "response.done"]);
    assert.match(events.map(({ type, data }) => (type === "part.done" ? data.part.text : "")).join(""), /You wrote: hello/);
  });

  it("waits for a response, and continues it", async () => {
    const { orq } = client;
    const first = await orq.agents.responses.create({ message: message("/tool current_date\nhello") }, "scout");
    assert.equal(first.finishReason, "stop");
    assert.match(JSON.stringify(first.output), /You wrote: hello/);
    const second = await orq.agents.responses.create({ taskId: first.taskId, message: message("again") }, "scout");
    assert.equal(second.taskId, first.taskId);
    const begun = await orq.agents.responses.create({ background: true, message: message("/slow 5m") }, "scout");
    assert.deepEqual(begun.output, []);
  });

  it("runs an agent by its configuration, streamed and not", async () => {
    const { orq } = client;
    const configuration = { key: "runner", role: "Runner", instructions: "Run.", path: "Default", model: "openai/gpt-4o", settings: {} };
    const task = await orq.agents.run({ ...configuration, message: message("hello") });
    assert.ok(task.id);
    const seen = await types(await orq.agents.streamRun({ ...configuration, message: message("/count 3") }));
    assert.equal(seen.filter((type) => type === "event.agents.thought").length, 4);
  });

  it("answers the call of a function tool, and the run goes on", async () => {
    const { orq } = client;
    const teller = {
      key: "teller", role: "Teller", instructions: "Find orders.", path: "Default", model: "openai/gpt-4o",
      settings: { tools: [{ type: "function", key: "lookup", function: { name: "lookup", description: "Looks up" } }] },
    };
    const events = await all(await orq.agents.streamRun({ ...teller, message: message("/tool lookup {\"id\": 7}") }));
    const taskId = events.find(({ data }) => data?.agentTaskId).data.agentTaskId;
    const pending = events.at(-1).data.pendingToolCalls;
    assert.deepEqual(pending.map((call) => [call.function.name, call.function.arguments]), [["lookup", "{\"id\":7}"]]);
    const paused = await orq.agents.responses.get({ agentKey: "teller", taskId });
    assert.equal(paused.pendingToolCalls.length, 1);
    const answer = { role: "tool", parts: [{ kind: "tool_result", toolCallId: pending[0].id, result: { state: "shipped" } }] };
    assert.equal((await types(await orq.agents.stream({ taskId, message: answer }, "teller"))).at(-1), "event.agents.inactive");
    const ended = await orq.agents.responses.get({ agentKey: "teller", taskId });
    assert.match(JSON.stringify(ended.output), /lookup returned/);
  });

  it("receives reviews, timeouts and errors that end a stream", async () => {
    const { orq } = client;
    const stream = (text, key = "scout", more = {}) => orq.agents.stream({ message: message(text), ...more }, key);
    const reviewed = await types(await stream("/review\nhello"));
    assert.ok(reviewed.includes("event.agents.execution_review_required") && reviewed.includes("event.agents.execution_reviewed"), reviewed);
    assert.equal((await types(await stream("/slow 5m", "scout", { streamTimeoutSeconds: 1 }))).at(-1), "agents.timeout");
    assert.equal((await types(await stream("/fail out of luck"))).at(-1), "event.agents.errored");
    await orq.agents.create({ ...scout, key: "doomed" });
    const seen = [];
    for await (const { data: { type } } of await stream("/slow 5m", "doomed")) {
      if (type === "event.agents.message-created") {
        await orq.agents.delete("doomed");
      }
      seen.push(type);
    }
    assert.equal(seen.at(-1), "agents.error");
  });
}
