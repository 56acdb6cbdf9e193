/** What every catalogue asks the runtime's own knowledge of languages for: plurals, numbers, lists, months. */

export type Direction = 'ltr' | 'rtl';
type Category = Intl.LDMLPluralRule;

export interface Grammar<C extends Category> {
  /** The form for so many: `plural(2, { one: 'day', other: 'days' })`. */
  plural(n: number, forms: Record<C | 'other', string>): string;
  /** `12345` → "12,345"; four digits stand without a mark. */
  count(n: number): string;
  /** The same with every mark, and up to three digits behind the point. */
  amount(n: number): string;
  /** A measured number, in six digits at most. */
  quantity(n: number): string;
  /** The same where there is room for six characters: "12.3K". */
  compact(n: number): string;
  /** With so many digits behind the point, at least and at most. */
  decimal(n: number, least: number, most?: number): string;
  /** "A, B and C" */
  list(items: readonly string[]): string;
  /** Of the instant, in UTC: "November 2026", "November". */
  monthOfYear(at: number): string;
  month(at: number): string;
}

/** Digits are Latin in every language, as those of the instants and of the codes beside them are. */
export function grammarOf<C extends Category>(tag: string): Grammar<C> {
  const rules = new Intl.PluralRules(tag);
  const numbering = { numberingSystem: 'latn' } as const;
  const counts = new Intl.NumberFormat(tag, { ...numbering, useGrouping: 'min2' });
  const amounts = new Intl.NumberFormat(tag, numbering);
  const quantities = new Intl.NumberFormat(tag, { ...numbering, maximumSignificantDigits: 6 });
  const compacts = new Intl.NumberFormat(tag, { ...numbering, notation: 'compact', maximumSignificantDigits: 3 });
  const lists = new Intl.ListFormat(tag);
  const dates = { ...numbering, calendar: 'gregory', timeZone: 'UTC', month: 'long' } as const;
  const months = new Intl.DateTimeFormat(tag, dates);
  const monthsOfYears = new Intl.DateTimeFormat(tag, { ...dates, year: 'numeric' });
  const decimals = new Map<string, Intl.NumberFormat>();
  const decimalFormat = (minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat => {
    const key = `${minimumFractionDigits} ${maximumFractionDigits}`;
    const known = decimals.get(key);
    if (known) return known;
    const digits = { minimumFractionDigits, maximumFractionDigits, useGrouping: false } as const;
    const made = new Intl.NumberFormat(tag, { ...numbering, ...digits });
    decimals.set(key, made);
    return made;
  };
  return {
    plural: (n, forms: Partial<Record<Category, string>> & { other: string }) => forms[rules.select(n)] ?? forms.other,
    count: (n) => counts.format(n),
    amount: (n) => amounts.format(n),
    quantity: (n) => quantities.format(n),
    compact: (n) => compacts.format(n),
    decimal: (n, least, most = least) => decimalFormat(least, most).format(n),
    list: (items) => lists.format(items),
    monthOfYear: (at) => monthsOfYears.format(at),
    month: (at) => months.format(at),
  };
}

/** A heading begins with a capital, also where months do not. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Within a sentence. */
export function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
