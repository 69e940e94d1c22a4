/** Foreign dialplans: what the subset becomes, and that every other line is listed with its number. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromAsterisk } from '../../../src/cli/dialplan/import/from-asterisk.js';
import { fromCsv } from '../../../src/cli/dialplan/import/from-csv.js';
import { fromFreeswitch } from '../../../src/cli/dialplan/import/from-freeswitch.js';
import { planYaml, type Imported } from '../../../src/cli/dialplan/import/imported.js';

const FREESWITCH = `<include>
  <!-- <extension name="off"> -->
  <extension name="Sales line">
    <condition field="destination_number" expression="^(\\+?4930123456|4930123457)$">
      <action application="answer"/>
      <action application="sleep" data="500"/>
      <action application="playback" data="/sounds/welcome.wav"/>
      <action application="set" data="x=1"/>
      <action application="bridge" data="{leg_timeout=25}sofia/gateway/carrier/4915112345678"/>
      <action application="hangup"/>
    </condition>
  </extension>
  <extension name="menu">
    <condition field="destination_number" expression="^5000$">
      <action application="ivr" data="demo"/>
    </condition>
  </extension>
</include>`;

const ASTERISK = `[inbound]
exten => 4930123456,1,Answer()
same => n,Wait(1)
same => n,Dial(PJSIP/+4915112345678@carrier,20)
same => n,Voicemail(100@default)
same => n,Hangup()
exten => _X.,1,Congestion()
include => other
`;

const CSV = `DID;Destination;Trunk;Seconds
+49 30 123456;+49 151 12345678;carrier;20
12;+4915112345678;;
`;

const linesOf = ({ left }: Imported): readonly number[] => left.map(({ line }) => line);

describe('an import', () => {
  it('of FreeSWITCH XML', () => {
    const imported = fromFreeswitch(FREESWITCH);
    expect(imported.plans).toMatchObject([
      {
        name: 'sales-line',
        numbers: ['+4930123456', '+4930123457'],
        actions: [
          { do: 'answer' },
          { do: 'wait', seconds: 0.5 },
          { do: 'play' },
          { do: 'dial', trunk: 'carrier', seconds: 25 },
          { do: 'hangup' },
        ],
      },
    ]);
    expect(linesOf(imported)).toEqual([8, 14, 15]);
  });

  it('of extensions.conf', () => {
    const imported = fromAsterisk(ASTERISK);
    expect(imported.plans).toMatchObject([
      {
        name: 'did-4930123456',
        numbers: ['+4930123456'],
        actions: [
          { do: 'answer' },
          { do: 'wait' },
          { do: 'dial', number: '+4915112345678', trunk: 'carrier', seconds: 20 },
          { do: 'hangup' },
        ],
      },
    ]);
    expect(linesOf(imported)).toEqual([5, 7, 8]);
  });

  it('of a list of numbers', () => {
    const imported = fromCsv(CSV);
    expect(imported.plans).toMatchObject([
      { numbers: ['+4930123456'], actions: [{ do: 'dial', number: '+4915112345678' }] },
    ]);
    expect(linesOf(imported)).toEqual([3]);
  });

  it.each([fromFreeswitch(FREESWITCH), fromAsterisk(ASTERISK), fromCsv(CSV)])(
    'gives plans that load',
    ({ plans }) => {
      for (const plan of plans) {
        const { steps } = parse(planYaml(plan)) as {
          readonly steps: Readonly<Record<string, { readonly do: string }>>;
        };
        expect(Object.values(steps).map(({ do: verb }) => verb)).toContain('bridge');
      }
    },
  );
});
