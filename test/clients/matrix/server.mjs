// The server of a client under test, with the workspace of the scenario, and a tap on its messages.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { binary, serve } from "../program.mjs";
import { seed } from "./scenario.mjs";
import { tapHTTP } from "./http_tap.mjs";
import { Wire } from "./wire.mjs";

const tap = fileURLToPath(new URL("tap.mjs", import.meta.url));

// Server is the program as a client starts it: command and args are for its configuration.
export class Server {
  constructor(folder) {
    this.file = join(folder, "wire.jsonl");
    this.seed = join(folder, "seed.json");
    writeFileSync(this.seed, JSON.stringify(seed));
    this.command = process.execPath;
  }

  // args starts the program on stdio, with more flags of ours if a client needs some.
  args(...more) {
    return [tap, this.file, binary, ...this.flags(), ...more];
  }

  flags() {
    return ["--sandbox", "--seed", this.seed, "--log-level", "error"];
  }

  // http starts the program over HTTP and returns { url, end() }.
  async http(...more) {
    const program = await serve(binary, ["http", ...this.flags(), ...more, "--addr", "127.0.0.1:0"]);
    const { url, close } = await tapHTTP(program.url, this.file);
    return { url, end: () => { close(); return program.end(); } };
  }

  // wire returns what has been said so far.
  wire() {
    return Wire.read(this.file);
  }
}
