// The matrix of clients: its table is the one of its results, and what it measures is what went over the wire. The clients
// themselves are run by make clients.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { form, measure, patienceOf } from "./matrix/facts.mjs";
import { tapHTTP } from "./matrix/http_tap.mjs";
import { playModel } from "./matrix/models.mjs";
import { foundIn, nameOf, steps, toolCount } from "./matrix/scenario.mjs";
import { place, render } from "./matrix/table.mjs";
import { Wire } from "./matrix/wire.mjs";

const results = JSON.parse(readFileSync(new URL("matrix/results.json", import.meta.url)));

describe("the table of clients", () => {
  it("is that of the results", () => {
    const document = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");
    assert.equal(place(document, results), document, "node test/clients/matrix/run.mjs writes it");
  });

  it("has results of the versions that are pinned", () => {
    for (const kind of ["programs", "frameworks"]) {
      const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(new URL(`matrix/${kind}/package.json`, import.meta.url)));
      for (const { id, package: name, version } of results.filter((result) => result.kind === kind)) {
        assert.equal(version, { ...dependencies, ...optionalDependencies }[name], id);
      }
    }
  });

  it("states what a client lacks, and the reason where nothing is known", () => {
    const unknown = { tools: null, protocol: null, token: null, progress: null, shown: null, result: null, pausing: null, deleting: null, limits: null };
    const facts = { ...unknown, instead: ["Use another."], unknown: { limits: "Nobody says." } };
    const text = render([{ name: "A", version: "1", date: "2026-12-01", facts }, { name: "B", version: "2", date: "2026-12-01", failure: "no such\n  program | none" }]);
    assert.match(text, /^\| A 1 \|( \? \|){7}$/m);
    assert.match(text, /^\| B 2 \| not run on 2026-12-01: no such program \\\| none \|/m);
    assert.match(text, /^- A: Use another\.$/m);
    assert.match(text, /^- A, limits: Nobody says\.$/m);
  });

  it("names the options of a framework that switch progress and questions on", () => {
    const facts = {
      tools: 11, protocol: "2026-07-28", token: false, progress: 13, shown: true, result: "text", pausing: true,
      deleting: { asked: true, answer: "accept", handler: true, deleted: true }, switches: { progress: "onProgress", deleting: "onQuestion" },
      limits: [{ seconds: 60, resets: false, source: "stated", setting: "timeout" }],
    };
    const row = (more) => render([{ name: "A", version: "1", facts: { ...facts, ...more } }]).split("\n").at(-1);
    assert.match(row(), /\| with `onProgress`: arrives, shown \|.*\| asks a handler \(`onQuestion`\); accept, deleted \| 60 s\*, progress does not reset it, `timeout` \|$/);
    assert.match(row({ switches: {} }), /\| no token \|.*\| asks a handler; accept, deleted \|/);
  });

  const row = (more, patience) => {
    const facts = { tools: 11, protocol: "2025-11-25", token: true, progress: 13, shown: false, result: "text", pausing: true, deleting: null, limits: null, ...more };
    return render([{ name: "A", version: "1", facts, patience }]).split("\n")[2].split(" | ");
  };

  it("has what was measured before what is stated", () => {
    const limits = [{ seconds: 60, resets: false, source: "stated", setting: "timeout" }];
    assert.equal(row({ limits }).at(-1), "60 s*, progress does not reset it, `timeout` |");
    assert.equal(row({ limits }, { gaveUp: 60, waited: 60 }).at(-1), "60 s, progress does not reset it, `timeout` |");
    assert.equal(row({ limits: [{ ...limits[0], seconds: 600, resets: true }] }, { gaveUp: null, waited: 590 }).at(-1), "more than 590 s, 600 s*, progress resets it, `timeout` |");
    assert.equal(row({}, { gaveUp: null, waited: 590 }).at(-1), "more than 590 s |");
  });

  it("tells a person in a window from none", () => {
    const deleting = { asked: true, answer: "decline", deleted: false };
    const window = { shown: true, deleting: { asked: true, answer: "accept", deleted: true } };
    assert.equal(row({ deleting, window }).at(3), "arrives, shown in a window");
    assert.equal(row({ deleting, window }).at(6), "asks in a window; without one decline, not deleted");
    assert.equal(row({ deleting }).at(3), "arrives, not shown");
    assert.equal(row({ deleting }).at(6), "asks; without a person decline, not deleted");
  });

  it("has an advice once for all clients that it holds for", () => {
    const text = render(["A", "B"].map((name) => ({ name, version: "1", facts: { instead: ["Wait.", `Use ${name}.`] } })));
    assert.deepEqual(text.match(/^- .*/gm), ["- A, B: Wait.", "- A: Use A.", "- B: Use B."]);
  });

  it("refuses a document without its place", () => assert.throws(() => place("# Clients\n", results), /has no lines/));
});

const message = (from, body, at = 0) => ({ at, from, process: 1, message: { jsonrpc: "2.0", ...body } });

