// The facts of a client: what the columns of the matrix are made of.
import { toolCount, weather } from "./scenario.mjs";

// A client is an object { id, name, package, version, run(ctx) }. run takes the client through the scenario and returns its
// facts, most of them from ctx.measured(output). A fact is measured, or null if it could not be found out; then unknown has
// the reason, by the name of the fact.
//
//   tools     number of our tools that its model was offered, at once or by a search: 11 is all
//   search    true if the model had to search for them
//   protocol  version that client and server agreed on, such as "2025-11-25"
//   token     whether the call of a run had a progress token
//   progress  number of progress notifications that were sent to it during a run of 12 events; 0 without a token
//   shown     whether it prints progress messages: true, false
//   result    what its model is shown of a result, or its user if it has no model: "structure", "text" or "both"
//   pausing   whether a paused run was continued with a tool result
//   deleting  { asked, answer, deleted }: whether the client can show a form and was asked; what came back without a person,
//             "accept", "decline", "cancel" or null; whether the agent is gone. handler is true if the answer came from a
//             handler of the program that uses the client
//   switches  { progress, deleting }: the options that switch progress and questions on, of a framework that leaves them out;
//             progress, shown and deleting are then what is so with them
//   window    { shown, deleting } of the client in a terminal, where a person answers the question with the Enter key; null if
//             it has no window or could not be used there
//   limits    time limits of a call that its package states: [{ seconds, resets, source, setting }]; null seconds is no limit,
//             resets whether progress resets the timer (null: not known), source "stated" or "measured", setting what changes it
//   instead   what a person does about what it cannot do: [text in Markdown]

// Its patience is measured apart, with a run of ten minutes: { gaveUp, waited }, the seconds after which it canceled the
// call or went on without a result (null: never), and those that the run lasted.

// patienceOf returns it. ended is when the client went on or ended, in ms.
export function patienceOf({ wire, model, ended }) {
  const [call] = wire.calls("invoke_agent");
  if (!call) {
    return null;
  }
  const { at, answer } = call;
  const next = model?.requests.find((request) => request.at > at && (!answer || request.at < answer.at))?.at;
  const canceled = wire.cancellations().find((each) => each.at > at && each.message.params.requestId === call.message.id && (!answer || each.at < answer.at))?.at;
  const early = Math.min(canceled ?? Infinity, next ?? Infinity, answer?.message.result ? Infinity : ended);
  const seconds = (time) => Math.round((time - at) / 1000);
  return early < Infinity ? { gaveUp: seconds(early), waited: seconds(early) } : { gaveUp: null, waited: seconds(answer.at) };
}

// measure returns the facts that follow from the wire, what the model was shown, and what the client printed.
export function measure({ wire, model, output }) {
  const [run] = wire.calls("invoke_agent", ({ key }) => key === "slow");
  return {
    tools: offered(wire, model), search: "search" in (model?.shown ?? {}), protocol: wire.protocols().join(", ") || null,
    token: run ? run.message.params._meta?.progressToken !== undefined : null,
    progress: run ? run.progress.length : null,
    shown: run ? showsProgress(run, output) : null,
    result: run ? form(run.answer?.message.result, (model ? model.shown.run : output) ?? "") : null,
    pausing: continued(wire), deleting: deletion(wire), window: null, limits: null, instead: [], unknown: {},
  };
}

// offered counts our tools: those of the model, or those that were listed if there is no model.
function offered(wire, model) {
  const lists = wire.from("client").filter(({ message }) => message.method === "tools/list").map((each) => wire.answer(each)?.message.result?.tools ?? []);
  const names = new Set(lists.flat().map(({ name }) => name));
  if (!model) {
    return names.size;
  }
  const ours = [...model.offered.values()].filter(({ name, namespace }) => /orq/.test(namespace ?? "") || /orq/.test(name) || names.has(name));
  return Math.min(new Set(ours.map(({ name }) => [...names].find((each) => name.endsWith(each))).filter(Boolean)).size, toolCount);
}

// showsProgress looks for messages that only progress has. Messages of a few characters prove nothing.
function showsProgress({ progress, answer }, output) {
  const result = JSON.stringify(answer?.message.result ?? "");
  const own = progress.map(({ message }) => message.params.message).filter((text) => text?.length > 10 && !result.includes(text));
  return own.some((text) => output.includes(text));
}

// form returns which form of a result a text contains.
export function form(result, shown) {
  if (!result || shown === "") {
    return null;
  }
  const task = result.structuredContent?.task_id;
  const structure = new RegExp(`task_id\\\\*": ?\\\\*"${task}`).test(shown);
  const text = new RegExp(`task_id: ${task}`).test(shown);
  return structure && text ? "both" : structure ? "structure" : text ? "text" : null;
}

function continued(wire) {
  const calls = wire.calls("invoke_agent", ({ tool_results: results }) => results !== undefined);
  return calls.some(({ answer }) => JSON.stringify(answer?.message.result?.structuredContent ?? {}).includes(weather));
}

function deletion(wire) {
  const calls = wire.calls("delete_agent");
  if (calls.length === 0) {
    return null;
  }
  const [question] = wire.questions();
  return {
    asked: question !== undefined, answer: question ?? null,
    deleted: calls.some(({ answer }) => answer?.message.result?.structuredContent?.deleted === true),
  };
}
