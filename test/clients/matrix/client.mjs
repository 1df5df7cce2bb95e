// One run of one client: its home, its server, its model and what came of it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { kill } from "node:process";

import { measure, patienceOf } from "./facts.mjs";
import { playModel } from "./models.mjs";
import { lively, patience, patienceSeconds, silent, steps } from "./scenario.mjs";
import { Server } from "./server.mjs";
import { Terminal } from "./terminal.mjs";

// A program may take this long, in ms, and where its patience is measured a minute longer than the run.
const limit = 120_000;
const windowLimit = 120_000;
const patienceLimit = (patienceSeconds + 60) * 1000;

// Context is what a client is run with:
//
//   home      an empty folder; files of the client are written with write(name, content)
//   packages  the folder node_modules of its kind
//   server    the program under test, see server.mjs
//   steps     the calls to make; the model makes them by itself
//   model     the played model, see models.mjs: url, offered, shown, faults
//   output    all that the programs have printed so far
export class Context {
  static async make({ packages }, path = steps) {
    const context = new Context();
    context.steps = path;
    context.limit = path === patience ? patienceLimit : limit;
    context.packages = packages;
    context.home = realpathSync(mkdtempSync(join(tmpdir(), "orq-mcp-client-")));
    context.server = new Server(context.home);
    context.model = await playModel(path);
    context.output = "";
    context.interrupt = () => context.end();
    process.once("SIGINT", context.interrupt);
    return context;
  }

  write(name, content) {
    const file = join(this.home, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  // bin returns the path of a program of the packages.
  bin(name) {
    return join(this.packages, ".bin", name);
  }

  // env returns the environment of a client: nothing of the caller's but what programs need.
  env(more) {
    const path = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
    return { PATH: path, HOME: this.home, XDG_CONFIG_HOME: join(this.home, ".config"), LANG: "C.UTF-8", NO_COLOR: "1", CI: "1", ...more };
  }

  // execute runs a program in the home to its end, without input, and returns its exit code: null if it was killed because it
  // took too long. What it prints is added to output, without colours.
  execute(program, args, env = {}, time = this.limit) {
    const child = spawn(program, args, { cwd: this.home, env: this.env(env), stdio: ["ignore", "pipe", "pipe"], detached: true });
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), time);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { this.output += text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, ""); });
    }
    return new Promise((done, failed) => child.on("error", failed).on("close", done)).finally(() => clearTimeout(timer));
  }

  // window runs a program in a terminal, where a person types keys, until its model has nothing more to call. What is on the
  // screen is added to output. A question is answered with the Enter key.
  async window(program, args, env = {}, keys = [[/Delete the agent doomed/, "\r"]]) {
    const { CI, NO_COLOR, ...own } = this.env(env);
    const terminal = await Terminal.open(this.packages, program, args, { cwd: this.home, env: own, keys });
    const timer = setTimeout(() => terminal.close(), windowLimit);
    await Promise.race([this.model.finished, terminal.ended]);
    clearTimeout(timer);
    await terminal.close();
    this.output += [...terminal.lines].join("\n");
  }

  // inWindow returns what a person sees: shown and deleting, as in the facts, of a run in a context of its own; null if the
  // model was not called.
  async inWindow(run) {
    const facts = await this.apart(steps, run);
    return facts && facts.shown !== null ? { shown: facts.shown, deleting: facts.deleting } : null;
  }

  // resets returns whether progress resets a time limit: run starts the client with one of shortLimit seconds. It is null if the
  // limit has no effect.
  async resets(run) {
    const alive = await this.apart(lively, run);
    if (alive?.result === null) {
      return false;
    }
    return (await this.apart(silent, run))?.result === null ? true : null;
  }

  // apart returns the facts of a run in a context of its own; null while patience is measured.
  async apart(path, run) {
    if (this.steps === patience) {
      return null;
    }
    const other = await Context.make(this, path);
    try {
      await run(other);
      return other.measured();
    } finally {
      other.end(this.keep);
    }
  }

  // measured returns the facts that follow from the run. A client that has no model gives model as null.
  measured({ model = this.model } = {}) {
    return measure({ wire: this.server.wire(), model, output: this.output });
  }

  end(keep) {
    process.off("SIGINT", this.interrupt);
    stopIn(this.home);
    this.model.end();
    this.wireAtEnd = this.server.wire();
    if (keep) {
      this.write("model.json", JSON.stringify(this.model, null, 1));
      this.write("output.txt", this.output);
      console.error(this.home);
    } else {
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

// stopIn ends what clients have left running: programs whose home is that folder. It needs Linux.
function stopIn(home) {
  for (const process of existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : []) {
    try {
      if (readFileSync(`/proc/${process}/environ`, "utf8").split("\0").includes(`HOME=${home}`)) {
        kill(Number(process), "SIGKILL");
      }
    } catch {
      // It has ended, or belongs to somebody else.
    }
  }
}

// runClient runs a client and returns its row: facts, or failure with the reason why there are none.
export async function runClient({ id, name, package: pack, version, kind, packages, run }, keep) {
  const row = { id, name, kind, package: pack, version, date: new Date().toISOString().slice(0, 10) };
  const context = await Context.make({ packages });
  context.keep = keep;
  try {
    const facts = await run(context);
    if (context.server.wire().messages.length === 0) {
      throw new Error(`it has not started the server: ${context.output.slice(-500)}`);
    }
    return { ...row, facts };
  } catch (error) {
    return { ...row, failure: error.message };
  } finally {
    if (context.model.faults.length > 0) {
      console.error(`${id}: ${context.model.faults.join("; ")}`);
    }
    context.end(keep);
  }
}

// measurePatience runs a client on a run that takes long, and returns its patience; null if it has not come so far.
export async function measurePatience({ id, packages, run }, keep) {
  const context = await Context.make({ packages }, patience);
  try {
    await run(context);
  } catch (error) {
    console.error(`${id}: ${error.message}`);
  } finally {
    context.end(keep);
  }
  return patienceOf({ wire: context.wireAtEnd, model: context.model, ended: Date.now() });
}
