/** What projects say of their numbers, and pools, as YAML → the domain's values; and the references between them. */
import type { Pool, ProjectNumbering } from '../domain/numbers/pool.js';
import type { E164 } from '../domain/values/ids.js';
import { present } from '../domain/values/present.js';
import type { Reference } from './telephony.js';
import type { TelephonyYaml } from './telephony-schema.js';

type PoolYaml = TelephonyYaml['pools'][string];
type ProjectYaml = TelephonyYaml['projects'][string];

function overflowOf(overflow: PoolYaml['overflow']): Pool['overflow'] {
  return typeof overflow === 'string'
    ? { kind: overflow }
    : { kind: 'number', number: overflow.number as E164 };
}

export function poolOf(yaml: PoolYaml, name: string): Pool {
  return present({
    name,
    project: yaml.project,
    exclusiveSeconds: yaml.exclusive,
    tailSeconds: yaml.tail,
    coolDownSeconds: yaml.coolDown,
    afterCallSeconds: yaml.afterCall,
    overflow: overflowOf(yaml.overflow),
    otherArea: yaml.otherArea,
    numberCostPerMonth: yaml.numberCost,
  });
}

export function numberingOf({
  missedCall,
  attribution,
  rules,
  failSafe,
  dialplan,
  leasesPerMinute,
  liveKeys,
}: ProjectYaml): ProjectNumbering {
  return present({
    dialplan,
    leasesPerMinute,
    liveKeys,
    failSafe: failSafe as E164 | undefined,
    attribution: present(attribution),
    rules: rules.map((rule) => present(rule)),
    missedCallPolicy: missedCall,
  });
}

export function* trackingReferences({ projects, pools }: TelephonyYaml): Generator<Reference> {
  for (const [name, pool] of Object.entries(pools))
    yield { path: ['pools', name, 'project'], to: 'project', name: pool.project };
  for (const [name, project] of Object.entries(projects)) {
    yield { path: ['projects', name, 'dialplan'], to: 'dialplan', name: project.dialplan };
    yield { path: ['projects', name, 'missedCall'], to: 'callback', name: project.missedCall };
    for (const [index, { show }] of project.rules.entries())
      if (show.kind === 'pool')
        yield { path: ['projects', name, 'rules', index, 'show', 'pool'], to: 'pool', name: show.pool };
  }
}
