/**
 * What the extras take from the panel. They are a file of their own that is loaded when they are needed first, and must
 * not bring a second copy of what is there already.
 */
import type { Kit } from '../panel/extras.ts';
import { wear } from '../sheet.ts';
import css from './extras.css';

export let availability: Kit['availability'];
export let h: Kit['h'];
export let t: Kit['t'];
export let icon: Kit['icon'];
export let iconButton: Kit['iconButton'];
export let alert: Kit['alert'];
export let bytes: Kit['bytes'];
export let isPicture: Kit['isPicture'];
export let email: Kit['email'];
export let closed: Kit['closed'];
export let tooLong: Kit['tooLong'];
export let text: Kit['text'];

export function equip(kit: Kit): void {
	({ availability, h, t, icon, iconButton, alert, bytes, isPicture, email, closed, tooLong, text } = kit);
	wear(css);
}
