/** What every leg and activity of one switch shares. Built once by connect.ts. */
import type { GatewayHealth } from '../domain/routing/gateway-health.js';
import type { Clock, Ids, Logger, Metrics } from '../app/ports/ports.js';
import type { Fleet } from './servers/fleet.js';
import type { SwitchWitness } from '../app/ports/switch.js';
import type { Hops } from './messages/hops.js';
import type { LegMeter } from './legs/leg-meter.js';
import type { LegRegistry } from './legs/leg-registry.js';
import type { MediaLink } from './servers/media-server.js';
import type { Deadlines, SwitchOptions } from './options.js';
import type { SpareEndpoints } from './legs/spare-endpoints.js';
import type { Signalling } from './servers/signalling.js';

export interface SwitchContext {
  readonly options: SwitchOptions;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly signalling: Fleet<Signalling>;
  readonly media: Fleet<MediaLink>;
  readonly spares: SpareEndpoints;
  readonly legs: LegRegistry;
  readonly meter: LegMeter;
  readonly hops: Hops;
  /** By `probeKey`; each probe writes its own row and takes it away again. */
  readonly gateways: Map<string, GatewayHealth>;
  /** Who is told what happens beside the signals of legs; nobody before `listen`. */
  readonly witness: () => SwitchWitness;
}
