/** `history/incidents/`, `history/maintenance/`, `history/notifications/` and `history/github/`. */
import { deliveryEvent } from '../incidents/delivery-event.ts';
import { incidentEvent } from '../incidents/event.ts';
import { githubEvent } from '../incidents/github-event.ts';
import { maintenanceEvent } from '../incidents/maintenance-event.ts';
import { eventFolder } from './events.ts';

const incidents = eventFolder('incidents', 'an incident', incidentEvent);
const maintenance = eventFolder('maintenance', 'a maintenance', maintenanceEvent);
const deliveries = eventFolder('notifications', 'a notification', deliveryEvent);
const github = eventFolder('github', 'what is known of issues', githubEvent);

/** All of them, for those who look after files and not after what they mean. */
export const EVENT_FOLDERS = [incidents, maintenance, deliveries, github] as const;

export const { read: readIncidents, add: addIncidents } = incidents;
export const { read: readMaintenance, add: addMaintenance } = maintenance;
export const { read: readDeliveries, add: addDeliveries, adopt: adoptDeliveries, parse: parseDelivery } = deliveries;
export const { read: readGithub, add: addGithub } = github;
