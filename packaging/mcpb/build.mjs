// Makes what the MCPB bundle of a release is packed from, and, once it is packed, the server.json of the MCP registry:
//
//   node packaging/mcpb/build.mjs bundle [DIST]      DIST/mcpb, for `mcpb pack`
//   node packaging/mcpb/build.mjs registry [DIST]    DIST/server.json, which names DIST/orq-mcp.mcpb by its hash
//
// DIST (dist) is where goreleaser has built. A bundle has no word for processors: it holds one program for both kinds of Mac,
// and for Windows and Linux that for amd64, which Windows runs on arm64 too.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const [, , step, folder] = process.argv;
const dist = resolve(folder ?? join(root, "dist"));

const readJSON = (path) => JSON.parse(readFileSync(path, "utf8"));
const writeJSON = (path, value) => writeFileSync(path, JSON.stringify(value, null, 2) + "\n");
const { version } = readJSON(join(dist, "metadata.json"));
const artifacts = readJSON(join(dist, "artifacts.json"));

function program(goos, goarch) {
  const found = artifacts.find((a) => a.type === "Binary" && a.goos === goos && a.goarch === goarch);
  if (!found) throw new Error(`${dist} has no program for ${goos}/${goarch}`);
  return resolve(root, found.path);
}

// toolsOf asks the program of this machine for its tools.
function toolsOf() {
  const goos = { win32: "windows" }[process.platform] ?? process.platform;
  const goarch = { x64: "amd64" }[process.arch] ?? process.arch;
  const tools = JSON.parse(execFileSync(program(goos, goarch), ["tools", "--output", "json"], { encoding: "utf8" }));
  return tools.map(({ name, description }) => ({ name, description }));
}

function bundle() {
  const out = join(dist, "mcpb");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "server"), { recursive: true });
  const programs = { "orq-mcp": ["darwin", "all"], "orq-mcp.exe": ["windows", "amd64"], "orq-mcp-linux": ["linux", "amd64"] };
  for (const [name, platform] of Object.entries(programs)) {
    copyFileSync(program(...platform), join(out, "server", name));
    chmodSync(join(out, "server", name), 0o755);
  }
  for (const name of ["LICENSE", "THIRD_PARTY_LICENSES"]) copyFileSync(join(root, name), join(out, name));
  writeJSON(join(out, "manifest.json"), { ...readJSON(join(root, "packaging/mcpb/manifest.json")), version, tools: toolsOf() });
}

function registry() {
  const text = readFileSync(join(root, "packaging/server.json"), "utf8").replaceAll("0.0.0", version);
  const server = JSON.parse(text);
  const hash = createHash("sha256").update(readFileSync(join(dist, "orq-mcp.mcpb"))).digest("hex");
  for (const each of server.packages) if (each.registryType === "mcpb") each.fileSha256 = hash;
  writeJSON(join(dist, "server.json"), server);
}

const steps = { bundle, registry };
if (!(step in steps)) throw new Error("usage: build.mjs bundle|registry [DIST]");
steps[step]();
