import { describe, expect, test } from "vitest";
import { pairMarkers, placesIn, routeToCitation } from "./citations.ts";
import { chatToMarkdown, fileNameOf } from "./export.ts";
import { emptyChat, resultOf } from "./fakes.ts";
import { mentionAt, withoutMention } from "./mentions.ts";
import { modelFilesOf } from "./model-files.ts";
import { matching, type PaletteItem } from "./palette.ts";
import { formatRoute, parseRoute, type Route } from "./route.ts";
import { initialSettings, SettingsState } from "./settings.svelte.ts";
import { keysOf, shortcutOf, type KeyPress } from "./shortcuts.ts";
import type { AskResult, Citation } from "../../worker/contract/index.ts";

describe("addresses", () => {
  const routes: Route[] = [
    { screen: "ask", chatId: null },
    { screen: "ask", chatId: "a/b c" },
    { screen: "library" },
    {
      screen: "document",
      documentId: "d 1",
      places: [
        { start: 3, end: 9 },
        { start: 20, end: 21 },
      ],
      index: 1,
    },
    { screen: "teach", datasetId: null, rowId: null },
    { screen: "teach", datasetId: "d/1", rowId: null },
    { screen: "teach", datasetId: "d 1", rowId: "r?1" },
    { screen: "runs", runId: null },
    { screen: "runs", runId: "r 1" },
    { screen: "prove", adapterId: null },
    { screen: "prove", adapterId: "a 1" },
    { screen: "models" },
    { screen: "team", part: "people" },
    { screen: "team", part: "log" },
    { screen: "join", token: "a-b_c" },
    { screen: "reset", token: "a-b_c" },
    { screen: "settings" },
    { screen: "privacy" },
  ];
  test.each(routes)("$screen is read back as written", (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });
  test.each(["", "#", "#/", "#/nonsense", "#/join", "#/ask/%E0%A4%A"])("%s leads to Ask", (hash) => {
    expect(parseRoute(hash).screen).toBe("ask");
  });
  test("places that make no sense are left out", () => {
    const route = parseRoute("#/library/d?at=9-3,x,5-6&i=7");
    expect(route).toEqual({ screen: "document", documentId: "d", places: [{ start: 5, end: 6 }], index: 0 });
  });
});

describe("the keyboard", () => {
  const press = (code: string, keys: Partial<KeyPress> = {}): KeyPress => ({
    ...{ code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false },
    ...keys,
  });
  test("keys count by position, with Ctrl or Cmd", () => {
    expect(shortcutOf(press("KeyK", { ctrlKey: true }))).toBe("palette");
    expect(shortcutOf(press("KeyO", { metaKey: true, shiftKey: true }))).toBe("newChat");
    expect(shortcutOf(press("Escape", { shiftKey: true }))).toBe("composer");
    expect(shortcutOf(press("Escape"))).toBe("stop");
  });
  test("nothing counts while composing, with Alt, or without its modifier", () => {
    expect(shortcutOf(press("KeyK", { ctrlKey: true, isComposing: true }))).toBeNull();
    expect(shortcutOf(press("KeyK", { ctrlKey: true, altKey: true }))).toBeNull();
    expect(shortcutOf(press("KeyK"))).toBeNull();
  });
  test("keys are named as on the platform", () => {
    expect(keysOf("newChat", false)).toEqual(["Ctrl", "Shift", "O"]);
    expect(keysOf("settings", true)).toEqual(["⌘", ","]);
  });
});

describe("# and @", () => {
  test("count at the start of a word, up to the cursor", () => {
    expect(mentionAt("ask #pum", 8)).toEqual({ kind: "documents", query: "pum", start: 4 });
    expect(mentionAt("@", 1)).toEqual({ kind: "models", query: "", start: 0 });
    expect(mentionAt("a@b.example", 11)).toBeNull();
    expect(mentionAt("item #4 of", 10)).toBeNull();
  });
  test("a chosen one leaves the text as if it had not been typed", () => {
    const mention = mentionAt("ask #pum now", 8)!;
    expect(withoutMention("ask #pum now", mention)).toBe("ask now");
  });
});

describe("citations", () => {
  const citation = (marker: number, start: number, change: Partial<Citation> = {}): Citation => ({
    ...{ marker, documentId: "d", document: "d.txt", start, end: start + 5, quote: "quote", status: "located" },
    ...change,
  });
  const result: AskResult = {
    ...resultOf("x"),
    citations: [citation(1, 40), citation(1, 10), citation(2, 10), citation(3, 0, { status: "not-found" })],
  };
  test("with one citation for each [n] the order pairs them, also where the answer numbered wrong", () => {
    const pairs = pairMarkers("a [1] b [1] c [9] d [3]", result.citations);
    expect(pairs.map((citation) => citation?.marker)).toEqual([1, 1, 2, 3]);
  });
  test("otherwise the n-th [1] is the n-th citation with that number, the last one for more", () => {
    const pairs = pairMarkers("a [1] b [1] c [1] d [8] e [2](x)", result.citations.slice(0, 3));
    expect(pairs.map((citation) => citation?.start)).toEqual([40, 10, 10, undefined]);
  });
  test("places stand in the order of the document, each once, none that was not found", () => {
    expect(placesIn(result, "d").map(({ start }) => start)).toEqual([10, 40]);
  });
  test("a citation opens its own place among them", () => {
    expect(routeToCitation(result, result.citations[0]!)).toMatchObject({ documentId: "d", index: 1 });
  });
});

