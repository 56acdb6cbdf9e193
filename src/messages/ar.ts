/**
 * العربية. Sentences begin with an Arabic word, so that their direction is found right where nothing says it; foreign pieces
 * are isolated. Services are feminine, and more than one of them follow a colon, so that no dual has to agree.
 */
import type { Words } from './en.ts';
import { grammarOf } from './grammar.ts';

const { plural, ...grammar } = grammarOf<'zero' | 'one' | 'two' | 'few' | 'many'>('ar');
const { count, amount, decimal } = grammar;

/** With the noun in its six forms, of which the oblique one of the dual stands everywhere. */
function counted(n: number, one: string, two: string, few: string, many: string, other: string): string {
  const digits = count(n);
  return plural(n, {
    zero: `${digits} ${other}`,
    one,
    two,
    few: `${digits} ${few}`,
    many: `${digits} ${many}`,
    other: `${digits} ${other}`,
  });
}
const seconds = (n: number): string => counted(n, 'ثانية واحدة', 'ثانيتين', 'ثوانٍ', 'ثانية', 'ثانية');
const minutes = (n: number): string => counted(n, 'دقيقة واحدة', 'دقيقتين', 'دقائق', 'دقيقة', 'دقيقة');
const hours = (n: number): string => counted(n, 'ساعة واحدة', 'ساعتين', 'ساعات', 'ساعة', 'ساعة');
const days = (n: number): string => counted(n, 'يوم واحد', 'يومين', 'أيام', 'يومًا', 'يوم');
const services = (n: number): string => counted(n, 'خدمة واحدة', 'خدمتان', 'خدمات', 'خدمة', 'خدمة');
const incidents = (n: number): string => counted(n, 'حادث واحد', 'حادثان', 'حوادث', 'حادثًا', 'حادث');
const times = (n: number): string => counted(n, 'مرة واحدة', 'مرتين', 'مرات', 'مرة', 'مرة');
const locations = (n: number): string => counted(n, 'موقع واحد', 'موقعين', 'مواقع', 'موقعًا', 'موقع');
const percent = (value: number, least: number, most = least): string => `${decimal(value, least, most)}%`;

const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const isolate = (text: string): string => `\u2068${text.replaceAll(DIRECTIONS, '')}\u2069`;

const states: Words['states'] = {
  operational: 'تعمل',
  degraded: 'أداؤها متراجع',
  partial_outage: 'متوقفة جزئيًا',
  major_outage: 'متوقفة',
  maintenance: 'قيد الصيانة',
  unknown: 'غير معروفة',
};
const impacts = { none: 'معدوم', minor: 'طفيف', major: 'كبير', critical: 'حرج' };
const lastDays = (n: number): string => `آخر ${days(n)}`;

