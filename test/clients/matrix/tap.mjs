// A tap between a client and a program on stdio: node tap.mjs FILE PROGRAM [ARGUMENT...]. It passes on what it reads, and adds
// each message to FILE, one a line, with the time in ms and who sent it.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [file, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });

function note(from, line) {
  appendFileSync(file, `${JSON.stringify({ at: Date.now(), from, process: process.pid, text: line })}\n`);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  note("client", line);
  child.stdin.write(`${line}\n`);
}).on("close", () => child.stdin.end());
createInterface({ input: child.stdout }).on("line", (line) => {
  note("server", line);
  process.stdout.write(`${line}\n`);
});
child.stdin.on("error", () => {});
process.stdout.on("error", () => child.kill());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("close", (code) => { process.exitCode = code ?? 1; process.stdin.destroy(); });
