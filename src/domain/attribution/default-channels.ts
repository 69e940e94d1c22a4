/** Channel rules when config has none; config/channels.yaml says the same (a test compares), to be changed there. */
import type { ChannelRule } from './classify-channel.js';

const engine = (source: string, ...host: readonly string[]): ChannelRule => ({
  channel: 'organic',
  source,
  host,
});
const social = (source: string, ...host: readonly string[]): ChannelRule => ({
  channel: 'social',
  source,
  host,
});

export const DEFAULT_CHANNELS: readonly ChannelRule[] = [
  { channel: 'paid', source: 'google', clickId: ['gclid', 'gbraid', 'wbraid'] },
  { channel: 'paid', source: 'yandex', clickId: ['yclid'] },
  { channel: 'paid', source: 'tiktok', clickId: ['ttclid'] },
  {
    channel: 'paid',
    medium: ['cpc', 'ppc', 'cpm', 'cpa', 'cpv', 'paid*', 'display', 'banner', 'retargeting'],
  },
  { channel: 'paid', source: 'yandex', tagged: 'yes' },
  { channel: 'email', medium: ['email', 'e-mail', 'newsletter'] },
  { channel: 'messenger', medium: ['messenger', 'telegram', 'whatsapp', 'viber', 'zalo'] },
  { channel: 'organic', medium: ['organic'] },
  { channel: 'social', medium: ['social', 'social-*', 'smm'] },
  { channel: 'referral', medium: ['referral'] },
  engine('google', 'google.*'),
  engine('yandex', 'yandex.*', 'ya.ru'),
  engine('bing', 'bing.com'),
  engine('duckduckgo', 'duckduckgo.com'),
  engine('yahoo', 'search.yahoo.com', 'yahoo.com'),
  engine('baidu', 'baidu.com'),
  engine('seznam', 'search.seznam.cz'),
  engine('coccoc', 'coccoc.com'),
  engine('naver', 'search.naver.com'),
  engine('mail.ru', 'go.mail.ru'),
  engine('rambler', 'nova.rambler.ru'),
  engine('ecosia', 'ecosia.org'),
  engine('qwant', 'qwant.com'),
  engine('startpage', 'startpage.com'),
  engine('brave', 'search.brave.com'),
  social('tiktok', 'tiktok.com'),
  social('facebook', 'facebook.com', 'fb.com', 'fb.me'),
  social('instagram', 'instagram.com'),
  social('vk', 'vk.com', 'vk.ru', 'away.vk.com'),
  social('ok', 'ok.ru'),
  social('youtube', 'youtube.com', 'youtu.be'),
  social('x', 'x.com', 't.co', 'twitter.com'),
  social('linkedin', 'linkedin.com', 'lnkd.in'),
  social('pinterest', 'pinterest.*'),
  social('reddit', 'reddit.com'),
  social('zalo', 'zalo.me'),
  { channel: 'messenger', source: 'telegram', host: ['t.me', 'web.telegram.org'] },
  { channel: 'messenger', source: 'whatsapp', host: ['wa.me', 'whatsapp.com'] },
  { channel: 'social', source: 'facebook', clickId: ['fbclid'] },
];
