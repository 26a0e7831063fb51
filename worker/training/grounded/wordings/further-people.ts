/** Further wordings of attributes of people and places, for training only, chosen for breadth of words: id → statements, questions. */
export const FURTHER_PEOPLE: Readonly<Record<string, readonly [statements: string, questions: string]>> = {
  leader: [
    `manager of {o}: {v}|{v} is who manages {o}|{s} answers to {v}|the reins of {o} are held by {v}|{v} steers {o}|{v} has command of {o}|the director of {o} is {v}|{s} takes its orders from {v}|supervision of {o} has been entrusted to {v}|the head of {o} goes by the name of {v}|{v} presides over the daily business of {o}|everything at {o} is run by {v}`,
    `{o} manager|{o} in charge|who holds the reins of {o}|who supervises {o}|who is the director of {o}|who is the head of {o}|to whom does {s} answer|who steers {o}|who has command of {o}|who is responsible for running {o}|from whom does {s} take its orders|what is the chief of {o} called`,
  ],
  founder: [
    `founder of {o}: {v}|{v} is who founded {o}|{v} was the originator of {o}|{s} began with {v}|the initiative for {o} came from {v}|{v} gave birth to {o}|the father or mother of {o} is {v}|{s} traces its origin to {v}|{v} conceived and created {o}|it all began when {v} initiated {o}|{s} goes back to an idea of {v}|{v} pioneered {o}`,
    `{o} founder|{o} founded by|who started {o}|who was the originator of {o}|who initiated {o}|who created {o} in the first place|who conceived {o}|whose idea was {o}|to whom does {s} trace its origin|who is the father or mother of {o}|who pioneered {o}|from whom came the initiative for {o}`,
  ],
  contact: [
    `contact for {o}: {v}|{v} is the one to ask about {o}|{v} fields questions on {o}|approach {v} if {s} gives you any trouble|consult {v} regarding {o}|for information on {o}, see {v}|{v} can advise you on {o}|{v} will help with {o}|direct your query about {o} to {v}|in case of doubt over {o}, have a word with {v}|{v} is available to answer anything about {o}|liaise with {v} as to {o}`,
    `{o} who to ask|{o} contact|whom should I consult regarding {o}|who can advise me on {o}|who helps with {o}|who fields questions on {o}|who can give me information on {o}|whom do I approach about {o}|with whom do I have a word about {o}|to whom do I direct my query about {o}|who knows about {o}|who is available to answer anything about {o}`,
  ],
  phone: [
    `phone of {o}: {v}|{v} is how you phone {o}|the digits for {o} are {v}|buzz {o} on {v}|{s} is on the line at {v}|key in {v} for {o}|the hotline of {o} is {v}|{s} picks up at {v}|a call to {v} will connect you with {o}|the handset of {o} rings at {v}|{s} is available by telephone under {v}|contact {o} by phone at {v}`,
    `{o} number to call|{o} telephone|what are the digits for {o}|what is the hotline of {o}|what do I key in to call {o}|how do I reach {o} by telephone|where do I call to talk to {o}|what extension or number has {s}|which number connects me with {o}|at what number does {s} pick up|what is the dialling number of {o}|how do I get through to {o} by phone`,
  ],
  email: [
    `e-mail of {o}: {v}|{v} is how you email {o}|{s} reads mail at {v}|electronic letters to {o} are addressed {v}|the online address of {o} is {v}|shoot {o} an email at {v}|{s} corresponds by email from {v}|ping {o} at {v}|the account for mail to {o} is {v}|type {v} in the recipient line to reach {o}|forward documents for {o} to {v}|{s} has registered {v} for its email`,
    `{o} mail|{o} email contact|what is the online address of {o}|what do I type in the recipient line to reach {o}|where does {s} read mail|at which email do I contact {o}|how do I address an email to {o}|where can I drop {o} a line online|to which mailbox do I forward documents for {o}|from which account does {s} correspond|what electronic address is there for {o}|what e-mail has {s} registered`,
  ],
  hours: [
    `hours of {o}: {v}|{v} is when {s} is open|{s} is accessible from {v}|{s} admits people from {v}|the gates of {o} stand open from {v}|{s} is staffed and open from {v}|{s} operates from {v}|attendance times at {o} are {v}|customers are let into {o} from {v}|{s} has its shutters up from {v}|the timetable of {o} says open from {v}|the daily opening of {o} lasts from {v}`,
    `{o} hours|{o} open when|when can I come to {o}|when do the gates of {o} stand open|at what times is {s} accessible|from what time and until when does {s} operate|till when is {s} open|what time does {s} open|what are the visiting hours of {o}|when are customers let into {o}|when does {s} have its shutters up|what does the timetable of {o} say`,
  ],
  closed: [
    `closed days of {o}: {v}|{v} is when {s} is closed|{s} has its shutters down on {v}|{s} observes a day of rest on {v}|nobody is at {o} on {v}|{s} is off duty on {v}|you will stand before a locked door if you go to {o} on {v}|{s} takes no visitors on {v}|no business is done at {o} on {v}|the lights at {o} stay off on {v}|steer clear of {o} on {v}, for it is shut|access to {o} is barred on {v}`,
    `{o} closed when|{o} days shut|when are the shutters of {o} down|when is nobody at {o}|on what days is {s} off duty|when does {s} take no visitors|on which days is no business done at {o}|when is access to {o} barred|which weekdays does {s} observe as rest days|when do the lights at {o} stay off|on what days should I steer clear of {o}|which days is {s} not in operation`,
  ],
  staff: [
    `staff of {o}: {v}|{v} is the size of the crew at {o}|{s} is run with {v}|the crew of {o} comprises {v}|{s} has taken on {v}|{v} are in the employ of {o}|{v} do the work at {o}|the manpower of {o} is {v}|{s} pays wages to {v}|{v} have a job at {o}|{v} make up the staff of {o}|the human resources of {o} come to {v}`,
    `{o} staff how many|{o} headcount|how many hands does {s} have|how big is the crew of {o}|what manpower does {s} have|how many people have a job at {o}|how many are in the employ of {o}|to how many people does {s} pay wages|how numerous is the personnel of {o}|what is the staffing of {o}|how many persons make up the staff of {o}|how many colleagues work together at {o}`,
  ],
  seats: [
    `seating of {o}: {v}|{v} is the seating in {o}|{s} is equipped with {v}|{s} has been furnished with {v}|{v} stand ready in {o}|you can choose from {v} in {o}|{s} can boast {v}|inside {o} one counts {v}|{v} belong to {o}|a full house at {o} means {v} taken|{s} comes with {v}|{s} supplies {v}`,
    `{o} how many seats|{o} places|how many places to sit has {s} got|how many can sit at once in {o}|what is the seat count of {o}|how many people does {s} seat|how many seats make a full house at {o}|with how many seats has {s} been furnished|how many seats stand ready in {o}|how many may take a seat in {o}|what number of people can sit down at {o}|how many seats does one count in {o}`,
  ],
  founded: [
    `founded {v}: {o}|{v} is when {s} began|{s} was born in {v}|{s} first opened its doors in {v}|{s} sprang up in {v}|{s} saw its beginnings in {v}|the history of {o} started in {v}|the foundation of {o} took place in {v}|the founders of {o} set to work in {v}|{s} was launched in {v}|{s} took shape in {v}|the origin of {o} lies in {v}`,
    `{o} founded when|{o} year of foundation|when did {s} spring up|when was {s} born|when did {s} first open its doors|in what year did the founders of {o} set to work|how long has {s} been active, that is, since which year|when did the foundation of {o} take place|when was {s} launched|in which year lies the origin of {o}|what year did {s} take shape|when did it all begin for {o}`,
  ],
  town: [
    `{o} town: {v}|{v} is the town of {o}|{s} resides in {v}|{s} can be visited in {v}|{s} graces {v}|{s} has its premises in {v}|the whereabouts of {o}: the town of {v}|travellers find {o} in {v}|{s} has made its home in {v}|the seat of {o} is {v}|the place name in the address of {o} is {v}|{s} is part of the town of {v}`,
    `{o} where|{o} in which place|where does {s} have its premises|what place name is in the address of {o}|what is the seat of {o}|in what city is {s}|which place does {s} grace|where would travellers find {o}|which municipality is {s} in|where has {s} made its home|of which town is {s} part|what locality is {s} in`,
  ],
  room: [
    `location of {o}: {v}|{v} is where you find {o}|{s} has its spot {v}|head for the place {v} to get to {o}|{s} resides {v}|walk to {o}, which is {v}|{s} occupies a position {v}|{s} turns up {v}|to see {o}, come to the place {v}|you come across {o} {v}|the position of {o} is {v}|{s} has been installed {v}`,
    `{o} where to find|{o} whereabouts|what is the position of {o}|to which place do I walk for {o}|where do I head to get to {o}|where does {s} have its spot|where would I come across {o}|how do I locate {o}|where has {s} been installed|which spot does {s} occupy|what is the exact place of {o}|where must I go to see {o}`,
  ],
  entry: [
    `entry to {o}: {v}|{v} is the admission to {o}|a visit to {o} comes to {v}|{s} takes {v} at the gate|one ticket to {o} is worth {v}|the toll for {o} is {v}|people pay {v} to be let into {o}|{s} lets you in for {v}|at the cash desk of {o} you leave {v}|the fee to enter {o} amounts to {v}|a pass for {o} is sold at {v}|guests of {o} hand over {v} as they go in`,
    `{o} entrance how much|{o} tickets cost|what is the fee to enter {o}|what does a pass for {o} cost|what does {s} take at the gate|for how much does {s} let me in|how much must I leave at the cash desk of {o}|what is the ticket price of {o}|what does a visit to {o} come to|how expensive is it to go into {o}|how much do people pay to be let into {o}|what do guests of {o} hand over as they go in`,
  ],
  members: [
    `members of {o}: {v}|{v} form {o}|{v} have signed up to {o}|{s} comprises {v}|{s} has a membership of {v}|{s} encompasses {v}|{v} carry the card of {o}|{s} has enrolled {v}|the list of {o} runs to {v}|{s} represents {v}|those who belong to {o} come to {v}|{s} brings together {v}`,
    `{o} how many members|{o} member count|how many have signed up to {o}|how many people form {o}|how big is {s} in terms of members|how many carry the card of {o}|how many names does the list of {o} run to|how many people does {s} unite|how many persons does {s} comprise|what is the membership strength of {o}|how many has {s} enrolled|how numerous is the membership of {o}`,
  ],
  visitors: [
    `visitors of {o} a year: {v}|{v} is the yearly crowd at {o}|twelve months bring {v} to {o}|{s} pulls in {v} a year|{v} flock to {o} each year|every year {v} set foot in {o}|{v} call at {o} per year|{s} entertains {v} a year|the footfall at {o} reaches {v} a year|{v} a year walk through the doors of {o}|per annum {s} registers {v}|{s} has a yearly intake of {v}`,
    `{o} visitors how many|{o} yearly crowd|what is the footfall at {o}|how many flock to {o} each year|how many set foot in {o} every year|how many people walk through the doors of {o} in a year|how big a crowd does {s} pull in per year|how much traffic does {s} see in a year, in people|how many call at {o} per annum|how busy is {s} over the year|how many people do twelve months bring to {o}|what visitor numbers does {s} register per year`,
  ],
  parking: [
    `parking at {o}: {v}|{v} is where you park for {o}|motorists bound for {o} stop {v}|for {o}, drop the car {v}|a lot for users of {o} lies {v}|cars are put up {v} while their owners are at {o}|{s} offers parking {v}|to see {o}, motorists pull in {v}|bays for {o} are marked {v}|the garage for guests of {o} is {v}|stand your vehicle {v} when you call at {o}|there are spaces for cars {v} for people who visit {o}`,
    `{o} park where|{o} parking spaces|where do motorists bound for {o} stop|where can I stand my vehicle when I call at {o}|where are bays for {o} marked|where should I drop the car for {o}|where is there a garage for guests of {o}|what parking does {s} offer, and where|where do I pull in to see {o}|where do people put their cars when they come to {o}|where is the lot for users of {o}|I have a car with me, where may it stay while I am at {o}`,
  ],
  access: [
    `getting to {o}: {v}|{v} is how one gets to {o}|folk make for {o} {v}|take the trip to {o} {v}|{s} is within easy reach {v}|the journey to {o} is made {v}|one goes to {o} {v}|the usual transport to {o} is {v}|you make it to {o} {v}|the best route to {o} is {v}|travellers arrive at {o} {v}|come to {o} {v}`,
    `{o} how to reach|{o} directions|how do I make it to {o}|how do folk make for {o}|which transport should I use for {o}|by what route do I come to {o}|how does one go to {o}|what brings me to {o}|how do travellers arrive at {o}|which way of travelling is best for {o}|how would you go about getting to {o}|what connection is there to {o}`,
  ],
  job: [
    `occupation of {o}: {v}|{p} line of work is that of {v}|{s} is a {v} by trade|{s} practises as a {v}|{s} makes money as a {v}|{p} calling is that of {v}|{s} was appointed {v}|{s} acts as {v}|{s} spends the working day as a {v}|in professional life {s} is a {v}|{p} contract describes the job as {v}|{v} is the trade that {s} follows`,
    `{o} job|{o} profession|what is {p} line of work|what is {p} trade|what is {p} calling|what does {s} practise as|what was {s} appointed|how does {s} make money|what is {s} in professional life|what does {p} contract describe the job as|what sort of work does {s} have|what function does {s} have`,
  ],
  team: [
    `team of {o}: {v}|{s} reports for work in the {v}|{s} has been placed in the {v}|{p} section is the {v}|{s} strengthens the {v}|{s} forms part of the {v}|{s} is listed under the {v}|{s} was allocated to the {v}|{p} crew is the {v}|the {v} has {o} on board|organisationally, {s} falls under the {v}|the {v} includes {o}`,
    `{o} team|{o} section|what is {p} section|where in the firm does {s} report for work|what crew has {o} on board|in what group is {s}|under which unit does {s} fall|to what department was {s} allocated|which division is {s} in|who are the people {s} works with, that is, which team|which branch of the organisation includes {o}|in which section has {s} been placed`,
  ],
  hobby: [
    `hobby of {o}: {v}|{v} is what {s} loves to do|{s} is mad about {v}|{s} adores {v}|{s} passes leisure hours with {v}|off duty, {s} is busy with {v}|{p} idea of fun is {v}|{s} delights in {v}|on days off {s} takes up {v}|{s} fills the evenings with {v}|{p} recreation is {v}|the thing that {s} does for pleasure is {v}`,
    `{o} pastime|{o} leisure|what is {s} mad about|what does {s} do for pleasure|what is {p} recreation|what does {s} delight in|what does {s} love to do|how does {s} pass leisure hours|what does {s} do off duty|with what does {s} fill the evenings|what is {p} idea of fun|what is {s} into when not working`,
  ],
  hometown: [
    `home of {o}: {v}|{v} is the home of {o}|{s} resides in {v}|{s} has a flat in {v}|{s} is domiciled in {v}|{p} front door is in {v}|letters to {o} go to an address in {v}|{s} has taken up residence in {v}|{s} sleeps and eats in {v}|{s} dwells with the family in {v}|{p} household is in {v}|{s} commutes from {v}`,
    `{o} lives where|{o} home|where is {s} domiciled|from which town does {s} commute|where is {p} household|where has {s} taken up residence|where does {s} dwell|where is {p} flat or house|in what place does {s} have a home|where do letters to {o} go, to which town|what is {p} place of residence|what town has {o} among its residents`,
  ],
  birthplace: [
    `birthplace of {o}: {v}|{v} is the place of birth of {o}|{s} entered the world in {v}|{s} was delivered in a hospital in {v}|people in {v} remember {o} as a local baby|the stork brought {o} to {v}|{s} had a first cot in {v}|{p} birth took place in {v}|{s} began life in {v}|{s} is from {v} by origin|{v} can claim {o} as its child|{s} stems from {v}`,
    `{o} born where|{o} from where|where did {p} birth take place|where did {s} enter the world|where did {s} begin life|in which town did {s} have a first cot|where does {s} stem from|what is {p} town of origin|which town can claim {o} as its child|where in the country was {s} delivered|where was {s} a baby|what birthplace has {s}`,
  ],
  birthday: [
    `birthday of {o}: {v}|{v} is the birthday of {o}|{p} birth fell on {v}|{s} entered the world on {v}|{s} made an appearance as a baby on {v}|the cake for {o} recalls a birth on {v}|{s} counts the years of life from {v}|the day {s} was delivered was {v}|the registry office entered {p} birth on {v}|date of birth, {o}: {v}|born on {v}: {o}|{s} was brought into the world on {v}`,
    `{o} born when|{o} birth date|on what date did {p} birth fall|when did {s} enter the world|what day was {s} delivered|from what date does {s} count the years of life|when should I congratulate {o} on another year of life|how old is {s}, or born on what date|when was {s} a newborn|for what day did the registry office enter {p} birth|when is the cake for {o} due|when was {s} brought into the world`,
  ],
  started: [
    `start of {o}: {v}|{v} was the first working day of {o}|{s} clocked in for the first time on {v}|{s} reported for duty first on {v}|{s} became a colleague on {v}|{s} came to work here on {v}|{p} appointment took effect on {v}|{s} was recruited with effect from {v}|{p} career with us began on {v}|we welcomed {o} as a new colleague on {v}|{s} has been employed since {v}|{p} job here commenced on {v}`,
    `{o} started when|{o} first day|when did {s} clock in for the first time|when did {s} become a colleague|when did {p} appointment take effect|when was {s} recruited|when did {p} career here begin|when did you welcome {o} as a new colleague|since when is {s} employed|when did {p} job here commence|how long has {s} been employed, counting from what day|when did {s} report for duty first`,
  ],
  studied: [
    `studies of {o}: {v}|{v} is what {s} studied|{s} qualified in {v}|{s} learnt {v} at college|{s} went through university in {v}|{p} schooling ended with a degree in {v}|{s} attended lectures in {v}|the subject that {p} alma mater taught is {v}|{s} has a scholarly training in {v}|{p} university education was in {v}|the discipline that {s} took up is {v}|{s} passed final exams in {v}`,
    `{o} studied what|{o} university subject|what did {s} learn at college|in what did {s} qualify|what is {s} a graduate of|in what did {s} attend lectures|what discipline did {s} take up|in what did {s} pass final exams|what was {p} university education in|what course of study did {s} go through|what qualification has {s} got, in which subject|what degree does {s} have`,
  ],
  languages: [
    `languages of {o}: {v}|{v} are the languages of {o}|{s} offers help in {v}|{s} communicates in {v}|{s} deals with people in {v}|{s} is conversant with {v}|the tongues available with {o} are {v}|one can use {v} with {o}|{s} handles {v} with ease|the language choice of {o} covers {v}|{s} is versed in {v}|a choice of {v} is open to whoever turns to {o}`,
    `{o} which languages|{o} tongues|in what languages does {s} communicate|with which languages is {s} conversant|what tongues are available with {o}|which languages can one use with {o}|what languages does {s} handle|in which languages does {s} offer help|in what tongue may I address {o}|what is the language choice of {o}|what foreign languages has {s} got|what languages can I choose from with {o}`,
  ],
  deputy: [
    `deputy of {o}: {v}|{v} is the deputy for {o}|{v} replaces {o} during leave|{v} relieves {o} when necessary|{v} takes the place of {o} in an absence|the understudy of {o} is {v}|the vice of {o} is {v}|if {s} cannot be there, {v} deals with things|with {o} on holiday, {v} is in charge|the work of {o} is taken on by {v} in case of illness|the one who acts for {o} is {v}|{s} hands over to {v} before a holiday`,
    `{o} deputy|{o} substitute|who acts for {o}|who relieves {o} when necessary|who takes the place of {o} during a holiday|who is the understudy of {o}|who is in charge with {o} away|who takes on the work of {o} in case of illness|who is the number two after {o}|to whom does {s} hand over before a holiday|who deals with things if {s} cannot be there|who is the backup for {o}`,
  ],
  salary: [
    `salary of {o}: {v} a year|{v} a year is the pay of {o}|{s} pockets {v} a year|{s} gets {v} a year|{p} earnings run to {v} a year|the payroll shows {v} a year for {o}|{s} is compensated with {v} a year|{p} yearly wage packet holds {v}|{s} collects {v} from the employer each year|twelve months of work bring {o} {v}|the annual cost of {o} in wages is {v}|the going pay for {o} is {v} per annum`,
    `{o} pay|{o} earnings|how much does {s} get a year|what are {p} earnings|what does {s} pocket in a year|how much does the payroll show for {o}|what does {s} collect from the employer each year|how is {s} compensated, in money a year|what does a year of work bring {o}|how much is in {p} yearly wage packet|what wage does {s} get|what is the annual cost of {o} in wages`,
  ],
  award: [
    `prize of {o}: {v}|{v} is the award of {o}|{s} was decorated with {v}|{s} landed {v}|{s} clinched {v}|{s} secured {v}|{s} gained {v}|{s} was recognised with {v}|{s} was deemed worthy of {v}|{s} took {v}|{v} was conferred on {o}|{s} was singled out for {v}`,
    `{o} prize|{o} honours|what was {s} decorated with|what honour was conferred on {o}|which prize did {s} land|what award did {s} clinch|what did {s} gain from the jury|with what was {s} recognised|of what was {s} deemed worthy|which accolade has {s} got|what did {s} take as a prize|for which award was {s} singled out`,
  ],
  author: [
    `author of {o}: {v}|{v} is the author of {o}|{v} composed {o}|{v} drafted {o}|{s} flowed from the pen of {v}|{s} has {v} as its author|the authorship of {o} lies with {v}|{s} was set down by {v}|the person who wrote {o} was {v}|{v} signed {o} as author|the byline of {o} reads {v}|{v} is the mind behind the text of {o}`,
    `{o} by whom|{o} writer|who composed {o}|who drafted {o}|with whom lies the authorship of {o}|whose is the byline of {o}|who has written {o}|who set down {o}|who is the person who wrote {o}|which author does {s} have|whose mind is behind the text of {o}|by which writer is {s}`,
  ],
  pages: [
    `pages of {o}: {v}|{v} is the extent of {o}|{s} numbers {v}|the bulk of {o} is {v}|{s} spans {v}|bound, {s} makes {v}|one turns {v} to finish {o}|{s} comes to {v}|{s} amounts to {v}|the reader of {o} leafs through {v}|the printer delivered {o} with {v}|{s} covers {v}`,
    `{o} how many pages|{o} pages|what is the extent of {o}|how thick is {s} in pages|how many pages must one turn to finish {o}|how many pages does {s} number|how many pages does {s} span|what number of pages does {s} come to|how many leaves or pages are bound in {o}|how much is there to read in {o}, in pages|how many pages did the printer deliver {o} with|how long a read is {s}`,
  ],
  publisher: [
    `publisher of {o}: {v}|{v} is the house behind {o}|{v} printed and sold {o}|{s} belongs to the titles of {v}|{s} is in the catalogue of {v}|{v} put {o} into print|{s} was edited and published at {v}|{v} launched {o} on the market|{s} reached its public through {v}|{v} took {o} into its programme|{s} is available from the publisher {v}|the rights to bring out {o} went to {v}`,
    `{o} published by|{o} which house|who put {o} into print|who launched {o} on the market|in whose catalogue is {s}|through which publisher did {s} reach its public|which house took {o} into its programme|at which house was {s} published|who printed and sold {o}|to whom went the rights to bring out {o}|from which publisher is {s} available|what company released {o}`,
  ],
  hero: [
    `main character of {o}: {v}|{v} is the hero of {o}|{s} stars {v}|{s} deals with the fate of {v}|the leading character in {o} bears the name {v}|{s} has {v} as its lead|the title role in {o} belongs to {v}|{s} narrates what happens to {v}|the pages of {o} are devoted to {v}|the figure whom {s} portrays is {v}|everything in {o} happens to {v}|{s} focuses on {v}`,
    `{o} hero|{o} protagonist|whom does {s} star|with whose fate does {s} deal|who is the lead in {o}|who is the leading character in {o}|on whom does {s} focus|whom does {s} portray|what name does the hero of {o} bear|to whom are the pages of {o} devoted|who has the title role in {o}|what person is {s} about`,
  ],
  artist: [
    `artist of {o}: {v}|{v} is who made {o}|{s} was conceived and executed by {v}|{s} was shaped by {v}|{v} brought forth {o}|{s} is ascribed to {v}|{s} is the work of {v}|the master behind {o} is {v}|{v} designed and made {o}|{s} is one of the pieces that {v} left behind|{v} executed {o}|{s} is the artistic achievement of {v}`,
    `{o} by which artist|{o} made by|who executed {o}|to whom is {s} ascribed|whose work of art is {o}|who shaped {o}|who is the master behind {o}|whose artistic achievement is {s}|who brought forth {o}|who designed and made {o}|what artist is behind {o}|whose art do I see in {o}`,
  ],
  owner: [
    `owner of {o}: {v}|{v} is who owns {o}|{v} has acquired {o}|{s} is held by {v}|the deed of {o} is in the name of {v}|{v} is the holder of {o}|{s} lies in the hands of {v}|legally, {s} is that of {v}|{v} became the keeper of {o} by purchase|{s} is registered as the property of {v}|the proprietorship of {o} is with {v}|{s} is among the belongings of {v}`,
    `{o} belongs to|{o} proprietor|who is the holder of {o}|in whose name is the deed of {o}|in whose hands is {s}|who has acquired {o}|by whom is {s} held|who legally has {o}|among whose belongings is {s}|as whose property is {s} registered|who bought {o} and has it now|who may call {o} theirs`,
  ],
  sponsor: [
    `sponsor of {o}: {v}|{v} is who funds {o}|{v} bankrolls {o}|{v} subsidises {o}|{v} underwrites {o}|{s} lives on money from {v}|{v} is the patron of {o}|{s} is supported with money by {v}|{v} covers the expenses of {o}|the donor behind {o} is {v}|{v} invests in {o} as a sponsor|the purse behind {o} is that of {v}`,
    `{o} funded by|{o} backer|who bankrolls {o}|who subsidises {o}|who underwrites {o}|who is the patron of {o}|who is the donor behind {o}|who covers the expenses of {o}|whose money does {s} live on|by whom is {s} supported with money|who puts up the money for {o}|which firm invests in {o} as a sponsor`,
  ],
  budget: [
    `budget of {o}: {v}|{v} is the budget for {o}|{s} is endowed with {v}|the kitty of {o} contains {v}|{s} gets by on {v}|{v} may be used up by {o}|the spending plan for {o} foresees {v}|{v} was reserved for {o}|the sum put at the disposal of {o} is {v}|{s} has been promised {v}|the purse of {o} holds {v}|{v} has been voted for {o}`,
    `{o} how much money|{o} spending|with how much is {s} endowed|what is in the kitty of {o}|what sum was reserved for {o}|what does the spending plan for {o} foresee|how much has been voted for {o}|what resources does {s} have, in money|what amount may {s} use up|how much cash was put at the disposal of {o}|how much money does {s} get by on|what financial limit does {s} have`,
  ],
  goal: [
    `aim of {o}: to {v}|to {v} is what {s} is about|{s} exists to {v}|{s} strives to {v}|{s} has the mission to {v}|the point of {o} is to {v}|{s} is designed to {v}|the ambition of {o} is to {v}|{s} endeavours to {v}|{s} wants to {v}|the target set for {o} is to {v}|the intention of {o} is to {v}`,
    `{o} aim|{o} purpose|what is the point of {o}|what is the mission of {o}|why does {s} exist|what is the ambition of {o}|what does {s} strive for|what is {s} designed to do|what does {s} want|what target has been set for {o}|what is the intention of {o}|what is {s} good for`,
  ],
  decision: [
    `decision of {o}: to {v}|to {v} is what {s} decided|{s} opted to {v}|{s} ruled that it was right to {v}|{s} gave the go-ahead to {v}|agreement was reached at {o} to {v}|everybody at {o} said yes to the proposal to {v}|{s} determined to {v}|{s} made up its mind to {v}|{s} adopted a proposal to {v}|the upshot of {o} was the choice to {v}|{s} concluded with an undertaking to {v}`,
    `{o} decided what|{o} result|what did {s} opt for|what did {s} determine|what was the upshot of {o}|on what was agreement reached at {o}|what proposal did {s} adopt|to what did {s} give the go-ahead|what came out of {o}|about what did {s} make up its mind|to what did everybody at {o} say yes|what undertaking did {s} conclude with`,
  ],
  chair: [
    `chair of {o}: {v}|{v} is in charge of the debate at {o}|{v} heads the table at {o}|{v} acts as president of {o}|the one presiding at {o} is {v}|{v} leads {o} as its chair|{v} opens and closes {o}|{v} keeps order at {o}|{v} steers the debate at {o}|the person wielding the gavel at {o} is {v}|{s} sits under the presidency of {v}|{v} was elected to the chair of {o}`,
    `{o} chaired by|{o} presiding|who presides at {o}|who heads the table at {o}|who keeps order at {o}|who steers the debate at {o}|who acts as president of {o}|who wields the gavel at {o}|under whose presidency does {s} sit|who opens and closes {o}|who was elected to the chair of {o}|who gives people the floor at {o}`,
  ],
  minutes: [
    `minutes of {o}: {v}|{v} is the scribe of {o}|{v} jotted down what happened at {o}|{v} documented {o}|the clerk of {o} was {v}|{v} drew up the report of {o}|the protocol of {o} is signed by {v}|{v} typed up what was said at {o}|{s} had {v} as its secretary|{v} made the official record of {o}|the one writing at {o} was {v}|the pen at {o} was held by {v}`,
    `{o} minutes by|{o} note taker|who was the scribe of {o}|who documented {o}|who jotted down what happened at {o}|who was the clerk of {o}|who drew up the report of {o}|who signed the protocol of {o}|who typed up what was said at {o}|whom did {s} have as its secretary|who made the official record of {o}|who held the pen at {o}`,
  ],
  attendees: [
    `attendance of {o}: {v}|{v} is the number who came to {o}|{v} made it to {o}|{v} gathered for {o}|{v} assembled at {o}|{v} sat in on {o}|{s} was joined by {v}|round the table of {o} there were {v}|{v} found their way to {o}|the headcount at {o} was {v}|{s} took place with {v}|{v} appeared at {o}`,
    `{o} how many people|{o} turnout|how many made it to {o}|how many gathered for {o}|how many assembled at {o}|what was the headcount at {o}|how many sat in on {o}|how many were round the table at {o}|how many appeared at {o}|with how many people did {s} take place|what number of persons joined {o}|how full was {s}, in people`,
  ],
  next: [
    `next after {o}: {v}|{v} is the next date after {o}|{s} gets a continuation on {v}|the group behind {o} reconvenes on {v}|{s} will have its second part on {v}|the successor meeting to {o} is on {v}|part two of {o} is due on {v}|following {o}, all come together once more on {v}|{s} picks up again on {v}|another round after {o} is scheduled for {v}|everyone from {o} sees each other again on {v}|subsequent to {o} a session is called for {v}`,
    `{o} next when|{o} next date|when does the group behind {o} reconvene|when is part two of {o} due|when does {s} pick up again|when is another round after {o} scheduled|when does everyone from {o} see each other again|when is the successor meeting to {o}|for what day is the session subsequent to {o} called|on which day does {s} get a continuation|after {o}, when do all come together once more|what is the date of the next get-together after {o}`,
  ],
  customer: [
    `customer of {o}: {v}|{v} is the customer behind {o}|{v} commissioned {o}|{s} was requested by {v}|{v} is the purchaser in {o}|{s} bears the customer name {v}|{s} was submitted by {v}|{v} is to receive {o}|{s} is addressed to {v}|the party billed under {o} is {v}|{s} belongs to the customer {v}|{s} concerns the purchaser {v}`,
    `{o} whose|{o} buyer|who commissioned {o}|who is the purchaser in {o}|by whom was {s} requested|whose name is on {o}|to whom is {s} addressed|who is billed under {o}|who is to receive {o}|who submitted {o}|to which customer does {s} belong|what is the customer of {o} called`,
  ],
};
