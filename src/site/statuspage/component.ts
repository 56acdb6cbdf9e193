/** Services and their groups as Statuspage's components. */
import type { State } from '../../model.ts';
import { predicate } from '../../status/headline.ts';
import type { ServiceView } from '../service-view.ts';
import type { Site } from '../site.ts';
import { instantInWords } from '../words.ts';
import { type Frame, iso, nameOf, textOf } from './frame.ts';
import { statuspageId } from './id.ts';

/** From best to worst. */
export const COMPONENT_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

export interface Component {
  id: string;
  name: string;
  status: ComponentStatus;
  created_at: string;
  updated_at: string;
  position: number;
  description: string | null;
  showcase: boolean;
  start_date: string | null;
  group_id: string | null;
  page_id: string;
  group: boolean;
  only_show_if_degraded: boolean;
  /** Of a group: the ids of its members. */
  components?: readonly string[];
}

/** Unknown has no word of its own there; both `operational` and `major_outage` would be a lie. */
const STATUSES: Readonly<Record<State, ComponentStatus>> = {
  operational: 'operational',
  degraded: 'degraded_performance',
  partial_outage: 'partial_outage',
  major_outage: 'major_outage',
  maintenance: 'under_maintenance',
  unknown: 'degraded_performance',
};

export function statusOf(state: State): ComponentStatus {
  return STATUSES[state];
}

export function componentId(service: string): string {
  return statuspageId('component', service);
}

/** Every service in the order of the page, each group before its members. */
export function componentsOf(site: Site, frame: Frame): Component[] {
  let position = 0;
  return site.groups.flatMap(({ name, services }) => {
    if (name === undefined) {
      return services.map((view) => {
        position += 1;
        return componentOf(view, { position, groupId: null }, site, frame);
      });
    }
    position += 1;
    const groupId = statuspageId('group', name);
    const members = services.map((view, index) => componentOf(view, { position: index + 1, groupId }, site, frame));
    return [groupOf(nameOf(name) || groupId, groupId, position, members), ...members];
  });
}

function componentOf(
  view: ServiceView,
  { position, groupId }: { position: number; groupId: string | null },
  { createdAt, headline, isLastKnown }: Site,
  { page }: Frame,
): Component {
  const description = [truthOf(view, headline.isOutdated, isLastKnown), textOf(view.service.description ?? '')];
  return {
    id: componentId(view.id),
    name: nameOf(view.name) || view.id,
    status: statusOf(headline.isOutdated ? 'unknown' : view.state),
    created_at: iso(createdAt),
    updated_at: iso(Math.max(createdAt, view.since ?? createdAt)),
    position,
    description: description.filter((text) => text !== '').join(' ') || null,
    showcase: view.service.probes.length > 0,
    start_date: iso(createdAt).slice(0, 10),
    group_id: groupId,
    page_id: page.id,
    group: false,
    only_show_if_degraded: false,
  };
}

/** What the status cannot say. */
function truthOf({ state, own }: ServiceView, isOutdated: boolean, isLastKnown: boolean): string {
  if (state === 'unknown') return 'The state is unknown.';
  if (isOutdated) return `The state is unknown; last known: ${predicate(state)}.`;
  const hours = own.outsideHours ? [`Outside its hours until ${instantInWords(own.outsideHours.opensAt)}.`] : [];
  return [...(isLastKnown ? ['This is the last known state.'] : []), ...hours].join(' ');
}

function groupOf(name: string, id: string, position: number, members: readonly Component[]): Component {
  const worst = Math.max(...members.map(({ status }) => COMPONENT_STATUSES.indexOf(status)));
  const { created_at, start_date, page_id } = members[0]!;
  return {
    id,
    name,
    status: COMPONENT_STATUSES[worst]!,
    created_at,
    // ISO instants sort like what they mean.
    updated_at: members
      .map(({ updated_at }) => updated_at)
      .sort()
      .at(-1)!,
    position,
    description: null,
    showcase: false,
    start_date,
    group_id: null,
    page_id,
    group: true,
    only_show_if_degraded: false,
    components: members.map((member) => member.id),
  };
}
