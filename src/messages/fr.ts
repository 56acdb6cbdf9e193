/** Français. */
import type { Words } from './en.ts';
import { grammarOf, uncapitalized } from './grammar.ts';

const { plural, ...grammar } = grammarOf<'one' | 'many'>('fr');
const { count, amount, decimal } = grammar;
/** Deux formes ; celle des millions ne se rencontre pas ici. */
const two = (n: number, one: string, other: string): string => plural(n, { one, many: other, other });
const days = (n: number): string => `${count(n)} ${two(n, 'jour', 'jours')}`;
const services = (n: number): string => `${count(n)} ${two(n, 'service', 'services')}`;
const incidents = (n: number): string => `${count(n)} ${two(n, 'incident', 'incidents')}`;
const isOrAre = (n: number): string => two(n, 'est', 'sont');
const percent = (value: number, least: number, most = least): string => `${decimal(value, least, most)}\u202f%`;

/** Ce qui suit « est » ou « sont », sans accord. */
const states: Words['states'] = {
  operational: 'en service',
  degraded: 'en mode dégradé',
  partial_outage: 'en panne partielle',
  major_outage: 'en panne',
  maintenance: 'en maintenance',
  unknown: 'état inconnu',
};
const impacts = { none: 'nul', minor: 'mineur', major: 'majeur', critical: 'critique' };

