// The programs that orq-mcp install configures: each reads the file as it was written, and connects. They run without an
// account, in a home folder of their own.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { binary, serveHTTP } from "./program.mjs";

const bin = fileURLToPath(new URL("node_modules/.bin/", import.meta.url));

// opencode is the program for Linux on x64. The package that chooses one needs those for all systems to be locked.
const opencode = fileURLToPath(new URL("node_modules/opencode-linux-x64-baseline/bin/opencode", import.meta.url));
const missing = (name) => name === "opencode" && !existsSync(opencode) && "needs Linux on x64";

// Person is somebody with a home folder and a project.
class Person {
  constructor() {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), "orq-mcp-home-")));
    this.project = join(this.home, "project");
    mkdirSync(this.project);
    this.env = {
      HOME: this.home, PATH: [dirname(process.execPath), bin, "/usr/bin", "/bin"].join(delimiter), NO_COLOR: "1",
      CODEX_HOME: join(this.home, ".codex"), OPENCODE_DISABLE_AUTOUPDATE: "1", DISABLE_AUTOUPDATER: "1",
    };
  }

  // write writes a file of the home folder.
  write(name, content) {
    mkdirSync(dirname(join(this.home, name)), { recursive: true });
    writeFileSync(join(this.home, name), content);
  }

  read(name) {
    return readFileSync(join(this.home, name), "utf8");
  }

  // execute runs a program in the project.
  execute(program, args, env = {}) {
    return promisify(execFile)(program, args, { cwd: this.project, env: { ...this.env, ...env }, timeout: 120_000 });
  }

  async stdout(program, args) {
    return (await this.execute(program, args)).stdout;
  }

  // run runs a program and returns all that it prints, without colours.
  async run(program, args, env) {
    const { stdout, stderr } = await this.execute(program, args, env);
    return (stdout + stderr).replace(/\x1b\[[0-9;]*m/g, "");
  }

  install(client, ...args) {
    return this.run(binary, ["install", client, "--yes", ...args]);
  }

  end() {
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

// codexStatus returns the servers that codex connects to, with the number of their tools. codex mcp list starts none.
async function codexStatus(person, env = {}) {
  const child = spawn(join(bin, "codex"), ["app-server"], {
    cwd: person.project, env: { ...person.env, ...env }, stdio: ["pipe", "pipe", "ignore"],
  });
  const send = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  send({ id: 1, method: "initialize", params: { clientInfo: { name: "test", title: "test", version: "1" } } });
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, result, error } = JSON.parse(line);
    assert.equal(error, undefined, line);
    if (id === 1) {
      send({ method: "initialized" });
      send({ id: 2, method: "mcpServerStatus/list", params: {} });
    }
    if (id === 2) {
      child.stdin.end();
      return Object.fromEntries(result.data.map(({ name, tools }) => [name, Object.keys(tools).length]));
    }
  }
  return assert.fail("codex has ended");
}

// clients has for each client the file that a person already has, and connected, which returns the names of the servers that
// are connected, in order.
const clients = {
  "claude-code": {
    file: ".claude.json",
    content: `{\n  "numStartups": 1,\n  "mcpServers": {}\n}\n`,
    rewrites: true,
    connected: async (person, env) => names(/^(\S+): .* - ✔ Connected$/gm, await person.run("claude", ["mcp", "list"], env)),
  },
  codex: {
    file: ".codex/config.toml",
    content: `# mine\nmodel_reasoning_effort = "low"   # enough\n`,
    connected: async (person, env) => Object.entries(await codexStatus(person, env)).filter(([, tools]) => tools === 11).map(([name]) => name).sort(),
  },
  gemini: {
    file: ".gemini/settings.json",
    content: `{\n  // mine\n  "ui": { "hideTips": true }\n}\n`,
    connected: async (person, env) => names(/^✓ (\S+): .* - Connected$/gm, await person.run("gemini", ["mcp", "list"], env)),
  },
  opencode: {
    file: ".config/opencode/opencode.jsonc",
    content: `{\n  // mine\n  "autoupdate": false,\n}\n`,
    connected: async (person, env) => names(/✓ (\S+) connected/g, await person.run(opencode, ["mcp", "list"], env)),
  },
};

function names(pattern, text) {
  return [...text.matchAll(pattern)].map(([, name]) => name).sort();
}

for (const [name, { file, content, rewrites, connected }] of Object.entries(clients)) {
  describe(`install ${name}`, { skip: missing(name) }, () => {
    let person;
    let server;
    before(async () => {
      person = new Person();
      person.write(file, content);
      person.write(".gemini/trustedFolders.json", JSON.stringify({ [person.project]: "TRUST_FOLDER" }));
      server = await serveHTTP();
    });
    after(async () => {
      await server.end();
      person.end();
    });

    it("connects to a program and to an address", async () => {
      await person.install(name, "--sandbox");
      await person.install(name, "--name", "orq-http", "--http", server.url, "--sandbox");
      assert.deepEqual(await connected(person), ["orq", "orq-http"]);
      if (name === "codex") {
        const listed = JSON.parse(await person.stdout("codex", ["mcp", "list", "--json"]));
        assert.deepEqual(listed.map((each) => each.name).sort(), ["orq", "orq-http"]);
      }
    });

    it("is left as it was before", async () => {
      if (!rewrites) {
        await person.install(name, "--name", "orq-http", "--remove");
        await person.install(name, "--remove");
        assert.deepEqual(await connected(person), []);
      }
      person.write(file, content);
      await person.install(name, "--sandbox");
      await person.install(name, "--remove");
      assert.equal(person.read(file), content);
    });

    // The program ends at once when its key is a placeholder, so that this shows what reaches it.
    it("passes the key on", async () => {
      await person.install(name);
      assert.deepEqual(await connected(person), ["orq"], "without a key");
      assert.deepEqual(await connected(person, { ORQ_API_KEY: "sk-orq-0123456789" }), ["orq"], "with a key");
      assert.deepEqual(await connected(person, { ORQ_API_KEY: "your-orq-api-key" }), [], "with a placeholder");
    });
  });
}

describe("install --project", () => {
  for (const name of ["gemini", "opencode"]) {
    it(`connects ${name}`, { skip: missing(name) }, async () => {
      const person = new Person();
      person.write(".gemini/trustedFolders.json", JSON.stringify({ [person.project]: "TRUST_FOLDER" }));
      await person.install(name, "--project", "--sandbox");
      assert.deepEqual(await clients[name].connected(person), ["orq"]);
      person.end();
    });
  }

  it("shows the server to codex, in a project that it trusts", async () => {
    const person = new Person();
    person.write(".codex/config.toml", `[projects."${person.project}"]\ntrust_level = "trusted"\n`);
    await person.install("codex", "--project", "--sandbox");
    const [server] = JSON.parse(await person.stdout("codex", ["mcp", "list", "--json"]));
    assert.deepEqual([server.name, server.enabled, server.transport.args], ["orq", true, ["--sandbox"]]);
    person.end();
  });

  it("shows the server to claude, which asks before it starts it", async () => {
    const person = new Person();
    await person.install("claude-code", "--project", "--sandbox");
    assert.match(await person.run("claude", ["mcp", "list"]), /^orq: .*--sandbox - .*approv/im);
    person.end();
  });
});
