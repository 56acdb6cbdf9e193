/** `Upgrade: größer!` → `upgrade-grosser`: the part of an id that people read. */
export function slugOf(text: string, otherwise: string): string {
  const slug = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return slug || otherwise;
}

/** The day in UTC and the slug; `-2` and so on behind an id that is taken. */
export function freeIdOf(at: number, slug: string, isTaken: (id: string) => boolean): string {
  const wanted = `${new Date(at).toISOString().slice(0, 10)}-${slug}`;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? wanted : `${wanted}-${n}`;
    if (!isTaken(id)) return id;
  }
}
