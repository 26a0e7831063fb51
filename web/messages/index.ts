// All words the user sees, in one typed object. Another language is another object of the same type.
import { ask } from "./ask.ts";
import { common } from "./common.ts";
import { getModels } from "./get-models.ts";
import { hosts } from "./hosts.ts";
import { library } from "./library.ts";
import { models } from "./models.ts";
import { prove } from "./prove.ts";
import { runs } from "./runs.ts";
import { searchModel } from "./search-model.ts";
import { privacy, settings, shortcuts } from "./settings.ts";
import { teach } from "./teach.ts";

export { explain, type Explanation } from "./errors.ts";
export * from "./format.ts";

export const t = {
  ...common,
  ask,
  hosts,
  library,
  searchModel,
  models,
  getModels,
  teach,
  runs,
  prove,
  settings,
  shortcuts,
  privacy,
};
