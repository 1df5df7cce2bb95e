// Runs the cases: small programs, each with one way in which a service, a network, an agent, a client or a person behaves in
// the real world. A case gets the built program, prints one line, and exits with 0 when the program behaves right. They are not
// part of the repository: ORQ_CASES_DIR, or else shared/cases beside it, holds them in a directory for each subject.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const program = join(root, "bin/orq-mcp");
const cases = process.env.ORQ_CASES_DIR || join(root, "../shared/cases");
const subjects = ["network", "peers", "serving", "users"];
// Of a subject that stands here, only these are run.
const chosen = { serving: ["body-hold.mjs", "sandbox-rebinding.mjs", "session-key.mjs"] };
const limit = 180_000;

const run = (file) => new Promise((done) => {
  const shell = extname(file) === ".sh";
  const child = spawn(shell ? "sh" : process.execPath, [file, program], { stdio: ["ignore", "pipe", "pipe"], timeout: limit, killSignal: "SIGKILL" });
  let output = "";
  child.stdout.on("data", (data) => { output += data; });
  child.stderr.on("data", (data) => { output += data; });
  child.on("close", (code, signal) => done({ code: code ?? signal, output }));
});

for (const name of subjects) {
  const directory = join(cases, name);
  const skip = !existsSync(directory) && `there are no cases in ${directory}`;
  describe(name, { skip, concurrency: 2 }, () => {
    const files = readdirSync(directory).filter((file) => [".mjs", ".sh"].includes(extname(file)) && file !== "lib.mjs" && (chosen[name]?.includes(file) ?? true));
    it("has cases", () => assert.notEqual(files.length, 0));
    for (const file of files) {
      it(file, async () => {
        const { code, output } = await run(join(directory, file));
        assert.equal(code, 0, output);
      });
    }
  });
}
