/** A first services.yml: tidy, with the words beside it that somebody needs who has not read the manual. */
import { stringify } from 'yaml';
import { slug } from '../../config/config.ts';

export interface Wanted {
  title: string;
  /** Where the page will be published; a comment stands there when absent. */
  url?: string;
  services: readonly NamedAddress[];
  /** A branch of its own for the history, where the others are for something else. */
  branch?: string;
}

export interface NamedAddress {
  /** As people call it; the id is made from it. */
  name: string;
  address: string;
}

export function servicesYml({ title, url, services, branch }: Wanted): string {
  return `# yaml-language-server: $schema=./services.schema.json
# What is watched, and what depends on what. \`vedette check\` names every mistake in it; editors complete it.
page:
  title: ${scalar(title)}
  # Where the page is published; feeds and previews in chats need it.
  ${url === undefined ? '# url: https://status.example.org' : `url: ${scalar(url)}`}

# How often is wished for. GitHub delivers later; the page says how often it really was.
schedule: { every: 5m }
${branch === undefined ? '' : `\n# Observations are committed to a branch of their own, so that they are not in the way of code.\nhistory: { branch: ${scalar(branch)} }\n`}
services:
${services.map(entry).join('\n')}
  # One with more to say, and with what it needs in order to work:
  # api:
  #   dependsOn: [database]
  #   probes:
  #     - http: { url: "https://api.example.org/health", expect: { json: { $.status: ok } } }
  # database:
  #   probes:
  #     - tcp: db.example.org:5432
`;
}

/** In one line where the id says the name. */
function entry({ name, address }: NamedAddress): string {
  const id = slug(name);
  if (name === id) return `  ${id}: ${scalar(address)}`;
  return `  ${id}:\n    name: ${scalar(name)}\n    probes:\n      - http: ${scalar(address)}`;
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}