export const ar: Words = {
  direction: 'rtl',
  between: ' ',
  comma: '، ',
  isolate,
  sentence: (clause) => `${clause}.`,
  clauses: (all) => all.join('؛ '),
  lowered: (text) => text,
  ...grammar,
  more: (n) => `${count(n)} غيرها`,
  percent,
  lessThan: (text) => `أقل من ${text}`,
  span: ({ unit, count: n }) => ({ second: seconds, minute: minutes, hour: hours, day: days })[unit](n),

  states,
  outsideHours: 'خارج ساعات العمل',
  lastKnown: 'آخر حالة معروفة: ',
  lastKnownSentence: 'آخر حالة معروفة: ',
  outcomes: { up: 'يستجيب', degraded: 'متراجع', down: 'متوقف', unknown: 'غير معروف' },
  notReadLately: 'لم يُفحص مؤخرًا',
  stateCount: (n, state) => `${states[state]}: ${count(n)}`,
  outsideHoursCount: (n) => `خارج ساعات العمل: ${count(n)}`,
  operationalOf: (well, known) => `تعمل ${count(well)} من ${count(known)}`,
  unknownCount: (n) => `غير معروفة: ${count(n)}`,

  is: (subject, n, state) =>
    n === 1
      ? `الخدمة ${subject} ${state === 'unknown' ? 'حالتها غير معروفة' : states[state]}`
      : `خدمات ${state === 'unknown' ? 'حالتها غير معروفة' : states[state]}: ${subject}`,
  isAgain: (subject, n) => (n === 1 ? `عادت الخدمة ${subject} إلى العمل` : `خدمات عادت إلى العمل: ${subject}`),
  areAffected: (subject, n) => (n === 1 ? `الخدمة ${subject} متأثرة` : `خدمات متأثرة: ${subject}`),
  withEvidence: (clause, evidence) => `${clause} (${evidence})`,

  headline: {
    firstRound: 'لم تُجرَ جولة الفحص الأولى بعد.',
    noObservations: 'لا توجد عمليات رصد بعد.',
    blind: 'الحالة غير معروفة: لا يستطيع نظام المراقبة لدينا الوصول إلى الشبكة.',
    allElseBlind: 'ما عدا ذلك غير معروف: لا يستطيع نظام المراقبة لدينا الوصول إلى الشبكة.',
    mayBeProber: 'قد يكون السبب نظام المراقبة لدينا: توقفت خدمات كثيرة عن الاستجابة في وقت واحد.',
    manySilent: 'توقفت خدمات كثيرة عن الاستجابة في الجولة نفسها، فالخلل على الأرجح في نظام المراقبة لدينا.',
    noCanary: (n) =>
      n > 1
        ? 'لم يستجب أي من عناوين التحقق، فالخلل في نظام المراقبة لدينا.'
        : 'لم يستجب عنوان التحقق، فالخلل في نظام المراقبة لدينا.',
    belowIsLastKnown: 'الحالات أدناه هي آخر ما عُرف.',
    unknown: 'الحالة غير معروفة.',
    seenEssential: 'الخدمات الأساسية التي نستطيع رؤيتها تعمل.',
    seenAll: 'كل ما نستطيع رؤيته يعمل.',
    allEssential: 'جميع الخدمات الأساسية تعمل.',
    all: 'جميع الأنظمة تعمل.',
    manyAffected: (state, affected, of) =>
      `${{ degraded: 'تراجع في الأداء', partial_outage: 'انقطاع جزئي', major_outage: 'انقطاع كبير' }[state]}: عدد الخدمات الرئيسية المتأثرة ${count(affected)} من ${count(of)}.`,
    furtherFailures: (n) => `أعطال أخرى: ${count(n)}.`,
    furtherIncidents: (n) => `حوادث أخرى: ${count(n)}.`,
    declared: (at, title) => `أعلن عنه المسؤولون، منذ ${at}: ${title}`,
    contained: (names, feltBy) => `عطل محدود: ${names}${feltBy === undefined ? '' : `، ولا يتأثر به سوى ${feltBy}`}.`,
    notKnown: (names) => `حالتها غير معروفة: ${names}.`,
    blindAt: (names) => `لا تستطيع المراقبة رؤية: ${names}.`,
    affected: (names) => `خدمات متأثرة: ${names}.`,
    inMaintenance: (names) => `قيد الصيانة: ${names}.`,
    outsideHours: (_, until, names) => `خارج ساعات العمل حتى ${until}: ${names}.`,
    cause: (kind, name) =>
      `${{ first: 'السبب المحتمل', unclear: 'السبب غير واضح، وربما هو', also: 'وكذلك' }[kind]}: ${name}`,
    suspect: (opening, users) => `${opening}، وهي لا تُفحص؛ تحتاج إليها ${users}، وهي معطلة.`,
    trouble: (opening, state, at, span, trouble, evidence) => {
      const begin = opening === undefined ? 'منذ' : `${opening}، ${state ? states[state] : 'معطلة'} منذ`;
      const longer = trouble === undefined ? '' : `، وهي مضطربة منذ ${trouble}`;
      return `${begin} ${at} (${span})${longer}${evidence === '' ? '' : `: ${evidence}`}.`;
    },
    seenFrom: (names, failing, of) => `كما يُرى من ${names} (${count(failing)} من ${locations(of)})`,
    reach: (affected, neededBy) =>
      neededBy === 1
        ? `الخدمة الوحيدة التي تحتاج إليها ${affected === 1 ? 'متأثرة' : 'غير متأثرة'}.`
        : `عدد الخدمات المتأثرة مما يحتاج إليها: ${count(affected)} من ${count(neededBy)}.`,
  },

  evidence: {
    failing: (now, usual) => `يفشل ${now} من الطلبات مقابل ${usual} عادةً`,
    slow: (latency, usual) => `استجابة بطيئة، ${latency}${usual === undefined ? '' : ` مقابل ${usual} عادةً`}`,
    unexpectedStatus: 'رمز حالة غير متوقع',
    status: (code) => `رمز الحالة ${code}`,
    timeout: (phase) => `لا استجابة في الوقت المحدد${phase === undefined ? '' : ` (${phase})`}`,
    answered: (latency) => `استجاب خلال ${latency}`,
    afterAttempts: (n) => `بعد ${counted(n, 'محاولة واحدة', 'محاولتين', 'محاولات', 'محاولة', 'محاولة')}`,
  },
  phases: {
    dns: 'عند البحث عن الاسم',
    connect: 'عند الاتصال',
    proxy: 'عند سؤال الوكيل',
    tls: 'عند الاتفاق على التشفير',
    ttfb: 'عند انتظار أول بايت',
    body: 'عند قراءة الاستجابة',
    talk: 'أثناء المحادثة',
  },
  reasons: {
    refused: 'رُفض الاتصال',
    unreachable: 'لا مسار إليه',
    reset: 'قُطع الاتصال',
    closed: 'أُغلق الاتصال دون استجابة',
    'dns-not-found': 'الاسم غير موجود',
    'dns-no-address': 'لا عنوان للاسم',
    'dns-server': 'تعطل خادم الأسماء',
    'tls-expired': 'انتهت صلاحية الشهادة',
    'tls-not-yet-valid': 'لم تبدأ صلاحية الشهادة بعد',
    'tls-untrusted': 'الشهادة غير موثوقة',
    'tls-name': 'الشهادة لاسم آخر',
    'tls-version': 'لا إصدار TLS مشترك',
    'tls-weak': 'التشفير ضعيف جدًا',
    'tls-client-cert': 'يطلب شهادة من العميل',
    'tls-not-tls': 'لا يستخدم TLS',
    protocol: 'لا يلتزم بالبروتوكول',
    'headers-too-large': 'الترويسات كبيرة جدًا',
    'body-too-large': 'الاستجابة كبيرة جدًا',
    truncated: 'الاستجابة مبتورة',
    encoding: 'ترميز الاستجابة خاطئ',
    redirect: 'إعادة توجيه خاطئة',
    header: 'ترويسة غير متوقعة',
    content: 'محتوى غير متوقع',
    blocked: 'رُفض نظام المراقبة',
    expiring: 'تنتهي صلاحية الشهادة قريبًا',
    stale: 'البيانات قديمة',
    value: 'قيمة خارج الحدود',
    'no-data': 'لا بيانات',
    proxy: 'غير معروف: تعطل الوكيل',
    'unsupported-here': 'غير معروف: لا يمكن فحصه من هنا',
    'prober-fault': 'غير معروف: تعطل نظام المراقبة',
    source: 'غير معروف: تعطل النظام المسؤول عنه',
    bug: 'غير معروف: تعطل برنامج Vedette',
  },

  incident: {
    untitled: 'حادث',
    statuses: {
      investigating: 'قيد التحقيق',
      identified: 'حُدد السبب',
      monitoring: 'قيد المتابعة',
      resolved: 'انتهى',
      postmortem: 'تقرير لاحق',
      scheduled: 'مجدولة',
      in_progress: 'جارية',
      completed: 'اكتملت',
      cancelled: 'أُلغيت',
    },
    impacts: {
      none: 'بلا أثر في الخدمات الرئيسية',
      minor: 'أثر طفيف',
      major: 'أثر كبير',
      critical: 'أثر حرج',
    },
    probablyFailing: (name) => `الخدمة ${name} معطلة على الأرجح`,
    suspect: (name) => `السبب المحتمل: ${name}، وهي لا تُفحص`,
    failsAgain: 'عاد العطل',
    nameFailsAgain: (name) => `تعطلت الخدمة ${name} مجددًا`,
    causeIs: (name) => `السبب المحتمل: ${name}`,
    causeIsNow: (name) => `السبب المحتمل الآن: ${name}`,
    notProbed: (clause) => `${clause}، وهي لا تُفحص`,
    impactIsNow: (impact) => `الأثر الآن ${impacts[impact]}`,
    impactIsOnly: (impact) => `الأثر الآن ${impacts[impact]} فقط`,
    monitoring: 'عادت إلى العمل. نتابع إن كان ذلك سيدوم.',
    suppressed: 'بدأت صيانة معلنة. لا تُحسب الأعطال خلالها.',
    stillFails: 'انتهت الصيانة وما زال العطل قائمًا',
    recovered: (at, span) => `عادت إلى العمل في ${at} بعد ${span}.`,
    endedWithMaintenance: (at, span) => `انتهى مع الصيانة المعلنة التي بدأت في ${at} بعد ${span}.`,
    merged: (into) => `له سبب حادث آخر نفسه${into === undefined ? '' : ` (${into})`}، ويُتابع هناك.`,
    removed: 'لم تعد الخدمة مراقبة.',
    line: (at, span, isOpen, beganBefore) =>
      `${beganBefore ? 'بدأ قبل ذلك، ' : ''}${at}، ${isOpen ? `مستمر منذ ${span}` : `استمر ${span}`}`,
    services,
    sinceFor: (at, span) => `منذ ${at} (${span})`,
    lasted: (at, to, span, isOpen) =>
      `${isOpen ? 'منذ' : 'من'} ${at}${to === undefined ? `، مستمر منذ ${span}` : ` إلى ${to}، لمدة ${span}`}`,
    lastedShort: (span, isOpen) => (isOpen ? `مستمر منذ ${span}.` : `استمر ${span}.`),
    opened: (at, asOf) => `فُتح في ${at}${asOf === undefined ? '' : `، حتى ${asOf}`}`,
    probableCause: 'السبب المحتمل',
    needs: 'تحتاج إلى',
    namedBefore: (names) => `ذُكر سابقًا: ${names}.`,
    updates: 'التحديثات',
    by: (author) => `، ${author}`,
    affectedServices: 'الخدمات المتأثرة',
    atWorstSince: (at) => `في أسوأ الأحوال، منذ ${at}`,
    andMore: (n) => `و${count(n)} غيرها.`,
    neighbours: 'الحوادث السابقة واللاحقة',
    open: (n) => (n === 1 ? 'حادث جارٍ' : `حوادث جارية (${count(n)})`),
    allOpen: (n) => `جميع الحوادث الجارية (${count(n)})`,
    all: 'جميع الحوادث',
    past: 'الحوادث السابقة',
    noneSince: (at) => `لا حوادث منذ أول رصد، ${at}.`,
    noneEnded: (n) => `لم ينتهِ أي حادث في ${lastDays(n)}.`,
    moreLately: (n, of) => `، منها ${count(n)} غيرها في ${lastDays(of)}`,
    ofLast: (n) => `حوادث ${lastDays(n)}`,
    noneKnown: 'لا حوادث معروفة.',
    moreWithService: (n) => `، منها ${count(n)} غيرها تخص هذه الخدمة`,
  },

  archive: {
    incidents,
    noIncidents: (isOver) => `لا حوادث${isOver ? '' : ' حتى الآن'}`,
    noIncidentsSeen: 'لا حوادث في الأيام المرصودة',
    noData: 'لا بيانات',
    observedOn: (observed, of, isOver) => `أيام الرصد: ${count(observed)} من ${count(of)}${isOver ? '' : ' حتى الآن'}.`,
    someObserved: 'توجد عمليات رصد لهذا الشهر.',
    nothingObserved: 'لم يُرصد شيء في هذا الشهر.',
    titleOf: (name) => `حوادث ${name}`,
    moreInHistory: (n) => `يوجد ${count(n)} غيرها في السجل ولا تظهر هنا.`,
    neighbours: 'الأشهر السابقة واللاحقة',
    noneOpen: 'لا حوادث جارية',
    open: (n) => `حوادث جارية: ${count(n)}`,
    asLastKnown: '، بحسب آخر ما عُرف',
    description: (summary) => `${summary}. حوادث آخر 12 شهرًا.`,
    openNow: 'جارية الآن',
    moreOf: (n, name) => `${count(n)} غيرها في ${name}`,
    earlier: 'قبل ذلك',
    before: 'السابق',
    after: 'التالي',
  },

  maintenance: {
    isAnnounced: (title) => `أُعلن عن: ${title}.`,
    begun: 'بدأت الصيانة.',
    over: 'انتهت الصيانة.',
    cancelled: 'أُلغيت الصيانة.',
    moved: (start, end) =>
      `تغير الموعد: ${[...(start === undefined ? [] : [`تبدأ في ${start}`]), ...(end === undefined ? [] : [`تنتهي في ${end}`])].join(' و')}.`,
    summary: (current, upcoming) =>
      current > 0 ? `جارية: ${count(current)}` : upcoming > 0 ? 'لا صيانة جارية' : 'لا صيانة معلنة',
    description: (summary) => `الصيانة المعلنة: ${summary}.`,
    lead: 'أعمال معلنة. أعطال الخدمات المعنية متوقعة خلالها ولا تُحسب.',
    subscribe: 'الاشتراك في التقويم (iCal)',
    none: 'لا صيانة معلنة.',
    current: 'جارية',
    upcoming: 'قادمة',
    past: 'سابقة',
    moreOver: (n) => `انتهت ${count(n)} غيرها ولا تظهر هنا.`,
    repeats: 'تتكرر',
    fromTo: (at, to) => `من ${at} إلى ${to}`,
    services: 'الخدمات: ',
    andMore: (n) => ` و${count(n)} غيرها`,
    nextTimes: 'المواعيد القادمة',
    timesBefore: 'المواعيد السابقة',
    moreTimes: (n, within) => `و${count(n)} غيرها خلال ${days(within)}`,
    furtherTimes: (n, within) => `، وتتكرر ${times(n)} خلال ${days(within)}`,
    all: 'كل أعمال الصيانة',
    calendar: (title) => `الصيانة: ${title}`,
  },

  service: {
    declared: 'أعلن عنه المسؤولون',
    via: (name) => `بسبب ${name}`,
    atRisk: (name) => `مهددة بسبب ${name}`,
    until: (at) => `حتى ${at}`,
    flapping: 'متقلبة',
    notProbed: 'لا تُفحص',
    probableCause: 'السبب المحتمل',
    since: (at) => `منذ ${at}`,
    sinceThen: (at) => `منذ ${at}`,
    noDataYet: 'لا بيانات بعد',
    noData: 'لا بيانات',
    wholeDays: days,
    coverage: (span, observed) => `${span}، رُصد منها ${observed}`,
    lastDays: (n, parts) => `${lastDays(n)}: ${parts}`,
    dayKinds: {
      down: (n) => `أيام فيها انقطاع: ${count(n)}`,
      degraded: (n) => `أيام تراجع فيها الأداء: ${count(n)}`,
      maintenance: (n) => `أيام صيانة: ${count(n)}`,
      'off-hours': (n) => `أيام خارج ساعات العمل: ${count(n)}`,
      operational: (n) => `أيام بلا أعطال: ${count(n)}`,
      'no-data': (n) => `أيام بلا بيانات: ${count(n)}`,
    },
    downFor: (span) => `توقفت لمدة ${span}`,
    degradedFor: (span) => `تراجع أداؤها لمدة ${span}`,
    up: (share) => `توافر ${share}`,
    ofDayObserved: (share) => `رُصد ${share} من اليوم`,
    promise: (share, span) => `المتعهد به: ${share} خلال ${span}`,
    promiseUnseen: (promise) => `${promise}. لم يُرصد شيء في هذه المدة.`,
    promiseKept: (promise, isKept, up, observed) =>
      `${promise}، ${isKept ? 'تحقق' : 'لم يتحقق'}: توافر ${up}، ورُصد ${observed} من الوقت.`,
    room: (spent, allowed, left, pace) =>
      `استُهلك ${spent} من ${allowed} متاحة للأعطال، ${left === undefined ? 'ولم يبق شيء' : `وبقي ${left}`}${pace === undefined ? '' : `؛ والوتيرة في آخر 6 ساعات ${pace} أضعاف ما يمكن أن يدوم`}.`,
    latency: (answers, span, p50, p95, p99) =>
      `من بين ${amount(answers)} استجابة خلال ${span} جاء نصفها خلال نحو ${p50}، و${percent(95, 0)} خلال ${p95}، و${percent(99, 0)} خلال ${p99}.`,
    mustWork: (need, of) => `يجب أن يعمل ${count(need)} من ${count(of)}`,
    strengths: { hard: '', soft: 'غير ملزم', insight: 'للمراقبة فقط' },
  },

  servicePage: {
    description: (title) => `${title}. عمليات فحصها وما تعتمد عليه.`,
    isCause: 'هي على الأرجح سبب ما يتأثر الآن.',
    causes: (names) => `السبب المحتمل: ${names}.`,
    notProbedItself: 'لا تُفحص مباشرة؛ وحالتها مأخوذة مما تعتمد عليه.',
    byOwnProbes: (word) => `بحسب عمليات فحصها: ${word}.`,
    nothingKnown: 'لا تُفحص، فلا يُعرف عنها شيء.',
    expected: (text, next) => `ساعات العمل: ${text}${next === undefined ? '' : `، وتعود في ${next}`}.`,
    flapping: 'تتغير حالتها كثيرًا: هي متقلبة.',
    probes: 'عمليات الفحص',
    degradesAtMost: 'أقصى أثره تراجع الأداء',
    noReading: 'لم تُفحص بعد.',
    read: (evidence, at) => `${evidence}، فُحص في ${at}`,
    lastDays,
    upOf: (up, coverage) => `توافر ${up} (${coverage}). `,
    onlyHours: 'لا تُحسب إلا ساعات عملها.',
    daysWithTrouble: 'أيام فيها أعطال',
    deployed: (version) => `الإصدار المنشور عند آخر قراءة: ${version}.`,
    measuredByDay: 'القياسات بحسب الأيام',
    latencyByDay: 'زمن الاستجابة بحسب الأيام',
    latencyOfOthers: (n) => (n === 1 ? 'زمن استجابة الفحص الآخر' : `زمن استجابة عمليات الفحص الأخرى (${count(n)})`),
    dependsOn: 'تعتمد على',
    dependsOnNothing: 'لا شيء مما يظهر هنا.',
    neededBy: 'تحتاج إليها',
    neededByNobody: 'لا خدمة أخرى.',
    neighbourhood: 'محيطها',
    neighbourhoodOf: (name) => `ما تحتاج إليه ${name} وما يحتاج إليها`,
    whenItFails: 'عند تعطلها',
    lookedAfterBy: (owner) => `المسؤول عنها: ${owner}.`,
    follow: 'متابعتها',
    badge: 'شارة',
  },

  map: {
    description: (title) => `جميع خدمات ${title} وما تحتاج إليه.`,
    lead: (link) => `هنا ما تحتاج إليه كل خدمة؛ والشيء نفسه أدناه ${link}.`,
    asList: 'في قائمة',
    label: 'جميع الخدمات وما تحتاج إليه',
    wider: 'الرسم أعرض من الشاشة: يمكن تحريكه جانبيًا.',
    asDiagram: (label, summary) => `${label}، في رسم: ${summary}`,
    direction: (hasCircle) =>
      `من اليسار إلى اليمين: من يحتاج إلى من${hasCircle ? '؛ والسهم المتجه إلى اليسار يغلق دائرة' : ''}.`,
    tooMuch: 'العدد أكبر من أن يُرسم؛ والقائمة تذكره كله.',
    notShown: (n) => `لا يظهر هنا ${count(n)} غيرها.`,
    sameAsList: (summary) => `الشيء نفسه في قائمة: ${summary}`,
    summary: (n, dependencies) => `الخدمات: ${count(n)}، علاقات الاعتماد: ${count(dependencies)}`,
    legend: {
      hard: 'لا تعمل من دونها',
      soft: 'تعمل من دونها بجودة أقل',
      insight: 'تُراقب من خلالها فقط',
      chain: 'يأتي العطل على الأرجح من هنا',
      unprobed: 'لا تُفحص',
    },
    strengths: { hard: 'ملزم', soft: 'غير ملزم', insight: 'مراقبة' },
    edge: (from, to, strength) =>
      `الخدمة ${from} ${{ hard: 'تحتاج إلى', soft: 'تستخدم', insight: 'تُراقب من خلال' }[strength]} ${to}`,
    member: (name, of) => `الخدمة ${name} واحدة من ${count(of)}`,
    troubleComesThisWay: 'يأتي العطل من هنا',
    verbs: { hard: 'تحتاج إلى', soft: 'تستخدم (غير ملزم)', insight: 'تُراقب من خلال' },
    groupVerbs: { hard: '', soft: 'غير ملزم:', insight: 'للمراقبة:' },
    see: { above: 'انظر أعلاه', below: 'انظر أدناه' },
    group: (need, of) => `${need} من ${of}`,
    groupWord: (need, of, alive, isAllSeen) =>
      `يجب أن يعمل ${count(need)} من ${count(of)}، ${isAllSeen ? 'والعامل منها' : 'والمعروف أنه يعمل منها'} ${count(alive)}`,
  },

  chart: {
    noAnswer: (n) => `لم تكن هناك استجابة في ${lastDays(n)}.`,
    tooFew: (least, n, known) =>
      `يحتاج الرسم إلى استجابات من ${days(least)}؛ وعدد الأيام التي فيها استجابات في ${lastDays(n)}: ${count(known)}.`,
    keys: {
      p50: () => `${isolate('p50')}: نصف الاستجابات لم يتجاوزه`,
      p99: () => `${isolate('p99')}: نسبة ${percent(99, 0)} من الاستجابات لم تتجاوزه`,
      before: (n) => `${isolate('p50')} في ${days(n)} قبلها`,
    },
    maintenance: 'صيانة',
    logarithmic: 'المقياس لوغاريتمي.',
    accuracy: `كل القيم ضمن ${percent(5, 0)} مما قيس.`,
    asTable: 'الشيء نفسه في جدول',
    columns: {
      day: `اليوم (${isolate('UTC')})`,
      p50: 'p50, ms',
      p99: 'p99, ms',
      answers: 'الاستجابات',
      before: (n) => `${isolate('p50, ms')} قبل ${days(n)}`,
    },
    about: (latency) => `نحو ${latency}`,
    range: (least, most) => `بين ${least} و${most}`,
    label: (range, p99, known, of, highestOn, before) => {
      const when = known < of ? `في ${count(known)} من ${lastDays(of)}` : `في ${lastDays(of)}`;
      const slowest = p99 === undefined ? '' : `، وقيمة ${isolate('p99')} حتى ${p99}`;
      const highest = highestOn === undefined ? '' : `؛ أعلاها في ${highestOn}`;
      const earlier = before === undefined ? '' : `. وفي ${days(of)} قبلها: ${isolate('p50')} ${before}`;
      return `قيمة ${isolate('p50')} ${range}${slowest} ${when}${highest}${earlier}.`;
    },
    p99Needs: (answers, without, isAll) =>
      `تحتاج ${isolate('p99')} إلى ${count(answers)} استجابة في اليوم${isAll ? '، ولم يبلغ ذلك أي يوم.' : `؛ وعدد الأيام التي لم تبلغ ذلك: ${count(without)}.`}`,
    released: 'إصدار',
    releasedBefore: (n) => `وقبلها ${count(n)}`,
    releasedOn: (version, date) => `${version} في ${date}`,
    releases: (list) => `إصدارات جديدة: ${list}.`,
    values: {
      tooFew: (least, known) => `يحتاج الرسم إلى قياسات من ${days(least)}؛ وعدد أيامها حتى الآن: ${count(known)}.`,
      newest: (date, range) => `القيمة في ${date}: ${range}.`,
      keys: { p50: `${isolate('p50')}: نصف القيم لم يتجاوزه`, range: 'من أصغر قيمة إلى أكبرها' },
      columns: {
        min: 'الأصغر',
        p50: 'p50',
        max: 'الأكبر',
        readings: 'القياسات',
        before: (n) => `${isolate('p50')} قبل ${days(n)}`,
      },
      label: (range, known, of, greatestOn, before) => {
        const when = known < of ? `في ${count(known)} من ${lastDays(of)}` : `في ${lastDays(of)}`;
        const greatest = greatestOn === undefined ? '' : `؛ أكبرها في ${greatestOn}`;
        const earlier = before === undefined ? '' : ` وفي ${days(of)} قبلها: ${isolate('p50')} ${before}.`;
        return `القيمة ${range} ${when}${greatest}.${earlier}`;
      },
    },
  },

  age: {
    old: (span) => `آخر رصد كان قبل ${span}.`,
    oldByClock: (span) => `آخر رصد كان قبل ${span} بحسب ساعة جهازك.`,
    lastKnownAgo: (name, span) => `${name}: آخر حالة معروفة قبل ${span}`,
    newer: 'توجد عمليات رصد أحدث.',
    reload: 'إعادة التحميل',
    every: (span) => `فحص كل ${span} تقريبًا`,
    fresh: (at, every, until) => `حتى ${at}، ${every}، صالح حتى ${until}`,
    asOf: (at) => `حتى ${at}`,
    asOfUntil: (at, until) => `حتى ${at}، صالح حتى ${until}`,
    notYet: 'لم يُرصد بعد',
    noneYet: 'لا عمليات رصد بعد',
  },

  page: {
    nav: { status: 'الحالة', incidents: 'الحوادث', maintenance: 'الصيانة', map: 'الخريطة' },
    pages: 'الصفحات',
    youAreHere: 'أنت هنا',
    skip: 'انتقل إلى المحتوى',
    demo: 'عرض تجريبي',
    json: 'الحالة بصيغة JSON',
    feed: 'خلاصة',
    calendar: 'تقويم',
    times: 'جميع الأوقات بالتوقيت العالمي UTC. يُحسب التوافر مما رُصد؛ ولا تُقرَّب نسبة مئوية إلى أعلى أبدًا.',
    madeWith: 'أُنشئت بواسطة Vedette.',
    demoNote: 'تعرض هذه الصفحة عرضًا تجريبيًا: خوادم حقيقية معطلة عمدًا.',
    allServices: 'جميع الخدمات',
    mapOfAll: 'خريطة جميع الخدمات',
    statusOf: (title) => `حالة ${title}`,
    attention: 'تحتاج إلى انتباه',
    affected: 'ما يتأثر',
    services: 'الخدمات',
    servicesLastKnown: 'الخدمات (آخر حالة معروفة)',
    otherServices: 'خدمات أخرى',
    legend: (n) =>
      `كل عمود يوم من ${lastDays(n)}: أطولها للانقطاع، ومتوسطها ليوم جيد، وأقصر منه عند تراجع الأداء، وخط على الأرض حيث لا بيانات. وبجانبها نسبة الوقت المرصود التي كانت فيها الخدمة متاحة.`,
    onlyTroubled: 'ما لا يعمل كالمعتاد فقط',
    filter: 'تصفية بالاسم أو المجموعة أو الحالة',
    filtered: (shown, of) => `${shown} من ${count(of)}`,
    nothingObserved: 'لم يُرصد شيء بعد.',
    notFound: 'الصفحة غير موجودة',
    notFoundHere: 'لا توجد صفحة في هذا العنوان',
    notFoundWhy: 'لا يعني ذلك شيئًا عن الخدمات. ربما تغير اسم خدمة، ولا تبقى صفحات إلا لأحدث الحوادث حين تكثر.',
  },

  feeds: {
    history: (format) => `الحوادث (${format})`,
    updates: (format) => `كل تحديث (${format})`,
    title: (subject) => `الحوادث: ${subject}`,
    updatesTitle: (subject) => `تحديثات الحوادث: ${subject}`,
    description: 'مدخل لكل حادث، يتغير مع كل تحديث.',
    updatesDescription: 'مدخل لكل تحديث لحادث، لمن ينشر الجديد.',
    earlier: 'التحديثات الأقدم في صفحة الحادث.',
  },

  llms: {
    description: (title) => `حالة ${title}: ما يعمل وما لا يعمل والسبب المحتمل.`,
    note: (all) =>
      `الحالة واحدة من: ${all}. لا شيء هنا أحدث من الوقت المذكور بعد «حتى»؛ وبعد «صالح حتى» هي آخر ما عُرف فقط. جميع الأوقات بالتوقيت العالمي UTC.`,
    markdown: 'الصفحة بصيغة Markdown',
    markdownHas: 'العنوان والخدمات والصيانة والحوادث',
    json: 'الشيء نفسه للبرامج',
    schema: (link) => `يصفه ${link}`,
    itsSchema: 'مخططه',
    metrics: 'الحالات والتوافر وأزمنة الاستجابة بصيغة OpenMetrics',
    calendar: 'الصيانة المعلنة في تقويم',
  },
};