describe("files", () => {
  const file = (path: string, size = 1) => ({ name: path.split("/").at(-1)!, size, webkitRelativePath: path });
  test("a model folder is named after itself; files below it do not count", () => {
    const picked = ["m/config.json", "m/tokenizer.json", "m/model.safetensors", "m/onnx/config.json", "m/a.bin"];
    const files = modelFilesOf(picked.map((path) => file(path)));
    expect(files).toMatchObject({ name: "m", missing: [], sizeBytes: 3 });
  });
  test("a folder with ONNX files, or one that MLC compiled, keeps what its engine reads, by its path", () => {
    const namesOf = (paths: string[]) => modelFilesOf(paths.map((path) => file(path))).files.map(({ name }) => name);
    const onnx = ["tokenizer.json", "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1"];
    expect(namesOf([...onnx, "onnx/notes.bin", "other/model.onnx"].map((path) => `m/${path}`))).toEqual(onnx);
    expect(modelFilesOf([file("model.onnx"), file("model.onnx.data")]).missing).toEqual(["tokenizer.json"]);
    const mlc = ["mlc-chat-config.json", "tokenizer.json", "tensor-cache.json", "params_shard_0.bin", "l.wasm"];
    expect(namesOf([...mlc, "notes.bin"].map((path) => `m/${path}`))).toEqual(mlc);
    const ours = ["config.json", "tokenizer.json", "model.safetensors"];
    expect(namesOf([...ours, "onnx/model.onnx"].map((path) => `m/${path}`))).toEqual(ours); // ours runs it
  });
  test("what is missing is named", () => {
    expect(modelFilesOf([file("m/config.json")]).missing).toEqual(["tokenizer.json", ".safetensors"]);
  });
  test("a GGUF file is a model by itself, in one file or in several", () => {
    expect(modelFilesOf([file("my-llama.q8_0.gguf")])).toMatchObject({ missing: [], name: "my-llama.q8_0" });
    const parts = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"].map((path) => file(path));
    expect(modelFilesOf([...parts, file("notes.txt")])).toMatchObject({
      missing: [],
      name: "m",
      files: parts.map((bytes) => ({ bytes })),
    });
    const folder = ["m/config.json", "m/tokenizer.json", "m/model.safetensors", "m/extra.gguf"].map((path) =>
      file(path),
    );
    expect(modelFilesOf(folder).files).toHaveLength(3); // a folder is read as a folder
  });
  test("a title makes a safe file name", () => {
    expect(fileNameOf('a/b\\c:"d"\n', "md")).toBe("a b c d.md");
    expect(fileNameOf("///", "json")).toBe("loam.json");
  });
  test("Markdown has the branch on screen and what it rests on", () => {
    const question = { id: "q", parentId: null, role: "user" as const, content: "How deep?", createdAt: 1 };
    const citations = [{ marker: 1, documentId: "d", document: "d.txt", start: 0, end: 4, quote: "45\nm" }];
    const result = {
      ...resultOf("45 m [1]"),
      citations: citations.map((c) => ({ ...c, status: "not-found" as const })),
    };
    const answer = { id: "a", parentId: "q", role: "assistant" as const, content: "45 m [1]", createdAt: 2, result };
    const markdown = chatToMarkdown({ ...emptyChat(), title: "Depth", turns: [question, answer], currentId: "a" });
    expect(markdown).toContain("# Depth\n\n**You**\n\nHow deep?");
    expect(markdown).toContain("> [1] d.txt: “45 m” (not found in the source)");
  });
});

describe("the palette", () => {
  const item = (label: string): PaletteItem => ({ id: label, kind: "action", label, run: () => undefined });
  test("finds every word; what starts with the query comes first", () => {
    const items = ["Open settings", "Settings", "Library"].map(item);
    expect(matching(items, "sett").map(({ label }) => label)).toEqual(["Settings", "Open settings"]);
    expect(matching(items, "settings open").map(({ label }) => label)).toEqual(["Open settings"]);
  });
});

describe("settings", () => {
  const storage = (value: string | null) => ({ getItem: () => value, setItem: () => undefined });
  test("what is stored comes back", () => {
    const kept = new Map<string, string>();
    const real = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, v: string) => void kept.set(key, v),
    };
    new SettingsState(real).change({ theme: "dark", model: "m" });
    expect(new SettingsState(real).values).toMatchObject({ theme: "dark", model: "m", passageCount: 6 });
  });
  test.each([null, "", "{", "7", '{"sampling":null,"theme":3,"passageCount":"x","other":1}'])(
    "a damaged entry %s gives the initial settings",
    (value) => {
      expect(new SettingsState(storage(value)).values).toEqual(initialSettings);
    },
  );
  test("a browser that keeps nothing still obeys", () => {
    const refusing = {
      getItem: () => null,
      setItem: () => {
        throw new Error("quota");
      },
    };
    const settings = new SettingsState(refusing);
    settings.changeSampling({ temperature: 0.7 });
    expect(settings.values.sampling.temperature).toBe(0.7);
  });
});
