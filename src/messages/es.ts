/** Español. */
import type { Words } from './en.ts';
import { grammarOf, uncapitalized } from './grammar.ts';

const { plural, ...grammar } = grammarOf<'one' | 'many'>('es');
const { count, amount, decimal } = grammar;
/** Dos formas; la de los millones no aparece aquí. */
const two = (n: number, one: string, other: string): string => plural(n, { one, many: other, other });
const days = (n: number): string => `${count(n)} ${two(n, 'día', 'días')}`;
const services = (n: number): string => `${count(n)} ${two(n, 'servicio', 'servicios')}`;
const incidents = (n: number): string => `${count(n)} ${two(n, 'incidente', 'incidentes')}`;
const isOrAre = (n: number): string => two(n, 'está', 'están');
const percent = (value: number, least: number, most = least): string => `${decimal(value, least, most)}\u00a0%`;

/** Lo que sigue a «está» o «están», sin concordancia. */
const states: Words['states'] = {
  operational: 'en funcionamiento',
  degraded: 'con problemas',
  partial_outage: 'en interrupción parcial',
  major_outage: 'fuera de servicio',
  maintenance: 'en mantenimiento',
  unknown: 'en estado desconocido',
};
const impacts = { none: 'nulo', minor: 'menor', major: 'grave', critical: 'crítico' };

