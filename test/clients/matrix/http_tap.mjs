// A tap between a client and the program over HTTP.
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createServer, request } from "node:http";

// tapHTTP listens on a free port and passes requests on to url. It adds each message to file, as the tap on stdio does; a
// session takes the place of a process, and 0 that of none.
export async function tapHTTP(url, file) {
  const target = new URL(url);
  const note = (from, text, process = 0) => text && appendFileSync(file, `${JSON.stringify({ at: Date.now(), from, process, text })}\n`);
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray());
    const headers = { ...incoming.headers, host: target.host };
    const opens = body.includes('"initialize"');
    if (!opens) {
      note("client", body.toString(), sessionOf(incoming));
    }
    const outgoing = request(target, { method: incoming.method, headers }, (answer) => {
      const session = opens ? sessionOf(answer) : sessionOf(incoming);
      if (opens) {
        note("client", body.toString(), session);
      }
      response.writeHead(answer.statusCode, answer.headers);
      listen(answer, (text) => note("server", text, session));
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    outgoing.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${target.pathname}`,
    close: () => { server.close(); server.closeAllConnections(); },
  };
}

const sessionOf = ({ headers }) => headers["mcp-session-id"];

// listen calls heard for each message of an answer: a body of JSON, or the data of events.
function listen(answer, heard) {
  const stream = answer.headers["content-type"]?.startsWith("text/event-stream");
  let rest = "";
  answer.setEncoding("utf8");
  answer.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = stream ? lines.pop() : lines.join("\n");
    if (stream) {
      lines.filter((line) => line.startsWith("data: ")).forEach((line) => heard(line.slice("data: ".length)));
    }
  });
  answer.on("end", () => stream || heard(rest));
}
