// The table of clients in docs/clients.md, from the results of their runs.

const head = ["client", "tools", "protocol", "progress", "the model is shown", "pause and continue", "deleting asks", "time limit of a call"];

const begin = "<!-- clients: make clients writes what is between these lines -->";
const end = "<!-- end of clients -->";

// place returns the document with the table and the list in it, between two comments. It throws if they are missing.
export function place(document, results) {
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before < 0 || after < before) {
    throw new Error(`the document has no lines ${begin} and ${end}`);
  }
  return `${document.slice(0, before + begin.length)}\n${render(results)}\n${document.slice(after)}`;
}

// render returns the table, and below it what to do about what clients cannot do, once for all
// that it holds for, and what could not be found out.
export function render(results) {
  const rows = [head, head.map(() => "---"), ...results.map(row)].map((cells) => `| ${cells.join(" | ")} |`);
  const advice = new Map();
  for (const { name, facts } of results) {
    for (const text of facts?.instead ?? []) {
      advice.set(text, [...advice.get(text) ?? [], name]);
    }
  }
  const lines = [...advice].map(([text, names]) => `- ${names.join(", ")}: ${text}`);
  const unknown = results.flatMap(({ name, facts }) => Object.entries(facts?.unknown ?? {}).map(([fact, why]) => `- ${name}, ${fact}: ${why}`));
  return [rows.join("\n"), section("What to do instead:", lines), section("What could not be found out (?):", unknown)].filter(Boolean).join("\n\n");
}

const section = (title, lines) => lines.length > 0 && `${title}\n\n${lines.join("\n")}`;

function row({ name, version, date, facts, failure, patience }) {
  const client = `${name} ${version}`;
  if (failure) {
    return [client, `not run on ${date}: ${cell(failure)}`, ...head.slice(2).map(() => "")];
  }
  const { tools, search, protocol, result } = facts;
  return [
    client, known(tools, `${tools}${search ? ", by a search" : ""}`), known(protocol, protocol), progress(facts), known(result, result),
    known(facts.pausing, facts.pausing ? "yes" : "no"), deleting(facts), limits(facts.limits, patience),
  ];
}

const cell = (text) => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");

const known = (fact, text) => (fact === null || fact === undefined ? "?" : text);

function progress({ token, progress: number, shown, window, switches = {} }) {
  if (token === null) {
    return "?";
  }
  if (!token && !switches.progress) {
    return "no token";
  }
  const seen = window?.shown && !shown ? "shown in a window" : shown === null ? "shown: ?" : shown ? "shown" : "not shown";
  const arrival = `${number > 0 ? "arrives" : "none arrives"}, ${seen}`;
  return switches.progress ? `with \`${switches.progress}\`: ${arrival}` : arrival;
}

function deleting({ deleting: fact, window, switches = {} }) {
  if (!fact) {
    return "?";
  }
  const done = fact.deleted ? "deleted" : "not deleted";
  if (!fact.asked) {
    return `cannot ask; ${done}`;
  }
  if (fact.handler) {
    return `asks a handler${switches.deleting ? ` (\`${switches.deleting}\`)` : ""}; ${fact.answer}, ${done}`;
  }
  if (window?.deleting?.answer === "accept") {
    return `asks in a window; without one ${fact.answer ?? "no answer"}, ${done}`;
  }
  return fact.answer ? `asks; without a person ${fact.answer}, ${done}` : `asks; no answer, ${done}`;
}

// limits describes what was measured, then what is stated, marked with *.
function limits(list, patience) {
  const waited = patience && (patience.gaveUp === null ? `more than ${patience.waited} s` : `${patience.gaveUp} s`);
  const stated = (list ?? []).map(({ seconds, resets, source, setting }) => [
    seconds === patience?.gaveUp || (patience && seconds === null) ? "" : `${seconds === null ? "none" : `${seconds} s`}${source === "stated" ? "*" : ""}`,
    resets === true && "progress resets it", resets === false && "progress does not reset it", setting && `\`${setting}\``,
  ].filter(Boolean).join(", "));
  return [waited, stated.join("; ")].filter(Boolean).join(", ") || "?";
}
