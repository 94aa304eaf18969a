/**
 * What a site's page needs of us only when something happens on it: an answer while the chat is closed, a panel that
 * fills a phone's screen, a message to be offered, a window of its own. Loaded by the loader at first need, so that no other page pays for it.
 */
export { count } from './count.ts';
export { full } from './full.ts';
export { offers } from './offers.ts';
export { popout } from './popout.ts';
export { tease } from './tease.ts';
