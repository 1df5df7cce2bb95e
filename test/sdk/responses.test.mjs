// Clients of the Responses API, unmodified, on the sandbox: that of orq.ai, which checks every answer and event against its
// own schemas, that of OpenAI, and the AI SDK.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool as defineTool } from "ai";
import OpenAI from "openai";
import { Orq } from "orq-4.15";

import { serveWorkspace } from "./workspace.mjs";

const body = {
  path: "Default", description: "Helps", model: "openai/gpt-4o", role: "Helper", instructions: "Help.",
};
const agents = [
  { ...body, key: "helper", settings: { tools: [{ type: "current_date" }, { type: "google_search" }] } },
  { ...body, key: "clerk", settings: { tools: [{ type: "function", key: "lookup" }] } },
];
const model = "agent/helper";

// The client of orq.ai has no function tools in its bodies of create.
async function createAgents(url) {
  for (const agent of agents) {
    const answer = await fetch(`${url}/v2/agents`, {
      method: "POST", headers: { Authorization: "Bearer any", "Content-Type": "application/json" }, body: JSON.stringify(agent),
    });
    assert.equal(answer.status, 201, await answer.text());
  }
}

async function all(stream) {
  const seen = [];
  for await (const event of stream) {
    seen.push(event);
  }
  return seen;
}

const text = (output) => output.flatMap((item) => item.content ?? []).map((part) => part.text).join("");
const message = ["response.output_item.added", "response.content_part.added", "response.output_text.delta",
  "response.output_text.done", "response.content_part.done", "response.output_item.done"];
const tool = ["response.output_item.added", "response.output_item.done"];

