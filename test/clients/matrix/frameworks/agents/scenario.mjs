import * as scenario from "../../scenario.mjs";
import { limit, path, progress, show } from "./settings.mjs";

// follow makes the calls of the scenario and prints their results. The options of a call are those of both SDKs.
export async function follow(call) {
  const options = { ...(progress && { onprogress: show }), ...(limit && { timeout: limit }) };
  const shown = {};
  for (const { id, tool, arguments: make } of scenario[path]) {
    const result = await call({ name: tool, arguments: make(shown) }, options);
    shown[id] = JSON.stringify(result);
    console.log(shown[id]);
  }
}
