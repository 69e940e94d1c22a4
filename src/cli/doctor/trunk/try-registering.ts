/** REGISTER with the trunk's account, and the binding taken back at once. */
import { openPhone } from '../../../phone/open-phone.js';
import type { TrunkWithPassword } from '../../../switch/options.js';
import { failure, ok, type Finding } from '../finding.js';
import { routeTo, socketsOf, type Way } from './own-phone.js';
import { within } from './within.js';

const ANSWER_MS = 5000;
const EXPIRES_SECONDS = 60;

export async function tryRegistering(
  { trunk, password = '' }: TrunkWithPassword,
  way: Way,
): Promise<Finding> {
  const user = trunk.username ?? trunk.name;
  const host = trunk.registration?.registrar ?? trunk.gateways[0]?.host ?? way.hop.address;
  const phone = await openPhone({
    user,
    ...socketsOf({ ...way, port: 0 }),
    credentials: { username: user, password },
    account: {
      registrar: `sip:${host}`,
      expiresSeconds: EXPIRES_SECONDS,
      route: routeTo(way),
    },
  });
  const status = await within(ANSWER_MS, phone.registered ?? Promise.resolve(0), 0);
  await phone.close();
  return judge(status, user);
}

function judge(status: number, user: string): Finding {
  if (status === 0)
    return failure(
      'authentication',
      'the registrar did not answer REGISTER in 5 s',
      'Check `registration.registrar`.',
    );
  return status < 300
    ? ok('authentication', `the registrar took ${user}`)
    : failure(
        'authentication',
        `the registrar refused ${user} with ${status}`,
        'Check `username` and `password`; some carriers want another user to authenticate.',
      );
}
