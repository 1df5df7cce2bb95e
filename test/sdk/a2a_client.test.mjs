// Clients built with the A2A SDK for TypeScript, in the versions for A2A 0.3 and 1.0, talk to agents of the sandbox.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { Orq } from "@orq-ai/node";
import * as legacy from "a2a-0.3/client";
import { Role, TaskState } from "a2a-1.0";
import * as current from "a2a-1.0/client";

import { message, serveWorkspace } from "./workspace.mjs";

const authorized = (url, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set("Authorization", "Bearer any");
  return fetch(url, { ...init, headers });
};

const stateNames = Object.fromEntries(Object.entries(TaskState).map(([name, value]) => [value, name]));

// Each protocol version has its own form of the same messages, tasks and events. All of them are reduced to those of 0.3.
const versions = {
  "0.3": {
    connect: (url) => new legacy.ClientFactory({
      transports: [new legacy.JsonRpcTransportFactory({ fetchImpl: authorized })],
      cardResolver: new legacy.DefaultAgentCardResolver({ fetchImpl: authorized }),
    }).createFromUrl(`${url}/card`, ""),
    message: (text, about) => ({ message: { kind: "message", messageId: randomUUID(), role: "user", parts: [{ kind: "text", text }], ...about } }),
    data: (data, about) => ({ message: { kind: "message", messageId: randomUUID(), role: "user", parts: [{ kind: "data", data }], ...about } }),
    background: { configuration: { blocking: false } },
    task: (task) => task,
    event: (event) => event,
  },
  "1.0": {
    connect: (url) => new current.ClientFactory({
      transports: [new current.JsonRpcTransportFactory({ fetchImpl: authorized })],
      cardResolver: new current.DefaultAgentCardResolver({ fetchImpl: authorized }),
    }).createFromUrl(`${url}/card`, ""),
    message: (text, about) => send({ content: { $case: "text", value: text } }, about),
    data: (data, about) => send({ content: { $case: "data", value: data } }, about),
    background: { configuration: { acceptedOutputModes: [], returnImmediately: true, historyLength: undefined, taskPushNotificationConfig: undefined } },
    task: reduceTask,
    event: ({ payload: { $case, value } }) => ({
      task: () => ({ kind: "task", ...reduceTask(value) }),
      statusUpdate: () => ({ kind: "status-update", ...value, status: reduceStatus(value.status) }),
      artifactUpdate: () => ({ kind: "artifact-update", ...value, artifact: { ...value.artifact, parts: value.artifact.parts.map(reducePart) } }),
    })[$case](),
  },
};

function send(part, about = {}) {
  return {
    tenant: "", metadata: undefined, configuration: undefined,
    message: {
      messageId: randomUUID(), role: Role.ROLE_USER, contextId: "", taskId: "", metadata: undefined, extensions: [], referenceTaskIds: [],
      parts: [{ metadata: undefined, filename: "", mediaType: "", ...part }], ...about,
    },
  };
}

function reducePart({ content: { $case, value } }) {
  return { kind: $case, [$case]: value };
}

function reduceStatus(status) {
  return {
    state: stateNames[status.state].replace("TASK_STATE_", "").replaceAll("_", "-").toLowerCase(),
    message: status.message && { parts: status.message.parts.map(reducePart) },
  };
}

function reduceTask(task) {
  return {
    ...task, status: reduceStatus(task.status),
    artifacts: task.artifacts.map((artifact) => ({ ...artifact, parts: artifact.parts.map(reducePart) })),
  };
}

// createHelper creates the agent that the clients talk to.
async function createHelper(workspace) {
  const response = await authorized(`${workspace.url}/v2/agents`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({
      key: "helper", role: "tester", description: "Tests things", instructions: "Be exact.", path: "Default/tests",
      model: "openai/gpt-4o", settings: { tools: [{ type: "function", key: "get_weather" }] },
    }),
  });
  assert.equal(response.status, 201, await response.text());
}

const textOf = (parts) => parts.map(({ text }) => text ?? "").join("");