export const fr: Words = {
  direction: 'ltr',
  between: ' ',
  comma: ', ',
  isolate: (text) => text,
  sentence: (clause) => `${clause}.`,
  clauses: (all) => all.join('\u202f; '),
  lowered: uncapitalized,
  ...grammar,
  more: (n) => `${count(n)} ${two(n, 'autre', 'autres')}`,
  percent,
  lessThan: (text) => `<\u00a0${text}`,
  span: ({ unit, count: n }) =>
    unit === 'second' ? `${n} s` : unit === 'minute' ? `${n} min` : unit === 'hour' ? `${n} h` : days(n),

  states,
  outsideHours: 'hors horaires',
  lastKnown: 'dernier état connu\u00a0: ',
  lastKnownSentence: 'Dernier état connu\u00a0: ',
  outcomes: { up: 'répond', degraded: 'dégradé', down: 'en panne', unknown: 'inconnu' },
  notReadLately: 'pas vérifié récemment',
  stateCount: (n, state) => `${count(n)} ${states[state]}`,
  outsideHoursCount: (n) => `${count(n)} hors horaires`,
  operationalOf: (well, known) => `${count(well)}/${count(known)} en service`,
  unknownCount: (n) => `${count(n)} à l’état inconnu`,

  is: (subject, n, state) =>
    state === 'unknown' ? `L’état de ${subject} est inconnu` : `${subject} ${isOrAre(n)} ${states[state]}`,
  isAgain: (subject, n) => `${subject} ${isOrAre(n)} de nouveau en service`,
  areAffected: (subject, n) => (n === 1 ? `${subject} est touché` : `${subject} sont touchés`),
  withEvidence: (clause, evidence) => `${clause}\u00a0: ${evidence}`,

  headline: {
    firstRound: 'La première vérification n’a pas encore eu lieu.',
    noObservations: 'Aucune observation pour l’instant.',
    blind: 'Inconnu\u00a0: notre sonde n’atteint pas le réseau.',
    allElseBlind: 'Tout le reste est inconnu\u00a0: notre sonde n’atteint pas le réseau.',
    mayBeProber: 'Cela peut aussi venir de notre sonde\u00a0: trop de services se sont tus en même temps.',
    manySilent:
      'Trop de services se sont tus lors de la même vérification, la défaillance vient donc probablement de notre sonde.',
    noCanary: (n) =>
      n > 1
        ? `Aucun des ${n} témoins n’a répondu, la défaillance vient donc de notre sonde.`
        : 'Le témoin n’a pas répondu, la défaillance vient donc de notre sonde.',
    belowIsLastKnown: 'Les états ci-dessous sont les derniers connus.',
    unknown: 'L’état est inconnu.',
    seenEssential: 'Les services essentiels que nous pouvons voir sont en service.',
    seenAll: 'Tout ce que nous pouvons voir est en service.',
    allEssential: 'Tous les services essentiels sont en service.',
    all: 'Tous les systèmes sont en service.',
    manyAffected: (state, affected, of) =>
      `${{ degraded: 'Service dégradé', partial_outage: 'Panne partielle', major_outage: 'Panne majeure' }[state]}\u00a0: ${affected} des ${count(of)} services principaux sont touchés.`,
    furtherFailures: (n) => `Et ${count(n)} ${two(n, 'autre défaillance', 'autres défaillances')}.`,
    furtherIncidents: (n) => `Et ${count(n)} ${two(n, 'autre incident', 'autres incidents')}.`,
    declared: (at, title) => `Déclaré par les responsables, depuis ${at}\u00a0: ${title}`,
    contained: (names, feltBy) =>
      `Limité\u00a0: ${names}${feltBy === undefined ? '' : `, ressenti seulement par ${feltBy}`}.`,
    notKnown: (names) => `État inconnu\u00a0: ${names}.`,
    blindAt: (names) => `La surveillance ne voit plus\u00a0: ${names}.`,
    affected: (names) => `Services touchés\u00a0: ${names}.`,
    inMaintenance: (names) => `En maintenance\u00a0: ${names}.`,
    outsideHours: (_, until, names) => `Hors horaires jusqu’à ${until}\u00a0: ${names}.`,
    cause: (kind, name) =>
      `${{ first: 'Cause probable', unclear: 'Cause incertaine, peut-être', also: 'Aussi' }[kind]}\u00a0: ${name}`,
    suspect: (opening, users, n) =>
      `${opening}, qui n’est pas vérifié\u202f; ${users} ${n === 1 ? 'en dépend et est défaillant' : 'en dépendent et sont défaillants'}.`,
    trouble: (opening, state, at, span, trouble, evidence) => {
      const begin = opening === undefined ? 'Depuis' : `${opening}, ${state ? states[state] : 'défaillant'} depuis`;
      const longer = trouble === undefined ? '' : `, en difficulté depuis ${trouble}`;
      return `${begin} ${at} (${span})${longer}${evidence === '' ? '' : `\u00a0: ${evidence}`}.`;
    },
    seenFrom: (names, failing, of) => `vu depuis ${names} (${failing} lieux sur ${of})`,
    reach: (affected, neededBy) =>
      neededBy === 1
        ? `Le seul service qui en dépend ${affected === 1 ? 'est touché' : 'n’est pas touché'}.`
        : `${affected} des ${neededBy} services qui en dépendent ${two(affected, 'est touché', 'sont touchés')}.`,
  },

  evidence: {
    failing: (now, usual) => `${now} des requêtes échouent, contre ${usual} d’habitude`,
    slow: (latency, usual) => `lent, ${latency}${usual === undefined ? '' : ` contre ${usual} d’habitude`}`,
    unexpectedStatus: 'un statut inattendu',
    status: (code) => `statut ${code}`,
    timeout: (phase) => `pas de réponse à temps${phase === undefined ? '' : ` (${phase})`}`,
    answered: (latency) => `réponse en ${latency}`,
    afterAttempts: (n) => `après ${count(n)} ${two(n, 'tentative', 'tentatives')}`,
  },
  phases: {
    dns: 'recherche du nom',
    connect: 'connexion',
    proxy: 'demande au proxy',
    tls: 'négociation du chiffrement',
    ttfb: 'attente du premier octet',
    body: 'lecture de la réponse',
    talk: 'pendant l’échange',
  },
  reasons: {
    refused: 'connexion refusée',
    unreachable: 'aucune route vers lui',
    reset: 'connexion interrompue',
    closed: 'fermé sans réponse',
    'dns-not-found': 'son nom n’existe pas',
    'dns-no-address': 'son nom n’a pas d’adresse',
    'dns-server': 'le serveur de noms a échoué',
    'tls-expired': 'son certificat a expiré',
    'tls-not-yet-valid': 'son certificat n’est pas encore valable',
    'tls-untrusted': 'son certificat n’est pas reconnu',
    'tls-name': 'son certificat est pour un autre nom',
    'tls-version': 'aucune version de TLS en commun',
    'tls-weak': 'son chiffrement est trop faible',
    'tls-client-cert': 'il demande un certificat client',
    'tls-not-tls': 'il ne parle pas TLS',
    protocol: 'il ne respecte pas son protocole',
    'headers-too-large': 'ses en-têtes sont trop longs',
    'body-too-large': 'sa réponse est trop longue',
    truncated: 'sa réponse est tronquée',
    encoding: 'sa réponse est mal encodée',
    redirect: 'il redirige mal',
    header: 'un en-tête inattendu',
    content: 'un contenu inattendu',
    blocked: 'la sonde a été refoulée',
    expiring: 'son certificat expire bientôt',
    stale: 'ses données sont périmées',
    value: 'une valeur hors limites',
    'no-data': 'pas de données',
    proxy: 'inconnu\u00a0: le proxy a échoué',
    'unsupported-here': 'inconnu\u00a0: cette sonde ne peut pas le vérifier',
    'prober-fault': 'inconnu\u00a0: la sonde a échoué',
    source: 'inconnu\u00a0: le système interrogé a échoué',
    bug: 'inconnu\u00a0: Vedette a échoué',
  },

  incident: {
    untitled: 'Incident',
    statuses: {
      investigating: 'En cours d’analyse',
      identified: 'Cause identifiée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
      postmortem: 'Bilan',
      scheduled: 'Prévu',
      in_progress: 'En cours',
      completed: 'Terminé',
      cancelled: 'Annulé',
    },
    impacts: {
      none: 'sans effet sur les services principaux',
      minor: 'impact mineur',
      major: 'impact majeur',
      critical: 'impact critique',
    },
    probablyFailing: (name) => `${name} est probablement défaillant`,
    suspect: (name) => `Cause probable\u00a0: ${name}, qui n’est pas vérifié`,
    failsAgain: 'La défaillance est de retour',
    nameFailsAgain: (name) => `${name} est de nouveau défaillant`,
    causeIs: (name) => `La cause probable est ${name}`,
    causeIsNow: (name) => `La cause probable est maintenant ${name}`,
    notProbed: (clause) => `${clause}, qui n’est pas vérifié`,
    impactIsNow: (impact) => `L’impact est maintenant ${impacts[impact]}`,
    impactIsOnly: (impact) => `L’impact n’est plus que ${impacts[impact]}`,
    monitoring: 'Tout fonctionne de nouveau. Nous vérifions que cela dure.',
    suppressed: 'Une maintenance annoncée a commencé. Les défaillances pendant celle-ci ne comptent pas.',
    stillFails: 'La maintenance est terminée, et la défaillance persiste',
    recovered: (at, span) => `Rétabli à ${at} après ${span}.`,
    endedWithMaintenance: (at, span) => `Terminé avec la maintenance annoncée qui a commencé à ${at}, après ${span}.`,
    merged: (into) =>
      `La cause est la même que celle d’un autre incident${into === undefined ? '' : ` (${into})`}, où la suite est donnée.`,
    removed: 'Le service n’est plus surveillé.',
    line: (at, span, isOpen, beganBefore) =>
      `${beganBefore ? 'commencé avant, ' : ''}${at}, ${isOpen ? `${span} jusqu’ici` : `a duré ${span}`}`,
    services,
    sinceFor: (at, span) => `depuis ${at} (${span})`,
    lasted: (at, to, span, isOpen) =>
      `${isOpen ? 'Depuis' : 'De'} ${at}${to === undefined ? `, soit ${span} jusqu’ici` : ` à ${to}, soit ${span}`}`,
    lastedShort: (span, isOpen) => (isOpen ? `Dure depuis ${span}.` : `A duré ${span}.`),
    opened: (at, asOf) => `ouvert ${at}${asOf === undefined ? '' : `, situation à ${asOf}`}`,
    probableCause: 'Cause probable',
    needs: 'a besoin de',
    namedBefore: (names) => `Nommés auparavant\u00a0: ${names}.`,
    updates: 'Mises à jour',
    by: (author) => `, par ${author}`,
    affectedServices: 'Services touchés',
    atWorstSince: (at) => `au pire, depuis ${at}`,
    andMore: (n) => `Et ${count(n)} ${two(n, 'autre', 'autres')}.`,
    neighbours: 'Incidents avant et après',
    open: (n) => (n === 1 ? 'Incident en cours' : `Incidents en cours (${count(n)})`),
    allOpen: (n) => `Les ${count(n)} incidents en cours`,
    all: 'Tous les incidents',
    past: 'Incidents passés',
    noneSince: (at) => `Aucun depuis la première observation, ${at}.`,
    noneEnded: (n) => `Aucun ne s’est terminé ces ${count(n)} derniers jours.`,
    moreLately: (n, of) => `, dont ${count(n)} ${two(n, 'autre', 'autres')} des ${count(of)} derniers jours`,
    ofLast: (n) => `Incidents des ${count(n)} derniers jours`,
    noneKnown: 'Aucun n’est connu.',
    moreWithService: (n) => `, dont ${count(n)} ${two(n, 'autre', 'autres')} avec ce service`,
  },

  archive: {
    incidents,
    noIncidents: (isOver) => `Aucun incident${isOver ? '' : ' jusqu’ici'}`,
    noIncidentsSeen: 'Aucun incident les jours observés',
    noData: 'Aucune donnée',
    observedOn: (observed, of, isOver) =>
      `Observé ${count(observed)} ${two(observed, 'jour', 'jours')} sur ${count(of)}${isOver ? '' : ' jusqu’ici'}.`,
    someObserved: 'Il y a des observations de ce mois.',
    nothingObserved: 'Rien n’a été observé ce mois-là.',
    titleOf: (name) => `Incidents, ${uncapitalized(name)}`,
    moreInHistory: (n) => `${count(n)} ${two(n, 'autre est', 'autres sont')} dans l’historique sans figurer ici.`,
    neighbours: 'Mois avant et après',
    noneOpen: 'Aucun incident en cours',
    open: (n) => `${incidents(n)} en cours`,
    asLastKnown: ', au dernier état connu',
    description: (summary) => `${summary}. Les incidents des 12 derniers mois.`,
    openNow: 'En cours',
    moreOf: (n, name) => `${count(n)} ${two(n, 'autre', 'autres')}, ${uncapitalized(name)}`,
    earlier: 'Auparavant',
    before: 'Avant',
    after: 'Après',
  },

  maintenance: {
    isAnnounced: (title) => `Annoncé\u00a0: ${title}.`,
    begun: 'La maintenance a commencé.',
    over: 'La maintenance est terminée.',
    cancelled: 'La maintenance est annulée.',
    moved: (start, end) =>
      `Désormais, elle ${[...(start === undefined ? [] : [`commence à ${start}`]), ...(end === undefined ? [] : [`se termine à ${end}`])].join(' et ')}.`,
    summary: (current, upcoming) =>
      current > 0 ? `${count(current)} en cours` : upcoming > 0 ? 'aucune en cours' : 'aucune annoncée',
    description: (summary) => `Maintenance annoncée\u00a0: ${summary}.`,
    lead: 'Travaux annoncés. Pendant ce temps, les défaillances des services concernés sont attendues et ne comptent pas.',
    subscribe: 'S’abonner dans un agenda (iCal)',
    none: 'Aucune n’est annoncée.',
    current: 'En cours',
    upcoming: 'À venir',
    past: 'Passées',
    moreOver: (n) => `${count(n)} ${two(n, 'autre est terminée', 'autres sont terminées')} sans figurer ici.`,
    repeats: 'se répète',
    fromTo: (at, to) => `de ${at} à ${to}`,
    services: 'Services\u00a0: ',
    andMore: (n) => ` et ${count(n)} ${two(n, 'autre', 'autres')}`,
    nextTimes: 'Prochaines dates',
    timesBefore: 'Dates précédentes',
    moreTimes: (n, within) => `et ${count(n)} ${two(n, 'autre', 'autres')} en ${days(within)}`,
    furtherTimes: (n, within) => `, et ${count(n)} ${two(n, 'autre fois', 'autres fois')} en ${days(within)}`,
    all: 'Toute la maintenance',
    calendar: (title) => `${title}\u00a0: maintenance`,
  },

  service: {
    declared: 'déclaré par les responsables',
    via: (name) => `à cause de ${name}`,
    atRisk: (name) => `menacé par ${name}`,
    until: (at) => `jusqu’à ${at}`,
    flapping: 'instable',
    notProbed: 'non vérifié',
    probableCause: 'cause probable',
    since: (at) => `depuis ${at}`,
    sinceThen: (at) => `depuis ${at}`,
    noDataYet: 'pas encore de données',
    noData: 'pas de données',
    wholeDays: days,
    coverage: (span, observed) => `${span}, ${observed} observés`,
    lastDays: (n, parts) => `${count(n)} derniers jours\u00a0: ${parts}`,
    dayKinds: {
      down: (n) => `${days(n)} avec une panne`,
      degraded: (n) => `${days(n)} en mode dégradé`,
      maintenance: (n) => `${days(n)} en maintenance`,
      'off-hours': (n) => `${days(n)} hors horaires`,
      operational: (n) => `${days(n)} sans défaillance`,
      'no-data': (n) => `${days(n)} sans données`,
    },
    downFor: (span) => `en panne pendant ${span}`,
    degradedFor: (span) => `dégradé pendant ${span}`,
    up: (share) => `${share} de disponibilité`,
    ofDayObserved: (share) => `${share} du jour observés`,
    promise: (share, span) => `Engagement\u00a0: ${share} sur ${span}`,
    promiseUnseen: (promise) => `${promise}. Rien n’a été observé pendant ce temps.`,
    promiseKept: (promise, isKept, up, observed) =>
      `${promise}, ${isKept ? 'tenu' : 'non tenu'}\u00a0: ${up} de disponibilité, ${observed} du temps observés.`,
    room: (spent, allowed, left, pace) =>
      `Sur ${allowed} de marge pour les pannes, ${spent} sont utilisés, ${left === undefined ? 'il n’en reste rien' : `il en reste ${left}`}${pace === undefined ? '' : `\u202f; ces 6 dernières heures, à ${pace} fois le rythme tenable`}.`,
    latency: (answers, span, p50, p95, p99) =>
      `Sur ${amount(answers)} réponses en ${span}, la moitié est arrivée en environ ${p50}, ${percent(95, 0)} en ${p95}, ${percent(99, 0)} en ${p99}.`,
    mustWork: (need, of) => `${need} sur ${of} doivent fonctionner`,
    strengths: { hard: '', soft: 'souple', insight: 'pour la visibilité seulement' },
  },

  servicePage: {
    description: (title) => `${title}. Ses vérifications, et ce dont il dépend.`,
    isCause: 'C’est probablement la cause de ce qui est touché en ce moment.',
    causes: (names) => `Cause probable\u00a0: ${names}.`,
    notProbedItself: 'Il n’est pas vérifié lui-même\u202f; son état vient de ce dont il dépend.',
    byOwnProbes: (word) => `D’après ses propres vérifications\u00a0: ${word}.`,
    nothingKnown: 'Il n’est pas vérifié, on ne sait donc rien de lui.',
    expected: (hours, next) => `Horaires\u00a0: ${hours}${next === undefined ? '' : `, reprise à ${next}`}.`,
    flapping: 'Son état change souvent\u00a0: il est instable.',
    probes: 'Vérifications',
    degradesAtMost: 'dégrade tout au plus',
    noReading: 'Pas encore vérifié.',
    read: (evidence, at) => `${evidence}, vérifié ${at}`,
    lastDays: (n) => `${count(n)} derniers jours`,
    upOf: (up, coverage) => `${up} de disponibilité (${coverage}). `,
    onlyHours: 'Seuls ses horaires comptent.',
    daysWithTrouble: 'Jours avec des défaillances',
    deployed: (version) => `Version déployée à la dernière lecture\u00a0: ${version}.`,
    measuredByDay: 'Mesures par jour',
    latencyByDay: 'Temps de réponse par jour',
    latencyOfOthers: (n) =>
      n === 1 ? 'Temps de réponse de l’autre vérification' : `Temps de réponse des ${n} autres vérifications`,
    dependsOn: 'Dépend de',
    dependsOnNothing: 'Rien de ce qui figure ici.',
    neededBy: 'Requis par',
    neededByNobody: 'Aucun autre service.',
    neighbourhood: 'Son voisinage',
    neighbourhoodOf: (name) => `Ce dont ${name} a besoin et ce qui en a besoin`,
    whenItFails: 'En cas de panne',
    lookedAfterBy: (owner) => `Pris en charge par ${owner}.`,
    follow: 'Le suivre',
    badge: 'Badge',
  },

  map: {
    description: (title) => `Tous les services de ${title} et ce dont ils ont besoin.`,
    lead: (link) => `Voici qui a besoin de qui\u202f; la même chose figure plus bas ${link}.`,
    asList: 'sous forme de liste',
    label: 'Tous les services et ce dont ils ont besoin',
    wider: 'Plus large que l’écran\u00a0: à faire défiler de côté.',
    asDiagram: (label, summary) => `${label}, en diagramme\u00a0: ${summary}`,
    direction: (hasCircle) =>
      `De gauche à droite\u00a0: qui a besoin de qui${hasCircle ? '\u202f; une flèche vers la gauche ferme un cercle' : ''}.`,
    tooMuch: 'Il y en a trop pour un dessin\u202f; la liste dit tout.',
    notShown: (n) => `${count(n)} ${two(n, 'autre n’est pas montré', 'autres ne sont pas montrés')} ici.`,
    sameAsList: (summary) => `La même chose en liste\u00a0: ${summary}`,
    summary: (n, dependencies) =>
      `${services(n)}, ${count(dependencies)} ${two(dependencies, 'dépendance', 'dépendances')}`,
    legend: {
      hard: 'ne peut pas fonctionner sans',
      soft: 'fonctionne sans, mais moins bien',
      insight: 'n’est que surveillé par là',
      chain: 'la défaillance vient probablement de là',
      unprobed: 'non vérifié',
    },
    strengths: { hard: 'forte', soft: 'souple', insight: 'visibilité' },
    edge: (from, to, strength) =>
      `${from} ${{ hard: 'a besoin de', soft: 'utilise', insight: 'est surveillé par' }[strength]} ${to}`,
    member: (name, of) => `${name} est l’un des ${of}`,
    troubleComesThisWay: 'la défaillance vient de là',
    verbs: { hard: 'a besoin de', soft: 'utilise sans en dépendre', insight: 'est surveillé par' },
    groupVerbs: { hard: '', soft: 'souple\u00a0:', insight: 'pour surveiller\u00a0:' },
    see: { above: 'voir plus haut', below: 'voir plus bas' },
    group: (need, of) => `${need} sur ${of}`,
    groupWord: (need, of, alive, isAllSeen) =>
      `${need} sur ${of} doivent fonctionner, ${isAllSeen ? `${alive} le font` : `${alive} le font à notre connaissance`}`,
  },

  chart: {
    noAnswer: (n) => `Aucune réponse ces ${count(n)} derniers jours.`,
    tooFew: (least, n, known) =>
      `Un graphique demande des réponses sur ${days(least)}\u202f; sur les ${count(n)} derniers, ${count(known)} en ${two(known, 'a', 'ont')}.`,
    keys: {
      p50: () => 'p50\u00a0: la moitié n’a pas pris plus longtemps',
      p99: () => `p99\u00a0: ${percent(99, 0)} n’ont pas pris plus longtemps`,
      before: (n) => `p50 des ${days(n)} précédents`,
    },
    maintenance: 'maintenance',
    logarithmic: 'L’échelle est logarithmique.',
    accuracy: `Tout est à ${percent(5, 0)} près de ce qui a été mesuré.`,
    asTable: 'La même chose en tableau',
    columns: {
      day: 'Jour (UTC)',
      p50: 'p50, ms',
      p99: 'p99, ms',
      answers: 'Réponses',
      before: (n) => `p50 ${days(n)} avant, ms`,
    },
    about: (latency) => `environ ${latency}`,
    range: (least, most) => `entre ${least} et ${most}`,
    label: (range, p99, known, of, highestOn, before) => {
      const slowest = p99 === undefined ? '' : `, p99 jusqu’à ${p99}`;
      const when =
        known < of ? `sur ${count(known)} des ${count(of)} derniers jours` : `ces ${count(of)} derniers jours`;
      const highest = highestOn === undefined ? '' : `\u202f; au plus haut le ${highestOn}`;
      const earlier = before === undefined ? '' : `. Les ${days(of)} précédents\u00a0: p50 ${before}`;
      return `p50 ${range}${slowest} ${when}${highest}${earlier}.`;
    },
    p99Needs: (answers, without, isAll) =>
      `p99 demande ${count(answers)} réponses par jour${isAll ? ', et aucun jour n’en a eu autant.' : `\u202f; ${days(without)} en ${two(without, 'a', 'ont')} eu moins.`}`,
    released: 'version',
    releasedBefore: (n) => `${count(n)} auparavant`,
    releasedOn: (version, date) => `${version} le ${date}`,
    releases: (list) => `Nouvelles versions\u00a0: ${list}.`,
    values: {
      tooFew: (least, known) =>
        `Un graphique demande des mesures sur ${days(least)}\u202f; pour l’instant\u00a0: ${count(known)}.`,
      newest: (date, range) => `Le ${date}\u00a0: ${range}.`,
      keys: { p50: 'p50\u00a0: la moitié n’était pas plus grande', range: 'du plus petit au plus grand' },
      columns: {
        min: 'Min.',
        p50: 'p50',
        max: 'Max.',
        readings: 'Mesures',
        before: (n) => `p50 ${days(n)} avant`,
      },
      label: (range, known, of, greatestOn, before) => {
        const when =
          known < of ? `sur ${count(known)} des ${count(of)} derniers jours` : `ces ${count(of)} derniers jours`;
        const greatest = greatestOn === undefined ? '' : `\u202f; au plus haut le ${greatestOn}`;
        const earlier = before === undefined ? '' : ` Les ${days(of)} précédents\u00a0: p50 ${before}.`;
        return `${range} ${when}${greatest}.${earlier}`;
      },
    },
  },

  age: {
    old: (span) => `Les dernières observations datent de ${span}.`,
    oldByClock: (span) => `Les dernières observations datent de ${span} d’après votre horloge.`,
    lastKnownAgo: (name, span) => `${name}\u00a0: dernier état connu il y a ${span}`,
    newer: 'Il y a des observations plus récentes.',
    reload: 'Recharger',
    every: (span) => `vérifié environ toutes les ${span}`.replace(/toutes les (\d+ jour)/, 'tous les $1'),
    fresh: (at, every, until) => `situation à ${at}, ${every}, valable jusqu’à ${until}`,
    asOf: (at) => `situation à ${at}`,
    asOfUntil: (at, until) => `situation à ${at}, valable jusqu’à ${until}`,
    notYet: 'pas encore observé',
    noneYet: 'aucune observation pour l’instant',
  },

  page: {
    nav: { status: 'État', incidents: 'Incidents', maintenance: 'Maintenance', map: 'Carte' },
    pages: 'Pages',
    youAreHere: 'Vous êtes ici',
    skip: 'Aller au contenu',
    demo: 'démo',
    json: 'État en JSON',
    feed: 'Flux',
    calendar: 'Agenda',
    times:
      'Toutes les heures sont en UTC. La disponibilité porte sur ce qui a été observé\u202f; un pourcentage n’est jamais arrondi vers le haut.',
    madeWith: 'Réalisé avec Vedette.',
    demoNote: 'Cette page montre la démonstration\u00a0: de vrais serveurs, mis en panne exprès.',
    allServices: 'Tous les services',
    mapOfAll: 'Carte de tous les services',
    statusOf: (title) => `État de ${title}`,
    attention: 'À surveiller',
    affected: 'Ce qui est touché',
    services: 'Services',
    servicesLastKnown: 'Services (dernier état connu)',
    otherServices: 'Autres services',
    legend: (n) =>
      `Chaque barre est l’un des ${count(n)} derniers jours\u00a0: la plus haute pour une panne, moyenne pour un bon jour, plus courte en mode dégradé, un trait au sol quand il n’y a pas de données. À côté, la part du temps observé où le service était disponible.`,
    onlyTroubled: 'Seulement ce qui n’est pas en service',
    filter: 'Filtrer par nom, groupe ou état',
    filtered: (shown, of) => `${shown} sur ${services(of)}`,
    nothingObserved: 'Rien n’a encore été observé.',
    notFound: 'Page introuvable',
    notFoundHere: 'Il n’y a pas de page à cette adresse',
    notFoundWhy:
      'Cela ne dit rien des services. Un service a pu être renommé, et quand les incidents sont nombreux, seuls les plus récents gardent une page.',
  },

  feeds: {
    history: (format) => `Incidents (${format})`,
    updates: (format) => `Chaque mise à jour (${format})`,
    title: (subject) => `${subject}\u00a0: incidents`,
    updatesTitle: (subject) => `${subject}\u00a0: mises à jour des incidents`,
    description: 'Une entrée par incident, qui change à chaque mise à jour.',
    updatesDescription: 'Une entrée par mise à jour d’un incident, pour qui relaie les nouveautés.',
    earlier: 'Les mises à jour précédentes sont sur la page de l’incident.',
  },

  llms: {
    description: (title) =>
      `État de ${title}\u00a0: ce qui fonctionne, ce qui ne fonctionne pas, et la cause probable.`,
    note: (all) =>
      `Un état est l’un de ${all}. Rien ici n’est plus récent que sa «\u00a0situation\u00a0»\u202f; après «\u00a0valable jusqu’à\u00a0», ce n’est plus que le dernier état connu. Toutes les heures sont en UTC.`,
    markdown: 'La page en Markdown',
    markdownHas: 'titre, services, maintenance, incidents',
    json: 'la même chose pour les programmes',
    schema: (link) => `décrit par ${link}`,
    itsSchema: 'son schéma',
    metrics: 'états, disponibilité et temps de réponse en texte OpenMetrics',
    calendar: 'la maintenance annoncée en agenda',
  },
};
