// What agents refer to, the models of the router, and schedules, with the client of one release. The agents are those that
// earlier tests of the workspace have left.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { failure } from "../releases.mjs";
import { scout } from "./agents.mjs";

// The lists that a client may have; undefined: the release lacks it.
const lists = {
  tools: (orq) => orq.tools.list({}),
  skills: (orq) => orq.skills?.list({}),
  projects: (orq) => orq.projects?.list({}),
  "memory stores": (orq) => orq.memoryStores.list({}),
  "knowledge bases": (orq) => orq.knowledge.list({}),
  evaluators: (orq) => orq.evals.all({}),
  "file systems": (orq) => orq.fileSystems?.list({}),
  "MCP servers": (orq) => orq.mcpServers?.list({}),
  identities: (orq) => orq.identities.list({}),
};
const expected = { projects: ["Default"], "memory stores": ["notes", "facts"] };

const schedule = { displayName: "Daily", type: "cron", expression: "0 0 9 * * *", payload: { input: "hello" } };
const schedules = {
  list: {}, create: { requestBody: schedule }, retrieve: { scheduleId: "s" }, update: { scheduleId: "s", requestBody: {} },
  trigger: { scheduleId: "s" }, delete: { scheduleId: "s" },
};

export function lookups(release, client) {
  for (const [kind, list] of Object.entries(lists)) {
    it(`lists ${kind}`, async (t) => {
      if (kind === "memory stores") {
        await client.orq.agents.create({ ...scout, key: "keeper", memoryStores: ["facts"] });
        await client.orq.agents.create({ ...scout, key: "noter", memoryStores: ["notes"] });
      }
      const answer = await list(client.orq);
      if (answer === undefined) {
        return t.skip("the release has none");
      }
      assert.deepEqual(answer.data.map(({ key, name }) => key ?? name).sort(), [...expected[kind] ?? []].sort());
      return assert.equal(answer.hasMore, false);
    });
  }

  it("lists the models of the router", { skip: release.lacks("models") }, async () => {
    const { data } = await client.orq.models.list();
    assert.deepEqual(data.map(({ id }) => id), ["openai/gpt-4o"]);
  });

  describe("schedules", { skip: release.lacks("schedules") }, () => {
    for (const [name, request] of Object.entries(schedules)) {
      it(`${name} is answered with 501`, async () => {
        const refused = await failure(client.orq.schedules[name]({ agentKey: "scout", ...request }));
        assert.equal(refused.status, 501);
        assert.match(refused.text, /the sandbox has no schedules/);
      });
    }
  });
}
