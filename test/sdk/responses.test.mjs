// Clients of the Responses API that are not those of orq.ai, unmodified, on the sandbox: that of OpenAI, and the AI SDK.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool as defineTool } from "ai";
import OpenAI from "openai";

import { all } from "./releases.mjs";
import { createResponders, serveWorkspace } from "./workspace.mjs";

const model = "agent/helper";

describe("the Responses API", () => {
  let workspace;
  before(async () => {
    workspace = await serveWorkspace();
    await createResponders(workspace.url);
  });
  after(() => workspace.end());

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
