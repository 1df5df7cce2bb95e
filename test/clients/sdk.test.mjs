// Runs with the TypeScript SDKs: all text of a run arrives in order, and a run that pauses for tool results continues.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { binary, serveHTTP, stdioArguments } from "./program.mjs";
import { Caller, sdks } from "./sdks.mjs";

function checks(caller) {
  for (const n of [1, 10, 1000, 10_000]) {
    it(`relays a run of ${n} events`, () => caller().count(`counter-${n}`, n));
  }

  for (const n of [50, 1000]) {
    it(`keeps eight runs of about ${n} events at once apart`, () => (
      Promise.all(Array.from({ length: 8 }, (_, i) => caller().count(`at-once-${n}-${i}`, n + i)))
    ));
  }

  it("goes on with a run that paused for a tool result", async () => {
    const key = "clerk";
    await caller().call("create_agent", {
      key, role: "Clerk", description: "Finds orders.", instructions: "Find orders.", model: "openai/gpt-4o",
      tools: [{ type: "function", key: "lookup_order" }],
    });
    const paused = await caller().call("invoke_agent", { key, message: "/tool lookup_order {\"id\": 7}\nWhere is it?" });
    assert.equal(paused.state, "input_required");
    assert.ok(paused.messages.includes("paused: waiting for the result of lookup_order"), paused.messages.join("\n"));
    const [pending, ...more] = paused.pending_tool_calls;
    assert.deepEqual([pending.name, pending.arguments, more], ["lookup_order", "{\"id\":7}", []]);
    const ended = await caller().call("invoke_agent", {
      key, task_id: paused.task_id, tool_results: [{ tool_call_id: pending.id, result: { state: "shipped" } }],
    });
    assert.deepEqual([ended.state, ended.task_id], ["completed", paused.task_id]);
    assert.match(ended.output_text, /lookup_order returned {"state":"shipped"}/);
  });
}

for (const [title, sdk] of Object.entries(sdks)) {
  describe(`${title} on stdio`, () => {
    let caller;
    before(async () => { caller = await Caller.connect(sdk, sdk.stdio({ command: binary, args: stdioArguments })); });
    after(() => caller.close());
    checks(() => caller);
  });

  describe(`${title} on streamable HTTP`, () => {
    let caller;
    let server;
    before(async () => {
      server = await serveHTTP();
      caller = await Caller.connect(sdk, sdk.http(new URL(server.url)));
    });
    after(async () => {
      await caller.close();
      await server.end();
    });
    checks(() => caller);

    it("connects to the URL with a slash at its end", async () => {
      const other = await Caller.connect(sdk, sdk.http(new URL(`${server.url}/`)));
      await other.count("slash", 10);
      await other.close();
    });
  });
}
