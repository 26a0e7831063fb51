// The team's people: everyone sees them, admins change what they are.
import { asc, eq } from "drizzle-orm";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { newReset } from "../account/resets.ts";
import { change } from "../audit/record.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type TeamEnv } from "../gate.ts";
import { people, sessions } from "../schema/index.ts";
import { byId, body, role } from "../shapes.ts";
import { demandAnotherAdmin, holdPeople, shown } from "./person.ts";

export const peopleRoutes = new Hono<TeamEnv>()
  .get("/", gate("people:read", "The team's people"), async (context) =>
    context.json({ people: await context.var.team.db.select(shown).from(people).orderBy(asc(people.createdAt)) }),
  )
  .patch(
    "/:id",
    gate("people:manage", "Change a person's role"),
    byId,
    body(v.strictObject({ role })),
    async (context) => {
      const { id } = context.req.valid("param");
      const given = context.req.valid("json");
      const person = await changed(context, id, "person.role", given, given.role !== "admin");
      return context.json({ person });
    },
  )
  .post("/:id/disable", gate("people:manage", "Close a person's account"), byId, async (context) => {
    const { id } = context.req.valid("param");
    const disabledAt = new Date(context.var.team.now());
    return context.json({ person: await changed(context, id, "person.disable", { disabledAt }, true) });
  })
  .post(
    "/:id/reset",
    gate("people:manage", "Make a link for a new password: its token is shown this once"),
    byId,
    async (context) => {
      const { id } = context.req.valid("param");
      const { caller, team } = context.var;
      await change(context, caller, async (tx, record) => {
        const [person] = await tx.select(shown).from(people).where(eq(people.id, id));
        if (!person) return notFound("person");
        if (person.disabledAt)
          refuse({ status: 409, code: "closed", message: "This account is closed: open it first." });
        await record("person.reset", id);
      });
      return context.json(newReset(team, id), 201);
    },
  )
  .post("/:id/enable", gate("people:manage", "Open a person's account again"), byId, async (context) => {
    const { id } = context.req.valid("param");
    return context.json({ person: await changed(context, id, "person.enable", { disabledAt: null }, false) });
  });

/** The person after the change; one whose account is closed is signed out everywhere. */
function changed(
  context: Context<TeamEnv>,
  id: string,
  action: string,
  given: Partial<Pick<typeof people.$inferInsert, "role" | "disabledAt">>,
  isLess: boolean,
) {
  return change(context, context.var.caller, async (tx, record) => {
    await holdPeople(tx);
    if (isLess) await demandAnotherAdmin(tx, id);
    const [person] = await tx.update(people).set(given).where(eq(people.id, id)).returning(shown);
    if (!person) return notFound("person");
    if (person.disabledAt) await tx.delete(sessions).where(eq(sessions.personId, id));
    await record(action, id, given.role ? { role: given.role } : {});
    return person;
  });
}
