// The one AppState, for every component below App.svelte.
import { createContext } from "svelte";
import type { AppState } from "./app.ts";

export const [useApp, provideApp] = createContext<AppState>();
