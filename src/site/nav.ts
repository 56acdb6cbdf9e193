/** What the head of every page leads to; also what the map of the site begins with. */
export const NAV: readonly { path: string; label: string }[] = [
  { path: '/', label: 'Status' },
  { path: '/incidents/', label: 'Incidents' },
  { path: '/maintenance/', label: 'Maintenance' },
  { path: '/map/', label: 'Map' },
];
