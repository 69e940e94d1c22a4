/** A Switch that is connected to nothing: for commands that use the application without making calls. */
import type { Switch } from '../app/ports/switch.js';
import { Fault } from '../errors.js';

function refuse(): never {
  throw new Fault('switch-unavailable', 'this command is not connected to the switch');
}

export const offlineSwitch: Switch = {
  status: () => ({ signalling: 'closed', media: 'closed', legs: 0, registrations: 0 }),
  servers: () => [],
  drain: () => undefined,
  listen: () => undefined,
  expectLeg: () => undefined,
  originate: refuse,
  registrations: () => [],
  trunks: () => [],
  liveChannels: refuse,
  endStored: () => Promise.resolve('unreachable'),
  adopt: refuse,
  checkRecording: refuse,
  close: () => Promise.resolve(),
};
