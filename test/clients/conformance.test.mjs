// Runs the official conformance suite: completely against the server with the fixtures of the suite, and the scenarios that
// need no fixtures against the program itself.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { serveFixtures, serveHTTP } from "./program.mjs";

const exec = promisify(execFile);
const expectedFailures = fileURLToPath(new URL("expected-failures.yml", import.meta.url));

// suite runs a version of the suite and returns its exit code and output.
async function suite(name, folder, ...args) {
  const program = fileURLToPath(new URL(`node_modules/${name}/dist/index.js`, import.meta.url));
  try {
    const { stdout } = await exec(process.execPath, [program, "server", ...args], { cwd: folder, timeout: 120_000, maxBuffer: 1 << 26 });
    return { code: 0, stdout };
  } catch (failure) {
    return { code: failure.code, stdout: `${failure.stdout}${failure.stderr}` };
  }
}

// entries returns the expected failures as scenario and check. Without a check the whole scenario is expected to fail.
async function entries() {
  const lines = (await readFile(expectedFailures, "utf8")).matchAll(/^ {2}- ([^\s:]+)(?::(\S+))?$/gm);
  return [...lines].map(([, scenario, check]) => ({ scenario, check }));
}

// outcomes returns the checks of each scenario from the files that the suite wrote.
async function outcomes(folder) {
  const folders = await readdir(folder);
  return Promise.all(folders.map(async (name) => ({
    scenario: /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)[1],
    checks: JSON.parse(await readFile(join(folder, name, "checks.json"), "utf8")),
  })));
}

// checkScenario compares the failed checks of a scenario with the expected failures. Unlike the suite it also counts
// scenarios that a revision does not score, and requires at least one successful check.
function checkScenario(scenario, checks, expected) {
  const failed = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
  const passed = checks.some(({ status }) => status === "SUCCESS");
  const mine = expected.filter((entry) => entry.scenario === scenario);
  if (mine.some(({ check }) => !check)) {
    assert.ok(failed.length > 0 || !passed, "the scenario passes: remove it from expected-failures.yml");
    return;
  }
  const ids = [...new Set(failed.map(({ id }) => id))];
  assert.deepEqual(ids.sort(), mine.map(({ check }) => check).sort(), JSON.stringify(failed, null, 2));
  assert.ok(passed, "nothing was checked");
}

describe("official conformance suite", () => {
  const seen = new Set();
  let server;
  let folder;
  before(async () => {
    server = await serveFixtures();
    folder = await mkdtemp(join(tmpdir(), "orq-mcp-conformance-"));
  });
  after(async () => {
    await server.end();
    await rm(folder, { recursive: true });
  });

  const runs = {
    "0.1.16": ["@modelcontextprotocol/conformance", "--suite", "all"],
    "0.2.0-alpha.12, protocol 2025-11-25": ["conformance-next", "--requirements", "2025-11-25"],
    "0.2.0-alpha.12, protocol 2026-07-28": ["conformance-next", "--requirements", "2026-07-28"],
  };
  for (const [title, [name, ...which]] of Object.entries(runs)) {
    it(title, async (t) => {
      const results = await mkdtemp(join(folder, "results-"));
      const { code, stdout } = await suite(name, folder, "--url", server.url, ...which, "--expected-failures", expectedFailures, "--output-dir", results);
      const summary = stdout.split("=== SUMMARY ===").at(-1);
      const [expected, ran] = await Promise.all([entries(), outcomes(results)]);
      assert.equal(ran.length, Number(/\((\d+) scenarios\)/.exec(stdout)?.[1]), summary);
      for (const { scenario, checks } of ran) {
        seen.add(scenario);
        await t.test(scenario, () => checkScenario(scenario, checks, expected));
      }
      assert.equal(code, 0, summary);
    });
  }

  it("every expected failure is of a scenario that runs", async () => {
    const unknown = (await entries()).filter(({ scenario }) => !seen.has(scenario));
    assert.deepEqual(unknown, []);
  });
});

describe("official conformance suite, the program itself", () => {
  let server;
  before(async () => { server = await serveHTTP(); });
  after(() => server.end());

  for (const scenario of ["server-initialize", "ping", "tools-list", "server-sse-multiple-streams", "dns-rebinding-protection"]) {
    it(scenario, async () => {
      const { stdout } = await suite("@modelcontextprotocol/conformance", tmpdir(), "--url", server.url, "--scenario", scenario);
      assert.match(stdout, /Passed: (\d+)\/\1, 0 failed, 0 warnings/);
    });
  }
});
