// A framework of agents as a client: the program of agents/ that uses it is run with what it offers left out, switched on, and
// with a short time limit.
import { fileURLToPath } from "node:url";

import * as scenario from "./scenario.mjs";

const { shortLimit, steps } = scenario;

// tryFramework runs the program of that name and returns the facts of the framework.
//
//   switches  what the documentation has to switch on: progress, deleting, each with the option that does so
//   limits    as in the facts, without resets
//   http      that the program has to reach the server by its address
//   model     null if the program takes the place of a model
export async function tryFramework(context, name, { switches = {}, limits, instead, unknown = {}, ...how }) {
  const run = (settings) => (other) => start(other, name, how, settings);
  if (context.steps !== steps) { // its patience is measured
    await run({ progress: true })(context);
    return null;
  }
  const code = await run({})(context);
  if (code !== 0) {
    throw new Error(`its program ended with ${code}: ${lastError(context.output)}`);
  }
  const facts = { ...context.measured(how), window: null, switches };
  if (switches.progress || switches.deleting) {
    const { progress, shown, deleting } = await context.apart(steps, run({ progress: true, person: true }));
    Object.assign(facts, { progress, shown, deleting: { ...deleting, ...(deleting?.asked && { handler: true }) } });
  }
  const resets = switches.progress ? await context.resets(run({ progress: true, limit: 1000 * shortLimit })) : null;
  return { ...facts, limits: limits.map((limit) => ({ ...limit, resets })), instead, unknown };
}

function lastError(output) {
  const lines = output.trim().split("\n");
  return lines.find((line) => /Error/.test(line)) ?? lines.at(-1);
}

// start runs the program to its end and returns its exit code. A program without a model is shown what it prints.
async function start(context, name, { http, model }, settings) {
  const program = fileURLToPath(new URL(`frameworks/agents/${name}.mjs`, import.meta.url));
  const { url, end } = http ? await context.server.http() : {};
  const server = http ? { url } : { command: context.server.command, args: context.server.args() };
  try {
    return await context.execute(process.execPath, [program, JSON.stringify({ server, ...settings, path: pathOf(context) })], variables(context));
  } finally {
    await end?.();
    if (model === null) {
      context.model.shown.run = context.output;
    }
  }
}

// pathOf returns the name under which the scenario has the calls to make.
const pathOf = (context) => Object.keys(scenario).find((name) => scenario[name] === context.steps);

// variables lead the libraries of the models to the played one, and turn off what would reach for the network.
const variables = ({ model: { url } }) => ({
  OPENAI_API_KEY: "played", OPENAI_BASE_URL: `${url}/v1`, GEMINI_API_KEY: "played", GOOGLE_GEMINI_BASE_URL: url,
  OPENAI_AGENTS_DISABLE_TRACING: "1", MASTRA_TELEMETRY_DISABLED: "1", LANGSMITH_TRACING: "false",
});
