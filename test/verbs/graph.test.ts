import { describe, expect, test } from 'vitest';
import { placeWith } from './cli.ts';

const SHOP = `
page: { title: Shop }
services:
  web:
    group: Front
    dependsOn: [api, { service: mail, strength: soft, note: receipts }, { service: sentry, strength: insight }]
    probes: [{ http: "https://web.example" }]
  docs: { group: Front, probes: [{ http: "https://docs.example" }] }
  api:
    name: Order API
    group: Platform
    dependsOn: [auth, { anyOf: [db-a, db-b, db-c], need: 2, note: orders }]
    probes: [{ tcp: "api:1" }]
  auth: { group: Platform, dependsOn: [accounts], probes: [{ tcp: "auth:1" }] }
  accounts: { group: Platform, critical: true, dependsOn: [{ service: auth, strength: soft }], probes: [{ tcp: "accounts:1" }] }
  db-a: { group: Data, dependsOn: [disk], probes: [{ tcp: "a:1" }] }
  db-b: { group: Data, dependsOn: [disk], probes: [{ tcp: "b:1" }] }
  db-c: { group: Data, probes: [{ tcp: "c:1" }] }
  disk: {}
  mail: { group: Outside }
  sentry: { group: Outside, critical: false, probes: [{ http: "https://sentry.example" }] }
`;

