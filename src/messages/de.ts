/** Deutsch. */
import type { Words } from './en.ts';
import { grammarOf, uncapitalized } from './grammar.ts';

const { plural, ...grammar } = grammarOf<'one'>('de');
const { count, amount, decimal } = grammar;
const days = (n: number): string => `${count(n)} ${plural(n, { one: 'Tag', other: 'Tage' })}`;
/** Nach »in«, »von«, »vor«. */
const daysDative = (n: number): string => `${count(n)} ${plural(n, { one: 'Tag', other: 'Tagen' })}`;
const services = (n: number): string => `${count(n)} ${plural(n, { one: 'Dienst', other: 'Dienste' })}`;
const incidents = (n: number): string => `${count(n)} ${plural(n, { one: 'Vorfall', other: 'Vorfälle' })}`;
const isOrAre = (n: number): string => plural(n, { one: 'ist', other: 'sind' });
const percent = (value: number, least: number, most = least): string => `${decimal(value, least, most)}\u00a0%`;

const states: Words['states'] = {
  operational: 'in Betrieb',
  degraded: 'beeinträchtigt',
  partial_outage: 'teilweise ausgefallen',
  major_outage: 'ausgefallen',
  maintenance: 'in Wartung',
  unknown: 'unbekannt',
};
const impacts = { none: 'ohne Folgen', minor: 'gering', major: 'erheblich', critical: 'kritisch' };

