#!/usr/bin/env node
"use strict";

// Runs the program of the package for this platform, with the arguments, streams and environment of this process.

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { isatty } = require("node:tty");

const platform = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "orq-mcp.exe" : "orq-mcp";

// find returns the path of the program, or ends the process when its package is missing.
function find() {
  const name = `@orq-mcp/server-${platform}`;
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(
      `orq-mcp: the package ${name} is not installed. Either there is none for this platform, or npm was told to leave out\n` +
        "optional dependencies: install @orq-mcp/server again without --omit=optional or --no-optional.",
    );
    process.exit(1);
  }
}

// become replaces this process by the program, where Node can: then there is nothing in front of it.
function become(program) {
  if (process.platform === "win32" || typeof process.execve !== "function") return;
  try {
    process.execve(program, [program, ...process.argv.slice(2)], process.env);
  } catch (error) {
    if (error.code !== "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM") throw error;
  }
}

// run starts the program on this process's own streams, passes signals on and ends as it ends.
function run(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // A terminal sends its signals to the program itself too, and a second one would end it at once.
    const sentToBoth = signal !== "SIGTERM" && isatty(0);
    process.on(signal, () => sentToBoth || child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`orq-mcp: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Reached where this process outlives the signal.
    process.exitCode = 128 + constants.signals[signal];
  });
}

const program = find();
become(program);
run(program);
