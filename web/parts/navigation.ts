// The places of the loop that exist today, in its order; the team's only while its server answers.
import Box from "@lucide/svelte/icons/box";
import Library from "@lucide/svelte/icons/library";
import MessageSquareText from "@lucide/svelte/icons/message-square-text";
import Scale from "@lucide/svelte/icons/scale";
import Sprout from "@lucide/svelte/icons/sprout";
import Users from "@lucide/svelte/icons/users";
import { t } from "../messages/index.ts";
import type { AppState } from "../state/app.ts";
import type { Route } from "../state/route.ts";

export interface NavigationItem {
  readonly label: string;
  readonly icon: typeof Box;
  route(app: AppState): Route;
  isHere(route: Route): boolean;
  /** Whether the place is there now; without it, always. */
  isThere?(app: AppState): boolean;
}

export const navigation: readonly NavigationItem[] = [
  {
    label: t.nav.ask,
    icon: MessageSquareText,
    route: ({ chats }) => ({
      screen: "ask",
      chatId: chats.current.chat.turns.length > 0 ? chats.current.chat.id : null,
    }),
    isHere: ({ screen }) => screen === "ask",
  },
  {
    label: t.nav.teach,
    icon: Sprout,
    route: () => ({ screen: "teach", datasetId: null, rowId: null }),
    isHere: ({ screen }) => screen === "teach" || screen === "runs",
  },
  {
    label: t.prove.title,
    icon: Scale,
    route: () => ({ screen: "prove", adapterId: null }),
    isHere: ({ screen }) => screen === "prove",
  },
  {
    label: t.nav.library,
    icon: Library,
    route: () => ({ screen: "library" }),
    isHere: ({ screen }) => screen === "library" || screen === "document",
  },
  { label: t.nav.models, icon: Box, route: () => ({ screen: "models" }), isHere: ({ screen }) => screen === "models" },
  {
    label: t.nav.team,
    icon: Users,
    route: () => ({ screen: "team", part: "people" }),
    isHere: ({ screen }) => screen === "team" || screen === "join" || screen === "reset",
    isThere: ({ team }) => team.isOnline,
  },
];
