/** Every API command this server answers, by name. Others get `-ERR <name> Command not found!`. */
import type { Core } from '../core.js';
import { uuidBridge, uuidBroadcast, uuidPark, uuidTransfer } from './bridging.js';
import { uuidBreak, uuidExists, uuidKill } from './channel-control.js';
import { uuidAudio, uuidDisplace, uuidRecvDtmf, uuidRecord, uuidSendDtmf } from './channel-media.js';
import { uuidDump, uuidGetvar, uuidSetMediaStats, uuidSetvar, uuidSetvarMulti } from './channel-variables.js';
import { conference } from './conference.js';
import { createUuid, evaluate, expression, globalGetvar, strftime } from './expressions.js';
import { show } from './show.js';
import { sofia } from './sofia.js';
import { hostname, status, uptime, version } from './status.js';

export type Api = (core: Core, argument: string) => string | Promise<string>;

export const APIS: ReadonlyMap<string, Api> = new Map<string, Api>([
  ['conference', conference],
  ['create_uuid', createUuid],
  ['eval', evaluate],
  ['expr', expression],
  ['global_getvar', globalGetvar],
  ['hostname', hostname],
  ['show', show],
  ['sofia', sofia],
  ['status', status],
  ['strftime', strftime],
  ['uptime', uptime],
  ['uuid_audio', uuidAudio],
  ['uuid_break', uuidBreak],
  ['uuid_bridge', uuidBridge],
  ['uuid_broadcast', uuidBroadcast],
  ['uuid_displace', uuidDisplace],
  ['uuid_dump', uuidDump],
  ['uuid_exists', uuidExists],
  ['uuid_getvar', uuidGetvar],
  ['uuid_kill', uuidKill],
  ['uuid_park', uuidPark],
  ['uuid_record', uuidRecord],
  ['uuid_recv_dtmf', uuidRecvDtmf],
  ['uuid_send_dtmf', uuidSendDtmf],
  ['uuid_set_media_stats', uuidSetMediaStats],
  ['uuid_setvar', uuidSetvar],
  ['uuid_setvar_multi', uuidSetvarMulti],
  ['uuid_transfer', uuidTransfer],
  ['version', version],
]);
