/** Further wordings of attributes of things, for training only, chosen for breadth of words: id → statements, questions. */
export const FURTHER_THINGS: Readonly<Record<string, readonly [statements: string, questions: string]>> = {
  weight: [
    `{s} tips the scales at {v}|weight of {o}: {v}|{v} is the heaviness recorded for {o}|to hoist {o} means hoisting {v}|the net weight entered for {o} is {v}|it takes a strong back to shift {o}, which is all of {v}|{s} turned out to be {v} heavy|{p} tare is listed as {v}|a hand truck good for {v} is just enough to move {o}|weighed this morning, {s} registered {v}|you will be lugging {v} about if you take {o} along|{p} kilograms add up to {v}`,
    `{o} how heavy|is {s} a heavy thing, and if so by how much|what is the heaviness of {o}|what reading did the weighing of {o} give|how many kg am I lifting with {o}|do we know what {s} tips the scales at|what tare is recorded for {o}|how weighty is {s}|if I hoist {o}, what load hangs on the hook|what did {s} turn out to weigh|net weight of {o}|what figure in tonnes or kilos goes with {o}`,
  ],
  length: [
    `{s} spans {v} lengthwise|length of {o}: {v}|{v} is how long {s} is|nose to rear, {s} takes {v}|the long side of {o} comes to {v}|{s} goes on for {v} before it ends|stretched out, {s} covers {v}|the longitudinal dimension of {o} is {v}|a bay of {v} is just long enough for {o}|{p} longest dimension is {v}|laid out along a wall, {s} would reach {v} along it|someone paced out {o} and got a length of {v}`,
    `{o} how long in metres|what is the longitudinal dimension of {o}|how many paces or metres would I count along {o}|what is the length overall for {o}|how lengthy is {s}|nose to rear, what does {s} take|how long a bay do I need for {o}|what extent does {s} have from one end to the other|what is {p} longest dimension|could you look up the length recorded for {o}|how far apart are the two ends of {o}|how far along does {s} go`,
  ],
  height: [
    `height of {o}: {v}|{v} is how tall {s} is|{s} goes up {v}|from floor to crown, {s} comes to {v}|the vertical dimension of {o} is {v}|the tip of {o} is to be found {v} overhead|head height for {o} must be {v}|{s} looms {v} over whoever stands beside it|{p} stature is {v}|next to a measuring pole, {s} came up to {v}|{s} attains a height of {v}|bottom to top, {s} is {v}`,
    `{o} how tall|how lofty is {s}|what stature does {s} have|how much headroom does {s} call for|bottom to top, what is {s}|how far up does {s} go|what is the vertical extent of {o}|how high would I have to climb to get to the top of {o}|what height does {s} attain|is it known how tall {s} is|how far overhead is the tip of {o}|what did the measuring pole show beside {o}`,
  ],
  width: [
    `width of {o}: {v}|{v} is how broad {s} is|the lateral dimension of {o} is {v}|flank to flank, {s} is {v}|{s} has a span of {v} sideways|a doorway of {v} is just wide enough for {o}|the crosswise measurement of {o} is {v}|{s} fills a gap {v} wide|edge to edge, {s} comes to {v}|stand facing {o} and you have {v} of it before you, left to right|on the transverse axis {s} measures {v}|at its broadest, {s} gets to {v}`,
    `{o} how wide|what is the crosswise measurement of {o}|flank to flank, what is {s}|what is the lateral dimension of {o}|how wide a doorway is needed for {o}|edge to edge, how much is {s}|how much room does {s} take sideways|what is the span of {o} from side to side|how broad does {s} get|what breadth should I allow for {o}|how much wall does {s} cover from left to right|is there a figure for the width of {o}`,
  ],
  depth: [
    `maximum depth of {o}: {v}|{v} is as deep as {s} goes|{s} bottoms out at {v}|{s} plunges as far as {v}|the deepest that {s} gets is {v}|sink {o} no further than {v}|{s} will stand being {v} under water|at {v} down, {s} has come to the end of its range|immersion of {o} is permitted to {v}|it is {v} from the surface to the lowest level for {o}|{s} descends to {v} at the outside|a plumb line for {o} would run out {v}`,
    `{o} how deep|how deep down does {s} get|at what depth does {s} bottom out|how far can {s} be sunk|what is the deepest for {o}|how many metres of water may lie above {o}|how far does {s} plunge|what immersion depth is allowed for {o}|to what level does {s} descend|what is the lowest level {s} gets to|how far under water is still all right for {o}|what is the diving limit of {o}`,
  ],
  power: [
    `power of {o}: {v}|{v} is how strong the motor of {o} is|{s} musters {v}|the motor fitted in {o} gives {v}|{s} churns out {v}|{s} has {v} under the bonnet|the muscle behind {o} is {v}|on the test bench {s} yielded {v}|the capability of the drive in {o} is {v}|{s} generates {v} of drive power|{p} performance figure is {v}|energy goes through {o} at the rate of {v}`,
    `{o} how many watts|how strong is the motor of {o}|how much oomph does {s} have|how many horses has {s} under the bonnet|how beefy is {p} motor|what drive power does {s} generate|what did {s} yield on the test bench|what is the engine performance of {o}|what wattage should I reckon with for {o}|what strength is the drive in {o}|how many kW is {s} good for|what is the power consumption of {o}`,
  ],
  voltage: [
    `voltage of {o}: {v}|{v} is the voltage for {o}|the mains for {o} has to be {v}|{s} is wired for {v}|hook {o} up to {v}|the power line to {o} carries {v}|{s} accepts {v} at its terminals|across the terminals of {o} there should be {v}|{s} works off {v}|an electrician must lay on {v} for {o}|the transformer steps the current for {o} to {v}|nominal tension for {o}: {v}`,
    `{o} what voltage|what volts for {o}|for how many volts is {s} wired|what does {s} work off, electrically|what potential should there be across the terminals of {o}|what should the electrician lay on for {o}|what electricity supply suits {o}|to how many volts do I hook up {o}|what line voltage is laid down for {o}|what does {s} accept at its terminals|is {s} for low or for high voltage, and how much|what is the nominal voltage of {o}`,
  ],
  pressure: [
    `pressure of {o}: {v}|{v} is the pressure at which {s} runs|the needle on the dial of {o} points to {v}|{s} is adjusted to push with {v}|the force per area in {o} is {v}|bring {o} up to {v} before opening the tap|{s} builds up {v}|the rating of {o} for compression is {v}|{s} keeps its lines at {v}|the duty point of {o} lies at {v}|{s} squeezes the fluid to {v}|a healthy reading on {o} is {v}`,
    `{o} how many bar|what is the right pressure for {o}|where should the needle on {o} point|how much pressure does {s} build up|what is a healthy gauge reading for {o}|at what psi or bar is {s} run|what compression does {s} reach|how hard does {s} push, in bar|what pressure level must {s} keep|how far up should I bring the pressure in {o}|what is the duty pressure of {o}|what squeeze does {s} put on the fluid`,
  ],
  temperature: [
    `temperature of {o}: {v}|{v} is how warm {s} should be|see that {s} stays at {v}|degrees for {o}: {v}|{s} wants {v}|the heat for {o} is regulated to {v}|{s} does well at {v}|the climate control sees to it that {s} is at {v}|adjust {o} until the display says {v}|{s} likes it at {v}|{p} target temperature is {v}|no more and no less than {v} is wanted for {o}`,
    `{o} what temperature|{o} how many degrees|how hot or cold does {s} need to be|what warmth does {s} like|to how many degrees is {s} regulated|what is the target temperature of {o}|what does the climate control keep {o} at|what setting in degrees should I choose for {o}|what heat is wanted for {o}|what is the proper temperature of {o}|how many degrees Celsius for {o}|what reading is normal for {o} on a thermometer`,
  ],
  speed: [
    `maximum speed of {o}: {v}|{v} is as fast as {s} will go|going all out, {s} hits {v}|{s} hurtles along at {v}|{s} maxes out at {v}|the record pace of {o} is {v}|{s} races at {v} at its quickest|{p} greatest velocity is {v}|no one has seen {o} exceed {v}|at its swiftest, {s} covers ground at {v}|{s} has a pace of {v} and not a bit more|the peak rate of travel for {o} is {v}`,
    `{o} how fast|how swift is {s}|what pace can {s} keep up at most|at what speed does {s} max out|what is the greatest velocity of {o}|how rapidly can {s} move|how speedy is {s}|what is the record pace of {o}|what speed does {s} hit going all out|what is the peak speed of {o}|at what rate does {s} travel at its quickest|how many knots or kilometres per hour is {s} capable of`,
  ],
  noise: [
    `noise of {o}: {v}|{v} is how loud {s} is|{s} drones at {v}|{s} roars at {v}|the ear gets {v} from {o}|the racket from {o} comes to {v}|the volume of the sound from {o} is {v}|the acoustic level of {o} has been put at {v}|at arm's length {s} registers {v}|decibel reading for {o}: {v}|neighbours of {o} have to live with {v}|{s} gives off a hum of {v}`,
    `{o} how loud|{o} how many dB|how quiet is {s}|how silent or loud is {s}, in figures|what is the acoustic level of {o}|how much hum does {s} give off|what din does {s} cause|what is the decibel reading for {o}|how much do the neighbours hear of {o}, in decibels|what volume of sound comes out of {o}|how strong is the noise from {o}|how much of a roar does {s} make`,
  ],
  flow: [
    `flow of {o}: {v}|{v} is what {s} can shift|{s} pushes through {v}|{s} gushes at {v}|the delivery of {o} is {v}|{v} come out of {o}|{s} circulates {v}|{p} output of liquid is {v}|{s} transfers {v}|the amount that {s} gets through is {v}|at the outlet of {o} one measures {v}|{s} raises {v}`,
    `{o} litres per minute|what comes out of {o} per minute|how much liquid does {s} transfer|what volume per hour does {s} push through|how much does {s} circulate|what is the pumping capacity of {o}|how fast does the liquid run through {o}|how much does one measure at the outlet of {o}|what is the delivery rate of {o}|what quantity does {s} shift in an hour|how much does {s} get through per minute|how strong is the stream from {o}`,
  ],
  volume: [
    `capacity of {o}: {v}|{v} is what goes into {o}|{s} accommodates {v}|the vessel in {o} has a volume of {v}|you can get {v} into {o}|{s} swallows {v}|the volume class of {o} is {v}|{p} interior offers {v}|when full, {s} has {v} inside|loading {o} stops at {v}|the usable space in {o} amounts to {v}|{s} has a load volume of {v}`,
    `{o} how many litres|how much goes into {o}|how roomy is {s}|what can {s} accommodate|how capacious is {s}|what is the load volume of {o}|how many litres can I get into {o}|how much space does {p} interior offer|how full can I fill {o}|what is the usable space in {o}|what amount is {s} able to hold|how large is the vessel in {o}`,
  ],
  price: [
    `price of {o}: {v}|{v} buys {o}|{s} can be bought for {v}|the sum to pay for {o} is {v}|for {o} the till rings up {v}|the tag on {o} reads {v}|{s} is yours for {v}|the vendor wants {v} for {o}|acquiring {o} comes at a cost of {v}|customers hand over {v} for {o}|the outlay for {o} is {v}|{s} changes hands at {v}`,
    `{o} how much|{o} cost|what do they want for {o}|what sum do I pay for {o}|what does the vendor ask for {o}|what is the outlay for {o}|what amount is charged for {o}|how dear is {s}|how cheap is {s}, exactly|what is the retail price of {o}|how much cash should I bring for {o}|for what sum does {s} change hands`,
  ],
  colour: [
    `colour of {o}: {v}|{v} is the colour of {o}|{s} shows itself in {v}|the tint of {o} is {v}|{s} is decked out in {v}|to the eye, {s} is {v}|the finish of {o} is {v}|look out for something {v} and you have found {o}|{s} sports {v}|the tone of {o} is {v}|{s} looks {v}|{p} exterior shade is {v}`,
    `{o} what colour|what tint does {s} have|what does {s} look like in terms of colour|what tone is {s}|in what hue does {s} show itself|what finish was {s} given, colour-wise|which colour would you call {o}|what is the exterior shade of {o}|in which colour is {s} decked out|what colour do I look out for to spot {o}|what colouring does {s} have|to the eye, what colour is {s}`,
  ],
  material: [
    `material of {o}: {v}|{v} is what {s} is made of|{s} is crafted from {v}|{v} went into the making of {o}|{p} composition is {v}|{s} is of {v}|the stuff that {s} is made out of is {v}|it was {v} that the makers used for {o}|{s} has a structure of {v}|as raw material for {o}, the workshop took {v}|{s} is wrought from {v}|the manufacturer turned {v} into {o}`,
    `{o} what material|what went into the making of {o}|what raw material was taken for {o}|what is the composition of {o}|what is {s} crafted from|what is the structure of {o} made of|is {s} metal, wood or what|of what is {s}|what has been used for building {o}|what was turned into {o} by the manufacturer|which substance forms {o}|what is {s} wrought from`,
  ],
  battery: [
    `batteries for {o}: {v}|{v} go into {o}|{s} gets its power from {v}|{s} requires {v}|for {o} pick up {v} at the shop|{s} will not switch on without {v}|slot {v} into the back of {o}|the power source of {o} is {v}|{s} uses {v}|{v} are what makes {o} tick|load {o} with {v}|{s} is designed around {v}`,
    `{o} which batteries|what is the power source of {o}|what should I load {o} with|what kind of batteries for {o}|what size of battery does {s} use|where does {s} get its power from|what goes into the back of {o} to make it run|what do I pick up at the shop to power {o}|what makes {o} tick|what are the replacement cells for {o}|without which batteries will {s} not switch on|what battery model goes with {o}`,
  ],
  batteryLife: [
    `battery life of {o}: {v}|{v} is how long {s} goes on one charge|{s} is dead after {v} unless recharged|the accumulator of {o} gives {v}|{s} manages {v} off the mains|{s} survives {v} on battery alone|{p} endurance on a full battery is {v}|you get {v} out of {o} before it needs the charger|cordless, {s} stays alive for {v}|the autonomy of {o} is {v}|from full to empty, {s} takes {v}|{s} needs the charger every {v}`,
    `{o} battery how long|what is the endurance of {o} on battery|what autonomy does {s} have|how long before {s} needs the charger|how long is {s} good for off the mains|how many hours until {s} is dead|how long does {s} survive on battery alone|from full to empty, how long does {s} take|cordless, for how long does {s} stay alive|how much use do I get from {o} on a full battery|how often does {s} need charging, in hours of use|when must {s} go back on the charger`,
  ],
  fuel: [
    `fuel for {o}: {v}|{v} is the fuel of {o}|{s} is powered by {v}|{s} guzzles {v}|{s} gets its energy from {v}|never pour anything but {v} into the tank of {o}|{s} drinks {v}|{p} tank is for {v}|the propellant of {o} is {v}|{v} keeps the engine of {o} turning|the cap of {o} is marked {v}|{s} goes by {v}`,
    `{o} which fuel|what does {s} drink|what goes in at the filling station for {o}|what is the propellant of {o}|what powers the engine of {o}|what is marked on the fuel cap of {o}|what sort of fuel is {p} tank for|from what does {s} get its energy|what does {s} guzzle|is {s} petrol, diesel or something else|what must be poured into the tank of {o}|what do I ask for when filling up {o}`,
  ],
  warranty: [
    `warranty on {o}: {v}|{v} is how long the warranty on {o} runs|the maker vouches for {o} for {v}|{s} is insured against faults by its maker for {v}|buyers of {o} enjoy {v} of warranty|defects in {o} are put right free for {v}|the warranty term for {o} is {v}|free repair of {o} is assured for {v}|the warranty card of {o} is good for {v}|liability for flaws in {o} ends after {v}|{p} cover against breakdown lasts {v}|the promise to fix {o} at no charge holds for {v}`,
    `{o} warranty how long|what is the warranty term for {o}|how long does the maker vouch for {o}|until when are defects in {o} put right free|how many years of warranty do buyers of {o} enjoy|how long does {p} cover against breakdown last|how long will they fix {o} at no charge|what guarantee do I get on {o}|when does liability for flaws in {o} end|for what period is free repair of {o} assured|how many years does the warranty card of {o} give|is {s} still guaranteed, that is, how long does the promise hold`,
  ],
  exclusion: [
    `not under warranty with {o}: {v}|{v} void any claim for {o}|the warranty terms of {o} disregard {v}|the cover on {o} stops short of {v}|you cannot claim for {v} on the guarantee of {o}|{s} is guaranteed, but not against {v}|when it comes to {v}, the maker of {o} will not pay|do not expect a free repair of {o} in the event of {v}|the guarantee certificate of {o} omits {v}|{v} are at the risk of whoever bought {o}|for {v}, {s} enjoys no warranty protection|{p} warranty clause shuts out {v}`,
    `{o} warranty exclusions what|what does the cover on {o} stop short of|what will the maker of {o} refuse to pay for|against what is {s} not guaranteed|what is at the risk of whoever bought {o}|when would a free repair of {o} be refused|what voids a claim for {o}|what do the warranty terms of {o} disregard|for what does {s} enjoy no warranty protection|what cannot be claimed on {p} guarantee|what is omitted from the guarantee certificate of {o}|which cases does {p} warranty shut out`,
  ],
  service: [
    `service of {o}: {v}|{v} is when {s} gets its check-up|{s} is given a check-up {v}|the upkeep of {o} is done {v}|{s} gets the once-over {v}|the engineer calls to tend {o} {v}|{v} somebody tunes up {o}|{s} has to see the mechanic {v}|{p} maintenance cycle is {v}|{s} undergoes preventive maintenance {v}|{v} is the rhythm in which {s} is serviced|plan downtime for the maintenance of {o} {v}`,
    `{o} service how often|how often is {s} given a check-up|how frequently does the upkeep of {o} get done|what is the maintenance cycle of {o}|in what rhythm is {s} serviced|how often does the engineer come to tend {o}|when is {s} next due, and at what intervals|how often must {s} see the mechanic|how often should I plan downtime for the maintenance of {o}|what servicing frequency does {s} have|how often does {s} undergo preventive maintenance|how regularly does somebody tune up {o}`,
  ],
  cleaning: [
    `cleaning of {o}: {v}|{v} is how you clean {o}|scour {o} {v}|dust and grime leave {o} when it is treated {v}|sponge {o} off {v}|polish {o} {v}|{s} is kept spotless {v}|keep {o} hygienic by going over it {v}|smears on {o} are dealt with {v}|housekeepers wash {o} {v}|to remove dirt, {s} is treated {v}|{s} gets its wash {v}`,
    `{o} how to clean|how can I scrub {o}|how does one keep {o} spotless|how do I rid {o} of dirt|how do I deal with smears on {o}|what is the proper way to clean {o}|how do I give {o} a wash|how do I make {o} clean again|how does {s} get its wash|what do housekeepers do to clean {o}|how should I treat {o} when it is grubby|how do I sponge {o} off`,
  ],
  maker: [
    `maker of {o}: {v}|{v} is the firm that built {o}|{s} is a {v} product|the badge on {o} is that of {v}|{v} turns out {o}|{v} put {o} on the market|{s} is the handiwork of {v}|{s} is supplied by its manufacturer {v}|{v} constructed {o}|the production of {o} is in the hands of {v}|engineers at {v} developed and made {o}|{s} carries the trademark of {v}`,
    `{o} made by|{o} which brand|whose badge is on {o}|who turns out {o}|who constructed {o}|whose trademark does {s} carry|which business put {o} on the market|what name does the manufacturer of {o} have|whose handiwork is {s}|in whose hands is the production of {o}|from which manufacturer is {s}|which outfit makes {o}`,
  ],
  origin: [
    `{o} made where: {v}|{v} is the origin of {o}|{s} hails from {v}|{s} was turned out in {v}|{s} rolls off the line in {v}|the workshop that turns out {o} stands in {v}|the making of {o} happens in {v}|{s} was crafted in {v}|{s} was put together in {v}|{s} is a product of the town of {v}|they make {o} in {v}|the provenance of {o} is {v}`,
    `{o} made where|where does {s} hail from|what is the provenance of {o}|where do they make {o}|in which town does the making of {o} happen|where was {s} crafted|where does {s} roll off the line|in what town stands the workshop that turns out {o}|where on the map is {s} produced|what place of origin is given for {o}|of which town is {s} a product|where did {s} leave the factory`,
  ],
  serial: [
    `serial no of {o}: {v}|{v} identifies {o}|the manufacturer numbered {o} {v}|the factory number of {o} is {v}|{s} has {v} punched into its frame|the sticker on {o} bears {v}|for a claim on {o}, write down {v} as the unit number|{v} is etched into {o}|{p} unit number reads {v}|the inventory tracks {o} by its serial {v}|the sequence of digits and letters on {o} is {v}|to register {o}, type in {v}`,
    `{o} serial number|{o} S/N|what is the factory number of {o}|what unit number does {s} have|what is etched into {o}|what is punched into the frame of {o}|what number identifies {o}|what do I type in to register {o}|what does the sticker on {o} bear|how did the manufacturer number {o}|what serial does the inventory have for {o}|which individual number belongs to {o}`,
  ],
  part: [
    `spare part for {o}: {v}|{v} is the spare to buy for {o}|to renew the filter of {o}, get {v}|{s} accepts filter {v} and no other|the reference of the filter element in {o} is {v}|the consumable for {o} goes by the code {v}|put in a fresh {v} when the filter in {o} is worn|the parts counter keeps {v} for {o}|{v} slots in as the new filter of {o}|the article code of the filter in {o} is {v}|mechanics change the filter of {o} for {v}|{p} filter cartridge is type {v}`,
    `{o} filter part no|which filter cartridge does {s} have|what is the article code of the filter in {o}|what spare do I buy for {o}|which code does the consumable for {o} go by|what do I get to renew the filter of {o}|what does the parts counter keep for {o}|which new filter slots into {o}|what reference has the filter element in {o}|what do mechanics change the filter of {o} for|which filter should I have in stock for {o}|what type of filter does {s} accept`,
  ],
  tools: [
    `tools for {o}: {v}|{v} are the tools for {o}|to mount {o}, take {v}|{s} is bolted together with {v}|to install {o}, you will be using {v}|have {v} handy when you assemble {o}|dismantling {o} is done with {v}|mechanics tackle {o} with {v}|without {v}, nobody can fix {o}|{v} will do for the installation of {o}|the kit for building {o} includes {v}|reach for {v} when {s} has to be put up`,
    `{o} tools|what do I take to mount {o}|with what implements is {s} installed|what gear do I need to build {o}|what should be handy when I assemble {o}|what do mechanics tackle {o} with|how do I dismantle {o}, with which tools|what kit is needed for building {o}|what hardware does it take to fix {o}|what do I reach for when {s} has to be put up|which instruments are used to bolt {o} together|what will do for the installation of {o}`,
  ],
  storage: [
    `storage of {o}: {v}|{v} is the place of {o}|{s} lives {v}|{s} is kept safe {v}|to lay hands on {o}, try {v}|{s} is stowed {v}|{s} rests {v}|fetch {o} from where it is, {v}|somebody put {o} away {v}|{s} is to be deposited {v}|{s} waits {v} until it is needed|you will come upon {o} {v}`,
    `{o} where kept|where does {s} live|where is {s} stowed|where can I lay hands on {o}|where did they put {o}|in which spot does {s} rest|where is {s} to be deposited|from where do I fetch {o}|where have you got {o}|where is {s} held when nobody needs it|where would I come upon {o}|what is the storage spot for {o}`,
  ],
  signal: [
    `fault of {o}: {v}|{v} is how {s} shows that something is amiss|{s} flags a breakdown with {v}|the alarm of {o} consists of {v}|a hitch in {o} makes itself known by {v}|trouble with {o} brings on {v}|{s} alerts you to a problem with {v}|the failure notice of {o} is {v}|{v} is the symptom of a fault in {o}|when {s} goes wrong, look for {v}|{s} cries for help with {v}|a disturbance in {o} triggers {v}`,
    `{o} fault sign|how does {s} alert me to a problem|what is the alarm of {o}|what is the symptom of a fault in {o}|how does {s} flag a breakdown|what is triggered by a disturbance in {o}|what do I notice when {s} goes wrong|how does trouble with {o} make itself known|what happens on {o} when something is amiss|what tells the user about a failure of {o}|which alert does {s} give in case of a defect|how does {s} let on that it is broken`,
  ],
  safety: [
    `protection for {o}: {v}|{v} is compulsory when working with {o}|no one goes near {o} unless equipped with {v}|the sign on {o} orders {v}|before starting {o}, slip on {v}|the job at {o} demands {v}|workers at {o} protect themselves with {v}|to be safe around {o}, you want {v}|regulations for {o} insist on {v}|{v} keeps you from harm while using {o}|don {v} to handle {o}|{s} must not be approached without {v}`,
    `{o} protective gear|what should I don to handle {o}|what is compulsory when working with {o}|what does the sign on {o} order me to wear|how do workers at {o} protect themselves|what do regulations for {o} insist on|what do I slip on before starting {o}|how do I stay safe around {o}, in terms of kit|what PPE goes with {o}|what must I have on near {o}|what keeps me from harm while using {o}|what attire does the job at {o} demand`,
  ],
  feature: [
    `special about {o}: {v}|{v} is what makes {o} different|{s} offers {v}|{s} scores with {v}|the novelty in {o} is {v}|{s} has the advantage of {v}|one thing you get with {o} alone is {v}|{s} can pride itself on {v}|{v} is the trump card of {o}|the selling point of {o} is {v}|the clever thing about {o} is {v}|{v} comes as standard with {o}`,
    `{o} special feature|what is the selling point of {o}|what does {s} score with|what is the clever thing about {o}|what advantage does {s} have|what can {s} pride itself on|what novelty does {s} bring|what is the trump card of {o}|what comes as standard with {o}|what is unusual about {o}|what do I get with {o} that others lack|what perk does {s} have`,
  ],
  danger: [
    `risk for {o}: {v}|{v} is what threatens {o}|{s} is at risk from {v}|{s} is endangered by {v}|{v} is bad for {o}|{s} comes to grief through {v}|the weak point of {o} is {v}|{s} is prone to damage by {v}|{v} does the most harm to {o}|the chief hazard for {o} is {v}|what people fear for {o} is {v}|{s} falls victim to {v} more than to anything else`,
    `{o} main danger|what threatens {o}|what is the weak point of {o}|what is bad for {o}|from what is {s} at risk|what does {s} fall victim to|what do people fear for {o}|what is the chief hazard for {o}|what endangers {o}|what is {s} prone to damage by|what could do {o} serious harm|what peril does {s} face`,
  ],
  delivery: [
    `delivery of {o}: {v}|{v} is how long {s} takes to come|you will receive {o} in {v}|{s} turns up {v} after you order|the courier needs {v} for {o}|{s} is on the road for {v}|between checkout and arrival of {o} lie {v}|shipment of {o} takes {v}|{s} will be handed over to you in {v}|have patience for {v} and {s} will be there|transit for {o} is reckoned at {v}|supply of {o} occurs within {v}`,
    `{o} delivery how long|how many days until {s} comes|how long does the courier need for {o}|when will I receive {o}|how long is {s} on the road|how long does shipment of {o} take|after how many days does {s} turn up|how long between checkout and arrival of {o}|what transit time is reckoned for {o}|how long must I be patient before {s} is there|when will {s} be handed over to me|how fast does {s} get here`,
  ],
  returns: [
    `returns of {o}: {v}|{v} is how long you may return {o}|{s} may be given back for {v}|the money-back promise on {o} holds for {v}|purchasers can cancel {o} for {v}|a change of heart about {o} is allowed for {v}|{s} can go back to the seller within {v}|the shop will accept {o} back for {v}|unhappy buyers have {v} to part with {o}|the trial of {o} with the right to send it back lasts {v}|the deadline for giving back {o} is {v} after purchase|reversal of the purchase of {o} is open for {v}`,
    `{o} return how long|how long may I give {o} back|for how long does the money-back promise on {o} hold|how long can purchasers cancel {o}|how long is a change of heart about {o} allowed|what is the deadline for giving back {o}|how many days do unhappy buyers of {o} have|for how long can {s} go back to the seller|until how many days after purchase will they accept {o} back|how long is reversal of the purchase of {o} open|if I do not like {o}, how long have I got|how long can I try {o} with the right to send it back`,
  ],
  lifetime: [
    `service life of {o}: {v}|{v} is how long {s} lasts|{s} holds up for {v}|{s} gives {v} of service|{s} does its duty for {v}|the durability of {o} is {v}|{s} remains fit for use for {v}|expect to discard {o} after {v}|{s} is past its best after {v}|{p} longevity is put at {v}|{s} can be relied upon for {v}|renew {o} every {v}`,
    `{o} how long does it last|how long does {s} hold up|what is the durability of {o}|how many years does {s} do its duty|what is the longevity of {o}|how long does {s} remain fit for use|when should I expect to discard {o}|after how long is {s} past its best|how long can {s} be relied upon|what is the projected life of {o}|how long until {s} is worn out|how often does {s} have to be renewed`,
  ],
  built: [
    `built in {v}: {o}|{v} is when {s} was made|the construction of {o} dates to {v}|the makers of {o} laid down their tools in {v}|the crew that built {o} finished in {v}|the making of {o} took place in {v}|{s} first stood ready in {v}|{s} is {v} vintage|the building year of {o} is {v}|{v} was the year the builders of {o} were done|archives date the building of {o} to {v}|{s} has been there since it was built in {v}`,
    `{o} built when|{o} construction date|what vintage is {s}|when did the makers of {o} lay down their tools|in what year did they finish building {o}|in which year was {s} made|to what year do archives date the building of {o}|how many years ago was {s} built, or in which year|when did {s} first stand ready|in which year were the builders of {o} done|how ancient is {s}|what is the building year of {o}`,
  ],
  area: [
    `area of {o}: {v}|{v} is the size of {o}|{s} has {v} of ground|{s} measures {v}|the footprint of {o} is {v}|{s} encompasses {v}|{s} comes to {v} in surface|{s} sits on {v}|the space that {s} offers is {v}|{p} surface measures {v}|{s} reaches over {v} of ground|the land register credits {o} with {v}`,
    `{o} how big|{o} square metres|what is the footprint of {o}|what is the size of {o}|how many square metres does {s} have|how much ground does {s} take up|how spacious is {s}|what surface does {s} encompass|how much space does {s} offer|what does the land register say about the size of {o}|what are the dimensions of {o} in terms of area|how much floor or land does {s} have`,
  ],
};
