import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "orq-mcp-npm-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// What goreleaser would have built, of which only the program for this machine is real; ORQ_MCP_DIST names a real one.
function release() {
  if (process.env.ORQ_MCP_DIST) return resolve(process.env.ORQ_MCP_DIST);
  const goos = { win32: "windows" }[process.platform] ?? process.platform;
  const goarch = { x64: "amd64" }[process.arch] ?? process.arch;
  const path = join(root, "bin/orq-mcp");
  const artifacts = [{ type: "Binary", path, goos, goarch }, { type: "Archive", path, goos, goarch }];
  const dist = join(folder, "dist");
  mkdirSync(dist);
  writeFileSync(join(dist, "metadata.json"), JSON.stringify({ version: "1.2.3" }));
  writeFileSync(join(dist, "artifacts.json"), JSON.stringify([...artifacts, { type: "Binary", path, goos: "darwin", goarch: "all" }]));
  return dist;
}

const npm = (args, cwd) => execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, encoding: "utf8" });

const packages = join(folder, "packages");
const installed = join(folder, "installed");
const launcher = join(installed, "node_modules/@orq-mcp/server/bin/orq-mcp.js");
const platform = `server-${process.platform}-${process.arch}`;

before(() => {
  execFileSync(process.execPath, [join(root, "packaging/npm/build.mjs"), release(), packages]);
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), "{}");
  const tarballs = ["server", platform].map((name) => join(packages, npm(["pack", join(packages, name)], packages).trim()));
  npm(["install", "--offline", ...tarballs], installed);
  writeFileSync(join(folder, "without-execve.cjs"), "process.execve = undefined;");
});

test("the packages run nothing when they are installed", () => {
  for (const name of readdirSync(packages).filter((name) => !name.endsWith(".tgz"))) {
    const manifest = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
    assert.equal(manifest.scripts, undefined, name);
  }
});

test("each platform has its package, which no other platform installs", () => {
  const server = JSON.parse(readFileSync(join(packages, "server/package.json"), "utf8"));
  for (const [name, version] of Object.entries(server.optionalDependencies)) {
    const manifest = JSON.parse(readFileSync(join(packages, name.replace("@orq-mcp/", ""), "package.json"), "utf8"));
    assert.equal(manifest.version, version);
    assert.equal(version, server.version);
    assert.equal(`@orq-mcp/server-${manifest.os}-${manifest.cpu}`, name);
  }
  assert.ok(`@orq-mcp/${platform}` in server.optionalDependencies);
  if (process.env.ORQ_MCP_DIST) assert.equal(Object.keys(server.optionalDependencies).length, 6);
});

test("npx starts the program", () => {
  const { stdout } = spawnSync("npx", ["--offline", "@orq-mcp/server", "version"], { cwd: installed, encoding: "utf8" });
  assert.match(stdout, /^orq-mcp \S+\n$/);
});

test("a missing program is explained", () => {
  const alone = join(folder, "alone/bin/orq-mcp.js");
  mkdirSync(dirname(alone), { recursive: true });
  writeFileSync(alone, readFileSync(launcher));
  const { status, stderr } = spawnSync(process.execPath, [alone], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`the package @orq-mcp/${platform} is not installed`));
});

const ways = { "with a process between": ["--require", join(folder, "without-execve.cjs")] };
if (process.execve && process.platform !== "win32") ways["in place of Node"] = [];

for (const [way, options] of Object.entries(ways)) {
  const start = (...args) => spawn(process.execPath, [...options, launcher, ...args], { stdio: "pipe" });

  describe(way, () => {
    test("exit codes arrive", () => {
      const { status, stderr } = spawnSync(process.execPath, [...options, launcher, "nonsense"], { encoding: "utf8" });
      assert.equal(status, 2, stderr);
    });

    test("a client lists the tools, and the program ends with its stdin", async () => {
      const child = start("--sandbox");
      const ended = once(child, "exit");
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const send = (message) => child.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
      const clientInfo = { name: "test", version: "1" };
      send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
      assert.equal(JSON.parse((await lines.next()).value).result.serverInfo.name, "orq-mcp");
      send({ method: "notifications/initialized" });
      send({ id: 2, method: "tools/list" });
      assert.ok(JSON.parse((await lines.next()).value).result.tools.some(({ name }) => name === "invoke_agent"));
      child.stdin.end();
      assert.deepEqual(await ended, [0, null]);
    });

    for (const signal of ["SIGTERM", "SIGINT"]) {
      test(`${signal} reaches the program`, { skip: process.platform === "win32" }, async () => {
        const child = start("http", "--sandbox", "--addr", "127.0.0.1:0");
        const ended = once(child, "exit");
        const lines = createInterface({ input: child.stderr });
        const [line] = await once(lines, "line");
        const url = /listens on (\S+)\/mcp/.exec(line)[1];
        assert.equal((await fetch(`${url}/healthz`)).status, 200);
        child.kill(signal);
        assert.deepEqual(await ended, [0, null]);
        await assert.rejects(fetch(`${url}/healthz`), "the program is left behind");
      });
    }

    test("death by a signal is passed on", { skip: !existsSync("/proc") }, async () => {
      const child = start("http", "--sandbox", "--addr", "127.0.0.1:0");
      const ended = once(child, "exit");
      await once(createInterface({ input: child.stderr }), "line");
      const below = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
      process.kill(Number(below || child.pid), "SIGKILL");
      assert.deepEqual(await ended, [null, "SIGKILL"]);
    });
  });
}
