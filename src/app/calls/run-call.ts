/** Starts the actor of an opened call. The same for callbacks, click to call and inbound calls. */
import type { AppContext } from '../context.js';
import type { CallSetup } from './begin/call-setup.js';
import { RunningCall } from './running-call.js';

/** Returns at once; the call lives in the registry until finishCall. Call it only after openCall was committed. */
export function runCall(context: AppContext, setup: CallSetup): void {
  const call = new RunningCall(context, setup);
  context.calls.add(call);
  if (setup.caller !== undefined) {
    call.legs.add(setup.caller.ref, setup.caller.record);
    call.attach(setup.caller.ref, setup.caller.leg);
  }
  if (setup.prepare !== undefined) call.prompts.prepare(setup.prepare);
  call.post({ kind: 'issued', directives: [] });
}
