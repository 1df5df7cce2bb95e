// The models of all clients: one server on loopback plays the APIs of Anthropic, OpenAI and Gemini, follows the scenario, and
// keeps what the model was offered and shown.
import { once } from "node:events";
import { createServer } from "node:http";

import * as anthropic from "../models/anthropic.mjs";
import * as chat from "../models/chat.mjs";
import * as gemini from "../models/gemini.mjs";
import * as responses from "../models/responses.mjs";
import { callerOf, foundIn, nameOf, searchOf, steps } from "./scenario.mjs";

const apis = { anthropic, chat, gemini, responses };

// Model follows the scenario. offered has the tools that it was offered, shown the text of each result by step, faults what
// kept it from going on, requests the body of each request by path; finished resolves when there is nothing more to call.
class Model {
  offered = new Map();
  shown = {};
  faults = [];
  requests = [];
  plan = [];
  finished = new Promise((done) => { this.finish = done; });

  // reply returns the next step: a call, or a text when all is done or the request is no turn of the scenario.
  reply({ tools, results }) {
    this.offer(tools);
    if (this.offered.size === 0 || tools.length === 0) {
      return { text: "Done." };
    }
    results.forEach(({ text }, i) => { this.shown[this.plan[i]?.id ?? `unplanned ${i}`] = text; });
    this.offer(foundIn(this.shown.search ?? ""));
    const call = this.call(results.length);
    if (!call) {
      this.finish();
    }
    return call ?? { text: "Done." };
  }

  // offer adds tools. What is declared later counts more than what a search has found.
  offer(tools) {
    for (const tool of tools) {
      const key = `${tool.namespace ?? ""} ${tool.name}`;
      if (!tool.found || !this.offered.has(key)) {
        this.offered.set(key, tool);
      }
    }
  }

  // call returns the call of that number. It repeats itself when a client repeats its request.
  call(number) {
    this.plan[number] ??= this.next(number);
    const { tool, arguments: args } = this.plan[number];
    const caller = tool?.found && callerOf([...this.offered.values()]);
    return tool && { call: { id: `step_${number}`, tool: caller || tool, arguments: caller ? { name: tool.name, arguments: args } : args } };
  }

  next(number) {
    const offered = [...this.offered.values()];
    const search = searchOf(offered);
    if (number === 0 && search && !nameOf(offered, steps[0].tool)) {
      return { id: "search", tool: search, arguments: { query: "orq agent agents", max_results: 20 } };
    }
    const step = this.steps[number - (this.plan[0]?.id === "search" ? 1 : 0)];
    if (!step) {
      return { id: "end" };
    }
    try {
      const tool = nameOf(offered, step.tool);
      if (!tool) {
        throw new Error(`${step.tool} was not offered`);
      }
      return { id: step.id, tool, arguments: step.arguments(this.shown) };
    } catch (fault) {
      this.faults.push(fault.message);
      return { id: "end" };
    }
  }
}

// playModel starts the model. Its url has no path; clients add what their API has. It takes the steps of the scenario, or others.
export async function playModel(path = steps) {
  const model = new Model();
  model.steps = path;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://model").pathname;
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || "{}");
    model.requests.push({ at: Date.now(), method: request.method, path, body });
    const api = request.method === "POST" && Object.values(apis).find(({ matches }) => matches(path));
    if (api) {
      api.write(response, body, model.reply(api.read(body)), path);
    } else {
      other(response, path);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  model.url = `http://127.0.0.1:${server.address().port}`;
  model.end = () => {
    server.close();
    server.closeAllConnections();
  };
  return model;
}

// other answers what is no turn: lists of models, tokens counted.
function other(response, path) {
  response.setHeader("Content-Type", "application/json");
  if (path.endsWith("/models")) {
    response.end(JSON.stringify({ object: "list", data: [{ id: "played", object: "model" }], models: [] }));
  } else if (/count_?tokens$/i.test(path)) {
    response.end(JSON.stringify({ input_tokens: 1, totalTokens: 1 }));
  } else {
    response.statusCode = 404;
    response.end("{}");
  }
}
