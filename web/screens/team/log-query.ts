// What of the log is shown, as the server is asked for it.

export interface Filter {
  readonly person?: string; // an id
  readonly action?: string;
  readonly since?: string; // a day of the calendar here, as 2027-01-31
  readonly until?: string; // the last day shown
}

type Query = Partial<Record<"person" | "action" | "since" | "until" | "before", string>>;

/** `before`: the cursor of the page before, or null. Days begin at midnight where the reader is. */
export function queryOf({ person, action, since, until }: Filter, before: number | null): Query {
  return {
    ...(person ? { person } : {}),
    ...(action ? { action } : {}),
    ...(since ? { since: midnight(since, 0) } : {}),
    ...(until ? { until: midnight(until, 1) } : {}),
    ...(before === null ? {} : { before: String(before) }),
  };
}

function midnight(day: string, daysLater: number): string {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year!, month! - 1, date! + daysLater).toISOString();
}
