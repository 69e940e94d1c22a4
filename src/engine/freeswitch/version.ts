/** The FreeSWITCH release this program behaves like; controllers read it in HEARTBEAT, `version` and SIP headers. */
export const VERSION = '1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit';
export const VERSION_SHORT = '1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit';
export const VERSION_LINE = `FreeSWITCH Version ${VERSION} (git a88d069 2024-08-02 21:02:27Z 64bit)\n`;
export const SIP_USER_AGENT = `FreeSWITCH-mod_sofia/${VERSION}`;
