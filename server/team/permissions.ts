// Who may do what: the one table. A route demands a permission (gate.ts); what is not in the table is refused.

/** What a person is in the team. */
export const roles = ["reader", "contributor", "reviewer", "admin"] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const contributors: readonly Role[] = ["contributor", "reviewer", "admin"];
const reviewers: readonly Role[] = ["reviewer", "admin"];
const admins: readonly Role[] = ["admin"];

/** What a key may be made for, and whose keys count: a key loses what its owner's role does not carry. */
export const scopes = {
  inference: everyone, // the OpenAI API
  "models:read": everyone,
  "models:write": contributors,
  "datasets:read": everyone,
  "datasets:write": contributors,
  "jobs:read": everyone,
  "jobs:write": contributors,
  worker: admins, // takes jobs from the queue and does them
  monitor: admins, // reads the metrics
} as const satisfies Record<string, readonly Role[]>;
export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]];

interface Grant {
  readonly roles: readonly Role[]; // of people who are signed in
  readonly scopes: readonly Scope[]; // of keys; any one of them will do
}

export const permissions = {
  account: { roles: everyone, scopes: [] }, // one's own
  "people:read": { roles: everyone, scopes: [] },
  "people:manage": { roles: admins, scopes: [] }, // invitations, too
  keys: { roles: everyone, scopes: [] }, // one's own
  "keys:manage": { roles: admins, scopes: [] }, // others'
  "audit:read": { roles: admins, scopes: [] },
  inference: { roles: everyone, scopes: ["inference"] },
  "models:read": { roles: everyone, scopes: ["models:read", "models:write"] },
  "models:write": { roles: contributors, scopes: ["models:write"] },
  "models:promote": { roles: reviewers, scopes: [] }, // which version an alias names
  "datasets:read": { roles: everyone, scopes: ["datasets:read", "datasets:write"] },
  "datasets:write": { roles: contributors, scopes: ["datasets:write"] },
  "datasets:review": { roles: reviewers, scopes: [] },
  "jobs:read": { roles: everyone, scopes: ["jobs:read", "jobs:write"] },
  "jobs:write": { roles: contributors, scopes: ["jobs:write"] }, // one's own
  "jobs:manage": { roles: admins, scopes: [] }, // others'
  work: { roles: [], scopes: ["worker"] },
  "monitor:read": { roles: admins, scopes: ["monitor"] },
  "monitor:manage": { roles: admins, scopes: [] },
} as const satisfies Record<string, Grant>;
export type Permission = keyof typeof permissions;

/** Who asks, as far as rights go: a person, or a key with its scopes and its owner's role. */
export interface Rights {
  readonly role: Role;
  readonly scopes: readonly Scope[] | null; // null: signed in, no key
}

export function may({ role, scopes: held }: Rights, permission: Permission): boolean {
  const grant: Grant = permissions[permission];
  if (held === null) return grant.roles.includes(role);
  return held.some((scope) => grant.scopes.includes(scope) && mayHold(role, scope));
}

/** Whether a person of this role may have a key with this scope. */
export const mayHold = (role: Role, scope: Scope): boolean => (scopes[scope] as readonly Role[]).includes(role);
