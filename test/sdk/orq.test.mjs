// The official orq.ai client for TypeScript, unmodified, in several releases, on the sandbox: it checks every answer and
// event against its own schemas. Each release goes through every operation that it has and the sandbox serves.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { agents } from "./orq/agents.mjs";
import { lookups } from "./orq/lists.mjs";
import { responses } from "./orq/responses.mjs";
import { runs } from "./orq/runs.mjs";
import { isServed, load, releases, wasSent } from "./releases.mjs";
import { createResponders, serveWorkspace } from "./workspace.mjs";

for (const release of releases) {
  describe(`the official client ${release.version}`, () => {
    const client = {};
    let workspace;
    before(async () => {
      workspace = await serveWorkspace();
      Object.assign(client, load(release), { url: workspace.url });
      client.orq = client.connect(workspace.url);
    });
    after(() => workspace.end());

    describe("agents", () => agents(release, client));
    describe("runs", () => runs(client));
    describe("lists", () => lookups(release, client));
    describe("the Responses API", { skip: release.lacks("responses") }, () => {
      before(() => createResponders(workspace.url));
      responses(release, client);
    });

    it("has called every operation that the sandbox serves", async () => {
      const missed = [];
      for (const operation of client.operations) {
        if (!wasSent(client.sent, operation) && await isServed(client.url, operation)) {
          missed.push(`${operation.method} ${operation.path}`);
        }
      }
      assert.deepEqual(missed, []);
    });
  });
}
