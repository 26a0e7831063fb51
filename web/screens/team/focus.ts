// Where the focus goes when what had it is gone.
import { tick } from "svelte";

/** To the title of what is on screen now. */
export async function focusTitle(): Promise<void> {
  await tick();
  document.querySelector<HTMLElement>("main h1")?.focus();
}