export const de: Words = {
  direction: 'ltr',
  between: ' ',
  comma: ', ',
  isolate: (text) => text,
  sentence: (clause) => `${clause}.`,
  clauses: (all) => all.join('; '),
  lowered: (text) => (/^Kein/.test(text) ? uncapitalized(text) : text),
  ...grammar,
  more: (n) => `${count(n)} weitere`,
  percent,
  lessThan: (text) => `<\u00a0${text}`,
  span: ({ unit, count: n }) =>
    unit === 'second' ? `${n} s` : unit === 'minute' ? `${n} Min.` : unit === 'hour' ? `${n} Std.` : days(n),

  states,
  outsideHours: 'außerhalb der Betriebszeit',
  lastKnown: 'zuletzt bekannt: ',
  lastKnownSentence: 'Zuletzt bekannt: ',
  outcomes: { up: 'erreichbar', degraded: 'beeinträchtigt', down: 'ausgefallen', unknown: 'unbekannt' },
  notReadLately: 'länger nicht geprüft',
  stateCount: (n, state) => `${count(n)} ${states[state]}`,
  outsideHoursCount: (n) => `${count(n)} außerhalb der Betriebszeit`,
  operationalOf: (well, known) => `${count(well)}/${count(known)} in Betrieb`,
  unknownCount: (n) => `${count(n)} unbekannt`,

  is: (subject, n, state) =>
    state === 'unknown' ? `Der Zustand von ${subject} ist unbekannt` : `${subject} ${isOrAre(n)} ${states[state]}`,
  isAgain: (subject, n) => `${subject} ${isOrAre(n)} wieder in Betrieb`,
  areAffected: (subject, n) => `${subject} ${isOrAre(n)} betroffen`,
  withEvidence: (clause, evidence) => `${clause}: ${evidence}`,

  headline: {
    firstRound: 'Der erste Durchgang steht noch aus.',
    noObservations: 'Noch keine Beobachtungen.',
    blind: 'Unbekannt: Unsere Überwachung erreicht das Netz nicht.',
    allElseBlind: 'Alles andere ist unbekannt: Unsere Überwachung erreicht das Netz nicht.',
    mayBeProber: 'Es kann auch an unserer Überwachung liegen: Zu viele Dienste verstummten auf einmal.',
    manySilent:
      'Zu viele Dienste verstummten im selben Durchgang, der Fehler liegt also wahrscheinlich bei unserer Überwachung.',
    noCanary: (n) =>
      n > 1
        ? `Keine der ${n} Gegenproben antwortete, der Fehler liegt also bei unserer Überwachung.`
        : 'Die Gegenprobe antwortete nicht, der Fehler liegt also bei unserer Überwachung.',
    belowIsLastKnown: 'Die Zustände unten sind die zuletzt bekannten.',
    unknown: 'Der Zustand ist unbekannt.',
    seenEssential: 'Die wesentlichen Dienste, die wir sehen können, sind in Betrieb.',
    seenAll: 'Alles, was wir sehen können, ist in Betrieb.',
    allEssential: 'Alle wesentlichen Dienste sind in Betrieb.',
    all: 'Alle Systeme sind in Betrieb.',
    manyAffected: (state, affected, of) =>
      `${{ degraded: 'Beeinträchtigter Betrieb', partial_outage: 'Teilausfall', major_outage: 'Größerer Ausfall' }[state]}: ${affected} von ${count(of)} ${plural(of, { one: 'Hauptdienst', other: 'Hauptdiensten' })} sind betroffen.`,
    furtherFailures: (n) => `Und ${count(n)} ${plural(n, { one: 'weitere Störung', other: 'weitere Störungen' })}.`,
    furtherIncidents: (n) => `Und ${count(n)} ${plural(n, { one: 'weiterer Vorfall', other: 'weitere Vorfälle' })}.`,
    declared: (at, title) => `Von den Betreibern gemeldet, seit ${at}: ${title}`,
    contained: (names, feltBy) => `Begrenzt: ${names}${feltBy === undefined ? '' : `, zu spüren nur bei ${feltBy}`}.`,
    notKnown: (names) => `Nicht bekannt: ${names}.`,
    blindAt: (names) => `Die Überwachung sieht nichts von: ${names}.`,
    affected: (names) => `Betroffen: ${names}.`,
    inMaintenance: (names) => `In Wartung: ${names}.`,
    outsideHours: (_, until, names) => `Außerhalb der Betriebszeit bis ${until}: ${names}.`,
    cause: (kind, name) =>
      `${{ first: 'Wahrscheinliche Ursache', unclear: 'Ursache unklar, vielleicht', also: 'Ebenso' }[kind]}: ${name}`,
    suspect: (opening, users, n) =>
      `${opening}, wird nicht geprüft; ${users} ${n === 1 ? 'hängt davon ab und ist gestört' : 'hängen davon ab und sind gestört'}.`,
    trouble: (opening, state, at, span, trouble, evidence) => {
      const begin = opening === undefined ? 'Seit' : `${opening}, ${state ? states[state] : 'gestört'} seit`;
      const longer = trouble === undefined ? '' : `, gestört schon ${trouble}`;
      return `${begin} ${at} (${span})${longer}${evidence === '' ? '' : `: ${evidence}`}.`;
    },
    seenFrom: (names, failing, of) => `gesehen von ${names} (${failing} von ${of} Standorten)`,
    reach: (affected, neededBy) =>
      neededBy === 1
        ? `Der eine Dienst, der davon abhängt, ist ${affected === 1 ? 'betroffen' : 'nicht betroffen'}.`
        : `${affected} der ${neededBy} Dienste, die davon abhängen, ${isOrAre(affected)} betroffen.`,
  },

  evidence: {
    failing: (now, usual) => `${now} der Anfragen schlagen fehl, üblich sind ${usual}`,
    slow: (latency, usual) => `langsam, ${latency}${usual === undefined ? '' : ` statt üblicher ${usual}`}`,
    unexpectedStatus: 'ein unerwarteter Status',
    status: (code) => `Status ${code}`,
    timeout: (phase) => `keine Antwort in der erlaubten Zeit${phase === undefined ? '' : ` (${phase})`}`,
    answered: (latency) => `Antwort nach ${latency}`,
    afterAttempts: (n) => `nach ${count(n)} ${plural(n, { one: 'Versuch', other: 'Versuchen' })}`,
  },
  phases: {
    dns: 'beim Auflösen des Namens',
    connect: 'beim Verbinden',
    proxy: 'beim Fragen des Proxys',
    tls: 'beim Aushandeln der Verschlüsselung',
    ttfb: 'beim Warten auf das erste Byte',
    body: 'beim Lesen der Antwort',
    talk: 'im Gespräch',
  },
  reasons: {
    refused: 'Verbindung abgelehnt',
    unreachable: 'kein Weg dorthin',
    reset: 'Verbindung abgebrochen',
    closed: 'ohne Antwort geschlossen',
    'dns-not-found': 'der Name existiert nicht',
    'dns-no-address': 'der Name hat keine Adresse',
    'dns-server': 'der Nameserver hat versagt',
    'tls-expired': 'das Zertifikat ist abgelaufen',
    'tls-not-yet-valid': 'das Zertifikat gilt noch nicht',
    'tls-untrusted': 'dem Zertifikat wird nicht vertraut',
    'tls-name': 'das Zertifikat gilt für einen anderen Namen',
    'tls-version': 'keine gemeinsame TLS-Version',
    'tls-weak': 'die Verschlüsselung ist zu schwach',
    'tls-client-cert': 'ein Client-Zertifikat wird verlangt',
    'tls-not-tls': 'spricht kein TLS',
    protocol: 'hält sich nicht an das Protokoll',
    'headers-too-large': 'die Kopfzeilen sind zu groß',
    'body-too-large': 'die Antwort ist zu groß',
    truncated: 'die Antwort brach ab',
    encoding: 'die Antwort ist falsch kodiert',
    redirect: 'leitet falsch weiter',
    header: 'eine unerwartete Kopfzeile',
    content: 'unerwarteter Inhalt',
    blocked: 'die Überwachung wurde abgewiesen',
    expiring: 'das Zertifikat läuft bald ab',
    stale: 'die Daten sind veraltet',
    value: 'ein Wert außerhalb der Grenzen',
    'no-data': 'keine Daten',
    proxy: 'nicht bekannt: der Proxy hat versagt',
    'unsupported-here': 'nicht bekannt: von hier aus nicht prüfbar',
    'prober-fault': 'nicht bekannt: die Überwachung hat versagt',
    source: 'nicht bekannt: das befragte System hat versagt',
    bug: 'nicht bekannt: Vedette hat versagt',
  },

  incident: {
    untitled: 'Vorfall',
    statuses: {
      investigating: 'Wird untersucht',
      identified: 'Ursache gefunden',
      monitoring: 'Wird beobachtet',
      resolved: 'Behoben',
      postmortem: 'Nachbericht',
      scheduled: 'Geplant',
      in_progress: 'Im Gange',
      completed: 'Abgeschlossen',
      cancelled: 'Abgesagt',
    },
    impacts: {
      none: 'Hauptdienste nicht betroffen',
      minor: 'geringe Auswirkung',
      major: 'erhebliche Auswirkung',
      critical: 'kritische Auswirkung',
    },
    probablyFailing: (name) => `${name} ist wahrscheinlich gestört`,
    suspect: (name) => `Wahrscheinliche Ursache: ${name}, wird nicht geprüft`,
    failsAgain: 'Die Störung ist wieder da',
    nameFailsAgain: (name) => `${name} ist wieder gestört`,
    causeIs: (name) => `Wahrscheinliche Ursache ist ${name}`,
    causeIsNow: (name) => `Wahrscheinliche Ursache ist jetzt ${name}`,
    notProbed: (clause) => `${clause}, wird nicht geprüft`,
    impactIsNow: (impact) => `Die Auswirkung ist jetzt ${impacts[impact]}`,
    impactIsOnly: (impact) => `Die Auswirkung ist nur noch ${impacts[impact]}`,
    monitoring: 'Es geht wieder. Wir beobachten, ob es so bleibt.',
    suppressed: 'Eine angekündigte Wartung hat begonnen. Störungen währenddessen zählen nicht.',
    stillFails: 'Die Wartung ist vorbei, und die Störung dauert an',
    recovered: (at, span) => `Behoben um ${at}, nach ${span}.`.replace(/ Tage\.$/, ' Tagen.'),
    endedWithMaintenance: (at, span) =>
      `Beendet mit der angekündigten Wartung, die um ${at} begann, nach ${span}.`.replace(/ Tage\.$/, ' Tagen.'),
    merged: (into) =>
      `Die Ursache ist dieselbe wie bei einem anderen Vorfall${into === undefined ? '' : ` (${into})`}; dort geht es weiter.`,
    removed: 'Der Dienst wird nicht mehr überwacht.',
    line: (at, span, isOpen, beganBefore) =>
      `${beganBefore ? 'begann vorher, ' : ''}${at}, ${isOpen ? `bisher ${span}` : `dauerte ${span}`}`,
    services,
    sinceFor: (at, span) => `seit ${at} (${span})`,
    lasted: (at, to, span, isOpen) =>
      `${isOpen ? 'Seit' : 'Von'} ${at}${to === undefined ? `, bisher ${span}` : ` bis ${to}, insgesamt ${span}`}`,
    lastedShort: (span, isOpen) => (isOpen ? `Dauert bisher ${span}.` : `Dauerte ${span}.`),
    opened: (at, asOf) => `eröffnet ${at}${asOf === undefined ? '' : `, Stand ${asOf}`}`,
    probableCause: 'Wahrscheinliche Ursache',
    needs: 'braucht',
    namedBefore: (names) => `Zuvor genannt: ${names}.`,
    updates: 'Meldungen',
    by: (author) => `, von ${author}`,
    affectedServices: 'Betroffene Dienste',
    atWorstSince: (at) => `im schlimmsten Fall, seit ${at}`,
    andMore: (n) => `Und ${count(n)} weitere.`,
    neighbours: 'Vorfälle davor und danach',
    open: (n) => (n === 1 ? 'Offener Vorfall' : `Offene Vorfälle (${count(n)})`),
    allOpen: (n) => `Alle ${count(n)} offenen Vorfälle`,
    all: 'Alle Vorfälle',
    past: 'Vergangene Vorfälle',
    noneSince: (at) => `Keine seit der ersten Beobachtung, ${at}.`,
    noneEnded: (n) => `Keiner endete in den letzten ${daysDative(n)}.`,
    moreLately: (n, of) => `, darunter ${count(n)} weitere der letzten ${days(of)}`,
    ofLast: (n) => `Vorfälle der letzten ${days(n)}`,
    noneKnown: 'Keine bekannt.',
    moreWithService: (n) => `, ${count(n)} weitere mit diesem Dienst`,
  },

  archive: {
    incidents,
    noIncidents: (isOver) => `${isOver ? 'Keine' : 'Bisher keine'} Vorfälle`,
    noIncidentsSeen: 'Keine Vorfälle an den beobachteten Tagen',
    noData: 'Keine Daten',
    observedOn: (observed, of, isOver) =>
      `Beobachtet an ${count(observed)} von ${isOver ? '' : 'bisher '}${daysDative(of)}.`,
    someObserved: 'Aus diesem Monat gibt es Beobachtungen.',
    nothingObserved: 'In diesem Monat wurde nichts beobachtet.',
    titleOf: (name) => `Vorfälle im ${name}`,
    moreInHistory: (n) => `${count(n)} weitere stehen in der Aufzeichnung und sind hier nicht aufgeführt.`,
    neighbours: 'Monate davor und danach',
    noneOpen: 'Kein Vorfall ist offen',
    open: (n) => `${incidents(n)} offen`,
    asLastKnown: ', soweit zuletzt bekannt',
    description: (summary) => `${summary}. Die Vorfälle der letzten 12 Monate.`,
    openNow: 'Jetzt offen',
    moreOf: (n, name) => `${count(n)} weitere im ${name}`,
    earlier: 'Früher',
    before: 'Davor',
    after: 'Danach',
  },

  maintenance: {
    isAnnounced: (title) => `Angekündigt: ${title}.`,
    begun: 'Die Wartung hat begonnen.',
    over: 'Die Wartung ist vorbei.',
    cancelled: 'Die Wartung ist abgesagt.',
    moved: (start, end) =>
      `Sie ${[...(start === undefined ? [] : [`beginnt jetzt um ${start}`]), ...(end === undefined ? [] : [`endet jetzt um ${end}`])].join(' und ')}.`,
    summary: (current, upcoming) =>
      current > 0 ? `${count(current)} im Gange` : upcoming > 0 ? 'keine im Gange' : 'keine angekündigt',
    description: (summary) => `Angekündigte Wartungen: ${summary}.`,
    lead: 'Angekündigte Arbeiten. Störungen der betreffenden Dienste sind währenddessen zu erwarten und zählen nicht.',
    subscribe: 'Im Kalender abonnieren (iCal)',
    none: 'Keine ist angekündigt.',
    current: 'Im Gange',
    upcoming: 'Bevorstehend',
    past: 'Vergangen',
    moreOver: (n) => `${count(n)} weitere sind vorbei und hier nicht aufgeführt.`,
    repeats: 'wiederholt sich',
    fromTo: (at, to) => `${at} bis ${to}`,
    services: 'Dienste: ',
    andMore: (n) => ` und ${count(n)} weitere`,
    nextTimes: 'Nächste Termine',
    timesBefore: 'Frühere Termine',
    moreTimes: (n, within) => `und ${count(n)} weitere in ${daysDative(within)}`,
    furtherTimes: (n, within) =>
      `, und ${count(n)} ${plural(n, { one: 'weiteres Mal', other: 'weitere Male' })} in ${daysDative(within)}`,
    all: 'Alle Wartungen',
    calendar: (title) => `${title}: Wartung`,
  },

  service: {
    declared: 'von den Betreibern gemeldet',
    via: (name) => `wegen ${name}`,
    atRisk: (name) => `gefährdet durch ${name}`,
    until: (at) => `bis ${at}`,
    flapping: 'wechselhaft',
    notProbed: 'nicht geprüft',
    probableCause: 'wahrscheinliche Ursache',
    since: (at) => `seit ${at}`,
    sinceThen: (at) => `seit ${at}`,
    noDataYet: 'noch keine Daten',
    noData: 'keine Daten',
    wholeDays: days,
    coverage: (span, observed) => `${span}, ${observed} beobachtet`,
    lastDays: (n, parts) => `Letzte ${days(n)}: ${parts}`,
    dayKinds: {
      down: (n) => `${days(n)} mit Ausfall`,
      degraded: (n) => `${days(n)} beeinträchtigt`,
      maintenance: (n) => `${days(n)} in Wartung`,
      'off-hours': (n) => `${days(n)} außerhalb der Betriebszeit`,
      operational: (n) => `${days(n)} ohne Störung`,
      'no-data': (n) => `${days(n)} ohne Daten`,
    },
    downFor: (span) => `${span} ausgefallen`,
    degradedFor: (span) => `${span} beeinträchtigt`,
    up: (share) => `${share} verfügbar`,
    ofDayObserved: (share) => `${share} des Tages beobachtet`,
    promise: (share, span) => `Zugesagt: ${share} über ${span}`,
    promiseUnseen: (promise) => `${promise}. In dieser Zeit wurde nichts beobachtet.`,
    promiseKept: (promise, isKept, up, observed) =>
      `${promise}, ${isKept ? 'eingehalten' : 'nicht eingehalten'}: ${up} verfügbar, ${observed} der Zeit beobachtet.`,
    room: (spent, allowed, left, pace) =>
      `Von ${allowed} Spielraum für Störungen sind ${spent} verbraucht, ${left === undefined ? 'nichts' : left} ist übrig${pace === undefined ? '' : `; in den letzten 6 Std. mit dem ${pace}-Fachen des Tempos, das ausreicht`}.`.replace(
        /^Von (\d+) Tage /,
        'Von $1 Tagen ',
      ),
    latency: (answers, span, p50, p95, p99) =>
      `Von ${amount(answers)} Antworten (${span}) kam die Hälfte in etwa ${p50}, ${percent(95, 0)} in ${p95}, ${percent(99, 0)} in ${p99}.`,
    mustWork: (need, of) => `${need} von ${of} müssen laufen`,
    strengths: { hard: '', soft: 'nicht zwingend', insight: 'nur zur Beobachtung' },
  },

  servicePage: {
    description: (title) => `${title}. Prüfungen und Abhängigkeiten.`,
    isCause: 'Dieser Dienst ist wahrscheinlich die Ursache dessen, was jetzt betroffen ist.',
    causes: (names) => `Wahrscheinliche Ursache: ${names}.`,
    notProbedItself: 'Dieser Dienst wird selbst nicht geprüft; sein Zustand folgt aus dem, wovon er abhängt.',
    byOwnProbes: (word) => `Nach den eigenen Prüfungen: ${word}.`,
    nothingKnown: 'Dieser Dienst wird nicht geprüft, darum ist nichts über ihn bekannt.',
    expected: (hours, next) => `Betriebszeit: ${hours}${next === undefined ? '' : `, wieder ab ${next}`}.`,
    flapping: 'Der Zustand wechselt oft hin und her.',
    probes: 'Prüfungen',
    degradesAtMost: 'beeinträchtigt höchstens',
    noReading: 'Noch nicht geprüft.',
    read: (evidence, at) => `${evidence}, geprüft ${at}`,
    lastDays: (n) => `Letzte ${days(n)}`,
    upOf: (up, coverage) => `${up} verfügbar (${coverage}). `,
    onlyHours: 'Nur die Betriebszeit zählt.',
    daysWithTrouble: 'Tage mit Störungen',
    deployed: (version) => `Version bei der letzten Messung: ${version}.`,
    measuredByDay: 'Messwerte nach Tagen',
    latencyByDay: 'Antwortzeit nach Tagen',
    latencyOfOthers: (n) => (n === 1 ? 'Antwortzeit der anderen Prüfung' : `Antwortzeit der ${n} anderen Prüfungen`),
    dependsOn: 'Hängt ab von',
    dependsOnNothing: 'Nichts, was hier aufgeführt ist.',
    neededBy: 'Gebraucht von',
    neededByNobody: 'Keinem anderen Dienst.',
    neighbourhood: 'Umgebung',
    neighbourhoodOf: (name) => `Was ${name} braucht und wovon es gebraucht wird`,
    whenItFails: 'Bei Störungen',
    lookedAfterBy: (owner) => `Betreut von ${owner}.`,
    follow: 'Auf dem Laufenden bleiben',
    badge: 'Badge',
  },

  map: {
    description: (title) => `Alle Dienste von ${title} und was sie brauchen.`,
    lead: (link) => `Das ist, wer wen braucht; dasselbe steht unten ${link}.`,
    asList: 'als Liste',
    label: 'Alle Dienste und was sie brauchen',
    wider: 'Breiter als der Bildschirm: lässt sich seitlich scrollen.',
    asDiagram: (label, summary) => `${label}, als Diagramm: ${summary}`,
    direction: (hasCircle) =>
      `Von links nach rechts: wer wen braucht${hasCircle ? '; ein Pfeil nach links schließt einen Kreis' : ''}.`,
    tooMuch: 'Zu viel, um es zu zeichnen; die Liste sagt alles.',
    notShown: (n) => `${count(n)} weitere ${isOrAre(n)} hier nicht gezeigt.`,
    sameAsList: (summary) => `Dasselbe als Liste: ${summary}`,
    summary: (n, dependencies) =>
      `${services(n)}, ${count(dependencies)} ${plural(dependencies, { one: 'Abhängigkeit', other: 'Abhängigkeiten' })}`,
    legend: {
      hard: 'geht nicht ohne',
      soft: 'geht ohne, aber schlechter',
      insight: 'wird nur darüber beobachtet',
      chain: 'hier kommt die Störung wahrscheinlich her',
      unprobed: 'nicht geprüft',
    },
    strengths: { hard: 'zwingend', soft: 'nicht zwingend', insight: 'Beobachtung' },
    edge: (from, to, strength) =>
      strength === 'insight'
        ? `${from} wird über ${to} beobachtet`
        : `${from} ${strength === 'hard' ? 'braucht' : 'nutzt'} ${to}`,
    member: (name, of) => `${name} ist einer von ${of}`,
    troubleComesThisWay: 'hier kommt die Störung her',
    verbs: { hard: 'braucht', soft: 'nutzt nebenbei', insight: 'wird beobachtet über' },
    groupVerbs: { hard: '', soft: 'nicht zwingend:', insight: 'zur Beobachtung:' },
    see: { above: 'siehe oben', below: 'siehe unten' },
    group: (need, of) => `${need} von ${of}`,
    groupWord: (need, of, alive, isAllSeen) =>
      `${need} von ${of} müssen laufen, ${isAllSeen ? `${alive} tun es` : `von ${alive} ist es bekannt`}`,
  },

  chart: {
    noAnswer: (n) => `In den letzten ${daysDative(n)} gab es keine Antwort.`,
    tooFew: (least, n, known) =>
      `Ein Diagramm braucht Antworten an ${daysDative(least)}; von den letzten ${count(n)} ${plural(known, { one: 'hat', other: 'haben' })} ${count(known)} welche.`,
    keys: {
      p50: () => 'p50: die Hälfte brauchte nicht länger',
      p99: () => `p99: ${percent(99, 0)} brauchten nicht länger`,
      before: (n) => `p50 der ${days(n)} davor`,
    },
    maintenance: 'Wartung',
    logarithmic: 'Die Skala ist logarithmisch.',
    accuracy: `Alle Werte weichen höchstens ${percent(5, 0)} vom Gemessenen ab.`,
    asTable: 'Dasselbe als Tabelle',
    columns: {
      day: 'Tag (UTC)',
      p50: 'p50, ms',
      p99: 'p99, ms',
      answers: 'Antworten',
      before: (n) => `p50 ${days(n)} davor, ms`,
    },
    about: (latency) => `etwa ${latency}`,
    range: (least, most) => `zwischen ${least} und ${most}`,
    label: (range, p99, known, of, highestOn, before) => {
      const slowest = p99 === undefined ? '' : `, p99 bis ${p99}`;
      const when = known < of ? `an ${count(known)} der letzten ${days(of)}` : `in den letzten ${daysDative(of)}`;
      const highest = highestOn === undefined ? '' : `; am höchsten am ${highestOn}`;
      const earlier = before === undefined ? '' : `. In den ${daysDative(of)} davor: p50 ${before}`;
      return `p50 ${range}${slowest} ${when}${highest}${earlier}.`;
    },
    p99Needs: (answers, without, isAll) =>
      `p99 braucht ${count(answers)} Antworten am Tag${isAll ? ', und kein Tag hatte so viele.' : `; ${days(without)} ${plural(without, { one: 'hatte', other: 'hatten' })} weniger.`}`,
    released: 'Version',
    releasedBefore: (n) => `${count(n)} davor`,
    releasedOn: (version, date) => `${version} am ${date}`,
    releases: (list) => `Neue Versionen: ${list}.`,
    values: {
      tooFew: (least, known) => `Ein Diagramm braucht Messwerte an ${daysDative(least)}; bisher: ${count(known)}.`,
      newest: (date, range) => `Am ${date}: ${range}.`,
      keys: { p50: 'p50: die Hälfte war nicht größer', range: 'vom kleinsten bis zum größten Wert' },
      columns: {
        min: 'Min.',
        p50: 'p50',
        max: 'Max.',
        readings: 'Messungen',
        before: (n) => `p50 ${days(n)} davor`,
      },
      label: (range, known, of, greatestOn, before) => {
        const when = known < of ? `an ${count(known)} der letzten ${days(of)}` : `in den letzten ${daysDative(of)}`;
        const greatest = greatestOn === undefined ? '' : `; am größten am ${greatestOn}`;
        const earlier = before === undefined ? '' : ` In den ${daysDative(of)} davor: p50 ${before}.`;
        return `${range} ${when}${greatest}.${earlier}`;
      },
    },
  },

  age: {
    old: (span) => `Die letzten Beobachtungen sind ${span} alt.`,
    oldByClock: (span) => `Die letzten Beobachtungen sind nach Ihrer Uhr ${span} alt.`,
    lastKnownAgo: (name, span) => `${name}: letzter bekannter Stand ${span} alt`,
    newer: 'Es gibt neuere Beobachtungen.',
    reload: 'Neu laden',
    every: (span) => `geprüft etwa alle ${span}`,
    fresh: (at, every, until) => `Stand ${at}, ${every}, gültig bis ${until}`,
    asOf: (at) => `Stand ${at}`,
    asOfUntil: (at, until) => `Stand ${at}, gültig bis ${until}`,
    notYet: 'noch nicht beobachtet',
    noneYet: 'noch keine Beobachtungen',
  },

  page: {
    nav: { status: 'Status', incidents: 'Vorfälle', maintenance: 'Wartung', map: 'Karte' },
    pages: 'Seiten',
    youAreHere: 'Sie sind hier',
    skip: 'Zum Inhalt springen',
    demo: 'Demo',
    json: 'Status als JSON',
    feed: 'Feed',
    calendar: 'Kalender',
    times: 'Alle Zeiten sind UTC. Verfügbarkeit zählt, was beobachtet wurde; ein Prozentwert wird nie aufgerundet.',
    madeWith: 'Erstellt mit Vedette.',
    demoNote: 'Diese Seite zeigt die Demo: echte Server, absichtlich gestört.',
    allServices: 'Alle Dienste',
    mapOfAll: 'Karte aller Dienste',
    statusOf: (title) => `Status von ${title}`,
    attention: 'Braucht Aufmerksamkeit',
    affected: 'Was betroffen ist',
    services: 'Dienste',
    servicesLastKnown: 'Dienste (zuletzt bekannt)',
    otherServices: 'Andere Dienste',
    legend: (n) =>
      `Jeder Balken ist einer der letzten ${days(n)}: am höchsten bei einem Ausfall, mittelhoch an einem guten Tag, kürzer bei Beeinträchtigung, ein Strich am Boden, wo Daten fehlen. Daneben steht, welchen Anteil der beobachteten Zeit der Dienst verfügbar war.`,
    onlyTroubled: 'Nur was nicht in Betrieb ist',
    filter: 'Nach Name, Gruppe oder Zustand filtern',
    filtered: (shown, of) => `${shown} von ${count(of)} ${plural(of, { one: 'Dienst', other: 'Diensten' })}`,
    nothingObserved: 'Noch wurde nichts beobachtet.',
    notFound: 'Seite nicht gefunden',
    notFoundHere: 'Unter dieser Adresse gibt es keine Seite',
    notFoundWhy:
      'Über die Dienste sagt das nichts. Ein Dienst kann umbenannt worden sein, und bei vielen Vorfällen behalten nur die neuesten eine Seite.',
  },

  feeds: {
    history: (format) => `Vorfälle (${format})`,
    updates: (format) => `Jede Meldung (${format})`,
    title: (subject) => `${subject}: Vorfälle`,
    updatesTitle: (subject) => `${subject}: Meldungen zu Vorfällen`,
    description: 'Ein Eintrag je Vorfall, der sich mit jeder Meldung ändert.',
    updatesDescription: 'Ein Eintrag je Meldung zu einem Vorfall, für alle, die Neues weitergeben.',
    earlier: 'Frühere Meldungen stehen auf der Seite des Vorfalls.',
  },

  llms: {
    description: (title) => `Status von ${title}: was geht, was nicht, und die wahrscheinliche Ursache.`,
    note: (all) =>
      `Ein Zustand ist einer von ${all}. Nichts hier ist neuer als sein »Stand«; nach »gültig bis« ist es nur noch zuletzt bekannt. Alle Zeiten sind UTC.`,
    markdown: 'Die Seite als Markdown',
    markdownHas: 'Überschrift, Dienste, Wartung, Vorfälle',
    json: 'dasselbe für Programme',
    schema: (link) => `beschrieben durch ${link}`,
    itsSchema: 'sein Schema',
    metrics: 'Zustände, Verfügbarkeit und Antwortzeiten als OpenMetrics-Text',
    calendar: 'angekündigte Wartungen als Kalender',
  },
};
