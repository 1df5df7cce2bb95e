// Makes the npm packages of a release, ready for `npm publish FOLDER`: one for each platform, which holds the program, and
// @orq-mcp/server, which depends on them and starts the one that npm has installed.
//
//   node packaging/npm/build.mjs [DIST] [OUT]
//
// DIST (dist) is where goreleaser has built, OUT (DIST/npm) is emptied first.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const dist = resolve(process.argv[2] ?? join(root, "dist"));
const out = resolve(process.argv[3] ?? join(dist, "npm"));

const readJSON = (path) => JSON.parse(readFileSync(path, "utf8"));
const writeJSON = (path, value) => writeFileSync(path, JSON.stringify(value, null, 2) + "\n");

// The words of Node for those of Go.
const systems = { linux: "linux", darwin: "darwin", windows: "win32" };
const processors = { amd64: "x64", arm64: "arm64" };

const template = readJSON(join(root, "packaging/npm/server/package.json"));
const { version } = readJSON(join(dist, "metadata.json"));

function platformPackage(artifact) {
  const os = systems[artifact.goos];
  const cpu = processors[artifact.goarch];
  const folder = join(out, `server-${os}-${cpu}`);
  const file = join(folder, "bin", os === "win32" ? "orq-mcp.exe" : "orq-mcp");
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(resolve(root, artifact.path), file);
  chmodSync(file, 0o755);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  copyFileSync(join(root, "THIRD_PARTY_LICENSES"), join(folder, "THIRD_PARTY_LICENSES"));
  writeFileSync(join(folder, "README.md"), `# The program of ${template.name} for ${os} on ${cpu}\n\nInstall ${template.name}.\n`);
  const { homepage, repository, bugs, license, publishConfig } = template;
  const name = `${template.name}-${os}-${cpu}`;
  writeJSON(join(folder, "package.json"), {
    name, version, description: `The program of ${template.name} for ${os} on ${cpu}`, homepage, repository, bugs, license,
    os: [os], cpu: [cpu], files: ["bin", "THIRD_PARTY_LICENSES"], preferUnplugged: true, publishConfig,
  });
  return name;
}

rmSync(out, { recursive: true, force: true });
const built = readJSON(join(dist, "artifacts.json")).filter(({ type, goarch }) => type === "Binary" && goarch in processors);
if (built.length === 0) throw new Error(`${dist}/artifacts.json names no program`);
const names = built.map(platformPackage).sort();

const server = join(out, "server");
cpSync(join(root, "packaging/npm/server"), server, { recursive: true });
copyFileSync(join(root, "LICENSE"), join(server, "LICENSE"));
writeJSON(join(server, "package.json"), {
  ...template, version, optionalDependencies: Object.fromEntries(names.map((name) => [name, version])),
});
console.log([...names, template.name].map((name) => `${name}@${version}`).join("\n"));
