// Two builds of libraries that ship without types of their own.

/** mammoth without anything of Node; the same API. */
declare module "mammoth/mammoth.browser.js" {
  import mammoth from "mammoth";
  export default mammoth;
}
/** The part of pdf.js that does the work, to be run in the thread that loads it. */
declare module "pdfjs-dist/legacy/build/pdf.worker.mjs" {
  export const WorkerMessageHandler: unknown;
}
