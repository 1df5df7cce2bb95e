// A terminal with a person in front of it: a program runs in a pseudo terminal, its screen is read, and keys are typed.
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

const [columns, rows] = [160, 50];
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// Terminal is a program in a pseudo terminal. lines has each line that was ever on the screen, in order of appearance. keys is a
// list of [pattern, text]: as long as a line on the screen matches the pattern, the person types the text, once in typing ms.
const typing = 700;

export class Terminal {
  lines = new Set();

  static async open(packages, program, args, { cwd, env, keys }) {
    const { default: { Terminal: Emulator } } = await import(pathToFileURL(`${packages}@xterm/headless/lib-headless/xterm-headless.js`));
    const terminal = new Terminal();
    terminal.screen = new Emulator({ cols: columns, rows, allowProposedApi: true });
    terminal.keys = keys;
    const command = `stty cols ${columns} rows ${rows}; exec ${[program, ...args].map(quoted).join(" ")}`;
    const child = spawn("script", ["-qfec", command, "/dev/null"], { cwd, env: { ...env, TERM: "xterm-256color" }, detached: true });
    terminal.child = child;
    terminal.screen.onData((text) => child.stdin.write(text));
    child.stdin.on("error", () => {});
    child.stdout.on("data", (data) => terminal.screen.write(data, () => terminal.read()));
    const person = setInterval(() => terminal.type(), typing);
    child.on("close", () => clearInterval(person));
    terminal.ended = new Promise((done, failed) => child.on("error", failed).on("close", done));
    return terminal;
  }

  // visible returns the lines on the screen.
  visible() {
    const { active } = this.screen.buffer;
    return Array.from({ length: rows }, (_, i) => active.getLine(active.viewportY + i)?.translateToString(true) ?? "").filter(Boolean);
  }

  read() {
    this.visible().forEach((line) => this.lines.add(line));
  }

  // type types what the screen asks for.
  type() {
    const lines = this.visible();
    for (const [, text] of this.keys.filter(([pattern]) => lines.some((line) => pattern.test(line)))) {
      this.child.stdin.write(text);
    }
  }

  // close ends the program.
  async close() {
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.ended;
  }
}
