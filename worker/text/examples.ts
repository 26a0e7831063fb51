// The two example documents that come with the app, fetched from beside it. Does not know what they say.
import { fail } from "../contract/index.ts";

const names = ["kestrel-k4-field-manual.md", "riverside-clinic-handbook.html"];
// A built worker lies in assets/, one folder below the app; the development server answers from its root.
const folder = import.meta.env.DEV ? "/examples/" : "../examples/";

export function exampleFiles(): Promise<{ name: string; bytes: Blob }[]> {
  return Promise.all(
    names.map(async (name) => {
      const url = new URL(folder + name, self.location.href).href;
      try {
        const response = await fetch(url);
        if (!response.ok) fail({ code: "network", url, reason: `status ${response.status}` });
        return { name, bytes: await response.blob() };
      } catch (cause) {
        return fail({ code: "network", url, reason: cause instanceof Error ? cause.message : String(cause) }, cause);
      }
    }),
  );
}
