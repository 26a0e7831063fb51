/** More wordings of composed labels ("late fee"), for training only: family → statements, questions; {l} is the label. */
export const WORDINGS_COMPOSED: Readonly<Record<string, readonly [statements: string, questions: string]>> = {
  money: [
    `{s} charges a {l} of {v}|you pay {v} for {o} under the heading {l}|the {l} at {o} amounts to {v}|{v} is asked as {p} {l}|
    {p} {l} stands at {v}|plan for a {l} of {v} with {o}|since last year the {l} of {o} has been {v}|the {l} for {o} was fixed at {v}|
    the list of charges gives {v} as the {l} of {o}|with {o} there is a {l}, namely {v}|they put the {l} of {o} at {v}`,
    `what do I pay as the {l} of {o}|tell me how much the {l} of {o} is|how much {l} does {s} charge|what does the {l} of {o} come to|
    what amount is the {l} for {o}|I want to know how high {p} {l} is|to what sum does the {l} of {o} amount|which {l} is charged for {o}|
    how much money is the {l} of {o}|is there a {l} for {o}, and how much|what is charged as {p} {l}|how expensive is the {l} of {o}`,
  ],
  date: [
    `{v} is the {l} of {o}|they chose {v} as the {l} for {o}|the {l} of {o} will be {v}|{p} {l} is down for {v}|
    the calendar shows {v} as the {l} of {o}|keep {v} free, it is the {l} of {o}|{o} has {v} as its {l}|the {l} of {o} was moved to {v}|
    we agreed on {v} for the {l} of {o}|when planning for {o}, mind the {l}: {v}`,
    `which day is the {l} of {o}|do you know when the {l} of {o} is|on which date does the {l} of {o} fall|what date was set as the {l} of {o}|
    when does {s} have its {l}|for which day was the {l} of {o} fixed|tell me the day of the {l} of {o}|when will the {l} of {o} be|
    what day did they choose for the {l} of {o}|I need to know when {p} {l} is|{o} {l} when|when exactly is the {l} for {o}`,
  ],
  time: [
    `{l} at {o} is at {v}|come to {o} at {v} for {l}|every day {p} {l} is {v}|{s} has its {l} at {v}|the {l} of {o} comes round at {v}|
    the notice at {o} gives {v} as the {l}|from Monday on the {l} at {o} will be {v}|they moved the {l} at {o} to {v}|
    the clock says {v} when it is {l} at {o}|{v} was agreed as the {l} at {o}`,
    `at what time is {l} at {o}|what time is the {l} at {o}|when is it {l} at {o}|at what hour does {o} have {l}|do you know {p} {l}|
    tell me when the {l} at {o} is|when should I come to {o} for {l}|which time was agreed as the {l} at {o}|when does {l} start at {o}|
    what does the notice at {o} give as {l}|to what time did they move the {l} at {o}|{o} {l} what time`,
  ],
  role: [
    `{v} has been {l} of {o} for years|as {l} of {o} we have {v}|{s} employs {v} as {l}|the job of {l} at {o} went to {v}|
    ask {v}, who is {l} of {o}|{v} was appointed {l} of {o}|since spring {v} has been the {l} at {o}|{p} {l} is called {v}|
    they made {v} the {l} of {o}|the duties of {l} at {o} fall to {v}|if you need the {l} of {o}, call {v}`,
    `who was appointed {l} of {o}|whom did they make {l} of {o}|who has the job of {l} at {o}|what is {p} {l} called|
    which person is {l} at {o}|name the {l} at {o}|who acts as {l} of {o}|do you know who the {l} of {o} is|who is employed as {l} by {o}|
    to whom did the job of {l} at {o} go|I need the name of the {l} of {o}|whom do I call if I need the {l} of {o}`,
  ],
  measure: [
    `{v} was measured as the {l} of {o}|the sheet gives {v} for the {l} of {o}|tests of {o} showed a {l} of {v}|{p} {l} amounts to {v}|
    with {o} you get a {l} of {v}|as to the {l} of {o}, it is {v}|we recorded a {l} of {v} for {o}|{s} comes with a {l} of {v}|
    the {l} of {o} must be {v}|they put the {l} of {o} at {v}|the makers of {o} promise a {l} of {v}`,
    `what did they measure as the {l} of {o}|how much is the {l} of {o}|what {l} do the makers of {o} promise|what is {o} rated at for {l}|
    what figure is given for the {l} of {o}|tell me how much {p} {l} is|what {l} was recorded for {o}|what must the {l} of {o} be|
    with what {l} does {s} come|how big is the {l} of {o}|do you have the {l} of {o}|to what does the {l} of {o} amount`,
  ],
  code: [
    `the {l} for {o} is {v}|{v} is the {l} of {o}|on the label of {o} you find the {l} {v}|quote {v}, the {l} of {o}|
    {s} is filed under the {l} {v}|{p} {l}, {v}, is printed on the back|type {v} when asked for the {l} of {o}|
    for questions about {o} state the {l} {v}|they gave {o} {v} as {l}|we keep {o} under {v}, its {l}`,
    `what {l} belongs to {o}|under which {l} is {o} filed|what do I type as the {l} of {o}|which {l} is printed on {o}|
    tell me {p} {l}|do you have the {l} for {o}|what is the {l} that {o} was given|which {l} do I quote for {o}|
    I lost the {l} of {o}, what is it|what {l} should I state for {o}|{o} {l} please|what did they give {o} as {l}`,
  ],
  count: [
    `{o} counts {v} {l}|at {o} you will find {v} {l}|a count at {o} came to {v} {l}|{s} owns {v} {l}|in all {o} has {v} {l}|
    {v} {l} can be found at {o}|the list of {o} shows {v} {l}|together there are {v} {l} at {o}|{p} {l} number {v}|
    since the autumn {o} has had {v} {l}`,
    `how many {l} can be found at {o}|what number of {l} does {s} have|how many {l} did they count at {o}|
    tell me how many {l} {o} has|how many {l} does {o} own|how large is the number of {l} at {o}|count of {l} at {o}|
    do you know how many {l} there are at {o}|how many {l} are on the list of {o}|to how many does the number of {l} at {o} come`,
  ],
  span: [
    `{v} is the {l} of {o}|expect a {l} of {v} with {o}|the {l} for {o} takes {v}|{p} {l} is {v} long|
    they set the {l} of {o} at {v}|{o} needs a {l} of {v}|a {l} of {v} is usual for {o}|it takes {v} until the {l} of {o} is over|
    the {l} of {o} goes on for {v}|after {v} the {l} of {o} ends`,
    `how much time does the {l} of {o} take|how long is {p} {l}|what {l} is usual for {o}|how long must I allow for the {l} of {o}|
    after what time does the {l} of {o} end|how long a {l} does {s} need|what length does the {l} of {o} have|
    tell me how long the {l} of {o} is|for how long does the {l} of {o} run|which {l} was set for {o}|{o} {l} how long`,
  ],
};
