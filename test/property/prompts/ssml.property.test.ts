/** Speech markup: read strictly, safe whatever names hold, and plain words for voices that do not read it. */
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSsml, plainOf, readSsml, writeSsml } from '../../../src/domain/prompts/ssml.js';
import { checkTemplate, renderPrompt } from '../../../src/speech/templates.js';

const TEMPLATE =
  '<speak>Hello <emphasis level="strong">{{ client }}</emphasis>,<break time="300ms"/> your ' +
  '<sub alias="reference">ref.</sub> is <say-as interpret-as="digits">{{ form }}</say-as>.</speak>';

/** Another reader finds one element and nothing beside it. */
const readsBack = (xml: string): string =>
  Object.keys(new XMLParser({ processEntities: true }).parse(xml) as object).join();

const render = (client: string, form = '12') =>
  renderPrompt({ template: TEMPLATE, locale: 'en', names: { client: { name: client }, form } });

describe('a text with speech markup', () => {
  it('has its words beside it', () => {
    expect(render('Jan')).toEqual({
      ok: true,
      text: 'Hello Jan, your reference is 12.',
      ssml: TEMPLATE.replace('{{ client }}', 'Jan').replace('{{ form }}', '12'),
    });
  });

  it('is well-formed XML whatever the names are, and names never become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (client, form) => {
        const rendered = render(client, form);
        if (!rendered.ok || rendered.ssml === undefined) return;
        expect(readsBack(rendered.ssml)).toBe('speak');
        const tags = [...rendered.ssml.matchAll(/<\/?([a-z-]+)/g)].map(([, name]) => name);
        expect(tags).toEqual([
          'speak',
          'emphasis',
          'emphasis',
          'break',
          'sub',
          'sub',
          'say-as',
          'say-as',
          'speak',
        ]);
        expect(rendered.text).not.toMatch(/[<>]/);
      }),
    );
  });

  it('never breaks the reader, and what it takes an XML parser takes too', () => {
    const piece = fc.constantFrom(
      '<speak>',
      '</speak>',
      '<p>',
      '</p>',
      '<break/>',
      '<',
      '>',
      '&lt;',
      '&',
      ' a ',
      '"',
      "'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `<speak>${pieces.join('')}</speak>`;
        const read = readSsml(text);
        if (!read.ok) return;
        const written = writeSsml(read.parts);
        expect(readsBack(written)).toBe('speak');
        expect(readSsml(written)).toEqual(read);
        expect(plainOf(read.parts)).not.toMatch(/\s{2}/);
      }),
    );
  });

  it.each([
    ['<speak>a <brake time="1s"/></speak>', /brake is no element \(did you mean break\?\)/],
    ['<speak><break tiem="1s"/></speak>', /tiem is no attribute of <break> \(did you mean time\?\)/],
    ['<speak><p>a</speak></p>', /<\/speak> closes another element/],
    ['<speak>a', /<speak> is not closed/],
    ['<speak>a</speak> b', /behind <\/speak>/],
    ['<speak>1 < 2</speak>', /write `&lt;`/],
    ['<speak>{{ clint }}</speak>', /clint.*did you mean `client`/],
    ['<speak><break/></speak>', /says nothing/],
  ])('%s is refused when it is loaded', (template, why) => {
    expect(
      checkTemplate(template, ['client'])
        .map(({ problem }) => problem)
        .join(),
    ).toMatch(why);
  });

  it('begins with its element; anything else is plain, and loses what looks like markup', () => {
    expect([' <speak>a</speak>', 'a <speak>', '<speaker>'].map(isSsml)).toEqual([true, false, false]);
    expect(renderPrompt({ template: 'a <b>c</b>', locale: 'en', names: {} })).toEqual({
      ok: true,
      text: 'a b c /b',
    });
  });
});
