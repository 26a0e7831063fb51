CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"threshold" double precision NOT NULL,
	"window_minutes" integer NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"person_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"checked_at" timestamp with time zone,
	"value" double precision,
	"since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"alert_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"is_on" boolean NOT NULL,
	"value" double precision,
	"tries" integer NOT NULL,
	"next_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "device_days" (
	"device" text NOT NULL,
	"day" date NOT NULL,
	"person_id" text NOT NULL,
	"counts" jsonb NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	CONSTRAINT "device_days_device_day_pk" PRIMARY KEY("device","day")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"operation" text NOT NULL,
	"model" text,
	"adapter" text,
	"person_id" text,
	"key_id" text,
	"status" integer NOT NULL,
	"error" text,
	"finish_reason" text,
	"prompt_tokens" integer NOT NULL,
	"generated_tokens" integer NOT NULL,
	"first_token_ms" double precision,
	"per_token_ms" double precision,
	"total_ms" double precision NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_days" ADD CONSTRAINT "device_days_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_alert" ON "deliveries" USING btree ("alert_id","at");--> statement-breakpoint
CREATE INDEX "deliveries_next" ON "deliveries" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "device_days_person" ON "device_days" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "requests_at" ON "requests" USING btree ("at");--> statement-breakpoint
CREATE INDEX "requests_model" ON "requests" USING btree ("model","at");--> statement-breakpoint
CREATE INDEX "requests_person" ON "requests" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "requests_key" ON "requests" USING btree ("key_id","at");