// Agents built with the A2A SDK for TypeScript, in the versions for A2A 0.3 and 1.0, are registered and called by the
// sandbox.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { Orq } from "@orq-ai/node";
import * as legacy from "a2a-0.3/server";
import * as legacyWeb from "a2a-0.3/server/express";
import { Role, TaskState } from "a2a-1.0";
import * as current from "a2a-1.0/server";
import * as currentWeb from "a2a-1.0/server/express";
import express from "express";

import { message, serveWorkspace } from "./workspace.mjs";

// Each protocol version has its own form of the same messages and events.
const protocol03 = {
  agentMessage: (text) => ({ kind: "message", role: "agent", messageId: randomUUID(), parts: [{ kind: "text", text }] }),
  text: (text) => ({ kind: "text", text }),
  file: { kind: "file", file: { bytes: "JVBERg==", mimeType: "application/pdf", name: "plan.pdf" } },
  data: { kind: "data", data: { stops: 3 } },
  textOf: (message) => message.parts[0].text,
  message: (bus, message) => bus.publish(message),
  task: (bus, task) => bus.publish({ kind: "task", ...task }),
  status: (bus, update, state) => bus.publish({
    kind: "status-update", ...update, final: state !== "working", status: { ...update.status, state },
  }),
  artifact: (bus, update) => bus.publish({ kind: "artifact-update", ...update }),
  submitted: "submitted",
};
const part = ($case, value, filename = "", mediaType = "") => ({ content: { $case, value }, metadata: undefined, filename, mediaType });
const protocol10 = {
  agentMessage: (text) => ({
    messageId: randomUUID(), role: Role.ROLE_AGENT, parts: [part("text", text)],
    contextId: "", taskId: "", metadata: undefined, extensions: [], referenceTaskIds: [],
  }),
  text: (text) => part("text", text),
  file: part("raw", Buffer.from("%PDF"), "plan.pdf", "application/pdf"),
  data: part("data", { stops: 3 }),
  textOf: (message) => message.parts[0].content.value,
  message: (bus, message) => bus.publish(current.AgentEvent.message(message)),
  task: (bus, task) => bus.publish(current.AgentEvent.task(task)),
  status: (bus, update, state) => bus.publish(current.AgentEvent.statusUpdate({
    ...update, status: { ...update.status, state: TaskState[`TASK_STATE_${state.replace("-", "_").toUpperCase()}`] },
  })),
  artifact: (bus, update) => bus.publish(current.AgentEvent.artifactUpdate(update)),
  submitted: TaskState.TASK_STATE_SUBMITTED,
};

// Traveller is an agent whose behaviour is chosen by the text of the message.
class Traveller {
  canceled = [];
  #left = new Map();

  constructor(protocol) {
    this.protocol = protocol;
  }

