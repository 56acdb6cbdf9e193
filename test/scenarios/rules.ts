/**
 * The rules of rollup.md that the stories are about, each with a sentence, by its sections. What `vedette explain` says
 * in units of latency and failures is not told as stories: see `test/verbs/explain.test.ts`.
 */
/** Section 1 and 4, edges and who counts. */
const OF_THE_GRAPH = {
  hard: 'Who is not probed is as bad as what it cannot do without, and a hard dependency explains an outage.',
  soft: 'A soft dependency degrades its user, and explains no more than that.',
  insight:
    'Without it we are blind, not broken: it carries no state, no blame, closes no circle and makes nobody less critical.',
  group: 'Of a group so many must be there; a lost spare explains no more than slowness, a lost group an outage.',
  cycle: 'Services that need each other are one thing: as bad as the worst of them, and named by it.',
  critical: 'The overall state is about those that nobody needs, unless services.yml says who counts.',
};

/** Section 2, own state. */
const OF_READINGS = {
  'several-probes':
    'All essential probes down is an outage, some of them a partial one, any other trouble a degradation.',
  'not-essential': 'A probe that is not essential degrades at most.',
  latency:
    'A probe is slow when the mean of two readings stands out of its own past, and by enough to matter; behind what fails two thirds of that are enough.',
  'share-of-failures': 'More failures than usual degrade a service, half of all requests more take it down.',
  'limit-by-hand': '`degradedAbove` counts always, whatever is usual.',
  'unusual-above': '`unusualAbove` says how far out of the usual is too far.',
  'not-learnt': 'What is read in incidents, just after them, and in maintenance is not taken for usual.',
};

/** Section 2, what is confirmed, kept and known. */
const OF_BELIEF = {
  'two-of-three':
    'Two of the last three readings confirm a failure: on end, or alike around a success or a discarded round.',
  'k-of-n': '`confirm` says otherwise.',
  'by-user': 'Who fails while a hard dependency or user of it is known to fail is believed at once.',
  'by-neighbours': 'So is who fails in one round with two of its neighbours; being slow is no witness.',
  'slow-cadence': 'With more than ten minutes between rounds a reading that failed in every attempt is believed.',
  'first-up-clears': 'The first good reading clears it.',
  'last-state-kept': 'Without a reading the last state holds for three rounds, then nothing is known.',
  'never-up-unseen': 'Nobody is called up who was not seen up.',
  flapping: 'Who changes too often flaps: it is shown as such, and is one incident until it is calm.',
};

/** Section 2, maintenance and expected hours. */
const OF_EXEMPTION = {
  maintenance: 'Who is in announced maintenance counts as up and is no suspect.',
  'maintenance-repeats': 'Maintenance comes again by the clock of its place.',
  'expected-hours': 'Outside of its hours nobody fails.',
};

/** Section 3. */
const OF_THE_PROBER = {
  'silent-share':
    'When 40 % of those that nobody explains newly fall silent, and at least two, the fault is ours; an answer is none.',
  'three-silent-rounds': 'In the fourth round on end it is believed, with a caveat.',
  canaries: 'Where there are canaries, they decide alone.',
  locations:
    'As many as the quorum make an outage, fewer a partial one; who has no network, or has fallen silent, has no say.',
};

/** Section 4. */
const OF_THE_WHOLE = {
  'own-word': 'Who is probed is what its probes say, and at risk through what it needs.',
  contained: 'What fails and is felt by nobody who counts changes no headline; what it takes along is an effect.',
  'half-of-weight': 'Half of the weight of those that count makes an outage a major one.',
  'unknown-overall': 'Who is not known worsens nothing and is named; when nobody is known, neither is the whole.',
};

/** Section 5. */
const OF_BLAME = {
  blame: 'Blame runs from what users see down to what fails below; a service keeps what that does not explain.',
  'single-reading': 'What rests on one reading weighs half, and is late as soon as it is later.',
  'onset-slack': 'What began more than two rounds after its user explains a tenth.',
  transparent: 'Who is not probed is as bad as what fails below it, and keeps no blame.',
  suspect: 'Who is not probed is suspected when those fail who need it, and nobody works who cannot do without it.',
  declared: 'What a person declares is bad by definition, counts, and keeps no blame when something below it fails.',
  'cause-unclear': 'With less than 40 % the first cause is called unclear.',
  'top-three': 'At most three are named, with a tenth or more each.',
};

/** Section 2, and docs/decisions.md: the way of an incident. */
const OF_INCIDENTS = {
  'one-incident-a-cause': 'Every root cause has an incident of its own, and one trouble has one.',
  escalated: 'Worse is told at once.',
  deescalated: 'Better is told when it has lasted.',
  'cause-changed': 'When the blame moves, the incident goes on with another cause.',
  reopened: 'Who fails again too soon had not recovered: the same incident is opened again.',
  resolved: 'Two good rounds end an incident, and it ended with the first.',
  suppressed: 'In maintenance an incident rests; it goes on or ends afterwards.',
};

export const RULES = {
  ...OF_THE_GRAPH,
  ...OF_READINGS,
  ...OF_BELIEF,
  ...OF_EXEMPTION,
  ...OF_THE_PROBER,
  ...OF_THE_WHOLE,
  ...OF_BLAME,
  ...OF_INCIDENTS,
};

export type Rule = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as Rule[];
