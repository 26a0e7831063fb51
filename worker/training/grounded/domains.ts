/** The domains: what kind of thing a document is about, how such things are named, what is said of them. */
import { withFurther, withWordings } from "./attribute.ts";
import { MORE } from "./attributes-more.ts";
import { PEOPLE } from "./attributes-people.ts";
import { SERVICES } from "./attributes-services.ts";
import { THINGS } from "./attributes-things.ts";
import type { Attribute, Domain, NameKind } from "./types.ts";
import { FURTHER_MORE } from "./wordings/further-more.ts";
import { FURTHER_PEOPLE } from "./wordings/further-people.ts";
import { FURTHER_SERVICES } from "./wordings/further-services.ts";
import { FURTHER_THINGS } from "./wordings/further-things.ts";
import { WORDINGS_MORE } from "./wordings/wordings-more.ts";
import { WORDINGS_PEOPLE } from "./wordings/wordings-people.ts";
import { WORDINGS_SERVICES } from "./wordings/wordings-services.ts";
import { WORDINGS_THINGS } from "./wordings/wordings-things.ts";

const BARE: Readonly<Record<string, Attribute>> = { ...THINGS, ...PEOPLE, ...SERVICES, ...MORE };
const WORDINGS = { ...WORDINGS_THINGS, ...WORDINGS_PEOPLE, ...WORDINGS_SERVICES, ...WORDINGS_MORE };
const FURTHER = { ...FURTHER_THINGS, ...FURTHER_PEOPLE, ...FURTHER_SERVICES, ...FURTHER_MORE };

const ALL: Readonly<Record<string, Attribute>> = Object.fromEntries(
  Object.entries(BARE).map(([name, attribute]) => {
    const [more, further] = [WORDINGS[name], FURTHER[name]];
    const worded = more ? withWordings(attribute, more) : attribute;
    return [name, further ? withFurther(worded, further) : worded];
  }),
);

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
  domain(
    "books",
    "novel|guide|biography|story|handbook",
    "work",
    "author pages publisher hero price topic award weight storage languages delivery",
    "code date count money",
  ),
  domain(
    "artworks",
    "painting|statue|vase|carpet|clock",
    "plain",
    "artist owner weight height width material colour origin storage price danger room built",
    "code date measure money",
  ),
  domain(
    "projects",
    "project|programme|initiative",
    "proper",
    "leader sponsor budget goal start end contact email staff founder town partner team approver",
    "money date role code span count",
  ),
  domain(
    "meetings",
    "meeting|assembly|hearing",
    "event",
    "date doors venue decision chair minutes attendees next topic contact languages",
    "date time role count code",
  ),
  domain(
    "orders",
    "order|shipment|parcel",
    "numbered",
    "customer total items shipped carrier delivery weight contact returns destination cause",
    "code date money span",
  ),
  domain(
    "invoices",
    "invoice|bill|reminder",
    "numbered",
    "customer total due penalty contact phone email items approver",
    "code date money",
  ),
  domain(
    "courses",
    "course|seminar|class",
    "event",
    "teacher lessons level exam start end fee room deadline topic seats languages goal",
    "date time money count role code",
  ),
  domain(
    "homes",
    "flat|house|apartment|cottage|villa",
    "plain",
    "rent roomCount area architect floors built owner parking access colour material town",
    "money date measure code count span",
  ),
  domain(
    "buildings",
    "bridge|tower|station|mill|lighthouse",
    "organisation",
    "architect built height length width material owner town visitors hours contact colour danger",
    "measure date money role count",
  ),
  domain(
    "plants",
    "rose|fern|orchid|shrub|tree|lily",
    "plain",
    "watering flower soil height danger temperature lifespan price weight origin",
    "measure span",
  ),
  domain(
    "towns",
    "town|village|island|region",
    "proper",
    "population capital mayor industry area hours founded founder access height award",
    "role count date money",
  ),
  domain(
    "firms",
    "company|bakery|brewery|printer|shop",
    "organisation",
    "leader founder founded revenue industry staff town phone email hours closed parking owner award sponsor",
    "role money date count code",
  ),
  domain(
    "games",
    "game|puzzle|card game",
    "proper",
    "players playtime price author publisher weight items topic award prize",
    "count code measure",
  ),
  domain(
    "clubs",
    "club|team|choir",
    "organisation",
    "coach stadium colours members founded founder sponsor contact lessons fee award email chair",
    "role money date time count",
  ),
  domain(
    "studies",
    "study|trial|experiment",
    "numbered",
    "sample finding method leader sponsor budget start end term town author",
    "date code span measure count role",
  ),
  domain(
    "policies",
    "policy|rule|guideline",
    "numbered",
    "approver leave scope start end author storage contact notice",
    "date money span role code",
  ),
  domain(
    "trains",
    "train|express|night train|tram",
    "code",
    "destination departure journey platform stops ticket speed seats cause crew maker feature cargo",
    "time code measure role count",
  ),
  domain(
    "trails",
    "trail|path|loop|walk",
    "organisation",
    "distance climb view trailStart difficulty built danger parking access contact phone",
    "measure time money count span",
  ),
  domain(
    "incidents",
    "incident|fault|ticket|outage",
    "numbered",
    "reporter assignee trouble solved start contact room signal term",
    "date code span role",
  ),
  domain(
    "accounts",
    "account|savings plan|loan",
    "code",
    "interest minimum fee owner notice term start contact phone limit",
    "money date code span",
  ),
  domain(
    "cheeses",
    "cheese|wine|tea|juice|jam",
    "proper",
    "milk price weight origin temperature colour side founder award storage maker lifetime danger",
    "measure span code",
  ),
  domain(
    "insurance",
    "policy|insurance|cover",
    "code",
    "coverage limit excess fee term start contact phone notice exclusion penalty",
    "money date code span role",
  ),
  domain(
    "farms",
    "farm|orchard|vineyard|garden",
    "organisation",
    "crop owner leader area town founded staff hours visitors phone danger entry parking",
    "money date measure count role",
  ),
  domain(
    "warehouses",
    "warehouse|depot|store|hangar",
    "plain",
    "area height temperature leader contact phone hours closed cargo town rule staff danger owner",
    "measure code role count time",
  ),
  domain(
    "laboratories",
    "laboratory|institute|observatory",
    "organisation",
    "leader founder founded staff budget sponsor goal town email phone room rule award deputy",
    "role money date code count time",
  ),
  domain(
    "hotels",
    "hotel|inn|hostel|campsite",
    "organisation",
    "roomCount owner leader phone email hours price parking access town rule founded languages side area",
    "time money role count date",
  ),
  domain(
    "restaurants",
    "restaurant|café|canteen|bar",
    "organisation",
    "owner leader seats phone hours closed town access parking founded side award rule staff",
    "time money role count",
  ),
  domain(
    "lakes",
    "lake|river|pond|bay",
    "organisation",
    "length width depth area temperature danger town access owner colour rule",
    "measure money count",
  ),
  domain(
    "instruments",
    "violin|piano|organ|harp|telescope",
    "plain",
    "owner maker built material price weight length colour storage origin feature battery",
    "measure code date money",
  ),
];