describe('graph', () => {
  test('as text says what matters first, and everything once', async () => {
    await using place = await placeWith(SHOP);
    const { code, stdout, stderr } = await place.run(['graph']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "Shop: 11 services, 9 dependencies (6 hard, 2 soft, 1 insight; 1 of them k of n), 4 levels deep

        critical      Web, Docs (nobody depends on them)
                      Accounts (services.yml says so)
        not critical  Sentry, though nobody depends on it
        not probed    Disk, Mail: never called up
        cycles        Auth, Accounts
        groups        Front: Web, Docs
                      Platform: Order API, Auth, Accounts
                      Data: Db a, Db b, Db c
                      Outside: Mail, Sentry
                      none: Disk

      Single points of failure: 6 of 11 services

        IF THIS IS LOST  THE PAGE SAYS   AND WITH IT
        Accounts         major outage    3 others down
        Disk             partial outage  4 others down
        Auth             partial outage  2 others down, 1 degraded
        Order API        partial outage  1 other down
        partial outage, nobody with it: Web, Docs

      What each depends on:

      Web  [critical]
      ├─ Order API
      │  ├─ Auth  [in a cycle]
      │  │  └─ Accounts  [critical, in a cycle]
      │  │     └─ Auth (soft), see above
      │  └─ 2 of 3: orders
      │     ├─ Db a
      │     │  └─ Disk  [not probed]
      │     ├─ Db b
      │     │  └─ Disk  [not probed]
      │     └─ Db c
      ├─ Mail (soft): receipts  [not probed]
      └─ Sentry (insight)
      Docs  [critical]
      "
    `);
  });

  test('as json has the shape of docs/operations.md', async () => {
    await using place = await placeWith(SHOP);
    const { code, stdout, stderr } = await place.run(['graph', '--format', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    const { services, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({
      v: 1,
      cycles: [['auth', 'accounts']],
      singlePointsOfFailure: ['accounts', 'disk', 'auth', 'api', 'web', 'docs'],
      unprobed: ['disk', 'mail'],
      unused: ['web', 'docs', 'sentry'],
      depth: 3,
    });
    expect(services).toHaveLength(11);
    expect(services[2]).toEqual({
      id: 'api',
      name: 'Order API',
      group: 'Platform',
      critical: false,
      criticalBecause: null,
      probed: true,
      depth: 1,
      users: ['web'],
      dependsOn: [
        { service: 'auth', strength: 'hard' },
        { anyOf: ['db-a', 'db-b', 'db-c'], need: 2, strength: 'hard', note: 'orders' },
      ],
      lossMakes: { overall: 'partial_outage', down: 2, degraded: 0 },
    });
    expect(services[8]).toMatchObject({ id: 'disk', group: null, probed: false, users: ['db-a', 'db-b'] });
  });

  test('as mermaid draws frames, quorums and strengths', async () => {
    await using place = await placeWith(SHOP);
    const { code, stdout, stderr } = await place.run(['graph', '--format', 'mermaid']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "flowchart LR
        accTitle: The services and what they depend on
        %% "Shop"
        %% Thick: critical. Dashed box: not probed. Arrows: solid hard, dashed soft, dotted insight.
        subgraph g0["Front"]
          n0["Web"]
          n1["Docs"]
        end
        subgraph g1["Platform"]
          n2["Order API"]
          n3["Auth"]
          n4["Accounts"]
        end
        subgraph g2["Data"]
          n5["Db a"]
          n6["Db b"]
          n7["Db c"]
        end
        subgraph g3["Outside"]
          n9["Mail"]
          n10["Sentry"]
        end
        n8["Disk"]
        q0{{"2 of 3"}}
        n0 --> n2
        n0 -.->|"receipts"| n9
        n0 -.-> n10
        n2 --> n3
        n2 -->|"orders"| q0
        q0 --> n5
        q0 --> n6
        q0 --> n7
        n3 --> n4
        n4 -.-> n3
        n5 --> n8
        n6 --> n8
        linkStyle 1,9 stroke-dasharray:6 4
        linkStyle 2 stroke-dasharray:1 4
        classDef critical stroke-width:3px
        class n0,n1,n4 critical
        classDef unprobed stroke-dasharray:6 4
        class n9,n8 unprobed
      "
    `);
  });

  test('as dot, too', async () => {
    await using place = await placeWith(SHOP);
    const { code, stdout, stderr } = await place.run(['graph', '--format', 'dot']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "digraph "Shop" {
        // Bold: critical. Dashed box: not probed. Arrows: solid hard, dashed soft, dotted insight.
        rankdir=LR;
        node [shape=box, fontname="sans-serif"];
        edge [fontname="sans-serif", fontsize=10];
        subgraph cluster_0 {
          label="Front";
          n0 [label="Web", style="bold"];
          n1 [label="Docs", style="bold"];
        }
        subgraph cluster_1 {
          label="Platform";
          n2 [label="Order API"];
          n3 [label="Auth"];
          n4 [label="Accounts", style="bold"];
        }
        subgraph cluster_2 {
          label="Data";
          n5 [label="Db a"];
          n6 [label="Db b"];
          n7 [label="Db c"];
        }
        subgraph cluster_3 {
          label="Outside";
          n9 [label="Mail", style="dashed"];
          n10 [label="Sentry"];
        }
        n8 [label="Disk", style="dashed"];
        q0 [label="2 of 3", shape=hexagon];
        n0 -> n2 [style=solid];
        n0 -> n9 [style=dashed, label="receipts"];
        n0 -> n10 [style=dotted];
        n2 -> n3 [style=solid];
        n2 -> q0 [style=solid, label="orders"];
        q0 -> n5 [style=solid];
        q0 -> n6 [style=solid];
        q0 -> n7 [style=solid];
        n3 -> n4 [style=solid];
        n4 -> n3 [style=dashed];
        n5 -> n8 [style=solid];
        n6 -> n8 [style=solid];
      }
      "
    `);
  });

  test('warns of more arrows than Mermaid draws', async () => {
    const services = Array.from({ length: 502 }, (_, n) => `  s${n}: { dependsOn: [${n > 0 ? `s${n - 1}` : ''}] }\n`);
    await using place = await placeWith(`services:\n${services.join('')}`);
    expect(await place.run(['graph', '--format', 'mermaid'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^flowchart LR\n/),
      stderr: '501 arrows: Mermaid draws 500 unless its maxEdges is raised; dot draws all\n',
    });
  });

  test.each(['yaml', 'toString'])('%s is no format', async (format) => {
    await using place = await placeWith(SHOP);
    expect(await place.run(['graph', '--format', format])).toEqual({
      code: 2,
      stdout: '',
      stderr: `vedette: --format is one of text, json, mermaid, dot; not "${format}"\n`,
    });
  });
});
