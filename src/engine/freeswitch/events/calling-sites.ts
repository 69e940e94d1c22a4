/**
 * Where in the C sources of 1.10.12 each kind of event is made: file, function, line. Controllers never act on these
 * headers, people comparing traces do. Read by event-bus.ts.
 */
export const CALLING_SITES = {
  answer: ['switch_channel.c', 'switch_channel_perform_mark_answered', '3846'],
  backgroundJob: ['mod_event_socket.c', 'api_exec', '1572'],
  bridge: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', '1689'],
  bridgeExecuteA: ['switch_ivr_bridge.c', 'uuid_bridge_on_soft_execute', '1236'],
  bridgeExecuteB: ['switch_ivr_bridge.c', 'uuid_bridge_on_soft_execute', '1243'],
  callState: ['switch_channel.c', 'switch_channel_perform_set_callstate', '301'],
  conferenceDeaf: ['conference_api.c', 'conference_api_sub_deaf', '797'],
  conferenceFloor: ['conference_member.c', 'conference_member_set_floor_holder', '1158'],
  conferenceHup: ['conference_api.c', 'conference_api_sub_hup', '871'],
  conferenceJoined: ['conference_member.c', 'conference_member_add', '962'],
  conferenceKick: ['conference_api.c', 'conference_api_sub_kick', '902'],
  conferenceLeft: ['conference_member.c', 'conference_member_del', '1355'],
  conferenceMute: ['conference_api.c', 'conference_api_sub_mute', '339'],
  conferencePlay: ['conference_api.c', 'conference_api_sub_play', '2846'],
  conferenceUndeaf: ['conference_api.c', 'conference_api_sub_undeaf', '839'],
  conferenceUnmute: ['conference_api.c', 'conference_api_sub_unmute', '492'],
  connectReply: ['mod_event_socket.c', 'parse_command', '2021'],
  create: ['switch_core_state_machine.c', 'switch_core_session_run', '626'],
  destroy: ['switch_core_session.c', 'switch_core_session_perform_destroy', '1584'],
  dtmf: ['switch_channel.c', 'switch_channel_dequeue_dtmf', '677'],
  dump: ['mod_commands.c', 'uuid_dump_function', '6468'],
  execute: ['switch_core_session.c', 'switch_core_session_exec', '2944'],
  executeComplete: ['switch_core_session.c', 'switch_core_session_exec', '2967'],
  hangup: ['switch_channel.c', 'switch_channel_perform_hangup', '3445'],
  hangupComplete: ['switch_core_state_machine.c', 'switch_core_session_reporting_state', '943'],
  heartbeat: ['switch_core.c', 'send_heartbeat', '95'],
  park: ['switch_ivr.c', 'switch_ivr_park', '1002'],
  playbackStart: ['switch_ivr_play_say.c', 'switch_ivr_play_file', '1646'],
  playbackStop: ['switch_ivr_play_say.c', 'switch_ivr_play_file', '2020'],
  progressMedia: ['switch_channel.c', 'switch_channel_perform_mark_pre_answered', '3599'],
  recordStart: ['switch_ivr_async.c', 'record_callback', '1481'],
  recordStop: ['switch_ivr_async.c', 'send_record_stop_event', '1240'],
  sendEvent: ['mod_event_socket.c', 'parse_command', '2270'],
  state: ['switch_channel.c', 'switch_channel_perform_set_running_state', '2408'],
  unbridge: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', '1879'],
  unpark: ['switch_ivr.c', 'switch_ivr_park', '1133'],
} as const satisfies Record<string, readonly [string, string, string]>;

export type CallingSite = keyof typeof CALLING_SITES;
