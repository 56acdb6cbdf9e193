/**
 * English, and the shape of every other catalogue: what is missing there does not compile. Instants (`at`, `until`), names
 * and other foreign pieces come in as texts; spans and numbers come in as numbers where they decide the form of a word.
 */
import type { Phase } from '../model.ts';
import type { RoughSpan } from '../units.ts';
import { type Direction, grammarOf } from './grammar.ts';

const { plural, ...grammar } = grammarOf<'one'>('en-GB');
const { count, amount, decimal } = grammar;
const days = (n: number): string => `${count(n)} ${plural(n, { one: 'day', other: 'days' })}`;
const services = (n: number): string => `${count(n)} ${plural(n, { one: 'service', other: 'services' })}`;
const incidents = (n: number): string => `${count(n)} ${plural(n, { one: 'incident', other: 'incidents' })}`;
const areOrIs = (n: number): string => plural(n, { one: 'is', other: 'are' });
const percent = (value: number, least: number, most = least): string => `${decimal(value, least, most)} %`;

const states = {
  operational: 'operational',
  degraded: 'degraded',
  partial_outage: 'partly down',
  major_outage: 'down',
  maintenance: 'in maintenance',
  unknown: 'unknown',
};

export const en = {
  direction: 'ltr' as Direction,
  /** Between sentences; between the parts of one. */
  between: ' ',
  comma: ', ',
  /** A foreign piece in a sentence, so that neither turns the other's direction. */
  isolate: (text: string): string => text,
  /** A sentence out of a clause, and of several. */
  sentence: (clause: string) => `${clause}.`,
  clauses: (all: readonly string[]) => all.join('; '),
  /** What stood alone, within a sentence: "no incident is open". */
  lowered: (text: string) => text.toLowerCase(),
  ...grammar,
  /** The last of a list that is cut. */
  more: (n: number) => `${count(n)} more`,
  percent,
  lessThan: (text: string) => `< ${text}`,
  span: ({ unit, count: n }: RoughSpan) =>
    unit === 'second' ? `${n} s` : unit === 'minute' ? `${n} min` : unit === 'hour' ? `${n} h` : days(n),

  /** "is …" of one service. */
  states,
  outsideHours: 'outside its hours',
  /** Stands before a word or a sentence; a word in front of which it must not stand begins with one of `saysSo`. */
  lastKnown: 'last known: ',
  lastKnownSentence: 'Last known: ',
  outcomes: { up: 'up', degraded: 'degraded', down: 'down', unknown: 'unknown' },
  notReadLately: 'not read lately',
  stateCount: (n: number, state: keyof typeof states) => `${count(n)} ${states[state]}`,
  outsideHoursCount: (n: number) => `${count(n)} outside its hours`,
  operationalOf: (well: number, known: number) => `${count(well)}/${count(known)} operational`,
  unknownCount: (n: number) => `${count(n)} unknown`,

  /** "Shop is down", `n` being how many the subject names. */
  is: (subject: string, n: number, state: keyof typeof states) => `${subject} ${areOrIs(n)} ${states[state]}`,
  isAgain: (subject: string, n: number) => `${subject} ${areOrIs(n)} operational again`,
  areAffected: (subject: string, n: number) => `${subject} ${areOrIs(n)} affected`,
  withEvidence: (clause: string, evidence: string) => `${clause}: ${evidence}`,

  headline: {
    firstRound: 'The first round has not run.',
    noObservations: 'No observations yet.',
    blind: 'Unknown: our prober cannot reach the network.',
    allElseBlind: 'All else is unknown: our prober cannot reach the network.',
    mayBeProber: 'It may also be our prober: too many services went silent at once.',
    manySilent: 'Too many services went silent in the same round, so the fault is probably ours.',
    noCanary: (n: number) =>
      n > 1
        ? `None of the ${n} canaries answered, so the fault is ours.`
        : 'The canary did not answer, so the fault is ours.',
    belowIsLastKnown: 'States below are the last known ones.',
    unknown: 'The state is unknown.',
    seenEssential: 'The essential services we can see are operational.',
    seenAll: 'Everything we can see is operational.',
    allEssential: 'All essential services are operational.',
    all: 'All systems are operational.',
    manyAffected: (state: 'degraded' | 'partial_outage' | 'major_outage', affected: number, of: number) =>
      `${{ degraded: 'Degraded service', partial_outage: 'Partial outage', major_outage: 'Major outage' }[state]}: ${affected} of ${count(of)} ${plural(of, { one: 'main service', other: 'main services' })} are affected.`,
    furtherFailures: (n: number) =>
      `And ${count(n)} ${plural(n, { one: 'further failure', other: 'further failures' })}.`,
    furtherIncidents: (n: number) =>
      `And ${count(n)} ${plural(n, { one: 'further incident', other: 'further incidents' })}.`,
    declared: (at: string, title: string) => `Declared by the maintainers, since ${at}: ${title}`,
    contained: (names: string, feltBy?: string) =>
      `Contained: ${names}${feltBy === undefined ? '' : `, felt only by ${feltBy}`}.`,
    notKnown: (names: string) => `Not known: ${names}.`,
    blindAt: (names: string) => `Monitoring is blind at ${names}.`,
    affected: (names: string) => `Affected: ${names}.`,
    inMaintenance: (names: string) => `In maintenance: ${names}.`,
    outsideHours: (n: number, until: string, names: string) =>
      `Outside ${n === 1 ? 'its' : 'their'} hours until ${until}: ${names}.`,
    /** How the sentence on a cause begins. */
    cause: (kind: 'first' | 'unclear' | 'also', name: string) =>
      `${{ first: 'Probable cause', unclear: 'Cause unclear, perhaps', also: 'Also' }[kind]}: ${name}`,
    suspect: (opening: string, users: string, n: number) =>
      `${opening}, which is not probed; ${users} ${n === 1 ? 'needs it and fails' : 'need it and fail'}.`,
    /** Without an opening the headline has named the only service; no state means not confirmed yet. */
    trouble: (
      opening: string | undefined,
      state: keyof typeof states | undefined,
      at: string,
      span: string,
      trouble: string | undefined,
      evidence: string,
    ) => {
      const begin = opening === undefined ? 'Since' : `${opening}, ${state ? states[state] : 'failing'} since`;
      const longer = trouble === undefined ? '' : `, in trouble for ${trouble}`;
      return `${begin} ${at} (${span})${longer}${evidence === '' ? '' : `: ${evidence}`}.`;
    },
    seenFrom: (names: string, failing: number, of: number) => `seen from ${names} (${failing} of ${of} locations)`,
    reach: (affected: number, neededBy: number) =>
      neededBy === 1
        ? `The one service that needs it is ${affected === 1 ? 'affected' : 'not affected'}.`
        : `${affected} of the ${neededBy} services that need it ${areOrIs(affected)} affected.`,
  },

  /** What a reading says, as half a sentence. */
  evidence: {
    failing: (now: string, usual: string) => `${now} of requests fail against ${usual} usual`,
    slow: (latency: string, usual?: string) =>
      `slow, ${latency}${usual === undefined ? '' : ` against ${usual} usual`}`,
    unexpectedStatus: 'an unexpected status',
    status: (code: string) => `status ${code}`,
    timeout: (phase?: string) => `no answer in time${phase === undefined ? '' : ` (${phase})`}`,
    answered: (latency: string) => `answered in ${latency}`,
    afterAttempts: (n: number) => `after ${count(n)} ${plural(n, { one: 'attempt', other: 'attempts' })}`,
  },
  phases: {
    dns: 'looking up its name',
    connect: 'connecting',
    proxy: 'asking the proxy',
    tls: 'agreeing on encryption',
    ttfb: 'waiting for the first byte',
    body: 'reading the answer',
    talk: 'in conversation',
  } satisfies Record<Phase, string>,
  reasons: {
    refused: 'connection refused',
    unreachable: 'no route to it',
    reset: 'connection reset',
    closed: 'closed without an answer',
    'dns-not-found': 'its name does not exist',
    'dns-no-address': 'its name has no address',
    'dns-server': 'the name server failed',
    'tls-expired': 'its certificate has expired',
    'tls-not-yet-valid': 'its certificate is not valid yet',
    'tls-untrusted': 'its certificate is not trusted',
    'tls-name': 'its certificate is for another name',
    'tls-version': 'it speaks no TLS version of ours',
    'tls-weak': 'its encryption is too weak',
    'tls-client-cert': 'it wants a client certificate',
    'tls-not-tls': 'it does not speak TLS',
    protocol: 'it does not speak its protocol',
    'headers-too-large': 'its headers are too large',
    'body-too-large': 'its answer is too large',
    truncated: 'its answer was cut short',
    encoding: 'its answer is badly encoded',
    redirect: 'it redirects wrongly',
    header: 'an unexpected header',
    content: 'unexpected content',
    blocked: 'the prober was turned away',
    expiring: 'its certificate ends soon',
    stale: 'its data is stale',
    value: 'a value out of bounds',
    'no-data': 'no data',
    proxy: 'not known: the proxy failed',
    'unsupported-here': 'not known: this prober cannot test it',
    'prober-fault': 'not known: the prober failed',
    source: 'not known: the system asked about it failed',
    bug: 'not known: Vedette failed',
  },

  /** Incidents, and what is said of them by itself. */
  incident: {
    untitled: 'Incident',
    statuses: {
      investigating: 'Investigating',
      identified: 'Identified',
      monitoring: 'Monitoring',
      resolved: 'Resolved',
      postmortem: 'Postmortem',
      scheduled: 'Scheduled',
      in_progress: 'In progress',
      completed: 'Completed',
      cancelled: 'Cancelled',
    },
    impacts: {
      none: 'no impact on main services',
      minor: 'minor impact',
      major: 'major impact',
      critical: 'critical impact',
    },
    probablyFailing: (name: string) => `${name} is probably failing`,
    suspect: (name: string) => `Probable cause: ${name}, which is not probed`,
    failsAgain: 'It fails again',
    nameFailsAgain: (name: string) => `${name} fails again`,
    causeIs: (name: string) => `Probable cause is ${name}`,
    causeIsNow: (name: string) => `Probable cause is now ${name}`,
    notProbed: (clause: string) => `${clause}, which is not probed`,
    impactIsNow: (impact: 'none' | 'minor' | 'major' | 'critical') => `The impact is now ${impact}`,
    impactIsOnly: (impact: 'none' | 'minor' | 'major' | 'critical') => `The impact is only ${impact} now`,
    monitoring: 'It works again. We watch whether it lasts.',
    suppressed: 'Announced maintenance has begun. Failures in it are not counted.',
    stillFails: 'The maintenance is over, and it still fails',
    recovered: (at: string, span: string) => `Recovered at ${at} after ${span}.`,
    endedWithMaintenance: (at: string, span: string) =>
      `It is over with the announced maintenance that began at ${at} after ${span}.`,
    merged: (into?: string) =>
      `It has the same cause as another incident${into === undefined ? '' : ` (${into})`}, and goes on there.`,
    removed: 'The service is watched no longer.',
    /** In a list. */
    line: (at: string, span: string, isOpen: boolean, beganBefore: boolean) =>
      `${beganBefore ? 'began before, ' : ''}${at}, ${isOpen ? `for ${span} so far` : `lasted ${span}`}`,
    services,
    sinceFor: (at: string, span: string) => `since ${at} (${span})`,
    /** On its page. */
    lasted: (at: string, to: string | undefined, span: string, isOpen: boolean) =>
      `${isOpen ? 'Since' : 'From'} ${at}${to === undefined ? `, for ${span} so far` : ` to ${to}, for ${span}`}`,
    lastedShort: (span: string, isOpen: boolean) => `${isOpen ? 'Lasting' : 'Lasted'} ${span}.`,
    opened: (at: string, asOf?: string) => `opened ${at}${asOf === undefined ? '' : `, as of ${asOf}`}`,
    probableCause: 'Probable cause',
    needs: 'needs',
    namedBefore: (names: string) => `Named before: ${names}.`,
    updates: 'Updates',
    by: (author: string) => `, by ${author}`,
    affectedServices: 'Affected services',
    atWorstSince: (at: string) => `at worst, since ${at}`,
    andMore: (n: number) => `And ${count(n)} more.`,
    neighbours: 'Incidents before and after',
    open: (n: number) => (n === 1 ? 'Open incident' : `Open incidents (${count(n)})`),
    allOpen: (n: number) => `All ${count(n)} open incidents`,
    all: 'All incidents',
    past: 'Past incidents',
    noneSince: (at: string) => `None since the first observation, ${at}.`,
    noneEnded: (n: number) => `None ended in the last ${days(n)}.`,
    moreLately: (n: number, of: number) => `, ${count(n)} more of the last ${days(of)} among them`,
    ofLast: (n: number) => `Incidents of the last ${days(n)}`,
    noneKnown: 'None is known.',
    moreWithService: (n: number) => `, ${count(n)} more with this service`,
  },

  /** Months and the list of them. */
  archive: {
    incidents,
    noIncidents: (isOver: boolean) => `No incidents${isOver ? '' : ' so far'}`,
    noIncidentsSeen: 'No incidents on the days that were observed',
    noData: 'No data',
    observedOn: (observed: number, of: number, isOver: boolean) =>
      `Observed on ${count(observed)} of ${days(of)}${isOver ? '' : ' so far'}.`,
    someObserved: 'There are observations of this month.',
    nothingObserved: 'Nothing was observed in this month.',
    titleOf: (name: string) => `Incidents of ${name}`,
    moreInHistory: (n: number) => `${count(n)} more are in the history, and not listed here.`,
    neighbours: 'Months before and after',
    noneOpen: 'No incident is open',
    open: (n: number) => `${incidents(n)} open`,
    asLastKnown: ', as last known',
    description: (summary: string) => `${summary}. The incidents of the last 12 months.`,
    openNow: 'Open now',
    moreOf: (n: number, name: string) => `${count(n)} more of ${name}`,
    earlier: 'Earlier',
    before: 'Before',
    after: 'After',
  },

  maintenance: {
    isAnnounced: (title: string) => `${title} is announced.`,
    begun: 'The maintenance has begun.',
    over: 'The maintenance is over.',
    cancelled: 'The maintenance is cancelled.',
    moved: (start: string | undefined, end: string | undefined) =>
      `It now ${[...(start === undefined ? [] : [`begins at ${start}`]), ...(end === undefined ? [] : [`ends at ${end}`])].join(' and ')}.`,
    summary: (current: number, upcoming: number) =>
      current > 0 ? `${count(current)} in progress` : upcoming > 0 ? 'none in progress' : 'none announced',
    description: (summary: string) => `Announced maintenance: ${summary}.`,
    lead: 'Announced work. Failures of the services concerned are expected meanwhile, and not counted.',
    subscribe: 'Subscribe in a calendar (iCal)',
    none: 'None is announced.',
    current: 'In progress',
    upcoming: 'Upcoming',
    past: 'Past',
    moreOver: (n: number) => `${count(n)} more are over, and not listed here.`,
    repeats: 'repeats',
    fromTo: (at: string, to: string) => `${at} to ${to}`,
    services: 'Services: ',
    andMore: (n: number) => ` and ${count(n)} more`,
    nextTimes: 'Next times',
    timesBefore: 'Times before',
    moreTimes: (n: number, within: number) => `and ${count(n)} more within ${days(within)}`,
    furtherTimes: (n: number, within: number) =>
      `, and ${count(n)} more ${plural(n, { one: 'time', other: 'times' })} within ${days(within)}`,
    all: 'All maintenance',
    calendar: (title: string) => `${title}: maintenance`,
  },

  /** A row, and the strip and numbers in it. */
  service: {
    declared: 'declared by the maintainers',
    via: (name: string) => `via ${name}`,
    atRisk: (name: string) => `at risk through ${name}`,
    until: (at: string) => `until ${at}`,
    flapping: 'flapping',
    notProbed: 'not probed',
    probableCause: 'probable cause',
    since: (at: string) => `since ${at}`,
    /** What it shows follows behind a colon. */
    sinceThen: (at: string) => `since ${at}`,
    noDataYet: 'no data yet',
    noData: 'no data',
    wholeDays: days,
    coverage: (span: string, observed: string) => `${span}, ${observed} observed`,
    lastDays: (n: number, parts: string) => `Last ${days(n)}: ${parts}`,
    dayKinds: {
      down: (n: number) => `${days(n)} with an outage`,
      degraded: (n: number) => `${days(n)} degraded`,
      maintenance: (n: number) => `${days(n)} in maintenance`,
      'off-hours': (n: number) => `${days(n)} outside its hours`,
      operational: (n: number) => `${days(n)} without trouble`,
      'no-data': (n: number) => `${days(n)} without data`,
    },
    downFor: (span: string) => `down for ${span}`,
    degradedFor: (span: string) => `degraded for ${span}`,
    up: (share: string) => `${share} up`,
    ofDayObserved: (share: string) => `${share} of the day observed`,
    promise: (share: string, span: string) => `Promised: ${share} over ${span}`,
    promiseUnseen: (promise: string) => `${promise}. Nothing was observed in that time.`,
    promiseKept: (promise: string, isKept: boolean, up: string, observed: string) =>
      `${promise}, ${isKept ? 'kept' : 'not kept'}: ${up} up, ${observed} of the time observed.`,
    /** Of the room for failures; `left` is undefined when there is none. */
    room: (spent: string, allowed: string, left: string | undefined, pace: string | undefined) =>
      `${spent} of ${allowed} for failures used, ${left === undefined ? 'none left' : `${left} left`}${pace === undefined ? '' : `; in the last 6 h at ${pace} times the pace that lasts`}.`,
    latency: (answers: number, span: string, p50: string, p95: string, p99: string) =>
      `Of ${amount(answers)} answers in ${span} half came within about ${p50}, ${percent(95, 0)} within ${p95}, ${percent(99, 0)} within ${p99}.`,
    mustWork: (need: number, of: number) => `${need} of ${of} must work`,
    strengths: { hard: '', soft: 'soft', insight: 'for insight only' },
  },

  /** The page of a service. */
  servicePage: {
    description: (title: string) => `${title}. Its probes, and what it depends on.`,
    isCause: 'It is probably the cause of what is affected now.',
    causes: (names: string) => `Probable cause: ${names}.`,
    notProbedItself: 'It is not probed itself; its state comes from what it depends on.',
    byOwnProbes: (word: string) => `By its own probes: ${word}.`,
    nothingKnown: 'It is not probed, so nothing is known of it.',
    expected: (hours: string, next?: string) =>
      `Expected to work ${hours}${next === undefined ? '' : `, next from ${next}`}.`,
    flapping: 'It changes its mind often: the state is flapping.',
    probes: 'Probes',
    degradesAtMost: 'degrades at most',
    noReading: 'There is no reading yet.',
    read: (evidence: string, at: string) => `${evidence}, read ${at}`,
    lastDays: (n: number) => `Last ${days(n)}`,
    upOf: (up: string, coverage: string) => `${up} up (${coverage}). `,
    onlyHours: 'Only its expected hours count.',
    daysWithTrouble: 'Days with trouble',
    deployed: (version: string) => `Deployed when it was last read: ${version}.`,
    measuredByDay: 'Measured by day',
    latencyByDay: 'Latency by day',
    latencyOfOthers: (n: number) => (n === 1 ? 'Latency of its other probe' : `Latency of its ${n} other probes`),
    dependsOn: 'Depends on',
    dependsOnNothing: 'Nothing that is listed here.',
    neededBy: 'Needed by',
    neededByNobody: 'No other service.',
    neighbourhood: 'Its neighbourhood',
    neighbourhoodOf: (name: string) => `What ${name} needs and what needs it`,
    whenItFails: 'When it fails',
    lookedAfterBy: (owner: string) => `Looked after by ${owner}.`,
    follow: 'Follow it',
    badge: 'Badge',
  },

  /** Diagrams and their lists. */
  map: {
    description: (title: string) => `All services of ${title} and what they need.`,
    lead: (link: string) => `This is who needs whom; the same stands below ${link}.`,
    asList: 'as a list',
    label: 'All services and what they need',
    wider: 'Wider than the screen: it scrolls sideways.',
    asDiagram: (label: string, summary: string) => `${label}, as a diagram: ${summary}`,
    direction: (hasCircle: boolean) =>
      `From left to right: who needs whom${hasCircle ? '; an arrow to the left closes a circle' : ''}.`,
    tooMuch: 'There is too much of it to draw; the list says all of it.',
    notShown: (n: number) => `${count(n)} more ${areOrIs(n)} not shown here.`,
    sameAsList: (summary: string) => `The same as a list: ${summary}`,
    summary: (n: number, dependencies: number) =>
      `${services(n)}, ${count(dependencies)} ${plural(dependencies, { one: 'dependency', other: 'dependencies' })}`,
    legend: {
      hard: 'cannot work without it',
      soft: 'works without it, but not as well',
      insight: 'is only watched through it',
      chain: 'trouble probably comes this way',
      unprobed: 'not probed',
    },
    strengths: { hard: 'hard', soft: 'soft', insight: 'insight' },
    /** "Shop needs Database"; from a group: which of how many it is. */
    edge: (from: string, to: string, strength: 'hard' | 'soft' | 'insight') =>
      `${from} ${{ hard: 'needs', soft: 'uses', insight: 'is watched through' }[strength]} ${to}`,
    member: (name: string, of: number) => `${name} is one of ${of}`,
    troubleComesThisWay: 'trouble comes this way',
    /** Before the name of what is needed; before that of the member of a group. */
    verbs: { hard: 'needs', soft: 'uses softly', insight: 'is watched through' },
    groupVerbs: { hard: '', soft: 'softly:', insight: 'to be watched:' },
    see: { above: 'see above', below: 'see below' },
    group: (need: number, of: number) => `${need} of ${of}`,
    groupWord: (need: number, of: number, alive: number, isAllSeen: boolean) =>
      `${need} of ${of} must work, ${alive} ${isAllSeen ? 'do' : 'seen to'}`,
  },

  chart: {
    noAnswer: (n: number) => `There was no answer in the last ${days(n)}.`,
    tooFew: (least: number, n: number, known: number) =>
      `A chart needs answers on ${days(least)}; of the last ${count(n)}, ${count(known)} ${plural(known, { one: 'has', other: 'have' })} any.`,
    keys: {
      p50: (_days: number) => 'p50: half took no longer',
      p99: (_days: number) => `p99: ${percent(99, 0)} took no longer`,
      before: (n: number) => `p50 of the ${days(n)} before`,
    },
    maintenance: 'maintenance',
    logarithmic: 'The scale is logarithmic.',
    accuracy: `All within ${percent(5, 0)} of what was measured.`,
    asTable: 'The same as a table',
    columns: {
      day: 'Day (UTC)',
      p50: 'p50, ms',
      p99: 'p99, ms',
      answers: 'Answers',
      before: (n: number) => `p50 ${days(n)} before, ms`,
    },
    about: (latency: string) => `about ${latency}`,
    range: (least: string, most: string) => `between ${least} and ${most}`,
    label: (
      range: string,
      p99: string | undefined,
      known: number,
      of: number,
      highestOn: string | undefined,
      before: string | undefined,
    ) => {
      const slowest = p99 === undefined ? '' : `, p99 up to ${p99}`;
      const when = known < of ? `on ${count(known)} of the last ${days(of)}` : `in the last ${days(of)}`;
      const highest = highestOn === undefined ? '' : `; highest on ${highestOn}`;
      const earlier = before === undefined ? '' : `. In the ${days(of)} before: p50 ${before}`;
      return `p50 ${range}${slowest} ${when}${highest}${earlier}.`;
    },
    p99Needs: (answers: number, without: number, isAll: boolean) =>
      `p99 needs ${count(answers)} answers a day${isAll ? ', and no day had so many.' : `; ${days(without)} had fewer.`}`,
    released: 'released',
    releasedBefore: (n: number) => `${count(n)} before`,
    releasedOn: (version: string, date: string) => `${version} on ${date}`,
    releases: (list: string) => `Released: ${list}.`,
    /** Of numbers that a probe reads. */
    values: {
      tooFew: (least: number, known: number) =>
        `A chart needs readings on ${days(least)}; there ${areOrIs(known)} ${count(known)}.`,
      newest: (date: string, range: string) => `On ${date} it was ${range}.`,
      keys: { p50: 'p50: half were no larger', range: 'from the least to the greatest' },
      columns: {
        min: 'Min',
        p50: 'p50',
        max: 'Max',
        readings: 'Readings',
        before: (n: number) => `p50 ${days(n)} before`,
      },
      label: (range: string, known: number, of: number, greatestOn: string | undefined, before: string | undefined) => {
        const when = known < of ? `on ${count(known)} of the last ${days(of)}` : `in the last ${days(of)}`;
        const greatest = greatestOn === undefined ? '' : `; greatest on ${greatestOn}`;
        const earlier = before === undefined ? '' : ` In the ${days(of)} before: p50 ${before}.`;
        return `${range} ${when}${greatest}.${earlier}`;
      },
    },
  },

  /** Freshness. */
  age: {
    old: (span: string) => `The last observations are ${span} old.`,
    oldByClock: (span: string) => `The last observations are ${span} old by your clock.`,
    lastKnownAgo: (name: string, span: string) => `${name}: last known ${span} ago`,
    newer: 'There are newer observations.',
    reload: 'Reload',
    every: (span: string) => `checked about every ${span}`,
    fresh: (at: string, every: string, until: string) => `as of ${at}, ${every}, valid until ${until}`,
    asOf: (at: string) => `as of ${at}`,
    asOfUntil: (at: string, until: string) => `as of ${at}, valid until ${until}`,
    notYet: 'not yet observed',
    noneYet: 'no observations yet',
  },

  /** What stands on several pages, and home. */
  page: {
    nav: { status: 'Status', incidents: 'Incidents', maintenance: 'Maintenance', map: 'Map' },
    pages: 'Pages',
    youAreHere: 'You are here',
    skip: 'Skip to the content',
    demo: 'demo',
    json: 'Status as JSON',
    feed: 'Feed',
    calendar: 'Calendar',
    times: 'All times are UTC. Uptime counts what was observed; a percentage is never rounded up.',
    madeWith: 'Made with Vedette.',
    demoNote: 'This page shows the demo constellation: real servers, broken on purpose.',
    allServices: 'All services',
    mapOfAll: 'Map of all services',
    statusOf: (title: string) => `Status of ${title}`,
    attention: 'Needs attention',
    affected: 'What is affected',
    services: 'Services',
    servicesLastKnown: 'Services (last known)',
    otherServices: 'Other services',
    legend: (n: number) =>
      `Each bar is one of the last ${days(n)}: tallest for an outage, middling for a good day, shorter for a degraded one, a line on the ground where there is no data. Beside it, how much of the observed time the service was up.`,
    onlyTroubled: 'Only what is not operational',
    filter: 'Filter by name, group or state',
    filtered: (shown: string, of: number) => `${shown} of ${services(of)}`,
    nothingObserved: 'Nothing was observed yet.',
    notFound: 'Page not found',
    notFoundHere: 'There is no page at this address',
    notFoundWhy:
      'That says nothing of the services. A service may have been renamed, and of many incidents only the newest keep a page.',
  },

  feeds: {
    history: (format: string) => `Incidents (${format})`,
    updates: (format: string) => `Every update (${format})`,
    title: (subject: string) => `${subject}: incidents`,
    updatesTitle: (subject: string) => `${subject}: updates of incidents`,
    description: 'One entry for each incident, which changes with every update.',
    updatesDescription: 'One entry for each update of an incident, for those who post what is new.',
    earlier: 'Earlier updates are on the page of the incident.',
  },

  /** For programs that read prose. */
  llms: {
    description: (title: string) => `Status of ${title}: what works, what does not, and the probable cause.`,
    note: (states: string) =>
      `A state is one of ${states}. Nothing here is newer than its "as of"; past "valid until" it is only last known. All times are UTC.`,
    markdown: 'The page as Markdown',
    markdownHas: 'headline, services, maintenance, incidents',
    json: 'the same for programs',
    schema: (link: string) => `described by ${link}`,
    itsSchema: 'its schema',
    metrics: 'states, uptime and latencies as OpenMetrics text',
    calendar: 'announced maintenance as a calendar',
  },
};

export type Words = typeof en;