describe("the Responses API", () => {
  let workspace;
  before(async () => {
    workspace = await serveWorkspace();
    await createAgents(workspace.url);
  });
  after(() => workspace.end());

  describe("with the client of orq.ai", () => {
    let orq;
    before(() => {
      orq = new Orq({ apiKey: "any", serverURL: workspace.url });
    });

    it("responds, and reads the response", async () => {
      const response = await orq.responses.create({
        model, input: "/tool current_date\n/tool google_search\nhello", metadata: { a: "b" }, identity: { id: "me" },
        thread: { id: "t" }, variables: { name: { secret: true, value: "x" } }, limits: { maxIterations: 9 },
      });
      assert.equal(response.status, "completed");
      assert.deepEqual(response.output.map((item) => item.type), ["orq:current_date", "orq:google_search", "message"]);
      assert.match(text(response.output), /You wrote: hello/);
      assert.deepEqual(await orq.responses.get({ responseId: response.id }), response);
    });

    it("streams a response", async () => {
      const seen = await all(await orq.responses.create({ model, input: "/tool current_date\nhello", stream: true }));
      const events = seen.map((event) => event.data ?? event);
      assert.deepEqual(events.map((event) => event.type),
        ["response.created", "response.in_progress", ...tool, ...message, "response.completed"]);
      assert.deepEqual(events.map((event) => event.sequenceNumber), [...events.keys()]);
      assert.match(text(events.at(-1).response.output), /You wrote: hello/);
    });

    it("pauses for a function, and goes on with its output", async () => {
      const paused = await orq.responses.create({ model: "agent/clerk", input: "/tool lookup {\"id\": 7}" });
      const call = paused.output.at(-1);
      assert.deepEqual([paused.status, call.type, call.name, call.arguments], ["completed", "function_call", "lookup", "{\"id\":7}"]);
      const output = [{ type: "function_call_output", callId: call.call_id, output: "{\"state\":\"shipped\"}" }];
      const ended = await orq.responses.create({ model: "agent/clerk", previousResponseId: paused.id, input: output });
      assert.match(text(ended.output), /lookup returned {"state":"shipped"}/);
      assert.equal(ended.previousResponseId, paused.id);
      const stream = await orq.responses.create({ model: "agent/clerk", previousResponseId: ended.id, input: "more", stream: true });
      assert.equal((await all(stream)).map((event) => (event.data ?? event).type).at(-1), "response.completed");
    });

    it("runs in the background", async () => {
      const begun = await orq.responses.create({ model, input: "hello", background: true });
      assert.equal(begun.status, "queued");
      let response;
      do {
        response = await orq.responses.get({ responseId: begun.id });
      } while (response.status === "in_progress");
      assert.match(text(response.output), /You wrote: hello/);
    });

    it("receives failures", async () => {
      const failed = await orq.responses.create({ model, input: "/fail out of luck" });
      assert.deepEqual([failed.status, failed.error.message], ["failed", "out of luck"]);
      await assert.rejects(orq.responses.create({ model: "agent/nobody", input: "hello" }), { statusCode: 404 });
      await assert.rejects(orq.responses.get({ responseId: "resp_0" }), { statusCode: 404 });
    });

    it("lists models", async () => {
      const { data } = await orq.models.list();
      assert.deepEqual(data.map(({ id }) => id), ["openai/gpt-4o"]);
    });
  });

  describe("with the client of OpenAI", () => {
    let openai;
    before(() => {
      openai = new OpenAI({ apiKey: "any", baseURL: `${workspace.url}/v3/router`, maxRetries: 0 });
    });

    it("responds, and reads the response", async () => {
      const response = await openai.responses.create({ model, input: [{ role: "user", content: "hello" }] });
      assert.match(response.output_text, /You wrote: hello/);
      const again = await openai.responses.retrieve(response.id);
      assert.equal(again.output_text, response.output_text);
    });

    it("streams a response", async () => {
      let deltas = "";
      const stream = openai.responses.stream({ model, input: "/tool current_date\n/count 3\nhello" });
      stream.on("response.output_text.delta", ({ delta }) => {
        deltas += delta;
      });
      const response = await stream.finalResponse();
      assert.equal(deltas, response.output_text);
      assert.match(deltas, /^1 2 3 \[sandbox\][^]*You wrote: hello/);
    });

    it("pauses for a function, and goes on with its output", async () => {
      const events = await all(await openai.responses.create({ model: "agent/clerk", input: "/tool lookup", stream: true }));
      const paused = events.at(-1).response;
      const call = paused.output.find(({ type }) => type === "function_call");
      const output = [{ type: "function_call_output", call_id: call.call_id, output: "shipped" }];
      const ended = await openai.responses.create({ model: "agent/clerk", previous_response_id: paused.id, input: output });
      assert.match(ended.output_text, /lookup returned "shipped"/);
    });

    it("receives failures", async () => {
      await assert.rejects(openai.responses.create({ model: "agent/nobody", input: "hello" }),
        { status: 404, code: "agent_not_found", message: /there is no agent "nobody"/ });
    });

    it("lists models", async () => {
      const { data } = await openai.models.list();
      assert.deepEqual(data.map(({ id }) => id), ["openai/gpt-4o"]);
    });
  });

  // A response that is not streamed must hold no item of a tool that an agent uses itself: the AI SDK refuses types that it
  // does not know.
  describe("with the AI SDK", () => {
    let helper;
    before(() => {
      helper = createOpenAI({ apiKey: "any", baseURL: `${workspace.url}/v3/router` }).responses(model);
    });

    it("responds to a conversation", async () => {
      const turn = (role, content) => ({ role, content });
      const { text: answer, usage } = await generateText({
        model: helper, messages: [turn("user", "one"), turn("assistant", "two"), turn("user", "three")],
      });
      assert.match(answer, /You wrote: three/);
      assert.ok(usage.totalTokens > 0);
    });

    it("streams a response with a tool of the agent", async () => {
      const { textStream, finishReason } = streamText({ model: helper, prompt: "/tool current_date\n/count 2\nhello" });
      assert.match((await all(textStream)).join(""), /^1 2 \[sandbox\][^]*You wrote: hello/);
      assert.equal(await finishReason, "stop");
    });

    it("carries out a function", async () => {
      const lookup = defineTool({
        description: "Looks up", inputSchema: jsonSchema({ type: "object", properties: { id: { type: "number" } } }),
        execute: async ({ id }) => `order ${id} has shipped`,
      });
      // Without store the AI SDK sends all items again, with it references to them.
      const { text: answer } = await generateText({
        model: helper, tools: { lookup }, stopWhen: stepCountIs(3), prompt: "/tool lookup {\"id\": 7}",
        providerOptions: { openai: { store: false } },
      });
      assert.match(answer, /lookup returned "?order 7 has shipped/);
    });
  });
});
