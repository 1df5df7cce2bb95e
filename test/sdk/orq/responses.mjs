// The Responses API, with the client of one release. It needs the agents "helper" and "clerk".
import assert from "node:assert/strict";
import { it } from "node:test";

import { all } from "../releases.mjs";

const model = "agent/helper";

export const text = (output) => output.flatMap((item) => item.content ?? []).map((part) => part.text).join("");
const message = ["response.output_item.added", "response.content_part.added", "response.output_text.delta",
  "response.output_text.done", "response.content_part.done", "response.output_item.done"];
const tool = ["response.output_item.added", "response.output_item.done"];

export function responses(release, client) {
  it("responds", async () => {
    const response = await client.orq.responses.create({
      model, input: "/tool current_date\n/tool google_search\nhello", metadata: { a: "b" }, identity: { id: "me" },
      thread: { id: "t" }, variables: { name: { secret: true, value: "x" } }, limits: { maxIterations: 9 },
    });
    assert.equal(response.status, "completed");
    assert.deepEqual(response.output.map((item) => item.type), ["orq:current_date", "orq:google_search", "message"]);
    assert.match(text(response.output), /You wrote: hello/);
  });

  it("reads a response", { skip: release.lacks("readResponses") }, async () => {
    const response = await client.orq.responses.create({ model, input: "hello" });
    assert.deepEqual(await client.orq.responses.get({ responseId: response.id }), response);
  });

  it("refuses a response that it reads", { skip: !release.lacks("readResponses") }, async () => {
    const { id } = await client.orq.responses.create({ model, input: "hello" });
    const refused = await client.orq.responses.get({ responseId: id }).then(() => assert.fail("it succeeded"), (error) => error);
    assert.equal(refused.statusCode, 200);
    assert.deepEqual(refused.cause.issues.map(({ path }) => path.join(".")), ["error", "incomplete_details", "reasoning"]);
  });

  it("streams a response", async () => {
    const events = await all(await client.orq.responses.create({ model, input: "/tool current_date\nhello", stream: true }));
    assert.deepEqual(events.map((event) => event.type),
      ["response.created", "response.in_progress", ...tool, ...message, "response.completed"]);
    assert.deepEqual(events.map((event) => event.sequenceNumber), [...events.keys()]);
    if (release.lacks("eventMembers")) {
      assert.deepEqual(Object.keys(events.at(-1)).sort(), ["sequenceNumber", "type"]);
    } else {
      assert.match(text(events.at(-1).response.output), /You wrote: hello/);
    }
  });

  it("continues a response, streamed and not", async () => {
    const { orq } = client;
    const first = await orq.responses.create({ model, input: "one" });
    const second = await orq.responses.create({ model, input: [{ role: "user", content: "two" }], previousResponseId: first.id });
    assert.deepEqual([second.previousResponseId, second.id === first.id], [first.id, false]);
    const events = await all(await orq.responses.create({ model, input: "three", previousResponseId: second.id, stream: true }));
    assert.equal(events.at(-1).type, "response.completed");
    assert.equal(events.at(-1).response?.previousResponseId, release.lacks("eventMembers") ? undefined : second.id);
  });

  it("pauses for a function, and goes on with its output", async () => {
    const { orq } = client;
    const paused = await orq.responses.create({ model: "agent/clerk", input: "/tool lookup {\"id\": 7}" });
    const call = paused.output.at(-1);
    assert.deepEqual([paused.status, call.type, call.name, call.arguments], ["completed", "function_call", "lookup", "{\"id\":7}"]);
    const output = [{ type: "function_call_output", callId: call.call_id, output: "{\"state\":\"shipped\"}" }];
    const ended = await orq.responses.create({ model: "agent/clerk", previousResponseId: paused.id, input: output });
    assert.match(text(ended.output), /lookup returned {"state":"shipped"}/);
    assert.equal(ended.previousResponseId, paused.id);
  });

  it("pauses for a function in a stream", async () => {
    const events = await all(await client.orq.responses.create({ model: "agent/clerk", input: "/tool lookup", stream: true }));
    assert.ok(events.some(({ type }) => type === "response.function_call_arguments.done"), events.map(({ type }) => type).join());
  });

  it("goes on in a stream after a pause in another", { skip: release.lacks("eventMembers") }, async () => {
    const { orq } = client;
    const events = await all(await orq.responses.create({ model: "agent/clerk", input: "/tool lookup", stream: true }));
    const paused = events.at(-1).response;
    const output = [{ type: "function_call_output", callId: paused.output.at(-1).call_id, output: "shipped" }];
    const rest = await all(await orq.responses.create({ model: "agent/clerk", previousResponseId: paused.id, input: output, stream: true }));
    assert.match(text(rest.at(-1).response.output), /lookup returned "?shipped/);
  });

  it("runs in the background", { skip: release.lacks("background") }, async () => {
    const { orq } = client;
    const begun = await orq.responses.create({ model, input: "hello", background: true });
    assert.equal(begun.status, "queued");
    let response;
    do {
      response = await orq.responses.get({ responseId: begun.id });
    } while (["queued", "in_progress"].includes(response.status));
    assert.match(text(response.output), /You wrote: hello/);
  });

  it("keeps nothing of a response that is not to be stored", async () => {
    const { orq } = client;
    const response = await orq.responses.create({ model, input: "hello", store: false });
    assert.match(text(response.output), /You wrote: hello/);
    await assert.rejects(orq.responses.get({ responseId: response.id }), { statusCode: 404 });
  });

  it("receives responses that end early", async () => {
    const { orq } = client;
    const failed = await orq.responses.create({ model, input: "/fail out of luck" });
    assert.deepEqual([failed.status, failed.error.message], ["failed", "out of luck"]);
    const events = await all(await orq.responses.create({ model, input: "/fail out of luck", stream: true }));
    assert.equal(events.at(-1).type, "response.failed");
    const cut = await orq.responses.create({ model, input: "/tool current_date\n/tool current_date", limits: { maxIterations: 1 } });
    assert.deepEqual([cut.status, cut.incompleteDetails.reason], ["incomplete", "max_iterations"]);
  });

  it("receives errors with their status", async () => {
    const { orq } = client;
    await assert.rejects(orq.responses.create({ model: "agent/nobody", input: "hello" }), { statusCode: 404 });
    await assert.rejects(orq.responses.create({ model, input: "hello", previousResponseId: "resp_0" }), { statusCode: 404 });
    await assert.rejects(orq.responses.get({ responseId: "resp_0" }), { statusCode: 404 });
    await assert.rejects(client.keyless(client.url).responses.create({ model, input: "hello" }), { statusCode: 401 });
  });
}
