// A practice's system with fhir-kit-client: `node with_fhir_kit.mjs BASE TOKEN_OF_A_USER TOKEN_OF_THE_SYSTEM`.
// Prints, as one JSON object, what it read and did.

import { randomUUID } from "node:crypto";
import { Client } from "fhir-kit-client";

const ADA = "9990010234";
const PRACTICE = "Y90101";

const [base, user, system] = process.argv.slice(2);

/** A client whose every request has an id of its own. */
const connect = (token) =>
  new Client({
    baseUrl: base,
    bearerToken: token,
    requestSigner: (_url, options) => {
      options.headers.set("X-Request-ID", randomUUID());
    },
  });

const client = connect(user);
const told = {};

told.metadata = (await client.capabilityStatement()).fhirVersion;

const patient = await client.read({ resourceType: "Patient", id: ADA });
told.read = patient.name[0].family;

const found = await client.search({
  resourceType: "Patient",
  searchParams: { family: "Quill", birthdate: "eq1980-02-29" },
});
told.search = found.entry.map((each) => each.resource.id);

const matches = await client.operation({
  name: "$match",
  resourceType: "Patient",
  input: {
    resourceType: "Parameters",
    parameter: [
      {
        name: "resource",
        resource: { resourceType: "Patient", name: [patient.name[0]], birthDate: patient.birthDate },
      },
    ],
  },
});
told.match = matches.entry.map((each) => [each.resource.id, each.search.score]);

// It sends the bare array of RFC 6902, where PDS's own clients send {"patches": […]}: both are taken.
const version = Number(patient.meta.versionId);
const mobile = { system: "phone", use: "mobile", value: "07700900789", period: { start: "2026-01-01" } };
const amended = await client.patch({
  resourceType: "Patient",
  id: ADA,
  jsonPatch: [{ op: "add", path: "/telecom/-", value: mobile }],
  options: { headers: { "If-Match": `W/"${version}"` } },
});
told.patch = [
  Number(amended.meta.versionId) - version,
  amended.telecom.some((each) => each.value === mobile.value),
];

told.pages = [];
let page = await client.search({ resourceType: "EpisodeOfCare", searchParams: { status: "active", _count: 2 } });
while (page) {
  told.pages.push(...page.entry.map((each) => each.resource.patient.identifier.value));
  page = await client.nextPage({ bundle: page });
}

// The whole list, as the practice's system fetches it by night.
const nightly = connect(system);
const kickedOff = await nightly.request(`Group/${PRACTICE}/$export?_type=Patient`, {
  options: { headers: { Prefer: "respond-async" } },
});
const place = Client.httpFor(kickedOff).response.headers.get("content-location");
let manifest;
for (let tries = 0; tries < 100 && !manifest?.output; tries++) {
  await new Promise((again) => setTimeout(again, 200));
  manifest = await nightly.request(place);
}
const file = await fetch(manifest.output[0].url, {
  headers: { Authorization: `Bearer ${system}`, "X-Request-ID": randomUUID() },
});
told.export = (await file.text())
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line).id);

console.log(JSON.stringify(told));
