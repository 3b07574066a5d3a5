// Asks the Digital Credentials Consortium's verifier-core, which their wallet and their web verifier
// use, what it makes of a badge. All that it would fetch is handed along; the network is never asked.

import { readFileSync } from "node:fs";

const { badge, documents, now } = JSON.parse(readFileSync(0, "utf8"));

const asked = [];
globalThis.fetch = async (request) => {
  const url = String(request.url ?? request);
  asked.push(url);
  const found = documents[url];
  return new Response(JSON.stringify(found ?? {}), {
    status: found ? 200 : 404,
    headers: { "Content-Type": "application/json" },
  });
};

// The library takes the time of the machine.
const Machine = Date;
globalThis.Date = class extends Machine {
  constructor(...words) {
    super(...(words.length ? words : [now]));
  }
  static now() {
    return new Machine(now).getTime();
  }
};
console.log = () => {};

const { verifyCredential } = await import("@digitalcredentials/verifier-core");
const answer = await verifyCredential({ credential: badge, knownDIDRegistries: [] });
const steps = {};
for (const { id, valid, error } of answer.log ?? []) steps[id] = error?.name ?? valid;
const schemas = answer.additionalInformation?.flatMap(({ results }) => results) ?? [];
process.stdout.write(
  JSON.stringify({
    steps,
    errors: (answer.errors ?? []).map(({ name, message }) => ({ name, message: String(message) })),
    schemas: schemas.map(({ schema, result }) => ({ schema, valid: result?.valid })),
    asked,
  }),
);
