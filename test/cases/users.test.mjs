// Runs the cases of what new users met, which are shell scripts and programs of Node. cases.test.mjs describes cases.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const directory = join(process.env.ORQ_CASES_DIR || join(root, "../shared/cases"), "users");
const files = [
  "one-file-two-windows.sh",
  "readme-first-minutes.sh",
];

describe("users", { skip: !existsSync(directory) && `there are no cases in ${directory}` }, () => {
  for (const file of files) {
    it(file, () => {
      const command = extname(file) === ".sh" ? "sh" : process.execPath;
      const { status, stdout, stderr } = spawnSync(command, [join(directory, file), join(root, "bin/orq-mcp")], { encoding: "utf8", timeout: 180_000 });
      assert.equal(status, 0, stdout + stderr);
    });
  }
});
