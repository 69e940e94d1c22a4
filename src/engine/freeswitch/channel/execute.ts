/**
 * Running one application: the variables and the pair of events around it (switch_core_session_exec). Called by the
 * dialplan (run-channel.ts), by executes posted from event sockets, and by bound digits.
 */
import type { Channel } from './channel.js';
import type { ExecuteMessage } from './session-thread.js';

export interface Execution {
  readonly application: string;
  readonly argument: string | undefined;
  readonly uuid: string | undefined;
}

export type Application = (channel: Channel, argument: string) => Promise<void> | void;

/** An execute that came as a message: it shows its loops while it runs. */
export async function executeMessage(channel: Channel, message: ExecuteMessage): Promise<void> {
  for (let loop = 1; loop <= message.loops && channel.isReady; loop += 1) {
    channel.variables.set('app_uuid', message.uuid);
    channel.variables.set('current_loop', String(loop));
    channel.variables.set('total_loops', String(message.loops));
    await execute(channel, message);
  }
  channel.variables.set('current_loop', undefined);
  channel.variables.set('total_loops', undefined);
}

/** An unknown application ends the channel without any execute event. */
export async function execute(channel: Channel, execution: Execution): Promise<void> {
  const application = channel.core.applications.get(execution.application);
  if (application === undefined) {
    channel.hangup('DESTINATION_OUT_OF_ORDER', 'application');
    return;
  }
  const argument =
    execution.argument === undefined || execution.argument === ''
      ? undefined
      : channel.variables.expand(execution.argument);
  const headers = executionHeaders(channel, execution, argument);
  announce(channel, execution.application, argument);
  channel.fireWithVariables('CHANNEL_EXECUTE', 'execute', headers);
  // Set once more: the events of the application itself show them in this order.
  channel.variables.setAll({
    current_application_data: argument,
    current_application: execution.application,
  });
  await application(channel, argument ?? '');
  complete(channel, headers);
}

interface ExecutionHeaders extends Record<string, string> {
  readonly Application: string;
  readonly 'Application-UUID': string;
}

function executionHeaders(
  channel: Channel,
  execution: Execution,
  argument: string | undefined,
): ExecutionHeaders {
  return {
    Application: execution.application,
    ...(argument === undefined ? {} : { 'Application-Data': argument }),
    'Application-UUID': execution.uuid ?? channel.core.ids.uuid(),
  };
}

function announce(channel: Channel, application: string, argument: string | undefined): void {
  channel.lastApplication = application;
  channel.lastArgument = argument ?? '';
  const { variables } = channel;
  variables.set('app_uuid', undefined);
  variables.set('current_application_response', undefined);
  variables.setAll({ current_application: application, current_application_data: argument });
}

/** The response is whatever the last application left; an outer application shows that of one nested in it. */
function complete(
  channel: Channel,
  { Application, 'Application-UUID': uuid, ...rest }: ExecutionHeaders,
): void {
  channel.fireWithVariables('CHANNEL_EXECUTE_COMPLETE', 'executeComplete', {
    Application,
    ...rest,
    'Application-Response': channel.variables.get('current_application_response') ?? '_none_',
    'Application-UUID': uuid,
  });
}