for (const [version, protocol] of Object.entries(versions)) {
  for (const streamed of [true, false]) {
    describe(`a client of A2A ${version}, ${streamed ? "streaming" : "not streaming"}`, () => {
      let workspace;
      let client;
      before(async () => {
        workspace = await serveWorkspace();
        await createHelper(workspace);
        client = await protocol.connect(`${workspace.url}/v2/agents/helper/a2a`);
      });
      after(() => workspace.end());

      // ask sends a message and returns its task, with the events if there are any.
      async function ask(request) {
        if (!streamed) {
          return { task: protocol.task(await result(client.sendMessage(request))), events: [] };
        }
        const events = [];
        for await (const event of client.sendMessageStream(request)) {
          events.push(protocol.event(event));
        }
        const task = { ...events[0], artifacts: [] };
        for (const event of events) {
          if (event.kind === "status-update") {
            task.status = event.status;
          } else if (event.kind === "artifact-update") {
            task.artifacts = event.append ? [...task.artifacts, event.artifact] : [event.artifact];
          }
        }
        return { task, events };
      }

      // result takes the task out of an answer of 1.0, which may be a message as well.
      const result = async (answer) => {
        const { payload } = (await answer) ?? {};
        return payload ? payload.value : answer;
      };

      it("is answered", async () => {
        const { task, events } = await ask(protocol.message("/count 2\nHello"));
        assert.equal(task.status.state, "completed");
        const text = task.artifacts.map(({ parts }) => textOf(parts)).join("");
        assert.match(text, /^1 2 \[sandbox\][^]*You wrote: Hello$/);
        if (streamed) {
          assert.deepEqual(events.map(({ kind }) => kind), [
            "task", "status-update", "artifact-update", "artifact-update", "artifact-update", "status-update",
          ]);
        }
        const read = protocol.task(await client.getTask({ id: task.id, tenant: "", historyLength: undefined }));
        assert.equal(read.status.state, "completed");
        assert.equal(textOf(read.artifacts[0].parts), text);
      });

      it("answers a tool call, in text and in data", async () => {
        for (const answer of ["text", "data"]) {
          const { task } = await ask(protocol.message('/tool get_weather {"city":"Ghent"}'));
          assert.equal(task.status.state, "input-required");
          const { data } = task.status.message.parts.at(-1);
          const [{ tool_call_id: id, name, arguments: given }] = data.tool_calls;
          assert.deepEqual({ name, given }, { name: "get_weather", given: { city: "Ghent" } });
          const about = { taskId: task.id, contextId: task.contextId };
          const { task: done } = await ask(answer === "text"
            ? protocol.message("sunny", about)
            : protocol.data({ tool_results: [{ tool_call_id: id, result: { sky: "blue" } }] }, about));
          assert.equal(done.id, task.id);
          assert.equal(done.status.state, "completed");
          const text = done.artifacts.map(({ parts }) => textOf(parts)).join("");
          assert.ok(text.includes(answer === "text" ? 'get_weather returned "sunny"' : 'get_weather returned {"sky":"blue"}'), text);
        }
      });

      it("fails with the agent's words", async () => {
        const { task } = await ask(protocol.message("/fail no fuel"));
        assert.equal(task.status.state, "failed");
        assert.equal(textOf(task.status.message.parts), "no fuel");
      });

      it("cancels a task", async () => {
        const started = protocol.task(await result(client.sendMessage({ ...protocol.message("/slow 10m"), ...protocol.background })));
        assert.equal(started.status.state, "working");
        const canceled = protocol.task(await client.cancelTask({ id: started.id, tenant: "", metadata: undefined }));
        assert.equal(canceled.status.state, "canceled");
      });

      it("cannot continue a task that has ended", async () => {
        const { task } = await ask(protocol.message("Hello"));
        // The SDK for 0.3 has words of its own for the code of the error.
        await assert.rejects(ask(protocol.message("Again", { taskId: task.id })), /the task has ended|This operation is not supported/);
      });
    });
  }
}

describe("a sandbox agent that is the external agent of another", () => {
  it("is run by the official client", async () => {
    const workspace = await serveWorkspace();
    const orq = new Orq({ apiKey: "any", serverURL: workspace.url });
    await createHelper(workspace);
    await orq.agents.postV2AgentsA2a({
      key: "far", displayName: "Far", description: "", path: "Default", agentUrl: `${workspace.url}/v2/agents/helper/a2a`,
      headers: { Authorization: { value: "Bearer any", encrypted: true } },
    });
    let last;
    for await (const { data: { type, data } } of await orq.agents.stream({ message: message("Hello") }, "far")) {
      last = type === "event.agents.inactive" ? data.lastMessage : last;
    }
    assert.match(last, /You wrote: Hello$/);
    await workspace.end();
  });
});