  execute = async ({ taskId, contextId, userMessage, task }, bus) => {
    const { protocol } = this;
    const command = protocol.textOf(userMessage);
    const about = { taskId, contextId, metadata: undefined };
    const timestamp = new Date().toISOString();
    const status = (state, text) => protocol.status(bus, { ...about, status: { message: text && { ...protocol.agentMessage(text), taskId, contextId }, timestamp } }, state);
    const artifact = (artifactId, append, ...parts) => protocol.artifact(bus, {
      ...about, append, lastChunk: false, artifact: { artifactId, name: "", description: "", parts, metadata: undefined, extensions: [] },
    });
    if (command === "message") {
      protocol.message(bus, { ...protocol.agentMessage("Just this."), contextId });
      return bus.finished();
    }
    protocol.task(bus, task ?? {
      id: taskId, contextId, status: { state: protocol.submitted, timestamp, message: undefined },
      history: [userMessage], artifacts: [], metadata: undefined,
    });
    if (task) {
      status("completed", `You said ${command}.`);
    } else if (command === "ask") {
      status("input-required", "Which city?");
    } else if (command === "fail") {
      status("failed", "no fuel");
    } else if (command === "wait") {
      status("working", "On it.");
      await new Promise((resolve) => this.#left.set(taskId, resolve));
      status("canceled");
    } else {
      status("working", "On it.");
      artifact("text", false, protocol.text("one "));
      artifact("text", true, protocol.text("two "));
      artifact("text", true, protocol.text("three"));
      artifact("file", false, protocol.file);
      artifact("data", false, protocol.data);
      status("completed", "Done.");
    }
    bus.finished();
  };

  cancelTask = async (taskId) => {
    this.canceled.push(taskId);
    this.#left.get(taskId)?.();
  };
}

// serveAgent serves an agent at /rpc and at /rest, and its card at /card.
async function serveAgent({ protocol, sdk, web, ways }, streaming) {
  const app = express();
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const card = {
    name: "Traveller", description: "Travels", version: "1.0.0", capabilities: { streaming }, defaultInputModes: ["text"],
    defaultOutputModes: ["text"], skills: [{ id: "go", name: "Go", description: "Goes", tags: ["trips"] }], ...ways(url),
  };
  const traveller = new Traveller(protocol);
  const requestHandler = new sdk.DefaultRequestHandler(card, new sdk.InMemoryTaskStore(), traveller);
  const options = { requestHandler, userBuilder: web.UserBuilder.noAuthentication, legacyCompat: { enabled: true } };
  app.get("/card", (_, response) => response.json(card));
  app.use("/rpc", (request, response, next) => {
    if (request.headers["x-key"] !== "s3cr3t") {
      return response.status(401).json({ error: "who are you?" });
    }
    return next();
  });
  app.use("/rpc", web.jsonRpcHandler(options));
  app.use("/rest", web.restHandler(options));
  return {
    url, traveller,
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const currentWays = (version, binding, path) => (url) => ({
  supportedInterfaces: [{ url: url + path, protocolBinding: binding, protocolVersion: version, tenant: "" }],
});
const servers = {
  "0.3": {
    protocol: protocol03, sdk: legacy, web: legacyWeb,
    ways: (url) => ({ url: `${url}/rpc`, protocolVersion: "0.3.0", preferredTransport: "JSONRPC" }),
  },
  "1.0": { protocol: protocol10, sdk: current, web: currentWeb, ways: currentWays("1.0", "JSONRPC", "/rpc") },
  "1.0 over HTTP": { protocol: protocol10, sdk: current, web: currentWeb, ways: currentWays("1.0", "HTTP+JSON", "/rest") },
  "1.0 that speaks 0.3": { protocol: protocol10, sdk: current, web: currentWeb, ways: currentWays("0.3", "JSONRPC", "/rpc") },
};

for (const [version, server] of Object.entries(servers)) {
  for (const streaming of [true, false]) {
    describe(`an agent of A2A ${version}, ${streaming ? "streaming" : "not streaming"}`, () => {
      let workspace;
      let agent;
      let orq;
      before(async () => {
        workspace = await serveWorkspace();
        agent = await serveAgent(server, streaming);
        orq = new Orq({ apiKey: "any", serverURL: workspace.url });
        await orq.agents.postV2AgentsA2a({
          key: "traveller", displayName: "Traveller", description: "Travels", path: "Default", agentUrl: agent.url,
          headers: { "X-Key": { value: "s3cr3t", encrypted: true } },
        });
      });
      after(async () => {
        agent.end();
        await workspace.end();
      });

      // play returns the data of a run's events, by their types, and the texts of its thoughts.
      async function play(request) {
        const played = { thoughts: [] };
        for await (const { data: { type, data } } of await orq.agents.stream(request, "traveller")) {
          played[type] = data;
          for (const { parts } of Object.values(data.messageDifference ?? {})) {
            played.thoughts.push(...parts.filter(({ text }) => text).map(({ text }) => text));
          }
        }
        return played;
      }

      it("streams its messages and artifacts", async () => {
        const played = await play({ message: message("go") });
        const text = played.thoughts.join("");
        assert.ok(text.includes("On it."), text);
        assert.equal(text.replace("On it.", ""), "one two threeDone.");
        if (streaming) {
          assert.deepEqual(played.thoughts, ["On it.", "one ", "two ", "three", "Done."]);
        }
        const inactive = played["event.agents.inactive"];
        assert.equal(inactive.lastMessage, 'one two three\n{"stops":3}\nDone.');
        assert.deepEqual(inactive.lastMessageFull.parts.map(({ kind }) => kind), ["text", "file", "data", "text"]);
      });

      it("answers with a message alone", async () => {
        const played = await play({ message: message("message") });
        assert.equal(played["event.agents.inactive"].lastMessage, "Just this.");
      });

      it("asks, and is answered in the same task", async () => {
        const asked = await play({ message: message("ask") });
        assert.equal(asked["event.agents.inactive"].lastMessage, "Which city?");
        const answered = await play({ message: message("Ghent"), taskId: asked["agents.execution_started"].agentTaskId });
        assert.equal(answered["event.agents.inactive"].lastMessage, "You said Ghent.");
      });

      it("fails with its own words", async () => {
        const played = await play({ message: message("fail") });
        assert.equal(played["event.agents.errored"].error, "the A2A agent failed: no fuel");
      });

      it("is canceled when the run is abandoned", async () => {
        const played = await play({ message: message("wait"), streamTimeoutSeconds: 1 });
        assert.equal(played["agents.timeout"].message, "the stream timeout has passed");
        assert.equal(agent.traveller.canceled.length, 1);
      });
    });
  }
}
