/** The domains: what kind of thing a document is about, how such things are named, what is said of them. */
import { PEOPLE } from "./attributes-people.ts";
import { SERVICES } from "./attributes-services.ts";
import { THINGS } from "./attributes-things.ts";
import type { Attribute, Domain, NameKind } from "./types.ts";

const ALL: Readonly<Record<string, Attribute>> = { ...THINGS, ...PEOPLE, ...SERVICES };

function domain(id: string, nouns: string, nameKind: NameKind, attributes: string, families: string): Domain {
  return {
    id,
    nouns: nouns.split("|"),
    nameKind,
    attributes: attributes.split(" ").map((name) => {
      const found = ALL[name];
      if (!found) throw new RangeError(`The domain ${id} names an unknown attribute ${name}.`);
      return found;
    }),
    families: families.split(" "),
  };
}

export const DOMAINS: readonly Domain[] = [
  domain(
    "pumps",
    "pump|water pump|unit",
    "code",
    "weight depth power voltage pressure noise flow price colour material warranty exclusion service cleaning maker origin serial part tools storage signal safety danger delivery lifetime width contact",
    "measure code span date money",
  ),
  domain(
    "machines",
    "machine|drill|press|lathe|saw|mixer",
    "code",
    "weight length height width power voltage temperature noise price colour material warranty exclusion service cleaning maker origin serial tools storage signal safety feature danger delivery returns lifetime leader",
    "measure code span date money role",
  ),
  domain(
    "appliances",
    "oven|fridge|kettle|dishwasher|heater|toaster|fan",
    "code",
    "weight height width power voltage temperature noise volume price colour material warranty exclusion cleaning maker origin serial part signal feature danger delivery returns lifetime contact phone",
    "measure code span money",
  ),
  domain(
    "gadgets",
    "camera|radio|lamp|watch|torch|scanner|phone",
    "code",
    "weight price colour material battery batteryLife warranty exclusion cleaning maker origin serial signal feature danger delivery returns width depth temperature",
    "measure code span money count",
  ),
  domain(
    "vehicles",
    "van|tractor|bus|truck|scooter|bicycle",
    "code",
    "weight length height width power speed noise price colour fuel warranty service maker origin serial part storage feature danger delivery built seats leader",
    "measure code span date money role",
  ),
  domain(
    "employees",
    "employee",
    "person",
    "leader phone email job team hobby hometown birthplace birthday started studied languages deputy salary award room",
    "code date span money",
  ),
  domain(
    "clinics",
    "clinic|hospital|practice|pharmacy",
    "organisation",
    "leader founder contact phone email hours closed staff founded town parking access languages visitors area award",
    "role money time date count span code",
  ),
  domain(
    "schools",
    "school|college|academy",
    "organisation",
    "leader founder contact phone email hours closed staff founded town parking access rule area built members",
    "role money time date count",
  ),
  domain(
    "museums",
    "museum|gallery|library|theatre",
    "organisation",
    "leader founder contact phone email hours closed staff seats founded town entry visitors parking access rule topic award built",
    "role money time date count",
  ),
  domain(
    "ships",
    "ship|ferry|vessel|barge",
    "ship",
    "weight length width speed fuel maker built crew captain cargo destination departure journey cause feature danger colour founder seats price",
    "measure code date time role count",
  ),
  domain(
    "contracts",
    "contract|agreement|lease",
    "numbered",
    "notice term start end fee penalty partner contact storage leader",
    "money date span code role",
  ),
  domain(
    "recipes",
    "stew|soup|pie|salad|curry|cake|bread",
    "dish",
    "cooking servings spice side temperature price storage founder origin",
    "span measure",
  ),
  domain(
    "events",
    "festival|fair|conference|workshop|concert",
    "event",
    "date doors venue prize speaker deadline rule topic entry leader founder contact phone email visitors parking access seats founded",
    "role money time date count",
  ),
  domain(
    "animals",
    "bird|lizard|fox|fish|frog|monkey",
    "plain",
    "weight length speed diet habitat lifespan young danger colour depth",
    "measure",
  ),
  domain(
    "software",
    "app|program|editor|database",
    "proper",
    "version memory formats price fee maker founder contact email founded feature languages deadline returns",
    "money code date count span",
  ),
  domain(
    "medicines",
    "tablet|syrup|cream|spray",
    "proper",
    "dose treats effect temperature storage price maker origin colour danger lifetime",
    "measure span code",
  ),
  domain(
    "rooms",
    "room|hall|kitchen|cabin|garage|tower|garden",
    "plain",
    "height width area seats price hours closed colour room temperature leader contact cleaning rule built material",
    "money code time count measure role",
  ),
];
