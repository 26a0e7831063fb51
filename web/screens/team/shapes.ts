// What the team's server lists, by its routes.
import type { InferResponseType } from "hono/client";
import type { TeamClient } from "../../client/team.ts";

export type Listed = InferResponseType<TeamClient["people"]["$get"]>["people"][number];
export type Invitation = InferResponseType<TeamClient["invitations"]["$get"]>["invitations"][number];
/** Whose it is, where keys of others are listed. */
export type Key = InferResponseType<TeamClient["keys"]["$get"]>["keys"][number] & { readonly owner?: string };
export type Session = InferResponseType<TeamClient["account"]["sessions"]["$get"]>["sessions"][number];
export type LogPage = InferResponseType<TeamClient["audit"]["$get"]>;
