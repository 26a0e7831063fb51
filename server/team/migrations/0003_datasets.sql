CREATE TABLE "dataset_edits" (
	"id" text PRIMARY KEY NOT NULL,
	"dataset_id" text NOT NULL,
	"row" text NOT NULL,
	"hash" text,
	"parents" text[] NOT NULL,
	"number" bigint NOT NULL,
	"status" text NOT NULL,
	"author_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"reviewer_id" text,
	CONSTRAINT "dataset_edits_known" CHECK ("dataset_edits"."status" in ('proposed', 'accepted', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "dataset_lines" (
	"hash" text PRIMARY KEY NOT NULL,
	"line" text NOT NULL,
	"prompt_hash" text NOT NULL,
	"split" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dataset_versions" (
	"dataset_id" text NOT NULL,
	"hash" text NOT NULL,
	"number" integer NOT NULL,
	"parents" text[] NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"licence" text NOT NULL,
	"note" text NOT NULL,
	"counts" jsonb NOT NULL,
	"rows" text NOT NULL,
	"maker_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "dataset_versions_dataset_id_hash_pk" PRIMARY KEY("dataset_id","hash")
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"licence" text NOT NULL,
	"about_number" integer NOT NULL,
	"number" bigint NOT NULL,
	"owner_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dataset_edits" ADD CONSTRAINT "dataset_edits_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_edits" ADD CONSTRAINT "dataset_edits_hash_dataset_lines_hash_fk" FOREIGN KEY ("hash") REFERENCES "public"."dataset_lines"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_edits" ADD CONSTRAINT "dataset_edits_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_edits" ADD CONSTRAINT "dataset_edits_reviewer_id_people_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_maker_id_people_id_fk" FOREIGN KEY ("maker_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_owner_id_people_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "dataset_edits_number" ON "dataset_edits" USING btree ("dataset_id","number");--> statement-breakpoint
CREATE INDEX "dataset_edits_status" ON "dataset_edits" USING btree ("dataset_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "dataset_versions_number" ON "dataset_versions" USING btree ("dataset_id","number");--> statement-breakpoint
CREATE INDEX "dataset_versions_hash" ON "dataset_versions" USING btree ("hash");--> statement-breakpoint
-- What was shared stays as it is: lines and versions for good, of an edit only what became of it changes.
CREATE FUNCTION dataset_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what is shared of a data set stays as it is';
END
$$;
--> statement-breakpoint
CREATE TRIGGER dataset_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON "dataset_lines" FOR EACH STATEMENT EXECUTE FUNCTION dataset_stays();
--> statement-breakpoint
CREATE TRIGGER dataset_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON "dataset_versions" FOR EACH STATEMENT EXECUTE FUNCTION dataset_stays();
--> statement-breakpoint
CREATE TRIGGER dataset_edits_stay BEFORE DELETE OR TRUNCATE ON "dataset_edits" FOR EACH STATEMENT EXECUTE FUNCTION dataset_stays();
--> statement-breakpoint
CREATE TRIGGER dataset_edits_say BEFORE UPDATE OF "id", "dataset_id", "row", "hash", "parents", "author_id", "at" ON "dataset_edits" FOR EACH STATEMENT EXECUTE FUNCTION dataset_stays();
