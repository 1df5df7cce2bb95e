// What went over the wire between a client and the program, as the tap has written it.
import { existsSync, readFileSync } from "node:fs";

// Wire has the messages in order, each with at (ms), from (client or server) and message.
export class Wire {
  // read reads the file of a tap. Lines that are no JSON are left out.
  static read(file) {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return new Wire(lines.map((line) => JSON.parse(line)).flatMap(({ text, ...more }) => {
      try {
        return [JSON.parse(text)].flat().map((message) => ({ ...more, message }));
      } catch {
        return [];
      }
    }));
  }

  constructor(messages) {
    this.messages = messages;
  }

  from(who) {
    return this.messages.filter(({ from }) => from === who);
  }

  // answer returns the answer to a request: the next one with its id, as ids begin anew with each session.
  answer(request) {
    const { from, process, message: { id } } = request;
    return this.after(request).find((other) => other.from !== from && other.process === process && other.message.id === id && !other.message.method);
  }

  after(message) {
    return this.messages.slice(this.messages.indexOf(message) + 1);
  }

  // calls returns the calls of a tool, each with the message, its answer and the progress that it received.
  calls(name, matches = () => true) {
    return this.from("client")
      .filter(({ message: { method, params } }) => method === "tools/call" && params.name === name && matches(params.arguments ?? {}))
      .map((call) => ({ ...call, answer: this.answer(call), progress: this.progress(call) }));
  }

  // progress returns the notifications between a call and its answer.
  progress(call) {
    const token = call.message.params._meta?.progressToken;
    const answer = this.answer(call);
    const during = this.after(call);
    return (answer ? during.slice(0, during.indexOf(answer)) : during).filter(({ process, message: { method, params } }) => (
      token !== undefined && process === call.process && method === "notifications/progress" && params.progressToken === token));
  }

  // protocols returns the versions that were agreed on, without repetitions.
  protocols() {
    const versions = this.from("client").map((each) => {
      const { method, params } = each.message;
      return method === "initialize" ? this.answer(each)?.message.result?.protocolVersion : params?._meta?.["io.modelcontextprotocol/protocolVersion"];
    });
    return [...new Set(versions.filter(Boolean))];
  }

  // name returns how the client introduces itself.
  name() {
    const params = this.from("client").map(({ message }) => message.params);
    return params.map((each) => each?.clientInfo ?? each?._meta?.["io.modelcontextprotocol/clientInfo"]).find(Boolean);
  }

  // questions returns the actions that answered the elicitations, null where none came. Since protocol 2026-07-28 a question is
  // the result of a call, and its answer is in the same call, made again.
  questions() {
    const requests = this.from("server").filter(({ message }) => message.method === "elicitation/create");
    const results = this.from("server").filter(({ message }) => message.result?.resultType === "input_required");
    const again = this.from("client").flatMap(({ message }) => Object.values(message.params?.inputResponses ?? {}));
    return [...requests.map((each) => this.answer(each)?.message.result?.action ?? null), ...results.map((_, i) => again[i]?.action ?? null)];
  }

  cancellations() {
    return this.from("client").filter(({ message }) => message.method === "notifications/cancelled");
  }
}
