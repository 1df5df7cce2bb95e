// The scenario that a played model takes each client through, and the workspace that it happens in.

// seed is the workspace: an agent that answers slowly with progress, one that pauses for a tool result, and one to delete.
const agent = (key, description, tools = []) => ({ key, role: "Tester", description, instructions: "Help.", model: "openai/gpt-4o", tools });
export const seed = [
  agent("slow", "Answers slowly", [{ type: "current_date" }]),
  agent("asker", "Asks for the weather", [{ type: "function", key: "get_weather" }]),
  agent("doomed", "Is deleted"),
];

// toolCount is how many tools orq-mcp has.
export const toolCount = 11;

// steps are the calls of the scenario, in order. arguments gets the text that the model was shown as result of each step
// before it, and throws if something that the step needs is not in it.
export const steps = [
  { id: "list", tool: "list_agents", arguments: () => ({ limit: 5 }) },
  { id: "run", tool: "invoke_agent", arguments: () => ({ key: "slow", message: "Hello.\n/slow 1s /tool current_date /slow 1s /count 3" }) },
  { id: "pause", tool: "invoke_agent", arguments: () => ({ key: "asker", message: '/tool get_weather {"city": "Ghent"}' }) },
  { id: "continue", tool: "invoke_agent", arguments: ({ pause }) => continuation(pause) },
  { id: "delete", tool: "delete_agent", arguments: () => ({ key: "doomed", confirm: "doomed" }) },
];

// patience is one call of an agent that takes patienceSeconds, with progress each 15 s, and more without a progress token than
// the server waits by itself. No run takes more than 600 s.
export const patienceSeconds = 590;
export const patience = [
  { id: "run", tool: "invoke_agent", arguments: () => ({ key: "slow", message: `Hello.\n/slow ${patienceSeconds}s`, wait_seconds: 3600 }) },
];

// Two runs that take six seconds, for a client whose limit is shortLimit: one has progress all the time, the other none.
export const shortLimit = 3;
const run = (message) => [{ id: "run", tool: "invoke_agent", arguments: () => ({ key: "slow", message, wait_seconds: 60 }) }];
export const lively = run(`Hello.\n${"/slow 1s /tool current_date ".repeat(2 * shortLimit)}`);
export const silent = run(`Hello.\n/slow ${2 * shortLimit}s`);

// weather is the tool result that the paused run continues with.
export const weather = "sunny, 21 degrees";

function continuation(shown) {
  const task = /task_id\W+([0-9A-Z]{26})/.exec(shown)?.[1];
  const call = /call_[0-9A-Za-z]+/.exec(shown)?.[0];
  if (!task || !call) {
    throw new Error(`the model was not shown the id of the task and of the pending call: ${shown}`);
  }
  return { key: "asker", task_id: task, tool_results: [{ tool_call_id: call, result: weather }] };
}

// nameOf returns the one of the offered tools that is our tool of that name: clients put the name of the server before it, and
// some have a tool of that name themselves. Ours have names of their own only where all of them are offered so.
export function nameOf(offered, name) {
  const bare = steps.every(({ tool }) => offered.some((each) => each.name === tool));
  return offered.find((tool) => tool.name.endsWith(name) && (/orq/.test(tool.namespace ?? tool.name) || (bare && tool.name === name)));
}

// Some clients do not offer the tools of servers to their model. They offer one that searches for them, and some another one
// that calls what was found.
export const searchOf = (offered) => offered.find(({ name }) => /^tool_?search$/i.test(name));
export const callerOf = (offered) => offered.find(({ name }) => name === "tool_call");

// foundIn returns the tools of ours that the result of a search names.
export const foundIn = (text) => [...new Set(text.match(/\b\w*orq_+\w+/g) ?? [])].map((name) => ({ name, found: true }));
