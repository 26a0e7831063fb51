// The CPU worker: documents, search, chats, answers and data sets behind one Comlink object. Only wires; the work is in the modules.
import { expose, proxy, wrap, type Remote } from "comlink";
import "../contract/wire.ts";
import { reportRequests, type GpuApi, type TextApi } from "../contract/index.ts";
import { DatasetService } from "../datasets/service.ts";
import { patience } from "../downloads/patience.ts";
import { DownloadService } from "../downloads/service.ts";
import { teamServer } from "../sharing/remote.ts";
import { SharingService } from "../sharing/service.ts";
import { openBrowserStore } from "../storage/browser.ts";
import { storeLater } from "../storage/later.ts";
import { browserTabs } from "../storage/tabs.ts";
import { Answers } from "./answers.ts";
import { Carrier } from "./carry.ts";
import { Chats } from "./chats.ts";
import { exampleFiles } from "./examples.ts";
import { askPorts, defaultEmbedder, tuningPorts, vectorPort } from "./gpu-ports.ts";
import { LibraryIndex } from "./library-index.ts";
import { Library } from "./library.ts";
import { SearchModel } from "./search-model.ts";
import { TuningService } from "./tuning/service.ts";
import { Usage } from "./usage.ts";

reportRequests("text-worker");
const { promise: gpu, resolve: connected } = Promise.withResolvers<Remote<GpuApi>>();
let remote: Remote<GpuApi> | undefined;
const store = storeLater(openBrowserStore());
const searchModel = new SearchModel({
  store,
  fallback: defaultEmbedder,
  port: (model) => remote && vectorPort(remote, model),
  models: async () => (await (await gpu).models()).flatMap(({ id, kind }) => (kind === "decoder" ? [] : [id])),
});
const index = new LibraryIndex(store, () => searchModel.ports(), searchModel);
searchModel.serve(index);
const library = new Library(store, index, exampleFiles);
const usage = new Usage(
  store,
  () => library.list(),
  async () => (await remote?.models()) ?? [],
);
const tabs = browserTabs();
const datasets = new DatasetService(store, tabs);
const teamAt = (base: string) => teamServer(base, (input, init) => fetch(input, init));
const sharing = new SharingService(store, datasets, teamAt, tabs);
const tuning = new TuningService(store, tuningPorts(gpu, datasets), tabs);
const downloads = new DownloadService({
  store,
  tabs,
  fetch: (input, init) => fetch(input, init),
  adopt: async (id, files) => void (await (await gpu).adoptModel({ id, files })),
  mayTryAgain: patience,
});
const carrier = new Carrier({ store, datasets, announce: (runs) => tuning.broughtBack(runs) });
const api: TextApi = {
  async connect(port) {
    remote = wrap<GpuApi>(port);
    connected(remote);
    // A model that arrives or a device that comes back may be what vectors have waited for; one that goes, what they are of.
    const look = () => void searchModel.check().then(() => index.complete(), () => undefined); // prettier-ignore
    void remote.subscribe(proxy(look)).catch(() => undefined);
    look();
    void index.complete();
  },
  library,
  searchModel,
  chats: new Chats(store),
  storage: {
    usage: () => usage.usage(),
    carry: () => carrier.carry(),
    bringBack: (name, carried) => carrier.bringBack(name, carried),
  },
  answers: new Answers(askPorts(library, gpu), async (id) => (await gpu).cancel(id)),
  datasets,
  sharing,
  tuning,
  downloads,
};
expose(api);