export const es: Words = {
  direction: 'ltr',
  between: ' ',
  comma: ', ',
  isolate: (text) => text,
  sentence: (clause) => `${clause}.`,
  clauses: (all) => all.join('; '),
  lowered: uncapitalized,
  ...grammar,
  more: (n) => `${count(n)} más`,
  percent,
  lessThan: (text) => `<\u00a0${text}`,
  span: ({ unit, count: n }) =>
    unit === 'second' ? `${n} s` : unit === 'minute' ? `${n} min` : unit === 'hour' ? `${n} h` : days(n),

  states,
  outsideHours: 'fuera de horario',
  lastKnown: 'último estado conocido: ',
  lastKnownSentence: 'Último estado conocido: ',
  outcomes: { up: 'responde', degraded: 'con problemas', down: 'no responde', unknown: 'desconocido' },
  notReadLately: 'sin comprobar últimamente',
  stateCount: (n, state) => `${count(n)} ${states[state]}`,
  outsideHoursCount: (n) => `${count(n)} fuera de horario`,
  operationalOf: (well, known) => `${count(well)}/${count(known)} en funcionamiento`,
  unknownCount: (n) => `${count(n)} en estado desconocido`,

  is: (subject, n, state) => `${subject} ${isOrAre(n)} ${states[state]}`,
  isAgain: (subject, n) => `${subject} ${isOrAre(n)} de nuevo en funcionamiento`,
  areAffected: (subject, n) => (n === 1 ? `${subject} se ve afectado` : `${subject} se ven afectados`),
  withEvidence: (clause, evidence) => `${clause}: ${evidence}`,

  headline: {
    firstRound: 'La primera comprobación aún no se ha hecho.',
    noObservations: 'Aún no hay observaciones.',
    blind: 'Desconocido: nuestra sonda no llega a la red.',
    allElseBlind: 'Todo lo demás se desconoce: nuestra sonda no llega a la red.',
    mayBeProber: 'También puede ser nuestra sonda: demasiados servicios callaron a la vez.',
    manySilent:
      'Demasiados servicios callaron en la misma comprobación, así que el fallo es probablemente de nuestra sonda.',
    noCanary: (n) =>
      n > 1
        ? `Ninguno de los ${n} testigos respondió, así que el fallo es de nuestra sonda.`
        : 'El testigo no respondió, así que el fallo es de nuestra sonda.',
    belowIsLastKnown: 'Los estados de abajo son los últimos conocidos.',
    unknown: 'El estado es desconocido.',
    seenEssential: 'Los servicios esenciales que podemos ver están en funcionamiento.',
    seenAll: 'Todo lo que podemos ver está en funcionamiento.',
    allEssential: 'Todos los servicios esenciales están en funcionamiento.',
    all: 'Todos los sistemas están en funcionamiento.',
    manyAffected: (state, affected, of) =>
      `${{ degraded: 'Servicio degradado', partial_outage: 'Interrupción parcial', major_outage: 'Interrupción grave' }[state]}: ${affected} de ${count(of)} servicios principales están afectados.`,
    furtherFailures: (n) => `Y ${count(n)} ${two(n, 'fallo más', 'fallos más')}.`,
    furtherIncidents: (n) => `Y ${count(n)} ${two(n, 'incidente más', 'incidentes más')}.`,
    declared: (at, title) => `Declarado por los responsables, desde ${at}: ${title}`,
    contained: (names, feltBy) => `Contenido: ${names}${feltBy === undefined ? '' : `, lo nota solo ${feltBy}`}.`,
    notKnown: (names) => `Estado desconocido: ${names}.`,
    blindAt: (names) => `La vigilancia no ve: ${names}.`,
    affected: (names) => `Afectados: ${names}.`,
    inMaintenance: (names) => `En mantenimiento: ${names}.`,
    outsideHours: (_, until, names) => `Fuera de horario hasta ${until}: ${names}.`,
    cause: (kind, name) =>
      `${{ first: 'Causa probable', unclear: 'Causa incierta, quizá', also: 'También' }[kind]}: ${name}`,
    suspect: (opening, users, n) =>
      `${opening}, que no se comprueba; ${users} ${n === 1 ? 'depende de él y falla' : 'dependen de él y fallan'}.`,
    trouble: (opening, state, at, span, trouble, evidence) => {
      const begin = opening === undefined ? 'Desde' : `${opening}, ${state ? states[state] : 'con fallos'} desde`;
      const longer = trouble === undefined ? '' : `, en apuros desde hace ${trouble}`;
      return `${begin} ${at} (${span})${longer}${evidence === '' ? '' : `: ${evidence}`}.`;
    },
    seenFrom: (names, failing, of) => `visto desde ${names} (${failing} de ${of} ubicaciones)`,
    reach: (affected, neededBy) =>
      neededBy === 1
        ? `El único servicio que depende de él ${affected === 1 ? 'está afectado' : 'no está afectado'}.`
        : `${affected} de los ${neededBy} servicios que dependen de él ${two(affected, 'está afectado', 'están afectados')}.`,
  },

  evidence: {
    failing: (now, usual) => `falla el ${now} de las peticiones, frente al ${usual} habitual`,
    slow: (latency, usual) => `lento, ${latency}${usual === undefined ? '' : ` frente a ${usual} habituales`}`,
    unexpectedStatus: 'un código de estado inesperado',
    status: (code) => `código de estado ${code}`,
    timeout: (phase) => `sin respuesta a tiempo${phase === undefined ? '' : ` (${phase})`}`,
    answered: (latency) => `respondió en ${latency}`,
    afterAttempts: (n) => `tras ${count(n)} ${two(n, 'intento', 'intentos')}`,
  },
  phases: {
    dns: 'al buscar su nombre',
    connect: 'al conectar',
    proxy: 'al preguntar al proxy',
    tls: 'al acordar el cifrado',
    ttfb: 'al esperar el primer byte',
    body: 'al leer la respuesta',
    talk: 'durante el diálogo',
  },
  reasons: {
    refused: 'conexión rechazada',
    unreachable: 'no hay ruta hasta él',
    reset: 'conexión interrumpida',
    closed: 'cerrado sin respuesta',
    'dns-not-found': 'su nombre no existe',
    'dns-no-address': 'su nombre no tiene dirección',
    'dns-server': 'falló el servidor de nombres',
    'tls-expired': 'su certificado ha caducado',
    'tls-not-yet-valid': 'su certificado aún no es válido',
    'tls-untrusted': 'su certificado no es de confianza',
    'tls-name': 'su certificado es de otro nombre',
    'tls-version': 'no hay versión de TLS en común',
    'tls-weak': 'su cifrado es demasiado débil',
    'tls-client-cert': 'pide un certificado de cliente',
    'tls-not-tls': 'no habla TLS',
    protocol: 'no habla su protocolo',
    'headers-too-large': 'sus cabeceras son demasiado grandes',
    'body-too-large': 'su respuesta es demasiado grande',
    truncated: 'su respuesta quedó cortada',
    encoding: 'su respuesta está mal codificada',
    redirect: 'redirige mal',
    header: 'una cabecera inesperada',
    content: 'un contenido inesperado',
    blocked: 'la sonda fue rechazada',
    expiring: 'su certificado caduca pronto',
    stale: 'sus datos están anticuados',
    value: 'un valor fuera de los límites',
    'no-data': 'sin datos',
    proxy: 'se desconoce: falló el proxy',
    'unsupported-here': 'se desconoce: esta sonda no puede comprobarlo',
    'prober-fault': 'se desconoce: falló la sonda',
    source: 'se desconoce: falló el sistema consultado',
    bug: 'se desconoce: falló Vedette',
  },

  incident: {
    untitled: 'Incidente',
    statuses: {
      investigating: 'En investigación',
      identified: 'Causa identificada',
      monitoring: 'En observación',
      resolved: 'Resuelto',
      postmortem: 'Análisis posterior',
      scheduled: 'Programado',
      in_progress: 'En curso',
      completed: 'Terminado',
      cancelled: 'Cancelado',
    },
    impacts: {
      none: 'sin efecto en los servicios principales',
      minor: 'impacto menor',
      major: 'impacto grave',
      critical: 'impacto crítico',
    },
    probablyFailing: (name) => `${name} probablemente falla`,
    suspect: (name) => `Causa probable: ${name}, que no se comprueba`,
    failsAgain: 'Vuelve a fallar',
    nameFailsAgain: (name) => `${name} vuelve a fallar`,
    causeIs: (name) => `La causa probable es ${name}`,
    causeIsNow: (name) => `La causa probable es ahora ${name}`,
    notProbed: (clause) => `${clause}, que no se comprueba`,
    impactIsNow: (impact) => `El impacto es ahora ${impacts[impact]}`,
    impactIsOnly: (impact) => `El impacto es ya solo ${impacts[impact]}`,
    monitoring: 'Vuelve a funcionar. Observamos si dura.',
    suppressed: 'Ha comenzado un mantenimiento anunciado. Los fallos durante él no cuentan.',
    stillFails: 'El mantenimiento ha terminado y el fallo continúa',
    recovered: (at, span) => `Recuperado a las ${at}, tras ${span}.`.replace(/a las (\d{4}-)/, 'el $1'),
    endedWithMaintenance: (at, span) =>
      `Termina con el mantenimiento anunciado que comenzó a las ${at}, tras ${span}.`.replace(
        /a las (\d{4}-)/,
        'el $1',
      ),
    merged: (into) =>
      `Tiene la misma causa que otro incidente${into === undefined ? '' : ` (${into})`}, y continúa allí.`,
    removed: 'El servicio ya no se vigila.',
    line: (at, span, isOpen, beganBefore) =>
      `${beganBefore ? 'comenzó antes, ' : ''}${at}, ${isOpen ? `${span} hasta ahora` : `duró ${span}`}`,
    services,
    sinceFor: (at, span) => `desde ${at} (${span})`,
    lasted: (at, to, span, isOpen) =>
      `${isOpen ? 'Desde' : 'De'} ${at}${to === undefined ? `, ${span} hasta ahora` : ` a ${to}, durante ${span}`}`,
    lastedShort: (span, isOpen) => (isOpen ? `Dura ya ${span}.` : `Duró ${span}.`),
    opened: (at, asOf) => `abierto ${at}${asOf === undefined ? '' : `, situación a ${asOf}`}`,
    probableCause: 'Causa probable',
    needs: 'necesita',
    namedBefore: (names) => `Nombrados antes: ${names}.`,
    updates: 'Actualizaciones',
    by: (author) => `, por ${author}`,
    affectedServices: 'Servicios afectados',
    atWorstSince: (at) => `en el peor momento, desde ${at}`,
    andMore: (n) => `Y ${count(n)} más.`,
    neighbours: 'Incidentes anteriores y posteriores',
    open: (n) => (n === 1 ? 'Incidente abierto' : `Incidentes abiertos (${count(n)})`),
    allOpen: (n) => `Los ${count(n)} incidentes abiertos`,
    all: 'Todos los incidentes',
    past: 'Incidentes pasados',
    noneSince: (at) => `Ninguno desde la primera observación, ${at}.`,
    noneEnded: (n) => `Ninguno terminó en los últimos ${days(n)}.`,
    moreLately: (n, of) => `, entre ellos ${count(n)} más de los últimos ${days(of)}`,
    ofLast: (n) => `Incidentes de los últimos ${days(n)}`,
    noneKnown: 'No se conoce ninguno.',
    moreWithService: (n) => `, ${count(n)} más con este servicio`,
  },

  archive: {
    incidents,
    noIncidents: (isOver) => `Sin incidentes${isOver ? '' : ' hasta ahora'}`,
    noIncidentsSeen: 'Sin incidentes en los días observados',
    noData: 'Sin datos',
    observedOn: (observed, of, isOver) =>
      `Observado en ${count(observed)} de ${days(of)}${isOver ? '' : ' hasta ahora'}.`,
    someObserved: 'Hay observaciones de este mes.',
    nothingObserved: 'En este mes no se observó nada.',
    titleOf: (name) => `Incidentes de ${uncapitalized(name)}`,
    moreInHistory: (n) => `${count(n)} más ${two(n, 'está', 'están')} en el historial y no figuran aquí.`,
    neighbours: 'Meses anteriores y posteriores',
    noneOpen: 'No hay incidentes abiertos',
    open: (n) => `${incidents(n)} ${two(n, 'abierto', 'abiertos')}`,
    asLastKnown: ', según lo último conocido',
    description: (summary) => `${summary}. Los incidentes de los últimos 12 meses.`,
    openNow: 'Abiertos ahora',
    moreOf: (n, name) => `${count(n)} más de ${uncapitalized(name)}`,
    earlier: 'Antes',
    before: 'Anterior',
    after: 'Posterior',
  },

  maintenance: {
    isAnnounced: (title) => `Anunciado: ${title}.`,
    begun: 'El mantenimiento ha comenzado.',
    over: 'El mantenimiento ha terminado.',
    cancelled: 'El mantenimiento se ha cancelado.',
    moved: (start, end) =>
      `Ahora ${[...(start === undefined ? [] : [`comienza el ${start}`]), ...(end === undefined ? [] : [`termina el ${end}`])].join(' y ')}.`,
    summary: (current, upcoming) =>
      current > 0 ? `${count(current)} en curso` : upcoming > 0 ? 'ninguno en curso' : 'ninguno anunciado',
    description: (summary) => `Mantenimiento anunciado: ${summary}.`,
    lead: 'Trabajos anunciados. Mientras duran, los fallos de los servicios afectados se esperan y no cuentan.',
    subscribe: 'Suscribirse en un calendario (iCal)',
    none: 'No hay ninguno anunciado.',
    current: 'En curso',
    upcoming: 'Próximos',
    past: 'Pasados',
    moreOver: (n) => `${count(n)} más ${two(n, 'ha terminado', 'han terminado')} y no figuran aquí.`,
    repeats: 'se repite',
    fromTo: (at, to) => `de ${at} a ${to}`,
    services: 'Servicios: ',
    andMore: (n) => ` y ${count(n)} más`,
    nextTimes: 'Próximas fechas',
    timesBefore: 'Fechas anteriores',
    moreTimes: (n, within) => `y ${count(n)} más en ${days(within)}`,
    furtherTimes: (n, within) => `, y ${count(n)} ${two(n, 'vez', 'veces')} más en ${days(within)}`,
    all: 'Todo el mantenimiento',
    calendar: (title) => `${title}: mantenimiento`,
  },

  service: {
    declared: 'declarado por los responsables',
    via: (name) => `a causa de ${name}`,
    atRisk: (name) => `en riesgo por ${name}`,
    until: (at) => `hasta ${at}`,
    flapping: 'inestable',
    notProbed: 'sin comprobar',
    probableCause: 'causa probable',
    since: (at) => `desde ${at}`,
    sinceThen: (at) => `desde ${at}`,
    noDataYet: 'aún sin datos',
    noData: 'sin datos',
    wholeDays: days,
    coverage: (span, observed) => `${span}, ${observed} observado`,
    lastDays: (n, parts) => `Últimos ${days(n)}: ${parts}`,
    dayKinds: {
      down: (n) => `${days(n)} con interrupción`,
      degraded: (n) => `${days(n)} con problemas`,
      maintenance: (n) => `${days(n)} en mantenimiento`,
      'off-hours': (n) => `${days(n)} fuera de horario`,
      operational: (n) => `${days(n)} sin fallos`,
      'no-data': (n) => `${days(n)} sin datos`,
    },
    downFor: (span) => `fuera de servicio durante ${span}`,
    degradedFor: (span) => `con problemas durante ${span}`,
    up: (share) => `${share} disponible`,
    ofDayObserved: (share) => `${share} del día observado`,
    promise: (share, span) => `Compromiso: ${share} en ${span}`,
    promiseUnseen: (promise) => `${promise}. En ese tiempo no se observó nada.`,
    promiseKept: (promise, isKept, up, observed) =>
      `${promise}, ${isKept ? 'cumplido' : 'no cumplido'}: ${up} disponible, ${observed} del tiempo observado.`,
    room: (spent, allowed, left, pace) =>
      `De ${allowed} de margen para fallos se han usado ${spent}, ${left === undefined ? 'no queda nada' : `queda el ${left}`}${pace === undefined ? '' : `; en las últimas 6 h, a ${pace} veces el ritmo sostenible`}.`,
    latency: (answers, span, p50, p95, p99) =>
      `De ${amount(answers)} respuestas en ${span}, la mitad llegó en unos ${p50}, el ${percent(95, 0)} en ${p95}, el ${percent(99, 0)} en ${p99}.`,
    mustWork: (need, of) => `${need} de ${of} deben funcionar`,
    strengths: { hard: '', soft: 'no imprescindible', insight: 'solo para observar' },
  },

  servicePage: {
    description: (title) => `${title}. Sus comprobaciones y aquello de lo que depende.`,
    isCause: 'Es probablemente la causa de lo que está afectado ahora.',
    causes: (names) => `Causa probable: ${names}.`,
    notProbedItself: 'No se comprueba directamente; su estado viene de aquello de lo que depende.',
    byOwnProbes: (word) => `Según sus propias comprobaciones: ${word}.`,
    nothingKnown: 'No se comprueba, así que no se sabe nada de él.',
    expected: (hours, next) => `Horario: ${hours}${next === undefined ? '' : `, de nuevo desde ${next}`}.`,
    flapping: 'Cambia a menudo: su estado es inestable.',
    probes: 'Comprobaciones',
    degradesAtMost: 'como mucho, problemas',
    noReading: 'Aún sin comprobar.',
    read: (evidence, at) => `${evidence}, comprobado ${at}`,
    lastDays: (n) => `Últimos ${days(n)}`,
    upOf: (up, coverage) => `${up} disponible (${coverage}). `,
    onlyHours: 'Solo cuenta su horario.',
    daysWithTrouble: 'Días con fallos',
    deployed: (version) => `Versión desplegada en la última lectura: ${version}.`,
    measuredByDay: 'Mediciones por día',
    latencyByDay: 'Latencia por día',
    latencyOfOthers: (n) =>
      n === 1 ? 'Latencia de su otra comprobación' : `Latencia de sus otras ${n} comprobaciones`,
    dependsOn: 'Depende de',
    dependsOnNothing: 'Nada de lo que figura aquí.',
    neededBy: 'Lo necesitan',
    neededByNobody: 'Ningún otro servicio.',
    neighbourhood: 'Su entorno',
    neighbourhoodOf: (name) => `Lo que ${name} necesita y lo que lo necesita`,
    whenItFails: 'Cuando falla',
    lookedAfterBy: (owner) => `A cargo de ${owner}.`,
    follow: 'Seguirlo',
    badge: 'Insignia',
  },

  map: {
    description: (title) => `Todos los servicios de ${title} y lo que necesitan.`,
    lead: (link) => `Esto muestra quién necesita a quién; lo mismo está abajo ${link}.`,
    asList: 'como lista',
    label: 'Todos los servicios y lo que necesitan',
    wider: 'Más ancho que la pantalla: se desplaza hacia los lados.',
    asDiagram: (label, summary) => `${label}, como diagrama: ${summary}`,
    direction: (hasCircle) =>
      `De izquierda a derecha: quién necesita a quién${hasCircle ? '; una flecha hacia la izquierda cierra un círculo' : ''}.`,
    tooMuch: 'Es demasiado para dibujarlo; la lista lo dice todo.',
    notShown: (n) => `${count(n)} más no se ${two(n, 'muestra', 'muestran')} aquí.`,
    sameAsList: (summary) => `Lo mismo como lista: ${summary}`,
    summary: (n, dependencies) =>
      `${services(n)}, ${count(dependencies)} ${two(dependencies, 'dependencia', 'dependencias')}`,
    legend: {
      hard: 'no puede funcionar sin él',
      soft: 'funciona sin él, pero peor',
      insight: 'solo se observa a través de él',
      chain: 'el fallo probablemente viene por aquí',
      unprobed: 'sin comprobar',
    },
    strengths: { hard: 'imprescindible', soft: 'no imprescindible', insight: 'observación' },
    edge: (from, to, strength) =>
      `${from} ${{ hard: 'necesita', soft: 'usa', insight: 'se observa a través de' }[strength]} ${to}`,
    member: (name, of) => `${name} es uno de ${of}`,
    troubleComesThisWay: 'el fallo viene por aquí',
    verbs: { hard: 'necesita', soft: 'usa sin ser imprescindible', insight: 'se observa a través de' },
    groupVerbs: { hard: '', soft: 'no imprescindible:', insight: 'para observar:' },
    see: { above: 'véase arriba', below: 'véase abajo' },
    group: (need, of) => `${need} de ${of}`,
    groupWord: (need, of, alive, isAllSeen) =>
      `${need} de ${of} deben funcionar, ${isAllSeen ? `${alive} lo hacen` : `de ${alive} consta`}`,
  },

  chart: {
    noAnswer: (n) => `No hubo respuestas en los últimos ${days(n)}.`,
    tooFew: (least, n, known) =>
      `Un gráfico necesita respuestas de ${days(least)}; de los últimos ${count(n)}, ${count(known)} las ${two(known, 'tiene', 'tienen')}.`,
    keys: {
      p50: () => 'p50: la mitad no tardó más',
      p99: () => `p99: el ${percent(99, 0)} no tardó más`,
      before: (n) => `p50 de los ${days(n)} anteriores`,
    },
    maintenance: 'mantenimiento',
    logarithmic: 'La escala es logarítmica.',
    accuracy: `Todo dentro del ${percent(5, 0)} de lo medido.`,
    asTable: 'Lo mismo como tabla',
    columns: {
      day: 'Día (UTC)',
      p50: 'p50, ms',
      p99: 'p99, ms',
      answers: 'Respuestas',
      before: (n) => `p50 ${days(n)} antes, ms`,
    },
    about: (latency) => `unos ${latency}`,
    range: (least, most) => `entre ${least} y ${most}`,
    label: (range, p99, known, of, highestOn, before) => {
      const slowest = p99 === undefined ? '' : `, p99 hasta ${p99}`;
      const when = known < of ? `en ${count(known)} de los últimos ${days(of)}` : `en los últimos ${days(of)}`;
      const highest = highestOn === undefined ? '' : `; lo más alto el ${highestOn}`;
      const earlier = before === undefined ? '' : `. En los ${days(of)} anteriores: p50 ${before}`;
      return `p50 ${range}${slowest} ${when}${highest}${earlier}.`;
    },
    p99Needs: (answers, without, isAll) =>
      `p99 necesita ${count(answers)} respuestas al día${isAll ? ', y ningún día tuvo tantas.' : `; ${days(without)} ${two(without, 'tuvo', 'tuvieron')} menos.`}`,
    released: 'versión',
    releasedBefore: (n) => `${count(n)} antes`,
    releasedOn: (version, date) => `${version} el ${date}`,
    releases: (list) => `Nuevas versiones: ${list}.`,
    values: {
      tooFew: (least, known) => `Un gráfico necesita mediciones de ${days(least)}; por ahora: ${count(known)}.`,
      newest: (date, range) => `El ${date}: ${range}.`,
      keys: { p50: 'p50: la mitad no fue mayor', range: 'del menor al mayor' },
      columns: {
        min: 'Mín.',
        p50: 'p50',
        max: 'Máx.',
        readings: 'Mediciones',
        before: (n) => `p50 ${days(n)} antes`,
      },
      label: (range, known, of, greatestOn, before) => {
        const when = known < of ? `en ${count(known)} de los últimos ${days(of)}` : `en los últimos ${days(of)}`;
        const greatest = greatestOn === undefined ? '' : `; lo más alto el ${greatestOn}`;
        const earlier = before === undefined ? '' : ` En los ${days(of)} anteriores: p50 ${before}.`;
        return `${range} ${when}${greatest}.${earlier}`;
      },
    },
  },

  age: {
    old: (span) => `Las últimas observaciones son de hace ${span}.`,
    oldByClock: (span) => `Según su reloj, las últimas observaciones son de hace ${span}.`,
    lastKnownAgo: (name, span) => `${name}: último estado conocido hace ${span}`,
    newer: 'Hay observaciones más recientes.',
    reload: 'Recargar',
    every: (span) => `comprobado cada ${span} aproximadamente`,
    fresh: (at, every, until) => `situación a ${at}, ${every}, válido hasta ${until}`,
    asOf: (at) => `situación a ${at}`,
    asOfUntil: (at, until) => `situación a ${at}, válido hasta ${until}`,
    notYet: 'aún sin observar',
    noneYet: 'aún sin observaciones',
  },

  page: {
    nav: { status: 'Estado', incidents: 'Incidentes', maintenance: 'Mantenimiento', map: 'Mapa' },
    pages: 'Páginas',
    youAreHere: 'Está aquí',
    skip: 'Ir al contenido',
    demo: 'demostración',
    json: 'Estado como JSON',
    feed: 'Fuente web',
    calendar: 'Calendario',
    times:
      'Todas las horas son UTC. La disponibilidad cuenta lo observado; un porcentaje nunca se redondea hacia arriba.',
    madeWith: 'Hecho con Vedette.',
    demoNote: 'Esta página muestra la demostración: servidores reales, averiados a propósito.',
    allServices: 'Todos los servicios',
    mapOfAll: 'Mapa de todos los servicios',
    statusOf: (title) => `Estado de ${title}`,
    attention: 'Requiere atención',
    affected: 'Qué está afectado',
    services: 'Servicios',
    servicesLastKnown: 'Servicios (último estado conocido)',
    otherServices: 'Otros servicios',
    legend: (n) =>
      `Cada barra es uno de los últimos ${days(n)}: la más alta, una interrupción; media, un buen día; más corta, con problemas; una línea en el suelo donde no hay datos. Al lado, qué parte del tiempo observado estuvo disponible el servicio.`,
    onlyTroubled: 'Solo lo que no está en funcionamiento',
    filter: 'Filtrar por nombre, grupo o estado',
    filtered: (shown, of) => `${shown} de ${services(of)}`,
    nothingObserved: 'Aún no se ha observado nada.',
    notFound: 'Página no encontrada',
    notFoundHere: 'No hay ninguna página en esta dirección',
    notFoundWhy:
      'Eso no dice nada de los servicios. Puede que un servicio haya cambiado de nombre, y de muchos incidentes solo los más recientes conservan una página.',
  },

  feeds: {
    history: (format) => `Incidentes (${format})`,
    updates: (format) => `Cada actualización (${format})`,
    title: (subject) => `${subject}: incidentes`,
    updatesTitle: (subject) => `${subject}: actualizaciones de incidentes`,
    description: 'Una entrada por incidente, que cambia con cada actualización.',
    updatesDescription: 'Una entrada por actualización de un incidente, para quienes difunden las novedades.',
    earlier: 'Las actualizaciones anteriores están en la página del incidente.',
  },

  llms: {
    description: (title) => `Estado de ${title}: qué funciona, qué no y la causa probable.`,
    note: (all) =>
      `Un estado es uno de ${all}. Nada aquí es más reciente que su «situación»; pasado «válido hasta» es solo lo último conocido. Todas las horas son UTC.`,
    markdown: 'La página como Markdown',
    markdownHas: 'titular, servicios, mantenimiento, incidentes',
    json: 'lo mismo para programas',
    schema: (link) => `descrito por ${link}`,
    itsSchema: 'su esquema',
    metrics: 'estados, disponibilidad y latencias como texto OpenMetrics',
    calendar: 'el mantenimiento anunciado como calendario',
  },
};
