// The character maps that PDFs in Chinese, Japanese and Korean refer to by name instead of carrying them. All of them are in
// this one module, loaded only for such a file. Does not know PDFs.

const maps = import.meta.glob<string>("../../node_modules/pdfjs-dist/cmaps/*.bcmap", {
  query: "?url&inline",
  import: "default",
  eager: true,
  exhaustive: true,
});

/** The bytes of a map by its file's name, e.g. "GBK-EUC-H.bcmap"; undefined for one that does not exist. */
export function characterMap(filename: string): Uint8Array | undefined {
  const dataUrl = maps[`../../node_modules/pdfjs-dist/cmaps/${filename}`];
  if (dataUrl === undefined) return undefined;
  return Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
}
