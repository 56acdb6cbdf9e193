/** What the head of every page leads to; also what the map of the site begins with. */
export const NAV = [
  { path: '/', name: 'status' },
  { path: '/incidents/', name: 'incidents' },
  { path: '/maintenance/', name: 'maintenance' },
  { path: '/map/', name: 'map' },
] as const;
