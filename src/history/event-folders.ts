/** `history/incidents/`, `history/maintenance/` and `history/notifications/`. */
import { deliveryEvent } from '../incidents/delivery-event.ts';
import { incidentEvent } from '../incidents/event.ts';
import { maintenanceEvent } from '../incidents/maintenance-event.ts';
import { eventFolder } from './events.ts';

const incidents = eventFolder('incidents', 'an incident', incidentEvent);
const maintenance = eventFolder('maintenance', 'a maintenance', maintenanceEvent);
const deliveries = eventFolder('notifications', 'a notification', deliveryEvent);

/** All of them, for those who look after files and not after what they mean. */
export const EVENT_FOLDERS = [incidents, maintenance, deliveries] as const;

export const { read: readIncidents, add: addIncidents } = incidents;
export const { read: readMaintenance, add: addMaintenance } = maintenance;
export const { read: readDeliveries, add: addDeliveries, adopt: adoptDeliveries, parse: parseDelivery } = deliveries;