describe("the wire", () => {
  const call = (id, params) => message("client", { id, method: "tools/call", params });
  const progress = (token, text) => message("server", { method: "notifications/progress", params: { progressToken: token, progress: 1, message: text } });

  it("gives a call its own progress and answer, though ids and tokens begin anew", () => {
    const wire = new Wire([
      call(1, { name: "invoke_agent", _meta: { progressToken: 1 } }), progress(1, "first"), message("server", { id: 1, result: { content: [] } }),
      call(1, { name: "invoke_agent", _meta: { progressToken: 1 } }), progress(1, "second"), progress(2, "another's"),
    ]);
    const [first, second] = wire.calls("invoke_agent");
    assert.deepEqual(first.progress.map((each) => each.message.params.message), ["first"]);
    assert.deepEqual(second.progress.map((each) => each.message.params.message), ["second"]);
    assert.equal(second.answer, undefined);
  });

  it("knows what answered a question in both generations of the protocol", () => {
    const old = new Wire([message("server", { id: 1, method: "elicitation/create" }), message("client", { id: 1, result: { action: "decline" } })]);
    const today = new Wire([
      message("server", { id: 1, result: { resultType: "input_required" } }),
      call(2, { name: "delete_agent", inputResponses: { question: { action: "cancel" } } }),
    ]);
    assert.deepEqual(old.questions(), ["decline"]);
    assert.deepEqual(today.questions(), ["cancel"]);
    assert.deepEqual(new Wire([message("server", { id: 1, method: "elicitation/create" })]).questions(), [null]);
  });
});

