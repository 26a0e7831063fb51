/** Short phrases by kind, as columns of alternatives: "a|b + c|d" gives "a c", "a d", "b c", "b d". */
export const PHRASES: Readonly<Record<string, readonly string[]>> = {
  colour: [
    "dark|pale|light|deep|bright|dull|soft|warm|cool|dusty|sea|moss|smoky|matt|glossy + blue|green|red|grey|yellow|brown|orange|purple|pink|turquoise|beige|violet",
    "red|white|black|blue|silver|green|grey|gold|yellow + and + cream|navy|copper|ivory|bronze|brown|teal|maroon",
  ],
  material: [
    "stainless|galvanised|cast|brushed|polished|recycled|painted|welded|forged|coated|hardened|pressed + steel|aluminium|brass|copper|iron|plastic|zinc|bronze|titanium",
    "solid|untreated|oiled|laminated|reclaimed|local|varnished|waxed + oak|pine|beech|walnut|ash|larch|birch|cedar|maple|bamboo",
    "grey|red|white|rough|local|crushed|polished|black + granite|limestone|sandstone|marble|slate|brick|concrete|basalt",
    "thick|woven|soft|waxed|organic|heavy|fine|washed|dyed + cotton|wool|linen|canvas|leather|felt|hemp|silk|nylon",
  ],
  food: [
    "fresh|dried|wild|young|small|ripe|sweet|raw|ground|chopped|salted|roasted|steamed|pickled + leaves|berries|seeds|roots|nuts|grains|beans|apples|onions|mushrooms|fish|shrimps|insects|snails|carrots|lentils|barley|oats|pears|cabbage|rice|plums|peas|figs|beetroot|spinach|pumpkin",
  ],
  ingredient: [
    "fresh|dried|smoked|ground|toasted|chopped|grated|whole|crushed|pickled|roasted + thyme|ginger|garlic|cumin|paprika|dill|mint|coriander|walnuts|almonds|parsley|fennel|basil|sesame|chillies|lemon peel|mustard seeds|cardamom|saffron|olives|capers",
  ],
  tool: [
    "flat|long|small|large|soft|short|wide|sharp|wooden|metal|clean|sturdy|angled|padded + spanner|screwdriver|brush|hammer|file|clamp|knife|ladder|mallet|rope|cloth|bucket|wrench|chisel|torch|crowbar|ruler|saw|scraper|funnel|hook",
  ],
  battery: [
    "two|three|four|six|eight|one + small|large|flat|round|rechargeable|lithium|alkaline|nine-volt|standard|sealed + batteries|battery packs|button cells|cells",
  ],
  fuel: [
    "low-sulphur|light|heavy|filtered|liquid|compressed|refined|recycled|summer|winter|marine + diesel|petrol|natural gas|heating oil|propane|biogas|hydrogen|vegetable oil|wood pellets|kerosene|ethanol",
  ],
  cleaning: [
    "with + a damp|a dry|a soft|a clean|warm|cold|soapy|plain|a lint-free|diluted + cloth|water|sponge|vinegar|brush|alcohol + and + mild soap|a little salt|a soft brush|clear water|baking soda|lemon juice|a drop of oil|no detergent",
  ],
  location: [
    "in the|behind the|next to the|opposite the|above the|below the|near the|beside the|outside the + old|main|north|south|east|west|upper|lower|rear|new|small|second + hall|kitchen|gate|stairs|lift|workshop|garage|office|courtyard|library|cellar|canteen|entrance|tower|yard|loading dock|boiler room",
    "on the + ground|first|second|third|fourth|fifth|top + floor of the + north|south|east|west|main|old|new|glass|brick + wing|building|tower|block",
  ],
  subject: [
    "marine|applied|early|modern|rural|urban|medical|organic|social|local|comparative|industrial|visual|general|computer + biology|history|chemistry|music|design|physics|geography|art|law|engineering|botany|architecture|economics|science|literature|mathematics|geology",
  ],
  job: [
    "senior|junior|chief|assistant|night|head|deputy|field|lead|trainee|technical|regional|visiting|principal|acting + nurse|engineer|accountant|gardener|librarian|cook|electrician|designer|editor|surveyor|mechanic|chemist|translator|planner|analyst|baker|pilot|carpenter|archivist|welder|auditor",
  ],
  team: [
    "water|road|bridge|data|customer|night|payroll|field|archive|energy|harbour|forest|product|safety|export|repair|research|music|garden|travel + planning|support|testing|records|design|services|maintenance|purchasing|training|control + team|department|group|unit|office",
  ],
  hobby: [
    "mountain|night|river|bird|garden|landscape|folk|street|winter|sea|film|model|wild|chamber|indoor|long-distance + photography|walking|singing|painting|running|cycling|swimming|dancing|climbing|music|cooking|watching|rowing|building|sketching",
  ],
  habitat: [
    "dry|wet|cold|shallow|rocky|dense|open|steep|warm|quiet|high|salty|sandy|muddy|flooded|misty + mountain|coastal|river|pine|birch|lake|desert|island|marsh|valley|oak|highland|lowland + forests|meadows|slopes|banks|caves|cliffs|grasslands|streams|pools|dunes|beaches",
  ],
  danger: [
    "late|heavy|early|long|wet|hot|cold|sudden|repeated|severe|hidden|slow + frost|droughts|flooding|rot|rust|storms|mould|dust|overheating|leaks|hail|salt water|road traffic|power cuts|snow|vibration",
  ],
  warranty: [
    "scratched|worn|broken|lost|frozen|rusted|cracked|stained|missing|burnt|bent + filters|seals|hoses|cables|handles|screens|batteries|tyres|lamps|covers|glass|keys|belts|hinges|wheels",
  ],
  topic: [
    "the + old|long|secret|early|forgotten|quiet|hidden|changing|slow|strange + history|future|life|language|trade|songs|roads|rise|colours|craft + of + glass|salt|rivers|bread|bells|wool|maps|clocks|islands|bees|paper|harbours|trees|bridges|markets|lighthouses",
  ],
  safety: [
    "thick|clean|sturdy|closed|clear|tight|insulated|rubber|leather|padded|waterproof|high-visibility|steel-toed + gloves|boots|goggles|helmet|apron|jacket|overalls|mask|shoes|vest + and + ear plugs|a face shield|safety glasses|a dust mask|a hard hat|knee pads|a harness|long sleeves|a hair net",
  ],
  reason: [
    "a + broken|faulty|missing|blocked|worn|loose|late|leaking|cracked|damaged|lost|wrong + sensor|pump|cable|permit|pipe|valve|delivery|part|signature|bearing|roof|fuse|boiler|lock|form|engine",
    "a lack of|an increase in|problems with|changes to|a shortage of + spare|building|public|raw|local|private|skilled + parts|staff|materials|funding|transport|housing|demand|workers|water|land",
  ],
  sign: [
    "a + slow|fast|steady|short|double|flashing|blinking|dim|bright + red|green|amber|blue|white|yellow|orange + light|lamp|signal|dot|symbol",
  ],
  crop: [
    "winter|spring|early|late|red|white|black|sweet|organic|heritage|dwarf|golden + wheat|barley|potatoes|onions|carrots|apples|beans|cabbage|maize|oats|rye|plums|hops|garlic|leeks|pears|lentils|beetroot|flax|cherries",
  ],
  cargo: [
    "frozen|dried|bulk|refined|sawn|bagged|packed|raw|recycled|canned|pressed|chilled + fish|timber|grain|coffee|sugar|cement|fruit|paper|wool|cotton|steel|glass|rice|cocoa|meat|salt|fertiliser|copper|rubber|tea",
  ],
  award: [
    "the + Golden|Silver|Blue|Northern|Green|Royal|National|Open|White|Crystal + Compass|Lantern|Feather|Anchor|Leaf|Bell|Bridge|Wheel|Star|Quill|Arrow + Prize|Medal|Award|Cup",
  ],
  sideEffect: [
    "mild|severe|short|frequent|occasional|lasting|light|sudden + headaches|nausea|dizziness|itching|tiredness|coughing|stomach pain|a dry mouth|drowsiness|skin rash|swelling|loss of appetite|back pain|fever|blurred vision",
  ],
  condition: [
    "chronic|acute|mild|seasonal|recurring|severe|early|morning|nightly|muscular + joint pain|asthma|coughing|hay fever|migraine|eczema|back pain|insomnia|heartburn|anaemia|arthritis|sinus pain|cramps|fever|ear infections",
  ],
  language: [
    "Portuguese|Polish|Turkish|Korean|Danish|Swahili|Greek|Finnish|Hindi|Czech|Welsh|Arabic|Dutch|Italian|Spanish + and + Japanese|German|French|Norwegian|Hungarian|Russian|Tamil|Basque|English|Mandarin|Romanian|Catalan|Irish",
  ],
  transport: [
    "by + night|local|slow|early|direct|regional|electric|small|hired|shared|chartered + bus|ferry|train|tram|van|boat|minibus|coach|taxi|lorry|cable car",
  ],
  format: [
    "compressed|plain|signed|encrypted|monthly|tabbed|indexed|binary|linked|daily + text|CSV|PDF|XML|JSON|image|HTML|spreadsheet|audio|SQL + files|archives|tables|exports|bundles",
  ],
  rule: [
    "no|only|two|three + loud|large|wheeled|open|folded|wet|small|unlabelled|glass|muddy|hot + bags|phones|bottles|shoes|umbrellas|drinks|boxes|dogs|cameras|tripods|prams|bicycles",
  ],
  gift: [
    "a + signed|free|printed|woven|carved|framed|painted|small|silver|wooden|knitted|leather + map|mug|poster|bag|cap|notebook|scarf|medal|calendar|lamp|bowl|spoon|badge|ticket|box",
  ],
  feature: [
    "a + removable|folding|heated|double|built-in|spare|hidden|rotating|padded|magnetic|locking|curved + lid|handle|filter|tray|screen|drawer|shelf|blade|clock|lamp|roof|seat|hose|door|panel",
  ],
  goal: [
    "repair|replace|enlarge|clean|paint|close|sell|rebuild|reopen|light|insulate|record|inspect + the + old|main|north|south|upper|lower|wooden|public|stone|empty|outer|second + bridge|harbour|school roof|pool|archive|market hall|footpath|fountain|car park|playground|windmill|boiler|fence|well|sports field",
  ],
  finding: [
    "less|more|slower|faster|better|weaker|stronger|earlier|later|shorter|deeper|fewer hours of + sleep|growth|memory|hearing|breathing|healing|digestion|learning|balance|concentration|recovery|vision + in + children|adults|older people|women|men|mice|students|runners|nurses|night workers|young plants|horses",
  ],
};
