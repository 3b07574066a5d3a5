// Asks Digital Bazaar's libraries, and jose, what they make of a badge. Reads a question as JSON from
// its input and writes the answer; every document that a library fetches is handed along.

import { readFileSync } from "node:fs";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import multikey from "@digitalbazaar/multikey-context";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { createLocalJWKSet, jwtVerify } from "jose";

const { badge, token, jwks, documents, now } = JSON.parse(readFileSync(0, "utf8"));

async function documentLoader(url) {
  const whole = documents[url.split("#")[0]] ?? multikey.contexts.get(url);
  if (!whole) throw new Error(`Not there: ${url}`);
  if (!url.includes("#")) return { contextUrl: null, documentUrl: url, document: whole };
  const key = whole.verificationMethod.find((each) => each.id === url);
  if (!key) throw new Error(`No such key: ${url}`);
  const document = { "@context": "https://w3id.org/security/multikey/v1", ...key };
  return { contextUrl: null, documentUrl: url, document };
}

async function judgedDocument() {
  const result = await vc.verifyCredential({
    credential: badge,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader,
    checkStatus,
    now: new Date(now),
  });
  const places = result.statusResult?.results ?? [];
  return { verified: result.verified, isTakenBack: places.some((each) => each.status) };
}

async function judgedToken() {
  try {
    const options = { currentDate: new Date(now), algorithms: ["EdDSA"] };
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), options);
    return { verified: true, claims: payload };
  } catch (error) {
    return { verified: false, why: error.code };
  }
}

console.log(JSON.stringify(token ? await judgedToken() : await judgedDocument()));