it("the tap over HTTP keeps sessions apart, whose ids begin anew", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "orq-mcp-tap-"));
  let sessions = 0;
  const server = createServer(async (request, response) => {
    const { id, method } = JSON.parse(Buffer.concat(await request.toArray()));
    const session = method === "initialize" ? `session ${++sessions}` : request.headers["mcp-session-id"];
    response.writeHead(200, { "Content-Type": "application/json", "Mcp-Session-Id": session });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result: { session } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const file = join(folder, "wire.jsonl");
  const tap = await tapHTTP(`http://127.0.0.1:${server.address().port}/mcp`, file);
  t.after(() => {
    tap.close();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const post = async (body, headers = {}) => (await fetch(tap.url, { method: "POST", headers, body: JSON.stringify(body) })).json();
  await Promise.all(["first", "second"].map(async () => {
    const { result: { session } } = await post({ id: 0, method: "initialize" });
    await post({ id: 1, method: "tools/call", params: { name: "invoke_agent", arguments: { session } } }, { "Mcp-Session-Id": session });
  }));
  const calls = Wire.read(file).calls("invoke_agent");
  assert.equal(calls.length, 2);
  for (const { message, process, answer } of calls) {
    assert.equal(process, message.params.arguments.session);
    assert.equal(answer.message.result.session, process);
  }
});

describe("the patience of a client", () => {
  const second = 1000;
  const call = message("client", { id: 7, method: "tools/call", params: { name: "invoke_agent" } });
  const answer = (at) => message("server", { id: 7, result: { structuredContent: {} } }, at * second);
  const cancel = (at, id = 7) => message("client", { method: "notifications/cancelled", params: { requestId: id } }, at * second);
  const asked = (at) => ({ requests: [{ at: at * second }] });
  for (const [what, messages, model, want] of [
    ["ends when it cancels the call", [call, cancel(300)], null, { gaveUp: 300, waited: 300 }],
    ["ends when its model goes on without a result", [call, answer(590)], asked(60), { gaveUp: 60, waited: 60 }],
    ["ends when it ends", [call], null, { gaveUp: 700, waited: 700 }],
    ["lasts if it has a result", [call, answer(590)], asked(591), { gaveUp: null, waited: 590 }],
    ["lasts if it cancels what was answered", [call, answer(590), cancel(591)], null, { gaveUp: null, waited: 590 }],
    ["lasts if it cancels something else", [call, cancel(1, 6), answer(590)], null, { gaveUp: null, waited: 590 }],
  ]) {
    it(what, () => assert.deepEqual(patienceOf({ wire: new Wire(messages), model, ended: 700 * second }), want));
  }

  it("is unknown if it called nothing", () => assert.equal(patienceOf({ wire: new Wire([]), model: null, ended: 0 }), null));
});

describe("the form of a result", () => {
  const result = { structuredContent: { task_id: "01ABC" } };
  for (const [shown, want] of [
    ["task_id: 01ABC", "text"], ['{"task_id":"01ABC"}', "structure"], ['"{\\"task_id\\": \\"01ABC\\"}"', "structure"],
    ['task_id: 01ABC\n{"task_id":"01ABC"}', "both"], ["task_id: 01XYZ", null], ["", null],
  ]) {
    it(`of ${JSON.stringify(shown)} is ${want}`, () => assert.equal(form(result, shown), want));
  }
});

describe("the names of tools", () => {
  const offered = (...names) => names.map((name) => ({ name }));
  it("are ours, with or without a prefix, and never those of the client", () => {
    assert.equal(nameOf(offered("list_agents", "mcp__orq__list_agents"), "list_agents").name, "mcp__orq__list_agents");
    assert.equal(nameOf(offered("list_agents", "tool_search"), "list_agents"), undefined);
    assert.equal(nameOf(offered("list_agents", "invoke_agent", "delete_agent"), "list_agents").name, "list_agents");
    assert.equal(nameOf([{ name: "list_agents", namespace: "mcp__orq" }], "list_agents").namespace, "mcp__orq");
  });

  it("are found in the result of a search", () => {
    assert.deepEqual(foundIn('"mcp__orq__get_agent", "mcp__orq__list_building_blocks", "get_agent"').map(({ name }) => name), ["mcp__orq__get_agent", "mcp__orq__list_building_blocks"]);
  });
});

// A model of each API takes a client that does what it says through the scenario.
describe("the played model", () => {
  const apis = {
    anthropic: ["/v1/messages", (names, done) => ({
      tools: names.map((name) => ({ name })),
      messages: done.map(([id, text]) => ({ role: "user", content: [{ type: "tool_result", tool_use_id: id, content: [{ type: "text", text }] }] })),
    }), ({ content: [{ id, name, input }] }) => id && [id, name, input]],
    chat: ["/v1/chat/completions", (names, done) => ({
      tools: names.map((name) => ({ type: "function", function: { name } })),
      messages: done.map(([id, content]) => ({ role: "tool", tool_call_id: id, content })),
    }), ({ choices: [{ message: { tool_calls: [{ id, function: { name, arguments: args } }] = [{ function: {} }] } }] }) => id && [id, name, JSON.parse(args)]],
    gemini: ["/v1beta/models/played:generateContent", (names, done) => ({
      tools: [{ functionDeclarations: names.map((name) => ({ name })) }],
      contents: done.map(([id, output]) => ({ role: "user", parts: [{ functionResponse: { id, response: { output } } }] })),
    }), ({ candidates: [{ content: { parts: [{ functionCall }] } }] }) => functionCall && [functionCall.id, functionCall.name, functionCall.args]],
    responses: ["/v1/responses", (names, done) => ({
      tools: names.map((name) => ({ type: "function", name })),
      input: done.map(([id, output]) => ({ type: "function_call_output", call_id: id, output })),
    }), ({ output: [{ call_id: id, name, arguments: args }] }) => id && [id, name, JSON.parse(args)]],
  };
  const names = steps.map(({ tool }) => `mcp__orq__${tool}`);
  const texts = { pause: "id call_7, task_id: 01M8S8ZCBJ6YRXZ62QRETS3HBM" };

  for (const [name, [path, request, callIn]] of Object.entries(apis)) {
    it(`speaks the API of ${name}`, async () => {
      const model = await playModel();
      try {
        const done = [];
        for (const step of steps) {
          const body = await (await fetch(model.url + path, { method: "POST", body: JSON.stringify(request(names, done)) })).json();
          const [id, tool, args] = callIn(body);
          assert.equal(tool, `mcp__orq__${step.tool}`);
          assert.deepEqual(args, step.arguments(texts));
          done.push([id, texts[step.id] ?? step.id]);
        }
        const end = await (await fetch(model.url + path, { method: "POST", body: JSON.stringify(request(names, done)) })).json();
        assert.equal(callIn(end), undefined);
        assert.equal(model.shown.pause, texts.pause);
        assert.deepEqual(model.faults, []);
      } finally {
        model.end();
      }
    });
  }
});

describe("the facts", () => {
  it("of a client without a token and without a form", () => {
    const wire = new Wire([
      message("client", { id: 0, method: "initialize", params: { protocolVersion: "2025-11-25" } }),
      message("server", { id: 0, result: { protocolVersion: "2025-06-18" } }),
      message("client", { id: 1, method: "tools/list" }),
      message("server", { id: 1, result: { tools: Array.from({ length: toolCount }, (_, i) => ({ name: `tool_${i}` })) } }),
      message("client", { id: 2, method: "tools/call", params: { name: "invoke_agent", arguments: { key: "slow" } } }),
      message("server", { id: 2, result: { structuredContent: { task_id: "01ABC" } } }),
      message("client", { id: 3, method: "tools/call", params: { name: "delete_agent", arguments: { key: "doomed" } } }),
      message("server", { id: 3, result: { structuredContent: { deleted: true } } }),
    ]);
    const { tools, protocol, token, progress, shown, result, pausing, deleting } = measure({ wire, model: null, output: "task_id: 01ABC" });
    assert.deepEqual({ tools, protocol, token, progress, shown, result, pausing, deleting }, {
      tools: toolCount, protocol: "2025-06-18", token: false, progress: 0, shown: false, result: "text", pausing: false,
      deleting: { asked: false, answer: null, deleted: true },
    });
  });
});
