// Checks what `make snapshot` has built, in the folder that ORQ_MCP_DIST names.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";

// The largest program that is released, in bytes.
const programLimit = 20 * 1024 * 1024;

const root = resolve(import.meta.dirname, "..");
const dist = resolve(process.env.ORQ_MCP_DIST ?? join(root, "dist"));
const folder = mkdtempSync(join(tmpdir(), "orq-mcp-release-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const readJSON = (...path) => JSON.parse(readFileSync(join(dist, ...path), "utf8"));
const { version } = readJSON("metadata.json");
const artifacts = readJSON("artifacts.json");
const ofType = (type) => artifacts.filter((each) => each.type === type);
const platforms = ["darwin", "linux", "windows"].flatMap((os) => [`${os}_amd64`, `${os}_arm64`]);
const platformOf = ({ goos, goarch }) => `${goos}_${goarch}`;
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

const mcpb = (...args) => execFileSync(join(root, "packaging/mcpb/node_modules/.bin/mcpb"), args, { encoding: "utf8" });
const host = `${{ win32: "windows" }[process.platform] ?? process.platform}_${{ x64: "amd64" }[process.arch] ?? process.arch}`;

test("there is a small program for each platform, with the version", () => {
  // The one for both kinds of Mac goes into the MCPB bundle only.
  const programs = ofType("Binary").filter(({ goarch }) => goarch !== "all");
  assert.deepEqual(programs.map(platformOf).sort(), platforms);
  for (const program of programs) {
    const { size } = statSync(join(root, program.path));
    assert.ok(size <= programLimit, `${program.path} has ${size} bytes, want at most ${programLimit}`);
  }
  const own = programs.find((program) => platformOf(program) === host);
  assert.equal(execFileSync(join(root, own.path), ["version"], { encoding: "utf8" }), `orq-mcp v${version}\n`);
});

test("each archive holds the program, licences and completions, and its checksum is right", () => {
  const sums = new Map(readFileSync(join(dist, "checksums.txt"), "utf8").trim().split("\n").map((line) => line.split("  ").reverse()));
  const archives = ofType("Archive");
  assert.deepEqual(archives.map(platformOf).sort(), platforms);
  for (const archive of archives) {
    const path = join(root, archive.path);
    const windows = archive.goos === "windows";
    const names = windows ? zipNames(readFileSync(path)) : execFileSync("tar", ["-tzf", path], { encoding: "utf8" }).trim().split("\n");
    const shells = ["completions/_orq-mcp", "completions/orq-mcp.bash", "completions/orq-mcp.fish"];
    const want = ["CHANGELOG.md", "LICENSE", "README.md", "THIRD_PARTY_LICENSES", ...shells, windows ? "orq-mcp.exe" : "orq-mcp"];
    assert.deepEqual(names.sort(), want.sort(), archive.name);
    assert.equal(sums.get(archive.name), sha256(path), archive.name);
  }
});

// zipNames returns the names in the central directory of a zip.
function zipNames(zip) {
  const end = zip.lastIndexOf("PK\x05\x06");
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const text = zip.toString("utf8", at + 46, at + 46 + name);
    at += 46 + name + extra + comment;
    return text;
  });
}

test("an SBOM for each platform names the modules of the program", () => {
  for (const platform of platforms) {
    const { bomFormat, components } = readJSON(`orq-mcp_${version}_${platform}.cdx.json`);
    assert.equal(bomFormat, "CycloneDX");
    const names = components.map(({ name }) => name);
    assert.ok(names.includes("github.com/mark3labs/mcp-go"), `${platform}: ${names}`);
    assert.ok(!names.includes("github.com/google/go-cmp"), `${platform}: a module of tests`);
  }
});

test("the manifests of Homebrew and winget name the archives by their checksums", () => {
  const files = readdirSync(dist, { recursive: true }).map(String);
  const cask = readFileSync(join(dist, files.find((file) => file.endsWith("orq-mcp.rb"))), "utf8");
  const installer = readFileSync(join(dist, files.find((file) => file.endsWith("orq-mcp.installer.yaml"))), "utf8");
  for (const archive of ofType("Archive")) {
    const manifest = archive.goos === "windows" ? installer : cask;
    assert.ok(manifest.includes(sha256(join(root, archive.path))), `${archive.name} is in no manifest`);
  }
});

test("the MCPB bundle is valid, and its program lists the tools that it names", () => {
  const unpacked = join(folder, "mcpb");
  mcpb("unpack", join(dist, "orq-mcp.mcpb"), unpacked);
  mcpb("validate", join(unpacked, "manifest.json"));
  const manifest = JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8"));
  assert.equal(manifest.version, version);
  const { command, platform_overrides: overrides, env } = manifest.server.mcp_config;
  for (const each of [command, ...Object.values(overrides).map((override) => override.command)]) {
    const program = each.replace("${__dirname}", unpacked);
    assert.ok(statSync(program).mode & 0o100, `${program} cannot be executed`);
  }
  for (const value of Object.values(env)) assert.ok(value.slice("${user_config.".length, -1) in manifest.user_config, value);
  const program = (overrides[process.platform]?.command ?? command).replace("${__dirname}", unpacked);
  const clientInfo = { name: "test", version: "1" };
  const input = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
  ].map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n").join("");
  const { stdout, stderr } = spawnSync(program, { input, encoding: "utf8", env: { ORQ_API_KEY: "sk-0123456789", ORQ_MCP_READ_ONLY: "false" } });
  const list = stdout.trim().split("\n").map((line) => JSON.parse(line)).find(({ id }) => id === 2);
  assert.ok(list, stderr);
  assert.deepEqual(list.result.tools.map(({ name }) => name).sort(), manifest.tools.map(({ name }) => name).sort());
});

test("server.json names the bundle by its hash", () => {
  const server = readJSON("server.json");
  assert.equal(server.version, version);
  const bundle = server.packages.find(({ registryType }) => registryType === "mcpb");
  assert.equal(bundle.fileSha256, sha256(join(dist, "orq-mcp.mcpb")));
  assert.ok(!JSON.stringify(server).includes("0.0.0\""), "the version of the template is left");
});
