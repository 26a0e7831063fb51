// The card of the default exercise, as web/public/exercise/README.md holds it.

const example = '{"site":"Mill lane 4","asset":"KX-204","status":"leak","severity":2,"action":"replace"}';

export const card = (): string => `---
license: cc0-1.0
language: en
---

# Field inspection notes

The exercise that comes with Loam: 300 short notes of an inspector, and the JSON that a form wants of each. The notes are made
up, by rules (\`test/golden/exercise.ts\`); no real place, machine or person is meant. Dedicated to the public domain (CC0 1.0).

    Mill lane 4 (KX-204): drips at the seal, getting worse. Fit a new one.
    JSON:

    ${example}

| file | rows | |
| --- | --- | --- |
| \`train.jsonl\` | 200 | to train on |
| \`valid.jsonl\` | 50 | to watch while training |
| \`test.jsonl\` | 50 | to prove the result; never trained on |

A row is \`{"messages": [{"role": "user", …}, {"role": "assistant", …}]}\`. There is no system prompt.

## Schema

Exactly these fields, in this order, without spaces. Score with *JSON equals*.

| field | | |
| --- | --- | --- |
| \`site\` | text | copied: a name and a number |
| \`asset\` | text | copied: two letters, a hyphen, three digits |
| \`status\` | \`ok\`, \`leak\`, \`crack\`, \`rust\`, \`blocked\`, \`loose\` | by what is found |
| \`severity\` | 0, 1, 2, 3 | by how bad it is; 0 when the status is \`ok\`, and only then |
| \`action\` | \`none\`, \`replace\`, \`repair\`, \`clean\`, \`tighten\`, \`watch\` | by what is done; \`none\` when the status is \`ok\`, and only then |

Each value has two wordings, and all of them stand in the training rows: the exercise tests that a model learns a form, not
that it understands what it has never read. A site with its number, or an asset, stands in one row of all 300, so a test row
cannot be remembered. The values are drawn by chance: how often one stands with another means nothing.

## What it is for

It is made so that a very small model, \`loam-chat\` with its two million parameters, fails at it before and succeeds after a
short training: what is copied stands at the start of the note, in the same pieces that the answer needs. A larger model
may do well without training; then it proves little.
`;
