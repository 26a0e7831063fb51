// Numbers, sizes and times in the reader's own habits, by Intl.

const locale = "en";
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const units = ["B", "kB", "MB", "GB", "TB"] as const;

export const formatNumber = (value: number): string => number.format(value);
export const formatPercent = (share: number): string => percent.format(share);
/** 1,200,000 as "1.2M". */
export const formatCompact = (value: number): string => compact.format(value);
export const formatDay = (at: number): string => day.format(at);
/** A day and its time. */
export const formatMoment = (at: number): string => moment.format(at);
export const formatTime = (at: number): string => time.format(at);

/** Bytes in powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${number.format(bytes / 1000 ** power)} ${units[power]}`;
}

export function formatSeconds(ms: number): string {
  return `${number.format(ms / 1000)} s`;
}

/** "1 document", "3 documents". */
export function plural(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}
