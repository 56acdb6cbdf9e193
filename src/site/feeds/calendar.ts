/** `/maintenance.ics`, RFC 5545: what was announced, for calendars that subscribe to it. */

import type { Words } from '../../messages/en.ts';
import type { MaintenanceView } from '../maintenance-view.ts';
import { plainText } from '../markdown.ts';
import type { Site } from '../site.ts';
import { type Publication, publicationOf } from './publication.ts';

/** The newest; those to come are the newest of all. */
const MAX_EVENTS = 1000;
const MAX_LINE_BYTES = 75;
/** How often a calendar should ask again. */
const REFRESH = 'PT1H';

export function calendarOf({ page, maintenances, now, words }: Site): string {
  const publication = publicationOf(page);
  const title = words.maintenance.calendar(plainText(page.title, 200));
  const events = maintenances.slice(-MAX_EVENTS).map((event) => eventLines(event, publication, now, words));
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vedette//Maintenance//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${textValue(title)}`,
    `X-WR-CALNAME:${textValue(title)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...(publication.root === undefined ? [] : [`SOURCE;VALUE=URI:${publication.root}maintenance.ics`]),
    ...(events.length === 0 ? NOTHING : events.flat()),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** A calendar has one component at least, so that one without events names the zone of its times. */
const NOTHING = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'TZNAME:UTC',
  'END:STANDARD',
  'END:VTIMEZONE',
];

function eventLines(event: MaintenanceView, { host, root }: Publication, now: number, words: Words): string[] {
  const { id, title, services, startsAt, endsAt, status, isRecurring, sequence, updates } = event;
  const changedAt = utc(Math.min(event.updatedAt, now));
  // Where it repeats, a time that is moved within its day is another one.
  const uid = isRecurring ? `${id}-${utc(startsAt)}` : id;
  const names = `${words.maintenance.services}${services.map(({ name }) => plainText(name, 200)).join(words.comma)}`;
  const newest = updates[0] ? plainText(updates[0].text, 2000) : '';
  return [
    'BEGIN:VEVENT',
    `UID:${textValue(`${uid}@${host}`)}`,
    `DTSTAMP:${changedAt}`,
    `CREATED:${utc(Math.min(event.createdAt, now))}`,
    `LAST-MODIFIED:${changedAt}`,
    `SEQUENCE:${sequence}`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(endsAt)}`,
    `SUMMARY:${textValue(plainText(title))}`,
    `DESCRIPTION:${textValue(plainText([names, newest].filter(Boolean).join('\n\n'), 8000))}`,
    `STATUS:${status === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    'CATEGORIES:Maintenance',
    // Nobody is busy because of it.
    'TRANSP:TRANSPARENT',
    ...(root === undefined ? [] : [`URL:${root}maintenance/#${encodeURIComponent(id)}`]),
    'END:VEVENT',
  ];
}

/** `20261201T020000Z` */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function textValue(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    .replaceAll(/\p{Cc}/gu, ' ');
}

/** In lines of 75 bytes at most, the break and the space after it included in none; no character is torn. */
function folded(line: string): string {
  let result = '';
  let room = MAX_LINE_BYTES;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (bytes > room) {
      result += '\r\n ';
      room = MAX_LINE_BYTES - 1;
    }
    result += character;
    room -= bytes;
  }
  return result;
}
