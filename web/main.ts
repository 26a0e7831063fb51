// The page's entry: policy first, then the workers and the states, then the screen.
import { mount } from "svelte";
import App from "./App.svelte";
import { addressBar, browser, settingsStorage } from "./client/browser.ts";
import { readHubs, writeHubs } from "./client/hubs.ts";
import { keepOffline } from "./client/offline.ts";
import { watchRequests } from "./client/requests.ts";
import { installScriptPolicy } from "./client/trusted-types.ts";
import { Workers } from "./client/workers.ts";
import { AppState } from "./state/app.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/prose.css";

installScriptPolicy();
const workers = new Workers(({ worker, reason }) => app.system.workerStopped(worker, reason));
const app = new AppState({
  workers,
  browser,
  address: addressBar,
  storage: settingsStorage(),
  origin: location.origin,
  hub: new URL("hub", document.baseURI).href,
  hubs: { read: readHubs, write: writeHubs },
  team: new URL("api", document.baseURI).href,
});
watchRequests((records) => app.ledger.add(records));
const offline = keepOffline((state) => app.system.setOffline(state));
app.system.setOnline(navigator.onLine);
addEventListener("online", () => {
  app.system.setOnline(true);
  void app.team.look();
});
addEventListener("offline", () => app.system.setOnline(false));
addEventListener("popstate", () => app.router.read());
void app.start();
mount(App, { target: document.querySelector("#app")!, props: { app, offline } });
