#!/usr/bin/env bash
# Library:   @a2a-js/sdk (npm), 0.2.5 to 0.3.14; 1.3.0 behaves otherwise.
# Input:     message/send with blocking: false, to an agent whose executor throws after its task has begun.
# Behaviour: the task stays working for ever: tasks/get never shows the error, and a client that polls waits until its own
#            time is over. The same message with blocking: true ends as failed, with the error as its message.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --legacy-peer-deps express@4.21.2 v025@npm:@a2a-js/sdk@0.2.5 v0314@npm:@a2a-js/sdk@0.3.14 v130@npm:@a2a-js/sdk@1.3.0

cat > expected.txt <<'TEXT'
0.2.5 blocking: failed, Agent execution error: no fuel
0.2.5 not blocking, after 3 s: working
0.3.14 blocking: failed, Agent execution error: no fuel
0.3.14 not blocking, after 3 s: working
1.3.0 blocking: failed, Agent execution error: no fuel
1.3.0 not blocking, after 3 s: failed, Agent execution error: no fuel
TEXT

cat > main.mjs <<'JS'
import { setTimeout as sleep } from "node:timers/promises";

console.error = () => {};
console.warn = () => {};

// show asks the request handler of a version, which is the SDK without its web server.
async function show(version, module, current) {
  const sdk = await import(`${module}/server`);
  const states = current && (await import(module)).TaskState;
  const roles = current && (await import(module)).Role;
  const nameOf = (state) => (current ? states[state].replace("TASK_STATE_", "").toLowerCase() : state);
  const executor = {
    async execute({ taskId, contextId, userMessage }, bus) {
      const publish = (kind, event) => bus.publish(current ? sdk.AgentEvent[kind === "task" ? "task" : "statusUpdate"](event) : { kind, ...event });
      const status = (state) => ({ state: current ? states[`TASK_STATE_${state.toUpperCase()}`] : state, timestamp: new Date().toISOString(), message: undefined });
      publish("task", { id: taskId, contextId, status: status("submitted"), history: [userMessage], artifacts: [], metadata: undefined });
      publish("status-update", { taskId, contextId, status: status("working"), final: false, metadata: undefined });
      await sleep(100);
      throw new Error("no fuel");
    },
    async cancelTask() {},
  };
  const card = {
    name: "n", description: "d", version: "1", url: "http://127.0.0.1", protocolVersion: "0.3.0", capabilities: {}, skills: [],
    defaultInputModes: ["text"], defaultOutputModes: ["text"], supportedInterfaces: [],
  };
  const handler = new sdk.DefaultRequestHandler(card, new sdk.InMemoryTaskStore(), executor);
  const context = current ? new sdk.ServerCallContext() : undefined;
  for (const blocking of [true, false]) {
    const message = current
      ? { messageId: `m${blocking}`, role: roles.ROLE_USER, parts: [{ content: { $case: "text", value: "go" }, metadata: undefined, filename: "", mediaType: "" }], contextId: "", taskId: "", extensions: [], referenceTaskIds: [], metadata: undefined }
      : { kind: "message", messageId: `m${blocking}`, role: "user", parts: [{ kind: "text", text: "go" }] };
    const configuration = current
      ? { returnImmediately: !blocking, acceptedOutputModes: [], historyLength: undefined, taskPushNotificationConfig: undefined }
      : { blocking, acceptedOutputModes: ["text"] };
    let task = await handler.sendMessage({ message, configuration, metadata: undefined, tenant: "" }, context);
    if (!blocking) {
      await sleep(3000);
      task = await handler.getTask({ id: task.id, tenant: "", historyLength: undefined }, context);
    }
    const part = task.status.message?.parts[0];
    const words = part && (current ? part.content.value : part.text);
    console.log(`${version} ${blocking ? "blocking" : "not blocking, after 3 s"}: ${nameOf(task.status.state)}${words ? `, ${words}` : ""}`);
  }
}

process.on("unhandledRejection", () => {});
await show("0.2.5", "v025", false);
await show("0.3.14", "v0314", false);
await show("1.3.0", "v130", true);
process.exit(0);
JS

node main.mjs | tee seen.txt
diff expected.txt seen.txt
