/**
 * A browser that is called: its person has answered, and the 200 brings the offer. FreeSWITCH would offer WebRTC only by a
 * profile of its own, and a session that leads nowhere, as phones get it, cannot make keys: so the browser offers, as it
 * does when it calls (docs/adr/0012-browsers-offer.md). Used by outgoing-leg.ts.
 */
import { messageOf } from '../../errors.js';
import type { SwitchContext } from '../context.js';
import { FarDialog } from './far-dialog.js';
import type { BegunEndpoint } from '../servers/home.js';
import type { SwitchLeg } from '../legs/leg.js';
import type { SrfDialog } from '../libraries.js';
import { addressed } from './session-text.js';

export class BrowserAnswer {
  readonly #leg: SwitchLeg;
  readonly #mediaAddress: string | undefined;
  readonly #context: SwitchContext;
  #begun: BegunEndpoint | undefined;

  constructor(leg: SwitchLeg, mediaAddress: string | undefined, context: SwitchContext) {
    this.#leg = leg;
    this.#mediaAddress = mediaAddress;
    this.#context = context;
  }

  /** What the ACK tells; undefined: the media server has no answer to this offer. */
  async answerTo(offer: string): Promise<string | undefined> {
    const { home, signalling, id } = this.#leg;
    try {
      this.#begun = home.beginEndpoint(offer, signalling);
      this.#begun.endpoint.catch(() => undefined);
      return addressed(await this.#begun.answer, this.#mediaAddress);
    } catch (error) {
      this.#context.logger.warn({ leg: id, why: messageOf(error) }, 'offer of a browser not answered');
      return undefined;
    }
  }

  /** The dialog is there; speech begins with the endpoint. */
  async begin(dialog: SrfDialog): Promise<void> {
    const leg = this.#leg;
    const at = leg.now;
    const far = new FarDialog(leg, dialog, this.#mediaAddress, this.#context);
    leg.faceFar(far);
    try {
      const endpoint = await this.#begun?.endpoint;
      if (!endpoint || !leg.useEndpoint(endpoint)) return;
      far.hear(endpoint);
      leg.signal({ kind: 'answered', at });
    } catch (error) {
      this.#context.logger.warn({ leg: leg.id, why: messageOf(error) }, 'no media for a browser');
      leg.endBecause({ by: 'system', reason: 'unavailable' }, 'failure');
    }
  }

  /** The call came to nothing after its offer. */
  letGo(): void {
    this.#begun?.endpoint.then((made) => made.release()).catch(() => undefined);
  }
}
