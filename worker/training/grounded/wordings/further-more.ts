/** Further wordings of attributes of orders, homes, towns, clubs and the like, for training only: id → statements, questions. */
export const FURTHER_MORE: Readonly<Record<string, readonly [statements: string, questions: string]>> = {
  total: [
    `the till shows {v} for {o}|{o}: total {v}|summed up, {o} gives {v}|the balance due on {o} is {v}|we ask {v} from you for {o} as a whole|the value of {o} runs to {v}|all the positions of {o} together make {v}|charge my card with {v} for {o}|{s} closes with a sum of {v}|it is {v} that has to be paid for {o}|the bottom line of {o} says {v}|for the whole of {o} we receive {v}`,
    `what does the till show for {o}|{o} total how much|what is the balance due on {o}|what is the bottom line of {o}|how much do all the positions of {o} make together|with what sum does {s} close|how much has to be paid for {o}|what is the value of {o}|how much will my card be charged for {o}|what do you ask from me for {o} as a whole|how steep is the bill for {o}|what does {s} amount to`,
  ],
  items: [
    `we counted into {o} the following: {v}|{o}: contains {v}|{v} are inside {o}|{s} is composed of {v}|you will discover {v} in {o}|{s} encompasses {v}|ticked off on the sheet for {o} are {v}|unwrap {o} and out come {v}|the bundle called {o} has {v} in it|what {s} brings you is {v}|{v} form part of {o}|{s} features {v} and that is all`,
    `what comes out when I unwrap {o}|{o} contents|what is {s} composed of|what will I discover in {o}|which pieces are inside {o}|what does {s} encompass|what is ticked off on the sheet for {o}|what does {s} bring me|which objects form part of {o}|what do I get with {o}|what all is there in {o}|what are the parts of {o}`,
  ],
  due: [
    `kindly remit the amount of {o} by {v}|{o}: payable by {v}|the money for {o} is wanted by {v}|the cut-off for paying {o} is {v}|pay {o} before {v} is over|{s} matures on {v}|{v} is the final day on which {o} can be paid|you may take until {v} with paying {o}|the transfer for {o} has to be made by {v}|our accounts expect you to clear {o} by {v}|the time allowed for paying {o} is up on {v}|do not let {v} go by without paying {o}`,
    `when does {s} mature|{o} payable by when|by what day should I clear {o}|what is the final day on which {o} can be paid|what is the cut-off for paying {o}|until which date may I take with paying {o}|by when do you want the money for {o}|when is the time allowed for paying {o} up|how late may I pay {o}|before which day has the transfer for {o} to be made|when should I have paid {o}|what pay-by date is on {o}`,
  ],
  shipped: [
    `{s} set out to the customer on {v}|{o}: sent {v}|the parcel with {o} started its trip on {v}|{s} was given to the courier on {v}|{s} was collected for delivery on {v}|we sent {o} off on {v}|on {v} the stockroom let {o} go|it was {v} when {o} left us|the consignment note for {o} is dated {v}|{s} was mailed on {v}|{s} moved out of storage on {v}|the status of {o} changed to sent on {v}`,
    `when was {s} mailed|{o} sent when|on what day did {s} leave you|when was {s} given to the courier|when was {s} collected for delivery|how is the consignment note for {o} dated|when did the status of {o} change to sent|when did {s} set out to the customer|on which date did the stockroom let {o} go|when did {s} move out of storage|what day did the parcel with {o} start its trip|when exactly did you ship {o}`,
  ],
  carrier: [
    `{v} will ring your bell with {o}|{o}: via {v}|for the delivery of {o} we booked {v}|{v} has taken {o} on board|the shipper of {o} is {v}|{v} is bringing {o}|{s} was sent by way of {v}|the logistics of {o} are handled by {v}|the parcel firm in charge of {o} is {v}|{v} picked up {o} from us|you will receive {o} through {v}|the driver with {o} works for {v}`,
    `who is bringing {o}|{o} via which firm|which company did you book for the delivery of {o}|who will ring my bell with {o}|who is the shipper of {o}|through whom will I receive {o}|who picked up {o} from you|for whom does the driver with {o} work|who handles the logistics of {o}|which forwarder has taken {o} on board|by way of which service was {s} sent|whose tracking page do I need for {o}`,
  ],
  teacher: [
    `the class of {o} listens to {v}|{o}: with {v}|{v} lectures in {o}|your guide through {o} will be {v}|{v} holds {o}|the professor behind {o} is {v}|{v} explains everything in {o}|learners in {o} are instructed by {v}|{v} is at the front of the class in {o}|the one who passes on the knowledge in {o} is {v}|{o} has {v} as its trainer|the school gave {o} to {v} to teach`,
    `who lectures in {o}|{o} with whom|who holds {o}|to whom does the class of {o} listen|who instructs the learners in {o}|who will be my guide through {o}|who is the professor behind {o}|who explains everything in {o}|to whom did the school give {o} to teach|who is at the front of the class in {o}|whose lessons do I attend in {o}|which educator is behind {o}`,
  ],
  lessons: [
    `{s} comes round each week on {v}|{o}: weekly, on {v}|the hours of {o} fall on {v}|pack your things for {o} on {v}|participants see each other in {o} on {v}|{s} occupies our {v}|{s} happens on {v}|we get together for {o} on {v}|{s} takes up {v} in the plan|expect to be busy with {o} on {v}|week in, week out, {o} goes on on {v}|turn up for {o} on {v}`,
    `{o} which weekdays|on which days do we get together for {o}|on what days of the week do the hours of {o} fall|when in the week should I turn up for {o}|what days does {s} occupy|on which days will I be busy with {o}|which days does {s} take up in the plan|when do participants see each other in {o}|what days of the week does {s} happen|is {s} early in the week or late, and on which days|which days should I note down for {o}|on what days do I pack my things for {o}`,
  ],
  level: [
    `take {v} before you try {o}|{o}: needs {v}|a pass in {v} opens the door to {o}|applicants for {o} are asked about {v}|nobody understands {o} who has not mastered {v}|{v} comes in the plan ahead of {o}|you ought to be at home in {v} when you sign up for {o}|{s} takes {v} for granted|{v} is a must for {o}|participants of {o} are expected to have {v} behind them|to get into {o}, bring proof of {v}|the foundation asked for in {o} is {v}`,
    `what should I take before I try {o}|{o} needs what beforehand|what is a must for {o}|what does {s} take for granted|what are applicants for {o} asked about|what comes ahead of {o} in the plan|in what should I be at home when I sign up for {o}|of what do I bring proof to get into {o}|what must I have mastered to understand {o}|a pass in which subject opens the door to {o}|which foundation is asked for in {o}|what are participants of {o} expected to have behind them`,
  ],
  exam: [
    `pens down after {v} in the exam of {o}|{o}: exam {v}|the paper that ends {o} must be written within {v}|examinees of {o} sit there for {v}|{v} are given to solve the exam tasks of {o}|to complete the test of {o} you are granted {v}|the closing assessment of {o} goes on for {v}|the clock runs for {v} in the test of {o}|it takes {v} to sit the exam of {o}|the assessment in {o} occupies {v}|count on {v} of examination in {o}|the bell ends the exam of {o} after {v}`,
    `after how many minutes is it pens down in the exam of {o}|{o} exam how long|how long do examinees of {o} sit there|within what time must the paper of {o} be written|how much time is given to solve the exam tasks of {o}|how long does the closing assessment of {o} go on|how long does the clock run in the test of {o}|how long does it take to sit the exam of {o}|when does the bell end the exam of {o}|how long am I granted to complete the test of {o}|what length has the assessment in {o}|how many minutes of examination does {s} have`,
  ],
  rent: [
    `the monthly outlay for living in {o} is {v}|{o}: {v} pcm|the cold rent for {o} lies at {v}|you would transfer {v} a month to the owner of {o}|lodgers in {o} part with {v} monthly|the advert asks {v} per month for {o}|{s} can be had for {v} monthly|a month in {o} costs {v}|occupiers of {o} are charged {v} each month|{v} is the going rent for {o}|the contract for {o} obliges the tenant to {v} a month|they are letting {o} at {v} monthly`,
    `what is a month in {o}|{o} rent how much|what does the advert ask per month for {o}|what would I transfer to the owner of {o} each month|what do lodgers in {o} part with monthly|how much are occupiers of {o} charged|what is the monthly outlay for living in {o}|for how much are they letting {o}|what is the going rent for {o}|can I afford {o}, or how high is the monthly rent|to what monthly sum does the contract for {o} oblige the tenant|what is being charged to live in {o}`,
  ],
  roomCount: [
    `{s} features {v}|{o}: {v}|you can walk through {v} in {o}|{s} is laid out in {v}|behind the door of {o} there are {v}|{s} has got {v} to live or sleep in|the surveyor noted {v} for {o}|{v} are available in {o}|{s} is equipped with {v}|a look round {o} takes you through {v}|{s} runs to {v}|the space of {o} holds {v}`,
    `how many rooms can I walk through in {o}|{o} how many rooms|in how many rooms is {s} laid out|how many rooms lie behind the door of {o}|how many rooms did the surveyor note for {o}|how many rooms are available in {o}|how many rooms has {o} got|to how many rooms does {s} run|how big is {s}, counted in rooms|how many chambers does {s} have|through how many rooms does a look round {o} take me|with how many rooms is {s} equipped`,
  ],
  architect: [
    `it was {v} who conceived {o}|{o}: design {v}|the blueprint of {o} came from {v}|{v} sketched {o} on paper|the mind behind the look of {o} is {v}|{v} was commissioned to design {o}|{s} sprang from the pencil of {v}|the office of {v} planned {o}|{v} laid out {o}|{v} won the competition to design {o}|{s} bears the handwriting of {v}, who planned it|the builders followed the sketches of {v} for {o}`,
    `who conceived {o}|{o} designed by whom|whose blueprint was used for {o}|who sketched {o} on paper|whose mind is behind the look of {o}|who was commissioned to design {o}|from whose pencil did {s} spring|whose office planned {o}|who laid out {o}|who won the competition to design {o}|whose sketches did the builders follow for {o}|which designer stands behind {o}`,
  ],
  floors: [
    `{v} supplies the warmth in {o}|{o}: heated by {v}|{s} stays cosy thanks to {v}|the stove in {o} takes {v}|when frost comes, {o} is warmed with {v}|{v} feeds the radiators of {o}|the furnace of {o} consumes {v}|hot air in {o} is made with {v}|{p} warmth comes courtesy of {v}|for warm rooms {o} needs {v}|they fire the boiler of {o} with {v}|the household in {o} burns or uses {v} against the cold`,
    `what supplies the warmth in {o}|{o} heated by what|thanks to what does {s} stay cosy|what does the stove in {o} take|what feeds the radiators of {o}|what does the furnace of {o} consume|with what do they fire the boiler of {o}|what does {s} need for warm rooms|how do they warm {o} when frost comes|what kind of energy heats {o}|what makes it warm in {o}|which heating is installed in {o}`,
  ],
  watering: [
    `{s} gets thirsty {v}|{o}: water {v}|reach for the hose {v} for {o}|sprinkle {o} {v}|{s} has to drink {v}|refresh {o} with water {v}|the roots of {o} want wetting {v}|pour {o} some water {v}|{v} a jug of water goes to {o}|{s} asks for moisture {v}|the houseplant guide tells you to soak {o} {v}|do not let {o} dry out: water it {v}`,
    `{o} water how often|how often do I reach for the hose for {o}|how often does {s} get thirsty|how often does {s} have to drink|at what intervals do I refresh {o} with water|how often should I sprinkle {o}|when do the roots of {o} want wetting|how many times a week or month does {s} ask for moisture|how often does a jug of water go to {o}|what does the houseplant guide say about watering {o}|how regularly must I soak {o}|in what rhythm does {s} receive water`,
  ],
  flower: [
    `in bloom {s} is a picture in {v}|{o}: {v} blossom|{s} opens {v} petals|{s} carries {v} flowers|the blossom of {o} glows in {v}|you will see {v} blooms on {o}|when {s} flowers, everything is {v}|{s} puts forth {v} blossoms|the flowerheads of {o} are {v}|{s} adorns itself with {v} blooms|the tint of the flowers of {o} is {v}|a {v} bloom tops {o}`,
    `in what colour does the blossom of {o} glow|{o} flowers what colour|what colour are the petals that {o} opens|what is the tint of the flowers of {o}|what colour of blooms will I see on {o}|which colour are the flowerheads of {o}|what colour does {s} carry when it flowers|with blooms of what colour does {s} adorn itself|what colour tops {o} in the flowering season|which colour does {s} put forth|how do the blossoms of {o} look, in terms of colour|is {s} red, white or some other colour in bloom`,
  ],
  soil: [
    `set {o} in {v}|{o}: suited to {v}|{s} is happiest in {v}|nature put {o} into {v}|{s} takes root in {v}|a good home for {o} would be {v}|{s} develops well in {v}|{s} spreads in {v}|in {v}, {o} finds all it needs|gardeners advise {v} for {o}|{s} is at its strongest in {v}|the surroundings {s} calls for are {v}`,
    `in what surroundings is {s} happiest|{o} planted where|where does {s} take root|what would be a good home for {o}|where did nature put {o}|where does {s} develop well|where does {s} spread|where does {s} find all it needs|what place do gardeners advise for {o}|which surroundings does {s} call for|where should I set {o}|what spot makes {o} strongest`,
  ],
  population: [
    `the head count of {o} is {v}|{o}: {v}|{v} dwell in {o}|{v} populate {o}|statistics credit {o} with {v}|{v} have their address in {o}|{s} shelters {v}|{v} were living in {o} when they last counted|the people of {o} come to {v}|{s} has grown to {v}|{s} is peopled by {v}|walk about {o} and you are among {v}`,
    `what is the head count of {o}|{o} how many people|how many dwell in {o}|with how many people do statistics credit {o}|how many people populate {o}|how many have their address in {o}|to how many has {o} grown|how many were living in {o} at the last count|what number do the people of {o} come to|how big a place is {s}, in people|how many does {s} shelter|how many townsfolk or citizens are in {o}`,
  ],
  capital: [
    `{o}: capital {v}|{v} is the political centre of {o}|{s} keeps its parliament in {v}|the first city of {o} is {v}|state affairs of {o} are decided in {v}|the president or king of {o} resides in {v}|the rulers of {o} sit in {v}|{v} has the rank of capital in {o}|officials of {o} work in {v}|{s} made {v} its capital|on the map the star for the capital of {o} is beside {v}|{s} is administered from {v}`,
    `{o} capital which town|which town is the political centre of {o}|where does {s} keep its parliament|in which city do the rulers of {o} sit|what is the first city of {o}|where are the state affairs of {o} decided|from where is {s} administered|which city did {s} make its capital|what town has the rank of capital in {o}|where do the officials of {o} work|beside which town is the capital's star on the map of {o}|to which city do ambassadors to {o} go`,
  ],
  mayor: [
    `{o}: mayor {v}|{v} stands at the head of {o}|{v} is the first citizen of {o}|{v} occupies the mayoral office of {o}|the municipality of {o} is headed by {v}|{v} was voted into the mayor's post in {o}|for mayor the people of {o} have {v}|{v} rules the town hall of {o}|{v} presides over {o}|{o} is under the mayoralty of {v}|letters to the mayor of {o} are answered by {v}|{v} cut the ribbon as mayor of {o}`,
    `{o} mayor who|who stands at the head of {o}|who is the first citizen of {o}|who heads the municipality of {o}|who rules the town hall of {o}|who was voted into the mayor's post in {o}|whom do the people of {o} have for mayor|who answers letters to the mayor of {o}|who occupies the mayoral office of {o}|under whose mayoralty is {o}|to whom should I write as mayor of {o}|who cuts ribbons as mayor of {o}`,
  ],
  industry: [
    `{o}: mainly {v}|the bestseller from {o} is {v}|{s} turns out {v}|{s} does business in {v}|the market buys {v} from {o}|{s} is a big name in {v}|{v} leave {o} for the whole world|{s} deals above all in {v}|{p} core business is {v}|{s} is a supplier of {v}|{v} pay the wages in {o}|the output of {o} consists chiefly of {v}`,
    `{o} mainly makes what|what is the bestseller from {o}|what does {s} turn out|in what does {s} do business|what does the market buy from {o}|for what is {s} a big name|what does {s} deal in above all|what is {p} core business|of what is {s} a supplier|what pays the wages in {o}|what does the output of {o} chiefly consist of|what merchandise leaves {o} for the world`,
  ],
  revenue: [
    `{o}: turnover {v}|{s} grossed {v} in twelve months|business at {o} brought in {v} over the year|{s} booked {v} in sales within the year|{p} sales for the year sum to {v}|the yearly receipts of {o} are {v}|{s} had {v} in takings last year|sales figures of {o} closed the year at {v}|{s} shifted goods worth {v} in a year|the takings of {o} over twelve months were {v}|a year of trade earns {o} {v}|{v} in sales is what {o} achieved last year`,
    `{o} turnover how much|how much did {s} gross in twelve months|what did business at {o} bring in over the year|what are the yearly receipts of {o}|how high were the takings of {o} last year|at what did the sales figures of {o} close the year|worth how much were the goods {s} shifted in a year|what sales did {s} achieve last year|how much does a year of trade earn {o}|how much did {s} book in sales|what do the sales of {o} sum to over the year|how much business did {s} do last year`,
  ],
  players: [
    `{o}: {v}|{s} brings together {v}|you should be {v} for {o}|{s} wants {v}|{v} share the fun of {o}|{s} accommodates {v}|with {v}, {o} can begin|invite enough friends for {o}, as it takes {v}|{v} compete in {o}|the number that {s} asks for is {v}|{v} take turns at {o}|{s} seats {v}`,
    `{o} for how many|how many does {s} bring together|how many should we be for {o}|how many players does {s} want|how many people share the fun of {o}|how many does {s} accommodate|how many friends do I invite for {o}|how many compete in {o}|how many take turns at {o}|with how many can {o} begin|how many does {s} seat|can two people play {o}, or how many does it take`,
  ],
  playtime: [
    `{o}: {v} a game|expect {o} to fill {v}|{s} goes by in {v}|from setup to winner {o} takes {v}|players sit over {o} for {v}|you need {v} to finish {o}|{s} fills {v} of your evening|count on {v} per session of {o}|each session of {o} is {v} long|a go at {o} means {v} of fun|{s} comes to its end in {v}|people are done with {o} after {v}`,
    `{o} how many minutes|how long do players sit over {o}|how long is {o} from setup to winner|how much time do I need to finish {o}|how much of an evening does {s} fill|how long is each session of {o}|in how many minutes are people done with {o}|how long should I expect {o} to go on|how soon does {s} come to its end|how many minutes of fun is a go at {o}|is {s} quick to play, or how long is it|how long do I count on per session of {o}`,
  ],
  coach: [
    `{o}: coach {v}|{v} drills {o}|the squad of {o} is picked by {v}|{v} shouts from the bench of {o}|the sessions of {o} are directed by {v}|{v} gets {o} into shape|{o} is schooled by {v}|{v} has the coaching job at {o}|{s} signed {v} to train the team|the athletes of {o} sweat under {v}|{v} looks after the fitness and tactics of {o}|in matters of training {o} listens to {v}`,
    `{o} coach who|who drills {o}|who picks the squad of {o}|who gets {o} into shape|who directs the sessions of {o}|who shouts from the bench of {o}|who has the coaching job at {o}|whom did {s} sign to train the team|under whom do the athletes of {o} sweat|who looks after the tactics of {o}|to whom does {o} listen in matters of training|who is the person behind the training of {o}`,
  ],
  stadium: [
    `{o}: home {v}|{s} has its base in {v}|the arena of {o} is {v}|{v} sees the home matches of {o}|rivals of {o} have to travel to {v}|{s} invites its opponents to {v}|a home win for {o} is a win in {v}|when not away, {o} is on the pitch of {v}|{v} cheers for {o} at every home match|the crowd of {o} meets in {v}|the grass under {o} at home is in {v}|season tickets of {o} are good for {v}`,
    `{o} home where|where has {s} its base|what is the arena of {o}|where do rivals of {o} have to travel|to which place does {s} invite its opponents|where does {s} play when not away|what place sees the home matches of {o}|where does the crowd of {o} meet|for which place are season tickets of {o} good|where can I watch {o} at home|on which pitch does {s} play at home|which town cheers for {o} at home matches`,
  ],
  colours: [
    `{o}: {v} shirts|{v} is the colour of {o}|{s} sports {v}|eleven or more in {v}, that is {o}|the fabric of the shirts of {o} is {v}|{s} turns up for matches in {v}|fans of {o} wear {v} like the team|the wardrobe of {o} is {v}|on the field {o} is recognised by {v}|the gear of {o} is {v}|{s} has chosen {v} for its shirts|they hand out {v} shirts to {o}`,
    `{o} shirts what colour|what is the colour of {o}|what colour does {s} sport|what colour have the fans of {o} on, like the team|which colour has {s} chosen for its shirts|what colour is the gear of {o}|in what colour does {s} turn up for matches|by what colour is {s} recognised on the field|what colour is handed out to {o} as a shirt|of what colour is the fabric of the shirts of {o}|what colour outfit do the members of {o} put on|is it red, blue or what that {o} wears`,
  ],
  sample: [
    `{o}: n = {v}|the team questioned {v} for {o}|the group behind {o} was made up of {v}|{v} gave their consent to be part of {o}|{s} drew on {v}|the cohort of {o} comprised {v}|{v} signed up as subjects for {o}|{s} tracked {v}|the panel of {o} had {v}|measurements for {o} were taken from {v}|{s} put {v} under observation|{v} served as test persons in {o}`,
    `{o} how many subjects|how many people did the team question for {o}|how big was the cohort of {o}|on how many people did {s} draw|how many gave their consent to be part of {o}|how many did {s} track|how many people had the panel of {o}|from how many people were measurements for {o} taken|how many did {s} put under observation|how many served as test persons in {o}|what is the number of subjects in {o}|how many people signed up for {o}`,
  ],
  finding: [
    `{o}: {v}|{s} detected {v}|what emerges from {o} is {v}|{s} established {v}|the upshot of {o} was {v}|{s} documented {v}|{s} demonstrated {v}|readers of {o} learn of {v}|the takeaway from {o} is {v}|the evidence in {o} was for {v}|the experts saw {v} in {o}|statistics of {o} made plain {v}`,
    `{o} result|what did {s} detect|what emerges from {o}|what did {s} establish|what was the upshot of {o}|what did {s} demonstrate|what is the takeaway from {o}|of what do readers of {o} learn|what did the experts see in {o}|what was documented by {o}|what was the evidence in {o} for|how did {s} turn out`,
  ],
  method: [
    `{o}: tested {v}|{s} served {v} to the people taking part|the material tried in {o} was {v}|those in {o} swallowed {v}|the scientists of {o} handed out {v}|{s} set out to see what {v} does to the body|the experiment of {o} was with {v}|{v} came under the microscope in {o}|the intake watched in {o} was of {v}|every person in {o} got some {v}|{v} was administered in {o}|the question of {o} was whether {v} does any good`,
    `{o} tested what|what did {s} serve to the people taking part|what did those in {o} swallow|what did the scientists of {o} hand out|what came under the microscope in {o}|what was administered in {o}|with what was the experiment of {o}|what did every person in {o} get|what material was tried in {o}|the intake of what was watched in {o}|of what did {s} want to know whether it does any good|what agent was {o} about`,
  ],
  approver: [
    `{o}: approval {v}|{v} gives the nod for {o}|the yes to {o} has to come from {v}|{s} has to get past {v}|whatever is asked under {o} is decided by {v}|the stamp on {o} is put there by {v}|{v} is entitled to clear requests under {o}|{v} ratifies {o}|ask {v} for permission as regards {o}|sign-off for {o} rests with {v}|{v} rubber-stamps the papers of {o}|{s} waits for the OK of {v}`,
    `{o} approval by whom|who gives the nod for {o}|from whom has the yes to {o} to come|who decides what is asked under {o}|who ratifies {o}|who puts the stamp on {o}|with whom does sign-off for {o} rest|whom do I ask for permission as regards {o}|for whose OK does {s} wait|who is entitled to clear requests under {o}|who can turn down a request under {o}|whom has {s} to get past`,
  ],
  leave: [
    `{o}: {v} off|you have {v} to yourself thanks to {o}|staff may be missing for {v} by {o}|{s} frees you from work for {v}|the break granted in {o} is {v}|under {o} the boss cannot call you in for {v}|{v} of absence are fine with {o}|by virtue of {o} you rest for {v}|{s} awards workers {v} of vacation|the entitlement written into {o} is {v}|employees claim {v} through {o}|a worker using {o} is back after {v}`,
    `{o} how many days off|for how long does {s} free me from work|how long a break is granted in {o}|how many days of vacation does {s} award|how many days can employees claim through {o}|how many days to myself do I get thanks to {o}|how long may staff be missing by {o}|after how many days is a worker using {o} back|what entitlement is written into {o}|how long can I rest by virtue of {o}|how many days of absence are fine with {o}|what time away does {s} give`,
  ],
  scope: [
    `{o}: for the {v}|{s} was drawn up with the {v} in mind|the {v} has to live by {o}|{s} is meant for the {v}|the {v} is answerable under {o}|{s} governs the work of the {v}|those addressed by {o} belong to the {v}|the {v} must heed {o}|{s} regulates the {v}|nobody outside the {v} needs {o}|{s} touches the {v}|the reach of {o} is the {v}`,
    `{o} for whom|with whom in mind was {s} drawn up|who has to live by {o}|for whom is {s} meant|who must heed {o}|whose work does {s} govern|what team does {s} regulate|to which team do those addressed by {o} belong|what is the reach of {o}|which team does {s} touch|which people in the company does {s} address|does {s} hold for everybody, or for which department`,
  ],
  platform: [
    `{o}: {v}|find {o} on {v}|stand at {v} for {o}|{s} rolls in at {v}|{s} is expected at {v}|they announced {o} at {v}|travellers with {o} head to {v}|{s} occupies {v}|the doors of {o} open at {v}|look for {o} alongside {v}|the boarding for {o} is at {v}|the screen sends you to {v} for {o}`,
    `{o} which platform|where should I stand for {o}|on which platform can {s} be found|where does {s} roll in|where is {s} expected in the station|at which platform have they announced {o}|to which platform do travellers with {o} head|which platform does {s} occupy|alongside which platform should I look for {o}|where is the boarding for {o}|to which bay or track does the screen send me for {o}|at what platform do the doors of {o} open`,
  ],
  stops: [
    `{o}: via {v}|the doors of {o} open in {v} on the way|{s} runs via {v}|people from {v} ride on {o}|{s} touches {v}|before its terminus {o} is in {v}|{v} see {o} come and go|{s} takes in {v}|the calling points of {o} are {v}|{s} lets people change in {v}|you may step off {o} in {v}|the itinerary of {o} goes by {v}`,
    `{o} via where|via which towns does {s} run|in which towns on the way do the doors of {o} open|what are the calling points of {o}|which places does {s} take in|which places does {s} touch|where may I step off {o}|by which towns does the itinerary of {o} go|which stations see {o} come and go|where is {s} before its terminus|which halts are between the ends of {o}|what other towns can I reach on {o}`,
  ],
  ticket: [
    `{o}: fare {v}|one ride with {o} takes {v} out of your purse|the counter sells {o} at {v}|it is {v} a head on {o}|your place in {o} comes at {v}|a single on {o} is {v}|hand the inspector {v} aboard {o}|{v} is what travellers owe for {o}|to be carried by {o} has its price: {v}|the tariff of {o} is {v}|going by {o} is {v} per person|the machine wants {v} for {o}`,
    `{o} fare|what does one ride with {o} take out of my purse|at what price does the counter sell {o}|how much is a single on {o}|how much a head on {o}|what does my place in {o} come at|what do travellers owe for {o}|what is the tariff of {o}|what is going by {o} per person|what does the machine want for {o}|how dear is it to go by {o}|how much money gets me onto {o}`,
  ],
  difficulty: [
    `{o}: open {v}|rangers let the public onto {o} {v}|one walks {o} {v}|the barrier of {o} is up {v}|{s} is in use {v}|nothing blocks {o} {v}|{s} is at its finest {v}|you will find {o} in good shape {v}|{s} lets people in {v}|the wardens keep {o} open {v}|tackle {o} {v}|the walking months on {o} run {v}`,
    `{o} open which months|in which part of the year does one walk {o}|when is the barrier of {o} up|in which months is {s} in use|when does nothing block {o}|when is {s} at its finest|in what months do I find {o} in good shape|from which month to which does {s} let people in|when do the wardens keep {o} open|when in the year should I tackle {o}|what are the walking months on {o}|is {s} closed in winter, or which months is it open`,
  ],
  trailStart: [
    `{o}: from {v}|the first signpost of {o} stands in {v}|{v} marks the beginning of {o}|get out in {v} to begin {o}|the first steps on {o} are taken in {v}|lace your boots in {v} for {o}|zero on {o} is in {v}|{s} takes off from {v}|{v} is the gateway to {o}|put {v} in your navigator to reach the start of {o}|the outset of {o} is {v}|walkers of {o} assemble in {v} before they go`,
    `{o} from where|where does the first signpost of {o} stand|where do I get out to begin {o}|where are the first steps on {o} taken|what place is the gateway to {o}|what do I put in the navigator to reach the start of {o}|where do walkers of {o} assemble before they go|where is zero on {o}|from which village does {s} take off|what place marks the beginning of {o}|where should I lace my boots for {o}|at what place is the outset of {o}`,
  ],
  view: [
    `{o}: top {v}|the uppermost metre of {o} is at {v}|nowhere does {o} get higher than {v}|the ridge on {o} is {v} up|{s} culminates at {v}|the roof of {o} is at {v}|the altimeter shows {v} at the crest of {o}|{s} peaks at {v}|the crest of {o} stands at {v}|once on {v} you have reached the top of {o}|the loftiest place on {o} is {v} high|the pass of {o} lies at {v}`,
    `{o} top how high|at what height does {s} culminate|at what height does {s} peak|how high is the crest of {o}|how high is the loftiest place on {o}|at what altitude is the pass of {o}|what does the altimeter show at the top of {o}|how many metres is the uppermost part of {o} at|how high can I get on {o}|what height is the ridge on {o}|how high is the roof of {o}|at what elevation does {s} stop going up`,
  ],
  reporter: [
    `{o}: reported by {v}|{v} sounded the alarm on {o}|{v} let us know of {o}|word of {o} reached us through {v}|{v} opened the ticket for {o}|the call about {o} was made by {v}|{v} was the one to notify us of {o}|{v} came across {o} and spoke up|{s} came to light thanks to {v}|{v} put {o} on record|the complaint about {o} is from {v}|first to mention {o} was {v}`,
    `{o} notified by whom|who sounded the alarm on {o}|who let you know of {o}|through whom did word of {o} reach you|who opened the ticket for {o}|who made the call about {o}|who notified you of {o}|who came across {o} and spoke up|thanks to whom did {s} come to light|who put {o} on record|who is the complaint about {o} from|who was first to mention {o}`,
  ],
  assignee: [
    `{o}: owner {v}|{v} has {o} on the to-do list|they passed {o} to {v} to sort out|{v} is busy with {o}|{v} was tasked with {o}|{s} is being worked on by {v}|{v} has picked up {o}|we left {o} to {v}|{v} deals with {o} now|the one to mend {o} is {v}|{s} waits in the queue of {v}|ask {v} how the work on {o} is going`,
    `{o} owner who|who has {o} on the to-do list|to whom did they pass {o} to sort out|who is busy with {o}|who was tasked with {o}|by whom is {s} being worked on|who has picked up {o}|to whom was {s} left|who deals with {o} now|in whose queue does {s} wait|whom can I ask how the work on {o} is going|who should mend {o}`,
  ],
  trouble: [
    `{o}: cause {v}|{v} made {o} happen|{v} set off {o}|{v} sparked {o}|{s} stemmed from {v}|{s} followed from {v}|without {v} we would have been spared {o}|blame for {o} was laid on {v}|{s} is explained by {v}|at the bottom of {o} lay {v}|{v} was responsible for {o}|{s} came from {v}, experts say`,
    `{o} why|what made {o} happen|what set off {o}|what sparked {o}|from what did {s} stem|on what was the blame for {o} laid|how is {s} explained|what lay at the bottom of {o}|what was responsible for {o}|what made it come to {o}|how could {s} happen|through what fault did {s} arise`,
  ],
  solved: [
    `{o}: fixed {v}|{s} was over and done with on {v}|we ticked {o} off on {v}|the ticket of {o} was closed on {v}|{s} has been history since {v}|the cure for {o} came on {v}|{s} was repaired on {v}|normal service after {o} returned on {v}|{s} was dealt with by the engineers on {v}|on {v} it was all clear again after {o}|{s} found its end on {v}|it took until {v} to get rid of {o}`,
    `{o} fixed when|when was {s} over and done with|when did you tick {o} off|on what day was the ticket of {o} closed|since when has {s} been history|when did the cure for {o} come|when was {s} repaired|when did normal service return after {o}|on which day was it all clear again after {o}|until when did it take to get rid of {o}|when did the engineers finish with {o}|on what date did {s} find its end`,
  ],
  interest: [
    `{o}: {v} yearly|{s} rewards savers with {v}|you collect {v} on what you keep in {o}|the annual rate on {o} comes to {v}|{s} carries {v}|leave money in {o} and it grows at {v}|{s} gives {v} on your balance|what savings in {o} attract is {v}|{s} returns {v} each year|the profit on {o} is {v} a year|every year {v} is added to what lies in {o}|capital in {o} bears {v}`,
    `{o} rate per year|with what does {s} reward savers|what do I collect on what I keep in {o}|to what does the annual rate on {o} come|at what rate does money in {o} grow|what does {s} give on my balance|what percentage do savings in {o} attract|how much does {s} return each year|what is the profit on {o} a year|how much is added each year to what lies in {o}|what does capital in {o} bear|how good is {s} for savers, in per cent`,
  ],
  minimum: [
    `{o}: minimum {v}|keep {v} or more in {o}|{v} is the bare minimum in {o}|the holder of {o} has to leave {v} in it|you must not empty {o} under {v}|{s} calls for {v} or more on it|withdrawals from {o} have to stop at {v}|the smallest sum for {o} is {v}|{v} has to be on {o} always|start {o} with no less than {v}|{s} is yours from {v} upwards|a threshold of {v} is set for {o}`,
    `{o} least amount|what is the bare minimum in {o}|what has the holder of {o} to leave in it|how far can I empty {o}|for how much or more does {s} call|at what sum do withdrawals from {o} have to stop|what is the smallest sum for {o}|how much has to be on {o} always|with no less than what can I start {o}|from what sum upwards is {s} mine|what threshold is set for {o}|how little money may lie in {o}`,
  ],
  milk: [
    `{o}: mostly {v}|{v} is the stuff of {o}|{s} has {v} as its foundation|take {v} and you are half-way to {o}|take away {v} and nothing much is left of {o}|{s} starts out as {v}|the soul of {o} is {v}|{v} is what {o} has most of|producers turn {v} into {o}|{s} grows out of {v}|the raw material of {o} is {v}|the bulk of {o} is {v}`,
    `{o} made of what|what is the stuff of {o}|what has {s} as its foundation|what do I take to make {o}|without what would nothing much be left of {o}|as what does {s} start out|what is the soul of {o}|what has {o} most of in it|what do producers turn into {o}|what is the raw material of {o}|what is the bulk of {o}|which substance is there most of in {o}`,
  ],
};
